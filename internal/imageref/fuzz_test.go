package imageref_test

import (
	firstOf "cmp"
	"strings"
	"testing"

	"github.com/distribution/reference"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-containerregistry/pkg/name"

	"guard/internal/imageref"
)

// rawCases are references for the seeds and for the comparison with other
// parsers: what the tables hold, and what has misled parsers.
func rawCases() []string {
	raws := []string{
		"nginx", "nginx:latest", "docker.io/nginx", "index.docker.io/library/nginx", "index.docker.io/nginx", "localhost/app", "localhost:5000/nginx",
		"h:5000/a/b@" + sha256, "a:TAG@" + sha256, "a@" + sha512, "a@sha384:" + strings.Repeat("a", 96), "a:latest-1", "MyApp:1.0", "Acme/app",
		"nginx ", "nginx\n", "nginх", "a:" + strings.Repeat("a", 128), "a:" + strings.Repeat("a", 129), "a@sha256:abc", "a@" + sha256 + "@" + sha256,
		"[::1]/a", "[::1]:5000/a:1", "::1/a", "[fe80::1%25eth0]/a", "", ":", "@", "/", "a/", "/a", "a//b", "a:", "a@", "a:@" + sha256, ":a", sha256, sha256[7:],
		"host:65536/a", "host:00080/a", "host:/a", "h_h/a", "h_h.io/a", "-h.io/a", "h-.io/a", "a..b.io/a", "H.io/a", "DOCKER.IO/a", "docker.io:443/a",
		"user:pw@host/a", "a.b", "a.b:1", "a.b/c", "a__b", "a___b", "a--b", "a._b", "a-", "_a", strings.Repeat("a", 255), "g.io/" + strings.Repeat("a", 255),
		"g.io/" + strings.Repeat("a", 256), strings.Repeat("a.", 200) + "io/a", "https://a", "ko://a/b", "docker://a", "a://b", "127.0.0.1/a", "xn--a.io/b", "1/2", "a:1:2",
		"${A}", "a:$A", "a:${A:-${B}}", "a:{{ .B }}", "<a>/b", "a@A@", "a:@A@", "a:@a.b@", "%A%", "gcr.io/A_B/c", "IMAGE", "a:%", "a:$", "((a))", "a:#{b}#",
		"docker.io", "docker.io/", "docker.io/library/", "docker.io/library/a", "library/a", "index.docker.io", "index.docker.io:443/a", "localhost", "localhost:1", "a.io/docker.io/b",
	}
	for _, tt := range tagCases {
		raws = append(raws, "a/b:"+tt.tag)
	}
	return raws
}

// FuzzParse: no text makes Parse panic, and the canonical form of a reference
// is read as the same reference again.
func FuzzParse(f *testing.F) {
	for _, raw := range rawCases() {
		f.Add(raw)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		got := parse(raw)
		checkInvariants(t, got)
		canonical := got.String()
		again := parse(canonical)
		again.Raw = got.Raw
		if diff := cmp.Diff(got, again); diff != "" {
			t.Errorf("Parse(%q) and Parse(%q) differ (-first +again):\n%s", raw, canonical, diff)
		}
	})
}

// checkInvariants checks what holds of every reference.
func checkInvariants(t *testing.T, r imageref.Reference) {
	t.Helper()
	switch {
	case len(r.Classes) == 0 || r.Classes[0] != r.Class || r.Symbols == nil:
		t.Errorf("%q: class %q, readings %v, symbols %v", r.Raw, r.Class, r.Classes, r.Symbols)
	case r.Invalid != "" && (r.Class != imageref.ClassUnknown || r.Mutable || r.Traceable):
		t.Errorf("%q is invalid and judged: %+v", r.Raw, r)
	case r.Class == imageref.ClassUnknown && r.Invalid == "" && r.BadDigest == "" && !r.Unresolved:
		t.Errorf("%q is unknown without a reason", r.Raw)
	case r.Unresolved != (r.Reason != "" && r.Unresolved):
		t.Errorf("%q is unresolved without a reason", r.Raw)
	case r.Digest != "" && r.Mutable, r.Mutable && r.Traceable:
		t.Errorf("%q: digest %q, mutable %t, traceable %t", r.Raw, r.Digest, r.Mutable, r.Traceable)
	case !strings.Contains(r.Tag, r.Commit):
		t.Errorf("%q: commit %q is not in tag %q", r.Raw, r.Commit, r.Tag)
	}
}

// Reliability 20: what the parser of container runtimes makes of a reference
// is what guard makes of it, or guard says that it is invalid.
func TestParse_AgreesWithOtherParsers(t *testing.T) {
	for _, raw := range rawCases() {
		t.Run(raw, func(t *testing.T) {
			compareWithDistribution(t, raw)
			compareWithGGCR(t, raw)
		})
	}
}

// FuzzParsersAgree looks for a reference that guard judges as
// one image and a runtime pulls as another (Reliability 20).
func FuzzParsersAgree(f *testing.F) {
	for _, raw := range rawCases() {
		f.Add(raw)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		compareWithDistribution(t, raw)
		compareWithGGCR(t, raw)
	})
}

func compareWithDistribution(t *testing.T, raw string) {
	t.Helper()
	got := parse(raw)
	refused := got.Invalid != "" || got.BadDigest != ""
	named, err := reference.ParseNormalizedNamed(raw)
	switch {
	case err != nil && !refused && !got.Unresolved:
		t.Errorf("Parse(%q) is %+v, distribution: %v", raw, got, err)
	case err == nil && got.Unresolved && got.Invalid == "":
		t.Errorf("Parse(%q) is unresolved (%s), distribution reads %s", raw, got.Reason, named)
	case err == nil && !refused:
		if diff := cmp.Diff(fromDistribution(named), identity(got)); diff != "" {
			t.Errorf("Parse(%q) (-distribution +guard):\n%s", raw, diff)
		}
		compareWithDocker(t, raw, got)
	}
}

// identity is what decides which image a reference names.
func identity(r imageref.Reference) [4]string {
	return [4]string{r.Registry, r.Repository, r.Tag, r.Digest}
}

func fromDistribution(named reference.Named) [4]string {
	parts := [4]string{reference.Domain(named), reference.Path(named)}
	if parts[0] == "docker.io" {
		parts[0] = name.DefaultRegistry
	}
	if tagged, ok := named.(reference.Tagged); ok {
		parts[2] = tagged.Tag()
	}
	if digested, ok := named.(reference.Digested); ok {
		parts[3] = digested.Digest().String()
	}
	return parts
}

// compareWithDocker checks what a runtime pulls in the end: the digest where
// there is one, else the tag, which is latest where none is written.
func compareWithDocker(t *testing.T, raw string, got imageref.Reference) {
	t.Helper()
	pulled, err := reference.ParseDockerRef(raw)
	if err != nil {
		t.Errorf("ParseDockerRef(%q): %v", raw, err)
		return
	}
	want := identity(got)
	switch {
	case want[3] != "":
		want[2] = ""
	case want[2] == "":
		want[2] = "latest"
	}
	if diff := cmp.Diff(want, fromDistribution(pulled)); diff != "" {
		t.Errorf("Parse(%q) (-guard +pulled):\n%s", raw, diff)
	}
}

// compareWithGGCR checks that the registry client guard uses asks for the
// image that was judged.
func compareWithGGCR(t *testing.T, raw string) {
	t.Helper()
	got := parse(raw)
	if got.Invalid != "" || got.BadDigest != "" || got.Unresolved {
		return
	}
	ref, err := name.ParseReference(raw)
	if err != nil {
		t.Errorf("Parse(%q) is %+v, ggcr: %v", raw, got, err)
		return
	}
	want := [3]string{got.Registry, got.Repository, firstOf.Or(got.Digest, got.Tag, name.DefaultTag)}
	if diff := cmp.Diff(want, [3]string{ref.Context().RegistryStr(), ref.Context().RepositoryStr(), ref.Identifier()}); diff != "" {
		t.Errorf("Parse(%q) (-guard +ggcr):\n%s", raw, diff)
	}
}
