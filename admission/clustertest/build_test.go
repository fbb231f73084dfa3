package clustertest

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// source writes the files of a module.
func source(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestSourceKey_ChangesWithEverythingThatIsBuilt(t *testing.T) {
	keys := map[string]string{}
	for name, c := range map[string]struct {
		toolchain string
		files     map[string]string
	}{
		"as it is":           {"go1.26", map[string]string{"go.mod": "a", "main.go": "b"}},
		"another toolchain":  {"go1.27", map[string]string{"go.mod": "a", "main.go": "b"}},
		"another dependency": {"go1.26", map[string]string{"go.mod": "c", "main.go": "b"}},
		"another file":       {"go1.26", map[string]string{"go.mod": "a", "main.go": "b", "more.go": ""}},
		"text moved along":   {"go1.26", map[string]string{"go.mod": "ab", "main.go": ""}},
	} {
		key, err := sourceKey(source(t, c.files), c.toolchain)
		if err != nil {
			t.Fatal(err)
		}
		if other, known := keys[key]; known {
			t.Errorf("%q and %q have the same key", name, other)
		}
		keys[key] = name
	}
}

func TestVersionFlags_ReadTheModule(t *testing.T) {
	flags, version, err := versionFlags(source(t, map[string]string{"go.mod": "require (\n\tk8s.io/kubectl v0.35.4\n\tk8s.io/kubernetes v1.35.4\n)\n"}))
	if err != nil || version != "v1.35.4" {
		t.Errorf("got %q, %v", version, err)
	}
	for _, want := range []string{"version.gitVersion=v1.35.4", "version.gitMajor=1", "version.gitMinor=35"} {
		if !strings.Contains(flags, want) {
			t.Errorf("%q lacks %q", flags, want)
		}
	}
	if _, _, err := versionFlags(source(t, map[string]string{"go.mod": "module none\n"})); err == nil {
		t.Error("no Kubernetes in go.mod, and no error")
	}
}

func TestBuilt_OnlyWithTheBinaryInPlace(t *testing.T) {
	dir := t.TempDir()
	if err := link(dir); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"controlplane", "kwok"} {
		if built(dir) {
			t.Error("built, without " + name)
		}
		if err := os.WriteFile(filepath.Join(dir, name), nil, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	if err := link(dir); err != nil || !built(dir) {
		t.Errorf("not built, with everything there: %v", err)
	}
}
