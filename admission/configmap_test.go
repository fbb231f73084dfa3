package admission_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"guard/admission"
)

// The kubelet lays a ConfigMap out as links into a directory that it swaps.
func TestLoad_ReadsAMountedConfigMap(t *testing.T) {
	dir := t.TempDir()
	mount := func(version, config string) {
		t.Helper()
		if err := os.MkdirAll(filepath.Join(dir, version), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, version, "guard.yaml"), []byte(config), 0o644); err != nil {
			t.Fatal(err)
		}
		if err := os.Symlink(version, filepath.Join(dir, "..data_tmp")); err != nil {
			t.Fatal(err)
		}
		if err := os.Rename(filepath.Join(dir, "..data_tmp"), filepath.Join(dir, "..data")); err != nil {
			t.Fatal(err)
		}
	}
	mount("..2026_01", "version: 1\n")
	if err := os.Symlink("..data/guard.yaml", filepath.Join(dir, "guard.yaml")); err != nil {
		t.Fatal(err)
	}
	r := &admission.Reloader{Dir: os.DirFS(dir), Name: "guard.yaml"}
	if _, err := r.Load(t.Context()); err != nil {
		t.Fatal(err)
	}
	if changed, err := r.Load(t.Context()); changed || err != nil {
		t.Errorf("nothing has changed: seen %t, %v", changed, err)
	}
	mount("..2026_02", "version: 1\nadmission: {mode: warn}\n")
	changed, err := r.Load(t.Context())
	if err != nil || !changed || r.Handler().Admission.Mode != "warn" {
		t.Errorf("the ConfigMap has changed: seen %t, %v", changed, err)
	}
}

// A volume may lay keys of a ConfigMap out in directories, which then are links
// as well. Links that lead round in a circle end with an error.
func TestLoad_FollowsLinksToDirectories(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{
		"..data/guard.yaml":       "version: 1\npolicies: [./policy]\n",
		"..data/policy/team.rego": "# METADATA\n# title: x\n",
	} {
		if err := os.MkdirAll(filepath.Join(dir, filepath.Dir(name)), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"guard.yaml", "policy"} {
		if err := os.Symlink("..data/"+name, filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	// The rule is none, and guard says so: it has been read.
	r := &admission.Reloader{Dir: os.DirFS(dir), Name: "guard.yaml"}
	if _, err := r.Load(t.Context()); err == nil || !strings.Contains(err.Error(), "team.rego") {
		t.Errorf("got %v, want an error in team.rego", err)
	}
	for _, name := range []string{"a", "b"} {
		if err := os.Symlink(".", filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := r.Load(t.Context()); err == nil || strings.Contains(err.Error(), "team.rego") {
		t.Errorf("got %v, want an error about too many files or links", err)
	}
}
