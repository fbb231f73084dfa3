// Package sign signs in-toto statements with a key and attaches them to images,
// in the two forms that others read: Sigstore bundles, and what cosign 2 keeps
// behind the tag .att. It links nothing of Sigstore, so it costs nothing at
// start-up. Nothing that a key signs is written into a transparency log.
//
// What is to be signed without a key is described here too, and signed by the
// package keyless.
package sign
