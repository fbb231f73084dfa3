package sign_test

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"guard/internal/registry/signature"
	"guard/internal/registry/signature/attached"
	"guard/internal/registry/signature/sign"
	"guard/internal/registry/signature/signaturetest"
	"guard/internal/registry/signature/statement"
	"guard/internal/registry/signature/verify"
)

var now = time.Date(2026, 11, 27, 12, 0, 0, 0, time.UTC)

func load(t *testing.T, data []byte) sign.Key {
	t.Helper()
	key, err := sign.LoadKey(data, giveWord(password))
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// demand is a policy that wants a statement signed with a key.
func demand(t *testing.T, key sign.Key, predicateType string) signature.Policy {
	t.Helper()
	public, err := key.PublicPEM()
	if err != nil {
		t.Fatal(err)
	}
	return signature.Policy{Trust: []signature.Trust{{Images: []string{"**"}, Attestations: []signature.Attestation{{
		Name: "wanted", PredicateType: predicateType,
		Authorities: []signature.Authority{{Name: "key", Keys: []signature.Key{{PEM: public}}, NoTransparencyLog: true}},
	}}}}}
}

func approve(t *testing.T, image signature.Image, key sign.Key) sign.Attestation {
	t.Helper()
	predicate, err := statement.Approval{Approver: "jane", Environment: "production", ApprovedAt: now, Expires: now.Add(time.Hour)}.JSON()
	if err != nil {
		t.Fatal(err)
	}
	made, err := sign.Sign(image, statement.PredicateApproval, predicate, key)
	if err != nil {
		t.Fatal(err)
	}
	return made
}

type attach = func(*testing.T, sign.Target, sign.Attestation) string

func bundle(t *testing.T, target sign.Target, a sign.Attestation) string {
	t.Helper()
	digest, err := sign.AttachBundle(t.Context(), target, a, now)
	if err != nil {
		t.Fatal(err)
	}
	return digest
}

func tag(t *testing.T, target sign.Target, a sign.Attestation) string {
	t.Helper()
	digest, err := sign.AttachTag(t.Context(), target, a)
	if err != nil {
		t.Fatal(err)
	}
	return digest
}

func TestSign_WhatIsSignedIsVerified(t *testing.T) {
	repositories := map[string]*signaturetest.Repository{"referrers API": signaturetest.NewRepository(t), "fallback tag": signaturetest.NewFallbackRepository(t)}
	material := keys(t)
	material["encrypted"] = encrypt(t, "ENCRYPTED COSIGN PRIVATE KEY")
	for repository, repo := range repositories {
		for kind, data := range material {
			for form, store := range map[string]attach{"bundle": bundle, "tag": tag} {
				t.Run(repository+"/"+kind+"/"+form, func(t *testing.T) {
					key, image := load(t, data), repo.Push()
					store(t, repo, approve(t, image, key))
					result, err := verify.Verify(t.Context(), repo, image, demand(t, key, statement.PredicateApproval))
					if err != nil || !result.Holds() {
						t.Fatalf("got %+v, %v", result, err)
					}
					proof := result.Statements(statement.PredicateApproval)[0]
					if proof.Signer.KeyHash != key.Hash() {
						t.Errorf("signed by %s, want %s", proof.Signer.KeyHash, key.Hash())
					}
					approval, err := statement.ParseApproval(proof.Statement.Predicate)
					if err != nil || approval.Holds("production", now.Add(time.Minute)) != nil {
						t.Errorf("got %+v, %v", approval, err)
					}
				})
			}
		}
	}
}

func TestAttach_KeepsWhatIsThere(t *testing.T) {
	repo := signaturetest.NewFallbackRepository(t)
	for form, store := range map[string]attach{"bundle": bundle, "tag": tag} {
		t.Run(form, func(t *testing.T) {
			image := repo.Push()
			first, second := load(t, plain(t)), load(t, plain(t))
			store(t, repo, approve(t, image, first))
			store(t, repo, approve(t, image, second))
			for _, key := range []sign.Key{first, second} {
				if result, err := verify.Verify(t.Context(), repo, image, demand(t, key, statement.PredicateApproval)); err != nil || !result.Holds() {
					t.Errorf("got %+v, %v", result, err)
				}
			}
		})
	}
}

func TestAttachBundle_IsTheSameForTheSameInput(t *testing.T) {
	repo := signaturetest.NewRepository(t)
	image := repo.Push()
	a := approve(t, image, load(t, plain(t)))
	if first, second := bundle(t, repo, a), bundle(t, repo, a); first != second {
		t.Errorf("got %s and %s", first, second)
	}
}

// failing is a repository that cannot be read or written in part.
type failing struct {
	*signaturetest.Repository
	name  string // of the manifest that cannot be read
	blob  bool   // no blob can be stored
	wrong bool   // the manifest has other bytes
}

var errServer = errors.New("503 Service Unavailable")

func (f failing) Manifest(ctx context.Context, name string) (signature.Manifest, error) {
	if name == f.name {
		return signature.Manifest{}, errServer
	}
	m, err := f.Repository.Manifest(ctx, name)
	if f.wrong {
		m.Bytes = bytes.Clone(append(m.Bytes, ' '))
	}
	return m, err
}

func (f failing) PutBlob(ctx context.Context, data []byte) error {
	if f.blob {
		return errServer
	}
	return f.Repository.PutBlob(ctx, data)
}

func TestAttach_StoresNothingWhereItCannotRead(t *testing.T) {
	repo := signaturetest.NewRepository(t)
	image := repo.Push()
	key := load(t, plain(t))
	a := approve(t, image, key)
	at := attached.Tag(image.Digest, ".att")
	if _, err := sign.AttachTag(t.Context(), failing{Repository: repo, name: at}, a); !errors.Is(err, errServer) {
		t.Errorf("the tag cannot be read: got %v", err)
	}
	if _, err := sign.AttachBundle(t.Context(), failing{Repository: repo, name: image.Digest}, a, now); !errors.Is(err, errServer) {
		t.Errorf("the image cannot be read: got %v", err)
	}
	if _, err := sign.AttachBundle(t.Context(), failing{Repository: repo, wrong: true}, a, now); err == nil || !strings.Contains(err.Error(), "the registry sent") {
		t.Errorf("the image has other bytes: got %v", err)
	}
	if _, err := sign.AttachBundle(t.Context(), failing{Repository: repo, blob: true}, a, now); !errors.Is(err, errServer) {
		t.Errorf("no blob can be stored: got %v", err)
	}
	set, err := attached.Find(t.Context(), repo, image.Digest)
	if err != nil || len(set.Items) > 0 {
		t.Errorf("got %+v, %v, want nothing", set, err)
	}
}

func TestAttachTag_RefusesMoreThanGuardLooksAt(t *testing.T) {
	repo := signaturetest.NewRepository(t)
	image := repo.Push()
	key := load(t, plain(t))
	var items []attached.Item
	signing := signaturetest.Signing{Signer: signaturetest.NewSigner(t)}
	for range attached.MaxItems {
		items = append(items, signing.Attest(t, signaturetest.Statement(t, statement.TypeV1, "x", image.Digest, nil)))
	}
	repo.Attach(image.Digest, items...)
	if _, err := sign.AttachTag(t.Context(), repo, approve(t, image, key)); err == nil || !strings.Contains(err.Error(), "64 attestations") {
		t.Errorf("got %v", err)
	}
}

func TestSign_RefusesWhatIsNoStatement(t *testing.T) {
	key := load(t, plain(t))
	image := signature.Image{Repository: "ghcr.io/acme/app", Digest: "sha256:" + strings.Repeat("00", 32)}
	if _, err := sign.Sign(image, "", []byte("{}"), key); err == nil {
		t.Error("no predicate type is accepted")
	}
	if _, err := sign.Sign(image, "x", []byte("null"), key); err == nil {
		t.Error("no predicate is accepted")
	}
	if _, err := sign.Sign(signature.Image{Repository: "ghcr.io/acme/app", Digest: "latest"}, "x", []byte("{}"), key); err == nil {
		t.Error("a tag is accepted")
	}
	if _, err := sign.Sign(image, "x", []byte("{}"), sign.Key{}); err == nil {
		t.Error("no key is accepted")
	}
}
