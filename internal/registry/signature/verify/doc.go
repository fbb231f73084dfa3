// Package verify checks signatures and attestations against a policy, with
// sigstore-go: one verifier for keys and certificates, for bundles and for what
// cosign keeps behind tags, which is turned into bundles first.
//
// Linking it costs several milliseconds at every start, because the models of
// the transparency log compile hundreds of regular expressions. A program that
// must start fast does not import it; everything else about signatures is in
// the packages beside it.
package verify
