package admission

import (
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"guard/internal/imageref"
	"guard/internal/registry"
	"guard/internal/registry/signature"
	"guard/internal/registry/signature/signaturetest"
	"guard/internal/registry/transport"
)

// What was proved of a digest is believed for a while, and for longer as long
// as the registry does not answer, but not for ever.
func TestImages_StaleWhileTheRegistryIsAway(t *testing.T) {
	r, key := signaturetest.NewFallbackRepository(t), signaturetest.NewSigner(t)
	host, path, _ := strings.Cut(r.Name(), "/")
	asked, away := atomic.Int64{}, atomic.Bool{}
	proxy := httputil.NewSingleHostReverseProxy(&url.URL{Scheme: "http", Host: host})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, call *http.Request) {
		asked.Add(1)
		if away.Load() {
			w.WriteHeader(http.StatusInternalServerError)
			return
		}
		proxy.ServeHTTP(w, call)
	}))
	t.Cleanup(server.Close)
	front := strings.TrimPrefix(server.URL, "http://")
	image := r.Push()
	r.Attach(image.Digest, signaturetest.Signing{Signer: key}.Cosign(t, signaturetest.Payload(t, front+"/"+path, image.Digest)))

	client, err := registry.New(registry.Options{Transport: transport.Options{Allow: []string{front}, Insecure: []string{front}, Budget: 2 * time.Second}})
	if err != nil {
		t.Fatal(err)
	}
	policy := signature.Policy{Trust: []signature.Trust{{
		Images:      []string{front + "/" + path},
		Authorities: []signature.Authority{{Name: "release", Keys: []signature.Key{{PEM: key.PublicPEM(t)}}, NoTransparencyLog: true}},
	}}}
	made, err := NewImages(client, policy, nil)
	if err != nil {
		t.Fatal(err)
	}
	images, now := made.(*registries), time.Now().Truncate(fresh)
	images.now = func() time.Time { return now }
	ref := (*imageref.Classifier)(nil).Parse(front + "/" + path + "@" + image.Digest)
	for _, step := range []struct {
		name       string
		later      time.Duration
		away       bool
		holds, ask bool
	}{
		{"at first", 0, false, true, true},
		{"again", fresh / 2, true, true, false},
		{"not fresh, and the registry is away", fresh, true, true, true},
		{"too old, and the registry is away", 2 * stale, true, false, true},
		{"the registry is back", 2 * stale, false, true, true},
	} {
		before := asked.Load()
		now = time.Now().Truncate(fresh).Add(step.later)
		away.Store(step.away)
		result, err := images.Verify(t.Context(), ref, Puller{})
		if holds := err == nil && result.Holds(); holds != step.holds || (asked.Load() > before) != step.ask {
			t.Errorf("%s: holds %v, asked %v, %v", step.name, holds, asked.Load() > before, err)
		}
	}
}

// What a tag names is asked for again soon, and believed for longer as long as
// the registry does not answer. That it names nothing is an answer.
func TestImages_StaleTags(t *testing.T) {
	r := signaturetest.NewFallbackRepository(t)
	host, path, _ := strings.Cut(r.Name(), "/")
	status, asked := atomic.Int64{}, atomic.Int64{}
	proxy := httputil.NewSingleHostReverseProxy(&url.URL{Scheme: "http", Host: host})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, call *http.Request) {
		asked.Add(1)
		if code := status.Load(); code != 0 {
			w.WriteHeader(int(code))
			return
		}
		proxy.ServeHTTP(w, call)
	}))
	t.Cleanup(server.Close)
	front := strings.TrimPrefix(server.URL, "http://")
	m, err := r.Manifest(t.Context(), r.Push().Digest)
	if err == nil {
		err = r.PutManifest(t.Context(), "1.4.2", m.MediaType, m.Bytes)
	}
	if err != nil {
		t.Fatal(err)
	}
	client, err := registry.New(registry.Options{Transport: transport.Options{Allow: []string{front}, Insecure: []string{front}, Budget: 5 * time.Second, Backoff: time.Millisecond}})
	if err != nil {
		t.Fatal(err)
	}
	made, err := NewImages(client, signature.Policy{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	images, began := made.(*registries), time.Now().Truncate(stale)
	ref := (*imageref.Classifier)(nil).Parse(front + "/" + path + ":1.4.2")
	for _, step := range []struct {
		name       string
		later      time.Duration
		status     int64
		known, ask bool
	}{
		{"at first", 0, 0, true, true},
		{"again", freshTag / 2, 500, true, false},
		{"not fresh, and the registry is away", 2 * freshTag, 500, true, true},
		{"an hour later, and the registry is away", stale + 2*freshTag, 500, false, true},
		{"the registry is back", stale + 4*freshTag, 0, true, true},
		{"not fresh, and not there", stale + 6*freshTag, 404, false, true},
		{"not fresh, and not for us", stale + 8*freshTag, 401, false, true},
	} {
		before := asked.Load()
		images.now = func() time.Time { return began.Add(step.later) }
		status.Store(step.status)
		image, err := images.Image(t.Context(), ref, Puller{})
		if known := err == nil && image.Digest == m.Digest; known != step.known || (asked.Load() > before) != step.ask {
			t.Errorf("%s: known %v, asked %v, %v", step.name, known, asked.Load() > before, err)
		}
	}
}
