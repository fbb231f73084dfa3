// Package bundle keeps policies in registries: a directory of rules as a
// bundle of OPA, as an artifact that OPA and conftest pull, and back again.
//
//	b, err := bundle.Build("1.4.0", files)
//	digest, err := bundle.Push(ctx, target, "1.4.0", b)
//
//	puller := &bundle.Puller{Client: client, Cache: cache, Policy: policy, Verify: verify}
//	pulled, err := puller.Pull(ctx, bundle.Want{Reference: ref, Ordered: true})
//	rules, err := pulled.Rules()
//
// The same files and revision give the same digest everywhere. What is pulled
// is taken to be hostile until its digest, or a signature, says otherwise; it
// is bounded in size, in files and in how far it unpacks. Errors are told
// apart: [RefusedError] is a decision about the bundle, which asking again does
// not change; registry.ErrUnavailable and the like say that it is not known.
package bundle
