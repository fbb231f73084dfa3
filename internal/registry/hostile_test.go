package registry_test

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"guard/internal/imageref"
	"guard/internal/registry"
	"guard/internal/registry/registrytest"
)

func parse(text string) imageref.Reference { return (*imageref.Classifier)(nil).Parse(text) }

// RELIABILITY 30: what is two things at once is neither.
func TestMediaTypeConfusion(t *testing.T) {
	c := encode(config("amd64", "1000"))
	m := object{"schemaVersion": 2, "mediaType": ociManifest, "config": descriptor(ociConfig, c), "layers": []object{}}
	i := object{"schemaVersion": 2, "mediaType": ociIndex, "manifests": []object{child(manifest(c), "linux", "amd64")}}
	for _, row := range []struct {
		name, served string
		document     []byte
		good         bool
	}{
		{"a manifest", ociManifest, encode(m), true},
		{"a manifest without media type", ociManifest, encode(with(m, "mediaType", "")), true},
		{"a manifest served as JSON", "application/json", encode(m), true},
		{"a manifest with a parameter", ociManifest + "; charset=utf-8", encode(m), true},
		{"an index", ociIndex, encode(i), true},
		{"a manifest served as that of Docker", "application/vnd.docker.distribution.manifest.v2+json", encode(m), false},
		{"manifests and layers", ociManifest, encode(with(m, "manifests", i["manifests"])), false},
		{"manifests and layers in an index", ociIndex, encode(with(i, "layers", m["layers"])), false},
		{"a configuration in an index", ociIndex, encode(with(i, "config", m["config"])), false},
		{"an empty list of manifests beside layers", ociManifest, encode(with(m, "manifests", []object{})), false},
		{"an index served as manifest", ociManifest, encode(i), false},
		{"a manifest served as index", ociIndex, encode(m), false},
		{"an index that calls itself a manifest", ociManifest, encode(with(i, "mediaType", ociManifest)), false},
		{"a manifest that calls itself an index", ociIndex, encode(with(m, "mediaType", ociIndex)), false},
		{"an index served as manifest, saying nothing", ociManifest, encode(with(i, "mediaType", "")), false},
		{"no media type at all", "application/json", encode(with(m, "mediaType", "")), false},
		{"a web page", "text/html", []byte("<html>"), false},
		{"schema 1", "application/vnd.docker.distribution.manifest.v1+prettyjws", encode(object{"schemaVersion": 1, "fsLayers": []object{}, "history": []object{}}), false},
		{"schema 1 that calls itself a manifest", ociManifest, encode(with(m, "fsLayers", []object{{"blobSum": digest(nil)}})), false},
		{"schema version 1", ociManifest, encode(with(m, "schemaVersion", 1)), false},
		{"an artifact's configuration", ociManifest, encode(with(m, "config", descriptor("application/vnd.cncf.helm.config.v1+json", c))), false},
		{"an empty configuration", ociManifest, encode(with(m, "config", descriptor(ociEmpty, c))), false},
		{"no configuration", ociManifest, encode(object{"schemaVersion": 2, "mediaType": ociManifest, "layers": []object{}}), false},
		{"an artifact manifest", "application/vnd.oci.artifact.manifest.v1+json", encode(object{"mediaType": "application/vnd.oci.artifact.manifest.v1+json", "blobs": []object{}}), false},
		{"a key twice", ociManifest, []byte(strings.Replace(string(encode(m)), `{`, `{"schemaVersion":2,`, 1)), false},
		{"something after the document", ociManifest, append(encode(m), "{}"...), false},
		{"invalid UTF-8", ociManifest, []byte(strings.Replace(string(encode(m)), `"layers"`, "\"\xff\":1,\"layers\"", 1)), false},
		{"a digest that is none", ociManifest, encode(with(m, "config", object{"mediaType": ociConfig, "digest": "sha256:../../x", "size": 1})), false},
		{"a negative size", ociManifest, encode(with(m, "config", object{"mediaType": ociConfig, "digest": digest(c), "size": -1})), false},
		{"an index without images", ociIndex, encode(with(i, "manifests", []object{})), false},
		{"an index of attachments only", ociIndex, encode(with(i, "manifests", []object{child(manifest(c), "unknown", "unknown")})), false},
		{"an index that calls its image an artifact", ociIndex, encode(with(i, "manifests", []object{with(child(manifest(c), "linux", "amd64"), "artifactType", "application/x")})), true},
		{"a child of another size", ociIndex, encode(with(i, "manifests", []object{with(child(manifest(c), "linux", "amd64"), "size", 1)})), false},
		{"not JSON", ociManifest, []byte("manifest"), false},
		{"nothing", ociManifest, nil, false},
	} {
		paths := image(manifest(c), c, ociManifest)
		paths["/v2/acme/app/manifests/1"] = serveBytes(row.served, row.document)
		r := start(t, mux(paths))
		got, err := r.client.Resolve(ctx, r.ref("acme/app:1"))
		if row.good && err != nil || !row.good && !errors.Is(err, registry.ErrInvalid) {
			t.Errorf("%s: %+v, %v", row.name, got, err)
		}
	}
}

// RELIABILITY 29: documents made to cost much cost little.
func TestDocumentBombsAreBounded(t *testing.T) {
	c := encode(config("amd64", "1000"))
	m := manifest(c)
	many := make([]object, 10_000)
	for i := range many {
		many[i] = child(m, "linux", fmt.Sprint("a", i))
	}
	large := encode(with(config("amd64", "1000"), "comment", strings.Repeat("a", registry.MaxManifest)))
	for _, row := range []struct {
		name  string
		paths map[string]http.HandlerFunc
	}{
		{"indexes 100 deep", nested(m, 100)},
		{"indexes 4 deep", nested(m, 4)},
		{"10,000 children", image(index(many...), c, ociIndex)},
		{"a manifest of many small values", image([]byte(`{"schemaVersion":2,"layers":[`+strings.Repeat("{},", 1<<20)+`{}]}`), c, ociManifest)},
		{"many annotations", image([]byte(`{"schemaVersion":2,"annotations":{`+manyKeys(400_000)+`}}`), c, ociManifest)},
		{"a manifest nested a million deep", image([]byte(`{"a":`+strings.Repeat("[", 1<<20)+strings.Repeat("]", 1<<20)+`}`), c, ociManifest)},
		{"a configuration that is too large", image(manifest(large), large, ociManifest)},
		{"64 platforms of 256 KiB each", manyLarge(64)},
	} {
		t.Run(row.name, func(t *testing.T) {
			r := start(t, mux(row.paths))
			var err error
			grown := registrytest.Peak(t, func() { _, err = r.client.Resolve(ctx, r.ref("acme/app:1")) })
			if !errors.Is(err, registry.ErrInvalid) {
				t.Errorf("%v, want it invalid", err)
			}
			if grown > 32<<20 {
				t.Errorf("memory grew by %d MiB, want less than 32", grown>>20)
			}
		})
	}
	r := start(t, mux(nested(m, 3)))
	if _, err := r.client.Resolve(ctx, r.ref("acme/app:1")); err != nil && strings.Contains(err.Error(), "deep") {
		t.Errorf("indexes 3 deep: %v", err)
	}
}

// nested serves an index in an index.
func nested(m []byte, depth int) map[string]http.HandlerFunc {
	c := encode(config("amd64", "1000"))
	paths := image(m, c, ociManifest)
	document := index(child(m, "linux", "amd64"))
	for range depth - 1 {
		paths["/v2/acme/app/manifests/"+digest(document)] = serveBytes(ociIndex, document)
		document = index(descriptor(ociIndex, document))
	}
	paths["/v2/acme/app/manifests/1"] = serveBytes(ociIndex, document)
	return paths
}

func manyKeys(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, `"%x":"",`, i)
	}
	return b.String() + `"z":""`
}

// manyLarge serves many platforms with large configurations, which are made
// as they are sent: the memory of this test is that of the client.
func manyLarge(n int) map[string]http.HandlerFunc {
	paths := map[string]http.HandlerFunc{}
	comment := strings.Repeat("a", 256<<10)
	var children []object
	for i := range n {
		start := fmt.Sprintf(`{"os":"linux","architecture":"a%d","comment":"`, i)
		whole := start + comment + `"}`
		m := manifest([]byte(whole))
		paths["/v2/acme/app/manifests/"+digest(m)] = serveBytes(ociManifest, m)
		paths["/v2/acme/app/blobs/"+digest([]byte(whole))] = func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", fmt.Sprint(len(start)+len(comment)+2))
			for _, part := range []string{start, comment, `"}`} {
				io.WriteString(w, part)
			}
		}
		children = append(children, child(m, "linux", fmt.Sprint("a", i)))
	}
	paths["/v2/acme/app/manifests/1"] = serveBytes(ociIndex, index(children...))
	return paths
}

// RELIABILITY 32: that nobody answers is another reason than that nothing is
// there.
func TestUnavailableIsNotMissing(t *testing.T) {
	for code, want := range map[int]error{
		500: registry.ErrUnavailable, 503: registry.ErrUnavailable, 429: registry.ErrUnavailable,
		404: registry.ErrNotFound, 401: registry.ErrUnauthorized, 403: registry.ErrUnauthorized,
	} {
		r := start(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(code) }))
		_, err := r.client.Resolve(ctx, r.ref("acme/app:1"))
		for _, kind := range []error{registry.ErrUnavailable, registry.ErrNotFound, registry.ErrUnauthorized, registry.ErrInvalid, registry.ErrRefused} {
			if errors.Is(err, kind) != (kind == want) {
				t.Errorf("%d: %v; is it %q?", code, err, kind)
			}
		}
		if _, err := r.repository("acme/app").Referrers(ctx, digest(nil)); code >= 500 && !errors.Is(err, registry.ErrUnavailable) {
			t.Errorf("%d: referrers: %v, want unavailable", code, err)
		}
	}
}
