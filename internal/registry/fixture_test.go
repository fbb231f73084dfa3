package registry_test

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"guard/internal/imageref"
	"guard/internal/registry"
	"guard/internal/registry/registrytest"
	"guard/internal/registry/transport"
)

const (
	ociManifest = "application/vnd.oci.image.manifest.v1+json"
	ociIndex    = "application/vnd.oci.image.index.v1+json"
	ociConfig   = "application/vnd.oci.image.config.v1+json"
	ociEmpty    = "application/vnd.oci.empty.v1+json"
)

var ctx = context.Background()

// remote is a registry and a client that may talk to it.
type remote struct {
	t      testing.TB
	host   string
	client *registry.Client
}

func start(t testing.TB, handler http.Handler, change ...func(*registry.Options)) *remote {
	t.Helper()
	network := registrytest.NewNetwork(t)
	host := "127.0.0.1:" + network.Server(handler)
	o := registry.Options{Transport: transport.Options{Allow: []string{"127.0.0.1"}, Roots: network.Roots(), Resolver: network.Resolver(), Timeout: 10 * time.Second, Backoff: time.Millisecond}}
	for _, c := range change {
		c(&o)
	}
	client, err := registry.New(o)
	if err != nil {
		t.Fatal(err)
	}
	return &remote{t, host, client}
}

// real starts each kind of real registry.
func real(t *testing.T, test func(t *testing.T, r *remote)) {
	t.Run("with the referrers API", func(t *testing.T) { test(t, start(t, registrytest.WithReferrers())) })
	t.Run("without", func(t *testing.T) { test(t, start(t, registrytest.Distribution(t))) })
}

func (r *remote) ref(name string) imageref.Reference {
	r.t.Helper()
	ref := (*imageref.Classifier)(nil).Parse(r.host + "/" + name)
	if ref.Invalid != "" {
		r.t.Fatalf("%s: %s", name, ref.Invalid)
	}
	return ref
}

func (r *remote) repository(name string) *registry.Repository {
	r.t.Helper()
	repository, err := r.client.Repository(r.ref(name))
	if err != nil {
		r.t.Fatal(err)
	}
	return repository
}

// object is JSON to be.
type object map[string]any

func encode(value any) []byte {
	data, err := json.Marshal(value)
	if err != nil {
		panic(err)
	}
	return data
}

func digest(data []byte) string { return fmt.Sprintf("sha256:%x", sha256.Sum256(data)) }

func descriptor(mediaType string, data []byte) object {
	return object{"mediaType": mediaType, "digest": digest(data), "size": len(data)}
}

func with(o object, key string, value any) object {
	other := object{key: value}
	for k, v := range o {
		if k != key {
			other[k] = v
		}
	}
	return other
}

func config(architecture, user string) object {
	return object{
		"os": "linux", "architecture": architecture, "created": "2026-01-02T03:04:05Z",
		"config": object{
			"User": user, "WorkingDir": "/srv", "Env": []string{"PATH=/bin", "MODE=production"}, "Entrypoint": []string{"/app"}, "Cmd": []string{"serve"},
			"Labels": object{"org.opencontainers.image.revision": strings.Repeat("a", 40)}, "ExposedPorts": object{"8080/tcp": object{}},
		},
		"history": []object{{"created_by": "COPY app /app"}, {"created_by": "USER " + user, "empty_layer": true}},
		"rootfs":  object{"type": "layers", "diff_ids": []string{digest([]byte("layer"))}},
	}
}

// manifest makes the manifest of a configuration and one layer.
func manifest(config []byte) []byte {
	return encode(object{"schemaVersion": 2, "mediaType": ociManifest, "config": descriptor(ociConfig, config), "layers": []object{descriptor("application/vnd.oci.image.layer.v1.tar+gzip", []byte("layer"))}})
}

// push stores the image of a configuration, and answers its manifest.
func (r *remote) push(repository, tag string, c object) []byte {
	r.t.Helper()
	data := encode(c)
	for _, blob := range [][]byte{data, []byte("layer")} {
		if _, err := r.repository(repository).PushBlob(ctx, blob); err != nil {
			r.t.Fatal(err)
		}
	}
	m := manifest(data)
	r.pushManifest(repository, tag, ociManifest, m)
	return m
}

func (r *remote) pushManifest(repository, tag, mediaType string, data []byte) {
	r.t.Helper()
	d, err := r.repository(repository).PushManifest(ctx, tag, mediaType, data)
	if err != nil {
		r.t.Fatal(err)
	}
	if d.Digest != digest(data) {
		r.t.Fatalf("pushed %s, want %s", d.Digest, digest(data))
	}
}

// index makes an index of manifests by platform.
func index(children ...object) []byte {
	return encode(object{"schemaVersion": 2, "mediaType": ociIndex, "manifests": children})
}

func child(m []byte, os, architecture string) object {
	return with(descriptor(ociManifest, m), "platform", object{"os": os, "architecture": architecture})
}

func serveBytes(mediaType string, data []byte) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		if mediaType != "" {
			w.Header().Set("Content-Type", mediaType)
		}
		w.Write(data)
	}
}

// image serves one image in the repository acme/app.
func image(m, config []byte, mediaType string) map[string]http.HandlerFunc {
	return map[string]http.HandlerFunc{
		"/v2/acme/app/manifests/1":             serveBytes(mediaType, m),
		"/v2/acme/app/manifests/" + digest(m):  serveBytes(mediaType, m),
		"/v2/acme/app/blobs/" + digest(config): serveBytes("", config),
	}
}

func mux(paths map[string]http.HandlerFunc) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if answer := paths[r.URL.Path]; answer != nil {
			answer(w, r)
			return
		}
		w.WriteHeader(http.StatusNotFound)
	})
}
