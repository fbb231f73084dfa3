package attached_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"guard/internal/registry/signature"
	"guard/internal/registry/signature/attached"
	"guard/internal/registry/signature/signaturetest"
)

func find(t *testing.T, source signature.Source, digest string) attached.Set {
	t.Helper()
	set, err := attached.Find(t.Context(), source, digest)
	if err != nil {
		t.Fatal(err)
	}
	return set
}

func items(signing signaturetest.Signing, t *testing.T, digest string) []attached.Item {
	t.Helper()
	provenance := signaturetest.Statement(t, "https://in-toto.io/Statement/v1", signature.PredicateProvenanceV1, digest, map[string]string{})
	return []attached.Item{
		signing.Cosign(t, signaturetest.Payload(t, "app", digest)),
		signing.Attest(t, provenance),
		signing.Bundle(t, provenance),
	}
}

func TestFind_FindsEveryKindInBothKindsOfRegistry(t *testing.T) {
	for name, repo := range map[string]*signaturetest.Repository{
		"referrers API": signaturetest.NewRepository(t), "fallback tag": signaturetest.NewFallbackRepository(t),
	} {
		t.Run(name, func(t *testing.T) {
			image := repo.Push()
			want := items(signaturetest.Signing{Signer: signaturetest.NewSigner(t)}, t, image.Digest)
			repo.Attach(image.Digest, want...)
			set := find(t, repo, image.Digest)
			if len(set.Problems) > 0 || len(set.Items) != len(want) {
				t.Fatalf("got %d items and problems %v, want %d items", len(set.Items), set.Problems, len(want))
			}
			for i, item := range set.Items {
				if item.Kind != want[i].Kind || !bytes.Equal(item.Bytes, want[i].Bytes) || item.Where == "" {
					t.Errorf("item %d: got %s in %q, want %s", i, item.Kind, item.Where, want[i].Kind)
				}
			}
		})
	}
}

func TestFind_OpensWhatHasNoArtifactType(t *testing.T) {
	repo := signaturetest.NewRepository(t)
	image := repo.Push()
	bundle := items(signaturetest.Signing{Signer: signaturetest.NewSigner(t)}, t, image.Digest)[2]
	repo.AttachBundle(image.Digest, bundle, "")
	repo.AttachBundle(image.Digest, bundle, "application/vnd.oci.image.config.v1+json")
	repo.AttachBundle(image.Digest, bundle, "application/vnd.cyclonedx+json") // surely something else
	if set := find(t, repo, image.Digest); len(set.Items) != 2 || len(set.Problems) > 0 {
		t.Errorf("got %d items and problems %v, want 2 items", len(set.Items), set.Problems)
	}
}

func TestFind_NothingIsNoProblem(t *testing.T) {
	repo := signaturetest.NewFallbackRepository(t)
	if set := find(t, repo, repo.Push().Digest); len(set.Items) > 0 || len(set.Problems) > 0 {
		t.Errorf("got %+v, want nothing", set)
	}
}

func TestFind_RefusesATag(t *testing.T) {
	if _, err := attached.Find(t.Context(), signaturetest.NewRepository(t), "latest"); err == nil {
		t.Error("a tag is accepted as a digest")
	}
}

// hostile is a registry that answers what no real one does.
type hostile struct {
	manifests map[string]signature.Manifest
	blobs     map[string][]byte
	referrers []signature.Descriptor
	broken    map[string]error // by tag, digest or "referrers"
	blob      []byte           // of which all layers are; nil: a few bytes
}

func (h *hostile) Manifest(_ context.Context, name string) (signature.Manifest, error) {
	if err := h.broken[name]; err != nil {
		return signature.Manifest{}, err
	}
	m, ok := h.manifests[name]
	if !ok {
		return signature.Manifest{}, fmt.Errorf("%s: %w", name, signature.ErrNotFound)
	}
	return m, nil
}

func (h *hostile) Blob(_ context.Context, digest string, _ int64) ([]byte, error) {
	data, ok := h.blobs[digest]
	if !ok {
		return nil, fmt.Errorf("%s: %w", digest, signature.ErrNotFound)
	}
	return data, nil
}

func (h *hostile) Referrers(context.Context, string) ([]signature.Descriptor, error) {
	return h.referrers, h.broken["referrers"]
}

var digest = "sha256:" + strings.Repeat("0a", 32)

// put stores a manifest behind a name, of layers that all are one blob.
func (h *hostile) put(name string, count int, size int64) {
	if h.blobs == nil {
		h.blobs, h.manifests, h.broken = map[string][]byte{}, map[string]signature.Manifest{}, map[string]error{}
	}
	blob := h.blob
	if blob == nil {
		blob = []byte("blob")
	}
	h.blobs[signature.DigestOf(blob)] = blob
	layer := fmt.Sprintf(`{"mediaType":"application/vnd.dev.cosign.simplesigning.v1+json","digest":%q,"size":%d}`, signature.DigestOf(blob), size)
	data := []byte(`{"layers":[` + strings.TrimSuffix(strings.Repeat(layer+",", count), ",") + `]}`)
	h.manifests[name] = signature.Manifest{Digest: signature.DigestOf(data), Bytes: data}
}

// RELIABILITY 29, 32: what was not looked at is told, and is never "nothing".
func TestFind_TellsWhatItCouldNotLookAt(t *testing.T) {
	sig := attached.Tag(digest, ".sig")
	tests := []struct {
		name    string
		damage  func(*hostile)
		items   int
		status  signature.Status
		message string
	}{
		{"all is well", func(*hostile) {}, 1, "", ""},
		{"the registry fails for a tag", func(h *hostile) { h.broken[attached.Tag(digest, ".att")] = errors.New("503") }, 1, signature.Unavailable, "503"},
		{"the registry fails for the referrers", func(h *hostile) { h.broken["referrers"] = errors.New("429") }, 1, signature.Unavailable, "429"},
		{"there are no referrers at all", func(h *hostile) { h.broken["referrers"] = signature.ErrNotFound }, 1, "", ""},
		{"a blob that is named is missing", func(h *hostile) { clear(h.blobs) }, 0, signature.Unavailable, "not found"},
		{"a blob has other bytes", func(h *hostile) {
			for d := range h.blobs {
				h.blobs[d] = []byte("other")
			}
		}, 0, signature.Unavailable, "the registry sent"},
		{"a manifest has other bytes", func(h *hostile) { m := h.manifests[sig]; m.Bytes = []byte("{}"); h.manifests[sig] = m }, 0, signature.Unavailable, "the registry sent"},
		{"a manifest is no JSON", func(h *hostile) {
			h.manifests[sig] = signature.Manifest{Digest: signature.DigestOf([]byte("<")), Bytes: []byte("<")}
		}, 0, signature.Unavailable, "read manifest"},
		{"an index where a manifest belongs", func(h *hostile) {
			data := []byte(`{"manifests":[{}],"layers":[]}`)
			h.manifests[sig] = signature.Manifest{Digest: signature.DigestOf(data), Bytes: data}
		}, 0, signature.Unavailable, "an index stands"},
		{"more signatures than are looked at", func(h *hostile) { h.put(sig, attached.MaxItems+1, 4) }, attached.MaxItems, signature.Incomplete, "more than 64"},
		{"exactly as many as are looked at", func(h *hostile) { h.put(sig, attached.MaxItems, 4) }, attached.MaxItems, "", ""},
		{"a signature that is too large", func(h *hostile) { h.put(sig, 1, attached.MaxBytes+1) }, 0, signature.Incomplete, "no more than"},
		{"more bytes than are looked at", func(h *hostile) {
			h.blob = make([]byte, attached.MaxBytes)
			h.put(sig, 6, attached.MaxBytes)
		}, 4, signature.Incomplete, "33554432 bytes"},
		{"a referrer that is not there", func(h *hostile) {
			h.referrers = []signature.Descriptor{{Digest: digest}}
		}, 1, signature.Unavailable, "not found"},
		{"a referrer with other bytes", func(h *hostile) {
			h.put(digest, 1, 4)
			h.referrers = []signature.Descriptor{{Digest: digest}}
		}, 1, signature.Unavailable, "the registry sent"},
		{"a layer of another kind", func(h *hostile) {
			data := bytes.Replace(h.manifests[sig].Bytes, []byte("simplesigning.v1+json"), []byte("simplesigning.v2+json"), 1)
			h.manifests[sig] = signature.Manifest{Digest: signature.DigestOf(data), Bytes: data}
		}, 0, "", ""},
		{"a referrer that is an index", func(h *hostile) {
			h.referrers = []signature.Descriptor{{Digest: digest, MediaType: "application/vnd.oci.image.index.v1+json"}}
		}, 1, "", ""},
		{"more referrers than are opened", func(h *hostile) {
			h.referrers = make([]signature.Descriptor, 10_000)
		}, 1, signature.Incomplete, "10000 referrers"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			h := &hostile{}
			h.put(sig, 1, 4)
			tt.damage(h)
			set := find(t, h, digest)
			if len(set.Items) != tt.items {
				t.Errorf("got %d items, want %d", len(set.Items), tt.items)
			}
			if tt.status == "" {
				if len(set.Problems) > 0 {
					t.Errorf("got problems %v, want none", set.Problems)
				}
				return
			}
			if len(set.Problems) == 0 || set.Problems[0].Status != tt.status || !strings.Contains(set.Problems[0].Message, tt.message) {
				t.Errorf("got problems %v, want %s with %q", set.Problems, tt.status, tt.message)
			}
			if len(set.Problems) > attached.MaxItems {
				t.Errorf("%d problems are told", len(set.Problems))
			}
		})
	}
}
