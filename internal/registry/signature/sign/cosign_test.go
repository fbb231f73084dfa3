package sign_test

import (
	"slices"
	"testing"

	"guard/internal/registry/signature"
	"guard/internal/registry/signature/sign"
	"guard/internal/registry/signature/signaturetest"
	"guard/internal/registry/signature/statement"
	"guard/internal/registry/signature/verify"
)

// forms are the two ways in which cosign 2 stores; bundles want a trusted root
// at verification, which may be empty for keys.
var forms = map[string]struct {
	store        attach
	sign, verify []string
}{
	"bundle": {bundle, []string{"--new-bundle-format"}, []string{"--new-bundle-format", "--trusted-root", "root.json"}},
	"tag":    {tag, nil, nil},
}

func newCosign(t *testing.T) *signaturetest.Cosign {
	t.Helper()
	cosign := signaturetest.NewCosign(t)
	cosign.Run("generate-key-pair", "--output-key-prefix", "k")
	cosign.Run("trusted-root", "create", "--out", "root.json")
	return cosign
}

func args(parts ...[]string) []string { return slices.Concat(parts...) }

func TestCosign_AcceptsWhatGuardSigns(t *testing.T) {
	cosign := newCosign(t)
	key := load(t, cosign.Read("k.key"))
	for name, form := range forms {
		for repository, repo := range map[string]*signaturetest.Repository{"referrers API": signaturetest.NewRepository(t), "fallback tag": signaturetest.NewFallbackRepository(t)} {
			t.Run(name+"/"+repository, func(t *testing.T) {
				image := repo.Push()
				form.store(t, repo, approve(t, image, key))
				accept := args([]string{"verify-attestation", "--key", "k.pub", "--insecure-ignore-tlog", "--private-infrastructure"}, form.verify)
				target := image.Repository + "@" + image.Digest
				cosign.Run(args(accept, []string{"--type", statement.PredicateApproval, target})...)
				if out, err := cosign.Try(args(accept, []string{"--type", "slsaprovenance1", target})...); err == nil {
					t.Errorf("cosign accepts another type:\n%s", out)
				}
				other := repo.Push()
				if out, err := cosign.Try(args(accept, []string{"--type", statement.PredicateApproval, other.Repository + "@" + other.Digest})...); err == nil {
					t.Errorf("cosign accepts another image:\n%s", out)
				}
			})
		}
	}
}

func TestCosign_WhatItSignsGuardVerifies(t *testing.T) {
	cosign := newCosign(t)
	public := signature.Authority{Name: "key", Keys: []signature.Key{{PEM: string(cosign.Read("k.pub"))}}, NoTransparencyLog: true}
	cosign.Write("p.json", []byte(`{"buildDefinition": {"buildType": "https://example.com/b", "externalParameters": {}}, "runDetails": {"builder": {"id": "https://example.com"}}}`))
	policy := signature.Policy{Trust: []signature.Trust{{
		Images: []string{"**"}, Authorities: []signature.Authority{public},
		Attestations: []signature.Attestation{{Name: "provenance", PredicateType: signature.PredicateProvenanceV1, Authorities: []signature.Authority{public}}},
	}}}
	for name, form := range forms {
		for repository, repo := range map[string]*signaturetest.Repository{"referrers API": signaturetest.NewRepository(t), "fallback tag": signaturetest.NewFallbackRepository(t)} {
			t.Run(name+"/"+repository, func(t *testing.T) {
				image := repo.Push()
				target := image.Repository + "@" + image.Digest
				want := func(status signature.Status) {
					t.Helper()
					result, err := verify.Verify(t.Context(), repo, image, policy)
					if err != nil || result.Status != status {
						t.Fatalf("got %+v, %v, want %s", result, err, status)
					}
				}
				common := args([]string{"--key", "k.key", "--tlog-upload=false", "-y"}, form.sign)
				want(signature.Unsigned)
				cosign.Run(args([]string{"attest"}, common, []string{"--type", "slsaprovenance1", "--predicate", "p.json", target})...)
				want(signature.Unsigned) // an image that carries only provenance is not signed
				cosign.Run(args([]string{"sign"}, common, []string{target})...)
				want(signature.Satisfied)
			})
		}
	}
}

// cosign appends to what guard has stored behind the tag, and guard to what
// cosign has.
func TestCosign_BothAppendToTheSameTag(t *testing.T) {
	cosign := newCosign(t)
	repo := signaturetest.NewRepository(t)
	image := repo.Push()
	target := image.Repository + "@" + image.Digest
	key := load(t, cosign.Read("k.key"))
	cosign.Write("p.json", []byte(`{}`))
	attest := func(predicateType string) {
		cosign.Run("attest", "--key", "k.key", "--tlog-upload=false", "-y", "--type", predicateType, "--predicate", "p.json", target)
	}
	attest("https://example.com/first")
	tag(t, repo, approve(t, image, key))
	attest("https://example.com/last")
	for _, predicateType := range []string{"https://example.com/first", statement.PredicateApproval, "https://example.com/last"} {
		if result, err := verify.Verify(t.Context(), repo, image, demand(t, key, predicateType)); err != nil || !result.Holds() {
			t.Errorf("%s: got %+v, %v", predicateType, result, err)
		}
		cosign.Run("verify-attestation", "--key", "k.pub", "--insecure-ignore-tlog", "--private-infrastructure", "--type", predicateType, target)
	}
}

var _ sign.Target = (*signaturetest.Repository)(nil)
