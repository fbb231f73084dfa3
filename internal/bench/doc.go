// Command bench runs the same three rules in conftest, gator, kyverno's CLI
// and guard, over the same generated Kubernetes manifests, and then guard's
// whole default profile. It prints wall time, CPU time, peak memory and the
// ratios to guard.
//
//	go run ./internal/bench -guard bin/guard
//
// The peers are built from the module proxy, at the versions in peers.go, into
// a cache outside the tree. The rules are: no image with the tag latest or
// none, no container that may run as root, no privileged container. Every
// tool must find exactly the violations that the generator has put in;
// otherwise the run fails, as a tool that does not look is always fast.
package main
