// Package trace follows an image back to the commit it was built from. It
// judges facts that others have gathered, and asks nothing itself:
//
//	in := trace.Input{Reference: ref, Digest: digest, Platforms: platforms, Verified: &result}
//	in.Commits = look(trace.Commits(in)) // in the clone
//	chain := trace.Build(in)
//
// A link is proved, claimed, broken or unknown. What an image says of itself
// is claimed; what a trusted signer says of its digest is proved.
package trace
