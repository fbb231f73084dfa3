package verify_test

import (
	"context"
	"errors"
	"testing"

	"guard/internal/registry/signature"
	"guard/internal/registry/signature/attached"
	"guard/internal/registry/signature/signaturetest"
	"guard/internal/registry/signature/verify"
)

// RELIABILITY 36: the cap is respected, and a signature behind it is not
// "unsigned".
func TestVerify_ASignatureBehindTheCapIsIncomplete(t *testing.T) {
	w := newWorld(t)
	image := w.repo.Push()
	other := signaturetest.NewSigner(t)
	var items []attached.Item
	for range attached.MaxItems {
		items = append(items, w.with(other).Cosign(t, w.payload(image.Digest)))
	}
	w.repo.Attach(image.Digest, append(items, w.withKey().Cosign(t, w.payload(image.Digest)))...)
	if result := w.verify(image, signed(w.byKey())); result.Status != signature.Incomplete {
		t.Errorf("got %s, want incomplete", result.Status)
	}
	image = w.repo.Push()
	items[0] = w.withKey().Cosign(t, w.payload(image.Digest))
	w.repo.Attach(image.Digest, append(items, items[1])...)
	if result := w.verify(image, signed(w.byKey())); !result.Holds() || len(result.Problems) != 1 {
		t.Errorf("before the cap: got %s with problems %v", result.Status, result.Problems)
	}
}

// broken is a repository of which some answers fail.
type broken struct {
	*signaturetest.Repository
	tag string // that fails; "referrers" for those
}

var errServer = errors.New("503 Service Unavailable")

func (b broken) Manifest(ctx context.Context, name string) (signature.Manifest, error) {
	if name == b.tag {
		return signature.Manifest{}, errServer
	}
	return b.Repository.Manifest(ctx, name)
}

func (b broken) Referrers(ctx context.Context, digest string) ([]signature.Descriptor, error) {
	if b.tag == "referrers" {
		return nil, errServer
	}
	return b.Repository.Referrers(ctx, digest)
}

// RELIABILITY 8, 32: a registry that fails is not an image without a signature;
// what holds elsewhere holds.
func TestVerify_AFailureOfTheRegistryIsNeverUnsigned(t *testing.T) {
	w := newWorld(t)
	image := w.repo.Push()
	signedImage := w.repo.Push()
	w.repo.Attach(signedImage.Digest, w.withKey().Cosign(t, w.payload(signedImage.Digest)))
	for _, tag := range []string{attached.Tag(image.Digest, ".sig"), attached.Tag(image.Digest, ".att"), "referrers"} {
		result, err := verify.Verify(t.Context(), broken{w.repo, tag}, image, signed(w.byKey()))
		if err != nil {
			t.Fatal(err)
		}
		if result.Status != signature.Unavailable || len(result.Problems) != 1 {
			t.Errorf("%s: got %s with problems %v", tag, result.Status, result.Problems)
		}
	}
	result, err := verify.Verify(t.Context(), broken{w.repo, "referrers"}, signedImage, signed(w.byKey()))
	if err != nil || !result.Holds() || len(result.Problems) != 1 {
		t.Errorf("a valid one elsewhere: got %+v, %v", result, err)
	}
	_, child := w.repo.PushIndex()
	policy := signed(w.byKey())
	policy.Trust[0].IndexCoversPlatforms = true
	result, err = verify.Verify(t.Context(), broken{w.repo, child.Index}, child, policy)
	if err != nil || result.Status != signature.Unavailable {
		t.Errorf("an index that cannot be read: got %s, %v", result.Status, err)
	}
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	result, err = verify.Verify(cancelled, w.repo, signedImage, signed(w.byKey()))
	if err != nil || result.Status != signature.Unavailable {
		t.Errorf("cancelled: got %s, %v", result.Status, err)
	}
}
