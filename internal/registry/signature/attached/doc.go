// Package attached finds what hangs on an image: cosign's signatures and
// attestations behind tags made of the digest, and Sigstore bundles that refer
// to it. It reads bytes and checks none of them but against their digests; what
// could not be looked at is told beside what was found.
package attached
