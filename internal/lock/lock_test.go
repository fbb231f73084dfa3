package lock_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"guard/internal/imageref"
	"guard/internal/lock"
	"guard/internal/registry"
)

var (
	_     lock.Source = (*lock.Lock)(nil)
	today             = time.Date(2026, 11, 24, 12, 0, 0, 5, time.FixedZone("", 3600))
)

func digestOf(n int) string { return fmt.Sprintf("sha256:%064x", n) }

func ref(text string) imageref.Reference { return (*imageref.Classifier)(nil).Parse(text) }

// image is an index with two platforms.
func image(digest string) registry.Image {
	return registry.Image{Digest: digest, MediaType: "application/vnd.oci.image.index.v1+json", Platforms: []registry.Platform{
		{OS: "linux", Architecture: "amd64", Digest: digestOf(11), ConfigDigest: digestOf(12), User: "1000", Created: "2026-01-02T03:04:05Z", Labels: map[string]string{"a<b": "ä"}},
		{OS: "linux", Architecture: "arm", Variant: "v7", Digest: digestOf(21), ConfigDigest: digestOf(22)},
	}}
}

func written(t *testing.T, l *lock.Lock) string {
	t.Helper()
	var b bytes.Buffer
	if err := l.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func example() *lock.Lock {
	pinned := "ghcr.io/acme/app@" + digestOf(2)
	return lock.New(today, []lock.Facts{lock.FactsOf(ref("nginx:1.27"), image(digestOf(1))), lock.FactsOf(ref(pinned), image(digestOf(2))), lock.FactsOf(ref("busybox"), image(digestOf(3)))})
}

func TestLoad_ReadsWhatIsWritten(t *testing.T) {
	text := written(t, example())
	l, err := lock.Load(lock.Name, []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(text, written(t, l)); diff != "" {
		t.Error(diff)
	}
	want := []string{"ghcr.io/acme/app@" + digestOf(2), "index.docker.io/library/busybox:latest", "index.docker.io/library/nginx:1.27"}
	if diff := cmp.Diff(want, l.References()); diff != "" {
		t.Error(diff)
	}
	if !l.Time().Equal(time.Date(2026, 11, 24, 11, 0, 0, 0, time.UTC)) || !strings.HasPrefix(text, "{\n  \"version\": 1,\n  \"time\": \"2026-11-24T11:00:00Z\",\n") {
		t.Errorf("time %s in\n%s", l.Time(), text)
	}
}

func TestImage_IsWhatTheRegistrySaid(t *testing.T) {
	l := example()
	for name, want := range map[string]string{"nginx:1.27": digestOf(1), "docker.io/library/nginx:1.27": digestOf(1), "busybox:latest": digestOf(3), "busybox": digestOf(3), "ghcr.io/acme/app@" + digestOf(2): digestOf(2),
		"nginx:1.27@" + digestOf(1): digestOf(1), "nginx@" + digestOf(1): digestOf(1)} {
		got, err := l.Image(t.Context(), ref(name))
		if err != nil || got.Digest != want || got.Reference != ref(name).String() {
			t.Errorf("%s: got %s, %v, want %s", name, got.Digest, err, want)
			continue
		}
		expected := image(want)
		expected.Reference = ref(name).String()
		expected.Platforms[1].Labels = map[string]string{}
		if diff := cmp.Diff(expected, got); diff != "" {
			t.Error(diff)
		}
	}
	for _, name := range []string{"nginx", "nginx:1.28", "nginx:1.27@" + digestOf(2), "busybox@" + digestOf(1), "ghcr.io/acme/app", "UPPER", ""} {
		_, err := l.Image(t.Context(), ref(name))
		if !errors.Is(err, registry.ErrUnavailable) || !strings.Contains(err.Error(), "not in the lock file") {
			t.Errorf("%q: got %v, want ErrUnavailable", name, err)
		}
	}
}

// Each name of the format stands in the page that describes it.
func TestFormat_EveryFieldIsDocumented(t *testing.T) {
	page, err := os.ReadFile("../../docs/lock.md")
	if err != nil {
		t.Fatal(err)
	}
	names := regexp.MustCompile(`"([a-z_]+)": `).FindAllStringSubmatch(strings.ReplaceAll(written(t, example()), `"a<b"`, ""), -1)
	if len(names) < 30 {
		t.Fatalf("found only %d names", len(names))
	}
	for _, m := range names {
		if !strings.Contains(string(page), "`"+m[1]+"`") {
			t.Errorf("docs/lock.md does not mention %q", m[1])
		}
	}
}

func TestLoad_TellsWhatIsWrongAndWhere(t *testing.T) {
	text := written(t, example())
	for _, test := range []struct{ name, old, new, want string }{
		{"another version", `"version": 1`, `"version": 2`, `.guard-lock.json:2: version: expected 1, found "2"`},
		{"no version", `"version": 1,`, ``, `.guard-lock.json:1: version: expected 1, found nothing`},
		{"an unknown field", `"media_type"`, `"mediatype"`, `.guard-lock.json:8: images[0]: unknown field "mediatype", did you mean "media_type"?`},
		{"a missing field", `      "digest": "` + digestOf(2) + "\",\n", "", `.guard-lock.json:5: images[0]: lacks the field "digest"`},
		{"a field twice", `"digest": "` + digestOf(2) + `",`, `"digest": "` + digestOf(2) + `", "digest": "x",`, "stands twice"},
		{"a wrong type", `"user": "1000"`, `"user": 1000`, `images[0].platforms[0].user: expected a string, found a number`},
		{"a label that is no text", `"ä"`, `1`, `images[0].platforms[0].labels["a<b"]: expected a string, found a number`},
		{"a digest that is none", `"digest": "` + digestOf(2), `"digest": "sha256:12`, `images[0]: digest: expected sha256:<64 hex digits>`},
		{"another digest than the reference has", `"digest": "` + digestOf(2), `"digest": "` + digestOf(9), `images[0]: digest: the reference says`},
		{"a reference that is not canonical", `index.docker.io/library/busybox:latest`, `busybox`, `images[1]: reference: expected registry/repository:tag or @digest, found "busybox"`},
		{"a reference twice", `busybox:latest`, `nginx:1.27`, `images[2]: reference: "index.docker.io/library/nginx:1.27" is there already`},
		{"a platform without a system", `"os": "linux"`, `"os": ""`, `images[0]: platforms[0]: expected os, architecture and two digests`},
		{"a time that is none", `2026-11-24T11`, `2026-13-24T11`, `time: expected a time such as`},
		{"more behind the end", "]\n}\n", "]\n}\n{}", "there is more behind its end"},
		{"an end that is missing", "]\n}\n", "]\n", ".guard-lock.json:"},
	} {
		t.Run(test.name, func(t *testing.T) {
			broken := strings.Replace(text, test.old, test.new, 1)
			if broken == text {
				t.Fatalf("%q is not in\n%s", test.old, text)
			}
			_, err := lock.Load(lock.Name, []byte(broken))
			var bad *lock.Error
			if !errors.As(err, &bad) || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want %s", err, test.want)
			}
		})
	}
	if _, err := lock.Load(lock.Name, bytes.Repeat([]byte(" "), lock.MaxBytes+1)); err == nil || err.Error() != ".guard-lock.json: larger than 8 MiB" {
		t.Errorf("got %v, want that it is too large", err)
	}
}
