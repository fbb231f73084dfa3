package verify_test

import (
	"context"
	"strings"
	"testing"

	"guard/internal/registry/signature"
	"guard/internal/registry/signature/signaturetest"
	"guard/internal/registry/signature/verify"
)

// RELIABILITY 35: signed on an index is not signed on its images, unless the
// policy says so; and never the other way round.
func TestVerify_IndexAndImageAreTwoThings(t *testing.T) {
	w := newWorld(t)
	index, child := w.repo.PushIndex()
	alone := child
	alone.Index = ""
	w.repo.Attach(index.Digest, w.withKey().Cosign(t, w.payload(index.Digest)))
	_, signedChild := w.repo.PushIndex()
	w.repo.Attach(signedChild.Digest, w.withKey().Cosign(t, w.payload(signedChild.Digest)))
	above := signature.Image{Repository: w.repo.Name(), Digest: signedChild.Index}
	tests := []struct {
		name   string
		image  signature.Image
		covers bool
		want   signature.Status
	}{
		{"the signed index itself", index, false, signature.Satisfied},
		{"its image", child, false, signature.Unsigned},
		{"its image, where the index covers it", child, true, signature.Satisfied},
		{"its image asked for alone, where the index would cover it", alone, true, signature.Unsigned},
		{"a signed image through its unsigned index", signedChild, false, signature.Satisfied},
		{"the unsigned index of a signed image", above, false, signature.Unsigned},
		{"the unsigned index of a signed image, where an index covers", above, true, signature.Unsigned},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			policy := signed(w.byKey())
			policy.Trust[0].IndexCoversPlatforms = tt.covers
			result := w.verify(tt.image, policy)
			if result.Status != tt.want {
				t.Fatalf("got %s, want %s", result.Status, tt.want)
			}
			if tt.covers && result.Holds() && outcome(result).Accepted[0].Subject != index.Digest {
				t.Errorf("got %+v, want the subject to be the index", outcome(result).Accepted)
			}
		})
	}
	stranger := w.repo.Push()
	stranger.Index = index.Digest
	policy := signed(w.byKey())
	policy.Trust[0].IndexCoversPlatforms = true
	if _, err := verify.Verify(t.Context(), w.repo, stranger, policy); err == nil || !strings.Contains(err.Error(), "does not name") {
		t.Errorf("an image that the index does not name: got %v", err)
	}
}

// A signature for the index that hangs on the image is for something else.
func TestVerify_ASignatureForTheIndexOnTheImageDoesNotHold(t *testing.T) {
	w := newWorld(t)
	index, child := w.repo.PushIndex()
	w.repo.Attach(child.Digest, w.withKey().Cosign(t, w.payload(index.Digest)))
	policy := signed(w.byKey())
	policy.Trust[0].IndexCoversPlatforms = true
	if result := w.verify(child, policy); result.Status != signature.Invalid || outcome(result).Failures[0].Reason != signature.ReasonSubject {
		t.Errorf("got %+v", outcome(result))
	}
}

// lying is a repository that sends another index than was asked for.
type lying struct {
	*signaturetest.Repository
	index string
	sends []byte
}

func (l lying) Manifest(ctx context.Context, name string) (signature.Manifest, error) {
	m, err := l.Repository.Manifest(ctx, name)
	if name == l.index {
		m.Bytes = l.sends
	}
	return m, err
}

// RELIABILITY 25: an index with other bytes than its digest names nothing.
func TestVerify_AnotherIndexThanWasAskedForDoesNotCount(t *testing.T) {
	w := newWorld(t)
	index, _ := w.repo.PushIndex()
	w.repo.Attach(index.Digest, w.withKey().Cosign(t, w.payload(index.Digest)))
	stranger := w.repo.Push()
	stranger.Index = index.Digest
	policy := signed(w.byKey())
	policy.Trust[0].IndexCoversPlatforms = true
	source := lying{w.repo, index.Digest, []byte(`{"manifests": [{"digest": "` + stranger.Digest + `"}]}`)}
	result, err := verify.Verify(t.Context(), source, stranger, policy)
	if err != nil || result.Status != signature.Unavailable {
		t.Errorf("got %s, %v", result.Status, err)
	}
}
