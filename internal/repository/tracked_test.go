package repository_test

import (
	"os"
	"path/filepath"
	"testing"
)

func TestTracked_TellsWhatGitHas(t *testing.T) {
	dir, _ := fixture(t, map[string]string{".gitignore": "built/\n", "built/deep/web.yaml": "", "a b/ä.yaml": ""})
	if err := os.WriteFile(filepath.Join(dir, "built/other.yaml"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	tracked, err := open(t, dir).Tracked()
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]bool{"built": true, "built/deep": true, "built/deep/web.yaml": true, "a b/ä.yaml": true, "built/other.yaml": false, "buil": false, ".": false, "": false} {
		if tracked(name) != want {
			t.Errorf("%q: got %t, want %t", name, !want, want)
		}
	}
	if err := os.WriteFile(filepath.Join(dir, ".git/index"), []byte("DIRC broken"), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := open(t, dir).Tracked(); err == nil {
		t.Error("a broken index tells what Git has")
	}
}
