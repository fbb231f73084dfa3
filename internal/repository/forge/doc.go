// Package forge reads what the files of a repository cannot say: settings of
// the forge that holds it. Whether an environment waits for a reviewer, who
// that may be, which branches may deploy to it, how a branch is protected.
//
// It hides the APIs of GitHub and GitLab, and that a forge may refuse, be slow
// or lie: answers are bounded in size, number and time, redirects never carry
// the token to another host, and the token stands in no error.
//
//	github, err := forge.NewGitHub(forge.Options{Repository: "acme/shop", Token: token})
//	if err != nil { … } // a wrong call
//	snapshot, err := github.Snapshot(ctx)
//	if err != nil { … } // nothing could be read
//	if n, known := snapshot.Environment("production").RequiredApprovals.Get(); known { … }
//
// A [Snapshot] is data: it is written and read as JSON (see [Load]), so that
// what needs a token may run apart from what judges. Every fact has three
// answers: a value, or unknown with the reason. An environment that the forge
// does not have is known to be unprotected; one that could not be read is
// unknown.
//
// The requests are few and the answers small, so they are read with net/http
// and types of our own, in which a field that the forge left out stays apart
// from false and 0.
package forge
