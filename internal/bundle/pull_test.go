package bundle_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"cuelabs.dev/go/oci/ociregistry/ocimem"
	"cuelabs.dev/go/oci/ociregistry/ociserver"

	"guard/internal/bundle"
	"guard/internal/imageref"
	"guard/internal/registry"
	"guard/internal/registry/signature"
	"guard/internal/registry/signature/attached"
	"guard/internal/registry/signature/signaturetest"
	"guard/internal/registry/signature/verify"
	"guard/internal/registry/transport"
)

// store is a registry with one repository of bundles.
type store struct {
	t        *testing.T
	host     string
	client   *registry.Client
	key      signaturetest.Signer
	refusing atomic.Pointer[string] // paths that hold this text are not answered; nil: all are
	slow     atomic.Bool
}

func newStore(t *testing.T) *store {
	t.Helper()
	s := &store{t: t, key: signaturetest.NewSigner(t)}
	inner := ociserver.New(ocimem.New(), nil)
	ended := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if part := s.refusing.Load(); part != nil && strings.Contains(r.URL.Path, *part) {
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		if s.slow.Load() {
			select {
			case <-r.Context().Done():
			case <-ended:
			}
			return
		}
		inner.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	t.Cleanup(func() { close(ended) })
	s.host = strings.TrimPrefix(server.URL, "http://")
	var err error
	s.client, err = registry.New(registry.Options{Transport: transport.Options{Allow: []string{s.host}, Insecure: []string{s.host}, Budget: 2 * time.Second, Backoff: time.Millisecond}})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func (s *store) reference(tag string) imageref.Reference {
	return (*imageref.Classifier)(nil).Parse(s.host + "/team/policy" + tag)
}

func (s *store) target() registry.Signatures {
	s.t.Helper()
	repository, err := s.client.Run().Repository(s.reference(":stable"))
	if err != nil {
		s.t.Fatal(err)
	}
	return repository.Signatures()
}

// puller holds bundles to the store's key.
func (s *store) puller(cache *bundle.Cache) *bundle.Puller {
	return &bundle.Puller{Client: s.client, Cache: cache, Verify: verify.Verify, Policy: signature.Policy{Trust: []signature.Trust{{
		Images: []string{s.host + "/team/policy"}, Authorities: []signature.Authority{{Name: "team", Keys: []signature.Key{{PEM: s.key.PublicPEM(s.t)}}, NoTransparencyLog: true}},
	}}}}
}

// push stores a manifest that somebody has made up.
func (s *store) push(manifest any, mediaType string) (digest string) {
	s.t.Helper()
	data, err := json.Marshal(manifest)
	if err != nil {
		s.t.Fatal(err)
	}
	if err := s.target().PutManifest(s.t.Context(), "stable", mediaType, data); err != nil {
		s.t.Fatal(err)
	}
	return signature.DigestOf(data)
}

// good stores a bundle.
func (s *store) good(version string) (digest string) {
	s.t.Helper()
	b, err := bundle.Build(version, map[string][]byte{"guard/rules/team/a.rego": []byte("package guard.rules.team.a\n")})
	if err != nil {
		s.t.Fatal(err)
	}
	digest, err = bundle.Push(s.t.Context(), s.target(), "stable", b)
	if err != nil {
		s.t.Fatal(err)
	}
	return digest
}

// sign stores signatures behind the tag of cosign 2.
func (s *store) sign(digest string, by ...signaturetest.Signer) {
	s.t.Helper()
	var layers []any
	for _, signer := range by {
		item := signaturetest.Signing{Signer: signer}.Cosign(s.t, signaturetest.Payload(s.t, s.host+"/team/policy", digest))
		if err := s.target().PutBlob(s.t.Context(), item.Bytes); err != nil {
			s.t.Fatal(err)
		}
		layers = append(layers, object{"mediaType": "application/vnd.dev.cosign.simplesigning.v1+json", "digest": signature.DigestOf(item.Bytes), "size": len(item.Bytes), "annotations": item.Annotations})
	}
	data, err := json.Marshal(object{"schemaVersion": 2, "mediaType": ociManifest, "config": s.blob("application/vnd.oci.image.config.v1+json", []byte("{}")), "layers": layers})
	if err != nil {
		s.t.Fatal(err)
	}
	if err := s.target().PutManifest(s.t.Context(), attached.Tag(digest, ".sig"), ociManifest, data); err != nil {
		s.t.Fatal(err)
	}
}

type object map[string]any

const (
	ociManifest = "application/vnd.oci.image.manifest.v1+json"
	ociIndex    = "application/vnd.oci.image.index.v1+json"
	tarGzip     = "application/vnd.oci.image.layer.v1.tar+gzip"
)

// blob stores a blob, and describes it.
func (s *store) blob(mediaType string, data []byte) object {
	s.t.Helper()
	if err := s.target().PutBlob(s.t.Context(), data); err != nil {
		s.t.Fatal(err)
	}
	return object{"mediaType": mediaType, "digest": signature.DigestOf(data), "size": len(data)}
}

func (s *store) manifest(layers ...object) object {
	return object{"schemaVersion": 2, "mediaType": ociManifest, "config": s.blob("application/vnd.oci.image.config.v1+json", []byte("{}")), "layers": layers}
}

// What is no bundle is refused although the right key has signed it.
func TestPull_RefusesWhatIsNoBundle(t *testing.T) {
	s := newStore(t)
	whole := s.blob(tarGzip, archive(t, plain...))
	large := object{"mediaType": tarGzip, "digest": whole["digest"], "size": bundle.MaxArchive + 1}
	s.good("1.0.0")
	there, err := s.target().Manifest(t.Context(), "stable")
	if err != nil {
		t.Fatal(err)
	}
	index := object{"schemaVersion": 2, "mediaType": ociIndex, "manifests": []object{{"mediaType": ociManifest, "digest": there.Digest, "size": len(there.Bytes)}}}
	for name, test := range map[string]struct {
		manifest  object
		mediaType string
		want      string
	}{
		"an index":              {index, ociIndex, "a bundle is one manifest"},
		"no layer":              {s.manifest([]object{}...), ociManifest, "it has 0 layers"},
		"two layers":            {s.manifest(whole, whole), ociManifest, "it has 2 layers"},
		"a layer of conftest's": {s.manifest(s.blob("application/vnd.cncf.openpolicyagent.policy.layer.v1+rego", []byte("package a"))), ociManifest, "a bundle has one, a " + tarGzip},
		"a large layer":         {s.manifest(large), ociManifest, "its layer has 8388609 bytes"},
		"an image":              {s.manifest(s.blob(tarGzip, archive(t, entry{name: "bin/sh", text: "x"}))), ociManifest, "no .manifest"},
		"a layer that leads out": {s.manifest(s.blob(tarGzip, archive(t, append([]entry{{name: "../../evil", text: "x"}}, plain...)...))), ociManifest,
			`"../../evil" is no path inside of it`},
	} {
		digest := s.push(test.manifest, test.mediaType)
		s.sign(digest, s.key)
		for _, reference := range []string{":stable", "@" + digest} {
			_, err := s.puller(&bundle.Cache{Dir: t.TempDir()}).Pull(t.Context(), bundle.Want{Reference: s.reference(reference)})
			if refused := new(bundle.RefusedError); !errors.As(err, &refused) || !strings.Contains(err.Error(), test.want) {
				t.Errorf("%s by %s: got %v, want %s", name, reference, err, test.want)
			}
		}
	}
}

// What is not known is not taken for unsigned, and never for signed.
func TestPull_WhatIsNotKnown(t *testing.T) {
	s := newStore(t)
	digest := s.good("1.0.0")
	cache := &bundle.Cache{Dir: t.TempDir()}
	pull := func() (*bundle.Pulled, error) {
		return s.puller(cache).Pull(t.Context(), bundle.Want{Reference: s.reference(":stable"), Ordered: true})
	}
	refused := new(bundle.RefusedError)
	if _, err := pull(); !errors.As(err, &refused) {
		t.Errorf("unsigned: got %v", err)
	}
	var many []signaturetest.Signer
	for range 100 {
		many = append(many, signaturetest.NewSigner(t))
	}
	s.sign(digest, many...)
	if _, err := pull(); err == nil || errors.As(err, &refused) || !strings.Contains(err.Error(), "more is attached than guard looks at") {
		t.Errorf("too many signatures: got %v", err)
	}
	s.sign(digest, s.key)
	signatures := ".sig"
	s.refusing.Store(&signatures)
	if _, err := pull(); !errors.Is(err, registry.ErrUnavailable) || errors.As(err, &refused) {
		t.Errorf("no signatures are told: got %v", err)
	}
	s.refusing.Store(nil)
	pulled, err := pull()
	if err != nil || len(pulled.Signers) != 1 || pulled.Stale != "" {
		t.Fatalf("got %+v, %v", pulled, err)
	}
	if err := pulled.Keep(); err != nil {
		t.Fatal(err)
	}
	s.refusing.Store(&signatures)
	if pulled, err = pull(); err != nil || pulled.Stale == "" || pulled.Digest != digest {
		t.Errorf("no signatures are told, and some are kept: %+v, %v", pulled, err)
	}
	// A registry that takes its time is away as well.
	s.refusing.Store(nil)
	s.slow.Store(true)
	began := time.Now()
	if pulled, err = pull(); err != nil || pulled.Stale == "" || time.Since(began) > 10*time.Second {
		t.Errorf("after %s: %+v, %v", time.Since(began), pulled, err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	if _, err := s.puller(nil).Pull(ctx, bundle.Want{Reference: s.reference(":stable")}); err == nil || time.Since(began) > 20*time.Second {
		t.Errorf("it does not end in time: %v", err)
	}
}

// Only a registry that is away is made up for: one that has lost the bundle, or
// lets nobody in, has said so.
func TestPull_TheCacheIsNoWayRound(t *testing.T) {
	s := newStore(t)
	digest := s.good("1.0.0")
	s.sign(digest, s.key)
	cache := &bundle.Cache{Dir: t.TempDir()}
	want := bundle.Want{Reference: s.reference(":stable"), Ordered: true}
	pulled, err := s.puller(cache).Pull(t.Context(), want)
	if err == nil {
		err = pulled.Keep()
	}
	if err != nil {
		t.Fatal(err)
	}
	empty := newStore(t)
	p := s.puller(cache)
	p.Client = empty.client
	want.Reference.Registry = empty.host
	p.Policy.Trust[0].Images = []string{empty.host + "/team/policy"}
	if _, err := p.Pull(t.Context(), want); !errors.Is(err, registry.ErrNotFound) {
		t.Errorf("another registry: got %v", err)
	}
	// What is kept counts for its own name only.
	names, err := os.ReadDir(cache.Dir + "/records")
	if err != nil || len(names) != 1 {
		t.Fatal(names, err)
	}
	before, err := os.ReadFile(cache.Dir + "/records/" + names[0].Name())
	if err != nil || !bytes.Contains(before, []byte(digest)) {
		t.Errorf("the record does not name the bundle: %v", err)
	}
	p.Client = nil
	if _, err := p.Pull(t.Context(), want); err == nil || !strings.Contains(err.Error(), "it does not have the bundle") {
		t.Errorf("another registry, offline: got %v", err)
	}
}
