// Package breakglass makes and reads the tokens by which an operator lets in,
// for a while, what guard denies.
//
// A token is a JSON Web Token in its compact form (RFC 7519), signed off-line
// with a key of Ed25519 (EdDSA) or P-256 (ES256). Which of the two, the key
// says and never the token. A token counts for those whom it names, in the
// namespaces that it names, from one moment to another, and for one audience:
//
//	text, err := breakglass.Sign(token, key)
//	verifier, err := breakglass.NewVerifier([]breakglass.Key{{Name: "alice", PEM: public}}, "production", 8*time.Hour)
//	token, err := verifier.Verify(text, time.Now())
package breakglass
