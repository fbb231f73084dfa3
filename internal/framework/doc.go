// Package framework knows what the controls of well-known frameworks are called,
// and says of each, by what a check has found, whether it is kept.
//
//	f, ok := framework.Find("owasp-cicd-sec")
//	for _, control := range f.Assess(rules, report) { … }
//
// Which rule is about which control stands in the METADATA of the rules.
package framework
