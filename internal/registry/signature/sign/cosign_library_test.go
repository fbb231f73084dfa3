package sign_test

import (
	"bytes"
	"encoding/base64"
	"testing"

	"github.com/google/go-containerregistry/pkg/name"
	"github.com/sigstore/cosign/v2/pkg/cosign"
	cosignbundle "github.com/sigstore/cosign/v2/pkg/cosign/bundle"
	"github.com/sigstore/cosign/v2/pkg/oci"
	"github.com/sigstore/cosign/v2/pkg/oci/mutate"
	ociremote "github.com/sigstore/cosign/v2/pkg/oci/remote"
	"github.com/sigstore/cosign/v2/pkg/oci/static"
	"github.com/sigstore/cosign/v2/pkg/types"
	"github.com/sigstore/sigstore-go/pkg/root"
	sigstore "github.com/sigstore/sigstore/pkg/signature"
	"github.com/sigstore/sigstore/pkg/signature/dsse"
	"github.com/sigstore/sigstore/pkg/signature/payload"

	"guard/internal/registry/signature"
	"guard/internal/registry/signature/signaturetest"
	"guard/internal/registry/signature/statement"
	"guard/internal/registry/signature/verify"
)

// cosignKey is a pair of keys that cosign has made.
type cosignKey struct {
	signer sigstore.SignerVerifier
	bytes  *cosign.KeysBytes
}

func newCosignKey(t *testing.T) cosignKey {
	t.Helper()
	pair, err := cosign.GenerateKeyPair(func(bool) ([]byte, error) { return []byte(password), nil })
	check(t, err)
	signer, err := cosign.LoadPrivateKey(pair.PrivateBytes, []byte(password), nil)
	check(t, err)
	return cosignKey{signer, pair}
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func digestOf(t *testing.T, image signature.Image) name.Digest {
	t.Helper()
	d, err := name.NewDigest(image.Repository + "@" + image.Digest)
	check(t, err)
	return d
}

// cosignAccepts asks cosign's own verification.
func cosignAccepts(t *testing.T, verifier sigstore.Verifier, image signature.Image, bundles bool) error {
	t.Helper()
	found, _, err := cosign.VerifyImageAttestations(t.Context(), digestOf(t, image), &cosign.CheckOpts{
		SigVerifier: verifier, ClaimVerifier: cosign.IntotoSubjectClaimVerifier, IgnoreTlog: true, IgnoreSCT: true, Offline: true,
		NewBundleFormat: bundles, TrustedMaterial: &root.BaseTrustedMaterial{},
	})
	if err == nil && len(found) == 0 {
		t.Fatal("cosign has found nothing and says nothing")
	}
	return err
}

func repositories(t *testing.T) map[string]*signaturetest.Repository {
	return map[string]*signaturetest.Repository{"referrers API": signaturetest.NewRepository(t), "fallback tag": signaturetest.NewFallbackRepository(t)}
}

func TestCosignLibrary_AcceptsWhatGuardSigns(t *testing.T) {
	pair, stranger := newCosignKey(t), newCosignKey(t)
	key := load(t, pair.bytes.PrivateBytes)
	for where, repo := range repositories(t) {
		for form, store := range map[string]attach{"bundle": bundle, "tag": tag} {
			t.Run(where+"/"+form, func(t *testing.T) {
				image, other := repo.Push(), repo.Push()
				store(t, repo, approve(t, image, key))
				check(t, cosignAccepts(t, pair.signer, image, form == "bundle"))
				if cosignAccepts(t, stranger.signer, image, form == "bundle") == nil {
					t.Error("cosign accepts another key")
				}
				if cosignAccepts(t, pair.signer, other, form == "bundle") == nil {
					t.Error("cosign accepts another image")
				}
			})
		}
	}
}

// signWithCosign stores a signature behind the tag .sig.
func (k cosignKey) signWithCosign(t *testing.T, image signature.Image) {
	t.Helper()
	d := digestOf(t, image)
	data, err := payload.Cosign{Image: d}.MarshalJSON()
	check(t, err)
	made, err := k.signer.SignMessage(bytes.NewReader(data))
	check(t, err)
	s, err := static.NewSignature(data, base64.StdEncoding.EncodeToString(made))
	check(t, err)
	signed, err := mutate.AttachSignatureToEntity(entity(t, d), s)
	check(t, err)
	check(t, ociremote.WriteSignatures(d.Context(), signed))
}

func entity(t *testing.T, d name.Digest) oci.SignedEntity {
	t.Helper()
	e, err := ociremote.SignedEntity(d)
	check(t, err)
	return e
}

// attestWithCosign stores an attestation behind the tag .att, or as a bundle.
func (k cosignKey) attestWithCosign(t *testing.T, image signature.Image, predicateType string, asBundle bool) {
	t.Helper()
	d := digestOf(t, image)
	data := signaturetest.Statement(t, statement.TypeV01, predicateType, image.Digest, map[string]any{"a": 1})
	envelope, err := dsse.WrapSigner(k.signer, types.IntotoPayloadType).SignMessage(bytes.NewReader(data))
	check(t, err)
	if asBundle {
		public, err := k.signer.PublicKey()
		check(t, err)
		made, err := cosignbundle.MakeNewBundle(public, nil, data, envelope, k.bytes.PublicBytes, nil)
		check(t, err)
		check(t, ociremote.WriteAttestationNewBundleFormat(d, made, predicateType))
		return
	}
	a, err := static.NewAttestation(envelope, static.WithLayerMediaType(types.DssePayloadType))
	check(t, err)
	attested, err := mutate.AttachAttestationToEntity(entity(t, d), a)
	check(t, err)
	check(t, ociremote.WriteAttestations(d.Context(), attested))
}

func TestCosignLibrary_WhatItSignsGuardVerifies(t *testing.T) {
	pair := newCosignKey(t)
	public := signature.Authority{Name: "key", Keys: []signature.Key{{PEM: string(pair.bytes.PublicBytes)}}, NoTransparencyLog: true}
	policy := signature.Policy{Trust: []signature.Trust{{
		Images: []string{"**"}, Authorities: []signature.Authority{public},
		Attestations: []signature.Attestation{{Name: "provenance", PredicateType: signature.PredicateProvenanceV1, Authorities: []signature.Authority{public}}},
	}}}
	for where, repo := range repositories(t) {
		for _, asBundle := range []bool{false, true} {
			t.Run(where, func(t *testing.T) {
				image := repo.Push()
				want := func(status signature.Status) {
					t.Helper()
					result, err := verify.Verify(t.Context(), repo, image, policy)
					if err != nil || result.Status != status {
						t.Fatalf("got %+v, %v, want %s", result, err, status)
					}
				}
				want(signature.Unsigned)
				pair.attestWithCosign(t, image, signature.PredicateProvenanceV1, asBundle)
				want(signature.Unsigned) // an image that carries only provenance is not signed
				if asBundle {
					pair.attestWithCosign(t, image, signature.PredicateCosignSign, true)
				} else {
					pair.signWithCosign(t, image)
				}
				want(signature.Satisfied)
			})
		}
	}
}

// Each appends to what the other has stored behind the tag.
func TestCosignLibrary_BothAppendToTheSameTag(t *testing.T) {
	pair := newCosignKey(t)
	repo := signaturetest.NewRepository(t)
	image := repo.Push()
	key := load(t, pair.bytes.PrivateBytes)
	pair.attestWithCosign(t, image, "https://example.com/first", false)
	tag(t, repo, approve(t, image, key))
	pair.attestWithCosign(t, image, "https://example.com/last", false)
	for _, predicateType := range []string{"https://example.com/first", statement.PredicateApproval, "https://example.com/last"} {
		if result, err := verify.Verify(t.Context(), repo, image, demand(t, key, predicateType)); err != nil || !result.Holds() {
			t.Errorf("%s: got %+v, %v", predicateType, result, err)
		}
	}
	check(t, cosignAccepts(t, pair.signer, image, false))
}
