// Package flow answers which run of a pipeline can do what: which events start
// it, which jobs and steps run then, what must have gone well before, and
// which images are pushed and deployed under which names.
//
// It knows no provider. What an adapter reads is asked for through [Provider]:
// does this job run in that run, if these jobs failed? From the answers the
// package works out the rest by playing runs through.
//
//	flow.Analyse(p, provider, flow.Options{DefaultBranch: "main"})
//	for _, push := range p.Pushes {
//		fmt.Println(push.Images[0].Text, push.Runs[0].After.Test.Holds)
//	}
package flow
