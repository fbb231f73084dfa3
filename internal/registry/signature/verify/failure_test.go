package verify_test

import (
	"context"
	"errors"
	"slices"
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

// ordered is a repository that lists one referrer first or last.
type ordered struct {
	*signaturetest.Repository
	one  string
	last bool
}

func (o ordered) Referrers(ctx context.Context, digest string) ([]signature.Descriptor, error) {
	list, err := o.Repository.Referrers(ctx, digest)
	at := slices.IndexFunc(list, func(d signature.Descriptor) bool { return d.Digest == o.one })
	if at < 0 {
		return list, err
	}
	one, others := list[at], slices.Delete(slices.Clone(list), at, at+1)
	if o.last {
		return append(others, one), err
	}
	return append([]signature.Descriptor{one}, others...), err
}

// RELIABILITY 36: the cap holds for what is attached in the other ways too, and
// one that holds before it is enough.
func TestVerify_TheCapHoldsForAttestations(t *testing.T) {
	w := newWorld(t)
	stranger := w.with(signaturetest.NewSigner(t))
	for name, sign := range map[string]func(s signaturetest.Signing, digest string) attached.Item{
		"behind the tag": func(s signaturetest.Signing, d string) attached.Item { return s.Attest(t, w.provenance(d)) },
		"bundles":        func(s signaturetest.Signing, d string) attached.Item { return s.Bundle(t, w.provenance(d)) },
	} {
		for _, last := range []bool{true, false} {
			image := w.repo.Push()
			valid := sign(w.withKey(), image.Digest)
			var items []attached.Item
			for range attached.MaxItems {
				items = append(items, sign(stranger, image.Digest))
			}
			source := ordered{Repository: w.repo, last: last}
			switch {
			case valid.Kind == attached.Bundle:
				w.repo.Attach(image.Digest, valid)
				listed, err := w.repo.Referrers(t.Context(), image.Digest)
				if err != nil || len(listed) != 1 {
					t.Fatalf("got %v, %v", listed, err)
				}
				source.one = listed[0].Digest
			case last:
				items = append(items, valid)
			default:
				items = append([]attached.Item{valid}, items...)
			}
			w.repo.Attach(image.Digest, items...)
			result, err := verify.Verify(t.Context(), source, image, attestedTo(w.byKey()))
			want := signature.Satisfied
			if last {
				want = signature.Incomplete
			}
			if err != nil || result.Status != want || len(result.Problems) != 1 {
				t.Errorf("%s, the valid one last %t: got %s with problems %v, %v; want %s", name, last, result.Status, result.Problems, err, want)
			}
		}
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
