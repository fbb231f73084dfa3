package registry_test

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"guard/internal/registry"
)

func TestResolveAnImage(t *testing.T) {
	real(t, func(t *testing.T, r *remote) {
		c := config("amd64", "1000")
		m := r.push("acme/app", "1.0", c)
		want := registry.Image{
			Reference: r.host + "/acme/app:1.0", Digest: digest(m), MediaType: ociManifest,
			Platforms: []registry.Platform{{
				OS: "linux", Architecture: "amd64", Digest: digest(m), ConfigDigest: digest(encode(c)), User: "1000", WorkingDir: "/srv",
				Created: "2026-01-02T03:04:05Z", Labels: map[string]string{"org.opencontainers.image.revision": strings.Repeat("a", 40)},
				Env: []string{"PATH=/bin", "MODE=production"}, Entrypoint: []string{"/app"}, Cmd: []string{"serve"}, Ports: []string{"8080/tcp"},
				History: []registry.Step{{CreatedBy: "COPY app /app"}, {CreatedBy: "USER 1000", EmptyLayer: true}},
				Layers:  []registry.Descriptor{{MediaType: "application/vnd.oci.image.layer.v1.tar+gzip", Digest: digest([]byte("layer")), Size: 5}},
			}},
		}
		got, err := r.client.Resolve(ctx, r.ref("acme/app:1.0"))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
		byDigest, err := r.client.Resolve(ctx, r.ref("acme/app@"+digest(m)))
		if err != nil || byDigest.Digest != got.Digest {
			t.Errorf("by digest: %+v, %v", byDigest, err)
		}
		for _, name := range []string{"acme/app:none", "acme/none:1.0", "acme/app@" + digest(nil)} {
			if _, err := r.client.Resolve(ctx, r.ref(name)); !errors.Is(err, registry.ErrNotFound) {
				t.Errorf("%s: %v, want it not to be found", name, err)
			}
		}
	})
}

func TestResolveAnIndex(t *testing.T) {
	real(t, func(t *testing.T, r *remote) {
		amd, arm := r.push("acme/app", "a", config("amd64", "1000")), r.push("acme/app", "b", config("arm64", "root"))
		attestation := r.push("acme/app", "c", config("unknown", ""))
		r.pushManifest("acme/app", "1.0", ociIndex, index(
			child(amd, "linux", "amd64"), child(arm, "linux", "s390x"),
			with(child(attestation, "unknown", "unknown"), "annotations", object{"vnd.docker.reference.type": "attestation-manifest"}),
		))
		got, err := r.client.Resolve(ctx, r.ref("acme/app:1.0"))
		if err != nil {
			t.Fatal(err)
		}
		var users []string
		for _, p := range got.Platforms {
			users = append(users, p.String()+" "+p.User)
		}
		if diff := cmp.Diff([]string{"linux/amd64 1000", "linux/arm64 root"}, users); diff != "" {
			t.Error(diff)
		}
		if len(got.Attachments) != 1 || got.Attachments[0].Digest != digest(attestation) {
			t.Errorf("attachments: %+v", got.Attachments)
		}
		want := []string{
			"the index names " + digest(arm) + " as linux/s390x, its configuration is linux/arm64",
			`the user is "1000" on linux/amd64 and "root" on linux/arm64`,
		}
		if diff := cmp.Diff(want, got.Inconsistent); diff != "" {
			t.Error(diff)
		}
	})
}

// RELIABILITY 24: a tag is resolved once in a run, and its digest is what
// everybody sees.
func TestTagIsResolvedOnceInARun(t *testing.T) {
	r := start(t, registryThatMoves(t))
	var digests []string
	for range 3 {
		image, err := r.client.Resolve(ctx, r.ref("acme/app:1"))
		if err != nil {
			t.Fatal(err)
		}
		digests = append(digests, image.Digest)
	}
	if digests[0] != digests[1] || digests[1] != digests[2] {
		t.Errorf("one run saw %q", digests)
	}
	next, err := r.client.Run().Resolve(ctx, r.ref("acme/app:1"))
	if err != nil || next.Digest == digests[0] {
		t.Errorf("the next run saw %s, %v; want what the tag names now", next.Digest, err)
	}
	known, err := r.client.Run().Resolve(ctx, r.ref("acme/app@"+digests[0]))
	if err != nil || known.Digest != digests[0] {
		t.Errorf("by digest: %s, %v", known.Digest, err)
	}
}

// registryThatMoves gives its tag another image each time.
func registryThatMoves(t *testing.T) http.Handler {
	t.Helper()
	paths := map[string]http.HandlerFunc{}
	var manifests [][]byte
	for i := range 5 {
		c := encode(config("amd64", fmt.Sprint(i)))
		for path, answer := range image(manifest(c), c, ociManifest) {
			paths[path] = answer
		}
		manifests = append(manifests, manifest(c))
	}
	paths["/v2/acme/app/manifests/1"] = func(w http.ResponseWriter, r *http.Request) {
		serveBytes(ociManifest, manifests[0])(w, r)
		manifests = manifests[1:]
	}
	return mux(paths)
}

// RELIABILITY 25: other bytes than those of the digest are an error.
func TestOtherBytesAreAnError(t *testing.T) {
	c := encode(config("amd64", "1000"))
	good, other := manifest(c), manifest(encode(config("amd64", "root")))
	lie := func(header string) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Docker-Content-Digest", header)
			serveBytes(ociManifest, good)(w, r)
		}
	}
	for _, row := range []struct {
		name, ref string
		path      string
		answer    http.HandlerFunc
	}{
		{"another manifest", "@" + digest(good), "manifests/" + digest(good), serveBytes(ociManifest, other)},
		{"one byte more", "@" + digest(good), "manifests/" + digest(good), serveBytes(ociManifest, append(good[:len(good):len(good)], ' '))},
		{"a header that lies of a tag", ":1", "manifests/1", lie(digest(other))},
		{"a header that lies of a digest", "@" + digest(good), "manifests/" + digest(good), lie(digest(other))},
		{"a header that is no digest", ":1", "manifests/1", lie("sha256:beef")},
		{"a header of an unknown algorithm", ":1", "manifests/1", lie("md5:" + strings.Repeat("a", 32))},
		{"another configuration", ":1", "blobs/" + digest(c), serveBytes("", encode(config("amd64", "root ")))},
		{"an empty configuration", ":1", "blobs/" + digest(c), serveBytes("", nil)},
	} {
		paths := image(good, c, ociManifest)
		paths["/v2/acme/app/"+row.path] = row.answer
		r := start(t, mux(paths))
		if got, err := r.client.Resolve(ctx, r.ref("acme/app"+row.ref)); !errors.Is(err, registry.ErrInvalid) {
			t.Errorf("%s: %+v, %v; want it invalid", row.name, got, err)
		}
	}
	r := start(t, mux(image(good, c, ociManifest)))
	if _, err := r.client.Resolve(ctx, r.ref("acme/app:1")); err != nil {
		t.Errorf("nothing changed: %v", err)
	}
}

// Digests of every algorithm that references may have are compared.
func TestDigestAlgorithms(t *testing.T) {
	c := encode(config("amd64", "1000"))
	paths := image(manifest(c), c, ociManifest)
	const sha512 = "sha512:"
	wrong := sha512 + strings.Repeat("a", 128)
	paths["/v2/acme/app/manifests/"+wrong] = serveBytes(ociManifest, manifest(c))
	r := start(t, mux(paths))
	if _, err := r.client.Resolve(ctx, r.ref("acme/app@"+wrong)); !errors.Is(err, registry.ErrInvalid) {
		t.Errorf("%v, want it invalid", err)
	}
}

// What is no reference is not asked for.
func TestBadReferences(t *testing.T) {
	r := start(t, mux(nil))
	for _, text := range []string{"", "UPPER/case", "a b", "app@sha256:beef", "app:${TAG}"} {
		if _, err := r.client.Resolve(ctx, parse(text)); !errors.Is(err, registry.ErrInvalid) {
			t.Errorf("%q: %v, want it invalid", text, err)
		}
	}
	repository := r.repository("acme/app")
	for _, tag := range []string{"", "../x", "a/b", "a?b", "a b", "-a", strings.Repeat("a", 129)} {
		if _, err := repository.Manifest(ctx, tag); !errors.Is(err, registry.ErrInvalid) {
			t.Errorf("Manifest(%q): %v, want it invalid", tag, err)
		}
	}
}
