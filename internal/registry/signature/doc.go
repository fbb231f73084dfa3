// Package signature says what must be signed and by whom, and what came of
// looking. It holds the words that the packages below it share, and needs
// nothing but the standard library and imageref, so that whoever only speaks
// of signatures pays nothing for it at start-up:
//
//	attached   finds what hangs on a digest: cosign's tags, Sigstore bundles
//	statement  reads and writes in-toto statements and guard's own predicates
//	sign       signs statements with a key and attaches them
//	keyless    signs them by an identity token, with sigstore-go
//	verify     checks all that with sigstore-go, which costs milliseconds at
//	           every start of a program that links it
//
// A policy is made once and used for many images:
//
//	policy := signature.Policy{Trust: []signature.Trust{{
//		Images:      []string{"registry.example.com/team/**"},
//		Authorities: []signature.Authority{{Name: "release", Keys: []signature.Key{{PEM: pem}}, NoTransparencyLog: true}},
//	}}}
//	if err := policy.Validate(); err != nil {
//		return err
//	}
//	result, err := verify.Verify(ctx, source, image, policy)
package signature
