// Package keyless signs without a key that lasts, with sigstore-go: a key is
// made for one signature, a certificate authority says to whom the identity
// token belongs, and a log and a timestamp authority say when. What they answer
// is held against what they were asked, before anybody sees the result.
//
// Like verify it links what costs milliseconds at every start, so only
// guard-sigstore imports it.
package keyless
