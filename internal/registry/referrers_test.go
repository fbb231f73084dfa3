package registry_test

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"guard/internal/registry"
)

const bundleType = "application/vnd.dev.sigstore.bundle.v0.3+json"

func attach(t *testing.T, r *remote, subject, data string) registry.Descriptor {
	t.Helper()
	d, err := r.repository("acme/app").Attach(ctx, subject, registry.Artifact{
		ArtifactType: bundleType, MediaType: bundleType, Data: []byte(data), Annotations: map[string]string{"dev.sigstore.bundle.content": data},
	})
	if err != nil {
		t.Error(err)
	}
	return d
}

// What is attached is found again, with the referrers API and without.
func TestAttachAndReferrers(t *testing.T) {
	real(t, func(t *testing.T, r *remote) {
		m := r.push("acme/app", "1.0", config("amd64", "1000"))
		repository := r.repository("acme/app")
		none, err := repository.Referrers(ctx, digest(m))
		if err != nil || len(none) != 0 {
			t.Fatalf("before: %+v, %v", none, err)
		}
		want := map[string]bool{}
		for _, data := range []string{"one", "two", "two"} {
			want[attach(t, r, digest(m), data).Digest] = true
		}
		found, err := repository.Referrers(ctx, digest(m))
		if err != nil || len(found) != 2 {
			t.Fatalf("found %+v, %v; want 2", found, err)
		}
		for _, d := range found {
			if !want[d.Digest] || d.ArtifactType != bundleType || d.MediaType != ociManifest || d.Size == 0 {
				t.Errorf("found %+v", d)
			}
			expectPayload(t, repository, d)
		}
	})
}

// expectPayload reads an attached artifact to its end.
func expectPayload(t *testing.T, repository *registry.Repository, d registry.Descriptor) {
	t.Helper()
	m, err := repository.Manifest(ctx, d.Digest)
	if err != nil {
		t.Fatal(err)
	}
	for _, data := range []string{"one", "two"} {
		if !strings.Contains(string(m.Bytes), digest([]byte(data))) {
			continue
		}
		got, err := repository.Blob(ctx, digest([]byte(data)), registry.MaxBlob)
		if err != nil || string(got) != data {
			t.Errorf("blob: %q, %v; want %q", got, err, data)
		}
		if _, err := repository.Blob(ctx, digest([]byte(data)), 2); !errors.Is(err, registry.ErrInvalid) {
			t.Errorf("a blob larger than the limit: %v", err)
		}
	}
}

// Those who attach at the same time do not lose each other's.
func TestAttachAtTheSameTime(t *testing.T) {
	real(t, func(t *testing.T, r *remote) {
		m := r.push("acme/app", "1.0", config("amd64", "1000"))
		var group sync.WaitGroup
		for i := range 4 {
			group.Go(func() { attach(t, r, digest(m), fmt.Sprint(i)) })
		}
		group.Wait()
		if found, err := r.repository("acme/app").Referrers(ctx, digest(m)); err != nil || len(found) != 4 {
			t.Fatalf("found %+v, %v; want 4", found, err)
		}
	})
}

// A list that does not say what an artifact is, is completed from the
// artifact; both lists are read, and each artifact is told once.
func TestReferrersOfBothLists(t *testing.T) {
	c := encode(config("amd64", "1000"))
	subject := digest(manifest(c))
	artifact := func(artifactType, configType, data string) []byte {
		o := object{"schemaVersion": 2, "mediaType": ociManifest, "config": descriptor(configType, []byte("{}")), "layers": []object{descriptor(bundleType, []byte(data))}}
		if artifactType != "" {
			o["artifactType"] = artifactType
		}
		return encode(o)
	}
	typed, empty, old, gone := artifact(bundleType, ociEmpty, "typed"), artifact(bundleType, ociEmpty, "empty"), artifact("", "application/vnd.old", "old"), artifact(bundleType, ociEmpty, "gone")
	named := func(m []byte, artifactType string) object {
		return with(descriptor(ociManifest, m), "artifactType", artifactType)
	}
	paths := image(manifest(c), c, ociManifest)
	for _, m := range [][]byte{typed, empty, old} {
		paths["/v2/acme/app/manifests/"+digest(m)] = serveBytes(ociManifest, m)
	}
	paths["/v2/acme/app/referrers/"+subject] = func(w http.ResponseWriter, r *http.Request) {
		if r.URL.RawQuery == "" {
			w.Header().Set("Link", `</v2/acme/app/referrers/`+subject+`?page=2>; rel="next"`)
			serveBytes(ociIndex, index(named(typed, bundleType)))(w, r)
			return
		}
		serveBytes(ociIndex, index(named(empty, ociEmpty)))(w, r)
	}
	paths["/v2/acme/app/manifests/"+strings.Replace(subject, ":", "-", 1)] = serveBytes(ociIndex, index(named(typed, bundleType), descriptor(ociManifest, old), descriptor(ociManifest, gone)))
	found, err := start(t, mux(paths)).repository("acme/app").Referrers(ctx, subject)
	if err != nil {
		t.Fatal(err)
	}
	var types []string
	for _, d := range found {
		types = append(types, d.Digest+" "+d.ArtifactType)
	}
	want := []string{digest(typed) + " " + bundleType, digest(empty) + " " + bundleType, digest(old) + " application/vnd.old", digest(gone) + " "}
	if diff := cmp.Diff(want, types); diff != "" {
		t.Error(diff)
	}
}

// RELIABILITY 29: lists of referrers are bounded, and lead nowhere else.
func TestReferrersAreBounded(t *testing.T) {
	subject := digest([]byte("subject"))
	path := "/v2/acme/app/referrers/" + subject
	many := func(n int, artifactType string) []byte {
		all := make([]object, n)
		for i := range all {
			all[i] = with(descriptor(ociManifest, fmt.Append(nil, i)), "artifactType", artifactType)
		}
		return index(all...)
	}
	next := func(link string) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Link", "<"+link+`>; rel="next"`)
			serveBytes(ociIndex, index())(w, r)
		}
	}
	for name, row := range map[string]struct {
		answer http.HandlerFunc
		want   error
	}{
		"10,000 signatures":               {serveBytes(ociIndex, many(10_000, bundleType)), registry.ErrInvalid},
		"65 of unknown type":              {serveBytes(ociIndex, many(65, "")), registry.ErrInvalid},
		"pages without end":               {next(path + "?again"), registry.ErrInvalid},
		"a page on another host":          {next("https://127.0.0.1:1" + path), registry.ErrRefused},
		"a page in plain HTTP":            {next("http://127.0.0.1" + path), registry.ErrRefused},
		"a page of another scheme":        {next("file:///etc/passwd"), registry.ErrRefused},
		"a manifest instead of a list":    {serveBytes(ociManifest, manifest([]byte("{}"))), registry.ErrInvalid},
		"a list that nobody may see":      {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusForbidden) }, registry.ErrUnauthorized},
		"a list that cannot be had today": {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusBadGateway) }, registry.ErrUnavailable},
	} {
		r := start(t, mux(map[string]http.HandlerFunc{path: row.answer}))
		if found, err := r.repository("acme/app").Referrers(ctx, subject); !errors.Is(err, row.want) {
			t.Errorf("%s: %d found, %v; want %v", name, len(found), err, row.want)
		}
	}
}

// RELIABILITY 26: what is pushed goes to the registry and to nobody else.
func TestPushGoesNowhereElse(t *testing.T) {
	for _, location := range []string{"https://127.0.0.1:1/upload", "http://169.254.169.254/", "//127.0.0.1:1/upload", ""} {
		r := start(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Method != http.MethodPost {
				w.WriteHeader(http.StatusNotFound)
				return
			}
			w.Header().Set("Location", location)
			w.WriteHeader(http.StatusAccepted)
		}))
		if _, err := r.repository("acme/app").PushBlob(ctx, []byte("data")); !errors.Is(err, registry.ErrRefused) && !errors.Is(err, registry.ErrInvalid) {
			t.Errorf("%q: %v, want it refused", location, err)
		}
	}
	r := start(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Location", "/elsewhere")
		w.WriteHeader(http.StatusTemporaryRedirect)
	}))
	if _, err := r.repository("acme/app").PushManifest(ctx, "1", ociManifest, manifest([]byte("{}"))); !errors.Is(err, registry.ErrRefused) {
		t.Errorf("a redirected manifest: %v, want it refused", err)
	}
}
