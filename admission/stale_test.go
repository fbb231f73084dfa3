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
