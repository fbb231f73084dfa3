// Package signaturetest is a Sigstore of its own for tests, in process: a
// certificate authority, a transparency log, a certificate log, a timestamp
// authority, and a registry that serves what is signed. Everything is real but
// the trust in it.
package signaturetest
