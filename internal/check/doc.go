// Package check is the use case of `guard check`: find the files, load them,
// evaluate the rules on every document, apply waivers and baseline, and give
// one [finding.Report]. It prints nothing and knows no flags.
//
//	outcome, err := check.Run(ctx, check.Options{Root: dir, Paths: []string{"."}, Evaluator: evaluator, Config: config})
//
// A wrong file is a finding or an entry under incomplete; an error means that
// guard itself could not look.
package check
