package verify_test

import (
	"testing"

	"guard/internal/registry/signature"
	"guard/internal/registry/signature/attached"
	"guard/internal/registry/signature/signaturetest"
	"guard/internal/registry/signature/statement"
	"guard/internal/registry/signature/verify"
)

// BenchmarkCheck verifies one thing that has been fetched, with a policy that
// has been read.
func BenchmarkCheck(b *testing.B) {
	a := signaturetest.NewAuthority(b)
	key := signaturetest.NewSigner(b)
	flow := a.Issue(signaturetest.Holder{URI: workflow, Issuer: issuer})
	image := signature.Image{Repository: "ghcr.io/acme/app", Digest: signature.DigestOf([]byte("image"))}
	byKey := signature.Authority{Name: "key", Keys: []signature.Key{{PEM: key.PublicPEM(b)}}, NoTransparencyLog: true}
	byFlow := signature.Authority{Name: "workflow", TrustedRoot: a.TrustedRoot(), Identities: []signature.Identity{{Issuer: issuer, Subject: workflow}}}
	payload := signaturetest.Statement(b, statement.TypeV1, signature.PredicateCosignSign, image.Digest, map[string]any{})
	logged := signaturetest.Signing{Signer: flow, Logs: []*signaturetest.Authority{a}}
	for name, bench := range map[string]struct {
		by   signature.Authority
		item attached.Item
	}{
		"key bundle":             {byKey, signaturetest.Signing{Signer: key}.Bundle(b, payload)},
		"keyless bundle":         {byFlow, logged.Bundle(b, payload)},
		"keyless behind the tag": {byFlow, logged.Cosign(b, signaturetest.Payload(b, "app", image.Digest))},
	} {
		b.Run(name, func(b *testing.B) {
			v, err := verify.New(signed(bench.by))
			if err != nil {
				b.Fatal(err)
			}
			sets := []attached.Set{{Digest: image.Digest, Items: []attached.Item{bench.item}}}
			b.ReportAllocs()
			for b.Loop() {
				if result := v.Check(b.Context(), image, sets); !result.Holds() {
					b.Fatal(result)
				}
			}
		})
	}
}

// BenchmarkNew reads a policy.
func BenchmarkNew(b *testing.B) {
	a := signaturetest.NewAuthority(b)
	policy := signed(signature.Authority{Name: "workflow", TrustedRoot: a.TrustedRoot(), Identities: []signature.Identity{{Issuer: issuer, Subject: workflow}}})
	for b.Loop() {
		if _, err := verify.New(policy); err != nil {
			b.Fatal(err)
		}
	}
}
