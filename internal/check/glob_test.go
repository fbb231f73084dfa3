package check

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestScope_Glob(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"ci/a.yml", "ci/b.yaml", "ci/sub/c.yml", "ci/sub/deep/d.yml", "d.yml", ".git/x.yml", "ci.yml/e"} {
		if err := os.MkdirAll(filepath.Join(dir, filepath.Dir(name)), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink("..", filepath.Join(dir, "ci", "up")); err != nil {
		t.Fatal(err)
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close()
	s := &scope{root: root}
	for pattern, want := range map[string]string{
		"ci/*.yml":    "ci/a.yml",
		"ci/**.yml":   "ci/a.yml ci/sub/c.yml ci/sub/deep/d.yml",
		"ci/**/*.yml": "ci/sub/c.yml ci/sub/deep/d.yml",
		"c*/a.y*ml":   "ci/a.yml",
		"**.yml":      "ci/a.yml ci/sub/c.yml ci/sub/deep/d.yml d.yml",
		"none/*.yml":  "",
		"../*":        "",
		"/etc/*":      "",
	} {
		got, err := s.glob(pattern)
		if strings.Join(got, " ") != want || err != nil && want != "" {
			t.Errorf("%s: got %q (%v), want %q", pattern, got, err, want)
		}
	}
}

func TestScope_GlobIsBounded(t *testing.T) {
	dir := t.TempDir()
	for i := range 10 {
		if err := os.MkdirAll(filepath.Join(dir, "d", string(rune('a'+i))), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close()
	s := &scope{root: root}
	if _, err := s.globWithin("d/**.yml", 11); err != nil {
		t.Error(err)
	}
	if _, err := s.globWithin("d/**.yml", 10); err == nil || !strings.Contains(err.Error(), "more than 10") {
		t.Errorf("got %v, want that there are too many", err)
	}
}
