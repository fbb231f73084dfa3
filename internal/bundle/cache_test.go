package bundle

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"guard/internal/registry/signature"
)

// keep stores a bundle's two blobs and a record that names them.
func keep(t *testing.T, c *Cache, reference, text string) (digest string) {
	t.Helper()
	manifest, layer := []byte("manifest "+text), []byte("layer "+text)
	for _, blob := range [][]byte{manifest, layer} {
		if err := c.putBlob(blob); err != nil {
			t.Fatal(err)
		}
	}
	r := &record{Version: 1, Repository: "x.example.com/a", Reference: reference, Digest: signature.DigestOf(manifest), Layer: signature.DigestOf(layer)}
	if err := c.putRecord(r); err != nil {
		t.Fatal(err)
	}
	return r.Digest
}

// age makes everything in the cache old.
func age(t *testing.T, c *Cache, by time.Duration) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(c.Dir, "*/*"))
	if err != nil {
		t.Fatal(err)
	}
	more, err := filepath.Glob(filepath.Join(c.Dir, "*/*/*"))
	if err != nil {
		t.Fatal(err)
	}
	at := time.Now().Add(-by)
	for _, f := range append(files, more...) {
		if err := os.Chtimes(f, at, at); err != nil {
			t.Fatal(err)
		}
	}
}

func TestCache_ForgetsWhatNobodyNames(t *testing.T) {
	c := &Cache{Dir: filepath.Join(t.TempDir(), "deep", "cache")}
	old := keep(t, c, "stable", "one")
	keep(t, c, "stable", "two")
	if _, err := c.blob(old, 100); err != nil {
		t.Errorf("what another process may be about to name is gone: %v", err)
	}
	age(t, c, 2*time.Hour)
	keep(t, c, "other", "three")
	if _, err := c.blob(old, 100); err == nil {
		t.Error("what no record names is still there")
	}
	for _, reference := range []string{"stable", "other"} {
		r, err := c.record("x.example.com/a", reference)
		if err != nil || r == nil {
			t.Fatalf("%s: %v", reference, err)
		}
		for _, digest := range []string{r.Digest, r.Layer} {
			if _, err := c.blob(digest, 100); err != nil {
				t.Errorf("%s: %v", reference, err)
			}
		}
	}
	// Digests are many; what tags have named is remembered.
	age(t, c, 2*time.Hour)
	for i := range maxPinned + 5 {
		r := &record{Version: 1, Repository: "x.example.com/a", Reference: signature.DigestOf(fmt.Appendf(nil, "%d", i))}
		data, err := json.Marshal(r)
		if err == nil {
			err = os.WriteFile(c.recordFile(r.Repository, r.Reference), data, 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	keep(t, c, signature.DigestOf(nil), "last")
	records, err := os.ReadDir(filepath.Join(c.Dir, "records"))
	if err != nil || len(records) != maxPinned+2 {
		t.Errorf("got %d records, %v", len(records), err)
	}
}

func TestCache_BelievesNothing(t *testing.T) {
	c := &Cache{Dir: t.TempDir()}
	digest := keep(t, c, "stable", "one")
	file, err := c.blobFile(digest)
	if err != nil {
		t.Fatal(err)
	}
	rewrite := func(name, text string) {
		t.Helper()
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	rewrite(file, "something else")
	if _, err := c.blob(digest, 100); err == nil || !strings.Contains(err.Error(), "is not what its name says") {
		t.Errorf("got %v", err)
	}
	rewrite(file, strings.Repeat("x", 101))
	if _, err := c.blob(digest, 100); err == nil || !strings.Contains(err.Error(), "larger than 100 bytes") {
		t.Errorf("got %v", err)
	}
	if _, err := c.blob("sha256:../../x", 100); err == nil {
		t.Error("a digest that is a path is looked for")
	}
	name := c.recordFile("x.example.com/a", "stable")
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	for wrong, want := range map[string]string{
		"{": "remove it", `{"version": 2}`: "it has the version 2", strings.Replace(string(text), `"stable"`, `"other"`, 1): "it is of another bundle",
	} {
		rewrite(name, wrong)
		if _, err := c.record("x.example.com/a", "stable"); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %s", err, want)
		}
	}
	if err := os.Remove(name); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("/etc/passwd", name); err != nil {
		t.Fatal(err)
	}
	if _, err := c.record("x.example.com/a", "stable"); err == nil || !strings.Contains(err.Error(), "no regular file") {
		t.Errorf("got %v", err)
	}
}

func TestVersions(t *testing.T) {
	ordered := []string{"0.9.0", "1.0.0-alpha", "1.0.0-alpha.2", "1.0.0-alpha.10", "1.0.0-rc.1", "1.0.0", "1.2.0", "1.10.0", "2.0.0"}
	for i := range ordered[1:] {
		if !IsVersion(ordered[i]) || compareVersions(ordered[i], ordered[i+1]) >= 0 || compareVersions(ordered[i+1], ordered[i]) <= 0 {
			t.Errorf("%s is not older than %s", ordered[i], ordered[i+1])
		}
	}
	for _, text := range []string{"", "1", "1.0", "v1.0.0", "1.0.0+build", "01.0.0", "1.0.0 ", "latest", "2026-11-24"} {
		if IsVersion(text) {
			t.Errorf("%q is a version", text)
		}
	}
}
