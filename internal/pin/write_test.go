package pin_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"guard/internal/pin"
)

func changed(before, after string) *pin.Changed {
	return &pin.Changed{Name: "f", Before: []byte(before), After: []byte(after)}
}

func put(t *testing.T, file, text string, mode os.FileMode) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(text), mode); err != nil {
		t.Fatal(err)
	}
}

// wantFile wants a file to hold a text, and its directory nothing else.
func wantFile(t *testing.T, file, text string) {
	t.Helper()
	got, err := os.ReadFile(file)
	if err != nil || string(got) != text {
		t.Errorf("%s: got %q, want %q (%v)", file, got, text, err)
	}
	entries, err := os.ReadDir(filepath.Dir(file))
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		if strings.HasPrefix(entry.Name(), ".guard-") {
			t.Errorf("%s is left", entry.Name())
		}
	}
}

func TestWrite_KeepsTheMode(t *testing.T) {
	dir := t.TempDir()
	put(t, filepath.Join(dir, "a/f"), "old", 0o640)
	if err := os.Chmod(filepath.Join(dir, "a/f"), 0o751); err != nil {
		t.Fatal(err)
	}
	if err := pin.Write(dir, "a/f", changed("old", "new text")); err != nil {
		t.Fatal(err)
	}
	wantFile(t, filepath.Join(dir, "a/f"), "new text")
	if info, err := os.Stat(filepath.Join(dir, "a/f")); err != nil || info.Mode() != 0o751 {
		t.Errorf("mode %v, want -rwxr-x--x (%v)", info.Mode(), err)
	}
}

func TestWrite_LeavesAFileThatHasChanged(t *testing.T) {
	dir := t.TempDir()
	for _, now := range []string{"", "ol", "older", "OLD"} {
		put(t, filepath.Join(dir, "f"), now, 0o600)
		if err := pin.Write(dir, "f", changed("old", "new")); err == nil || !strings.Contains(err.Error(), "has changed since it was read") {
			t.Errorf("%q: got %v, want that the file has changed", now, err)
		}
		wantFile(t, filepath.Join(dir, "f"), now)
	}
}

func TestWrite_FollowsLinksInsideAndNeverOutside(t *testing.T) {
	dir, outside := t.TempDir(), t.TempDir()
	put(t, filepath.Join(dir, "real/f"), "old", 0o600)
	put(t, filepath.Join(outside, "f"), "old", 0o600)
	for name, target := range map[string]string{"inside": "real/f", "absolute": filepath.Join(outside, "f"), "out": "../" + filepath.Base(outside) + "/f", "dir": outside} {
		if err := os.Symlink(target, filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"absolute", "out", "dir/f", "../" + filepath.Base(outside) + "/f"} {
		if err := pin.Write(dir, name, changed("old", "new")); err == nil {
			t.Errorf("%s is written", name)
		}
		wantFile(t, filepath.Join(outside, "f"), "old")
	}
	if err := pin.Write(dir, "inside", changed("old", "new")); err != nil {
		t.Fatal(err)
	}
	wantFile(t, filepath.Join(dir, "real/f"), "new")
	if info, err := os.Lstat(filepath.Join(dir, "inside")); err != nil || info.Mode()&os.ModeSymlink == 0 {
		t.Errorf("the link is one no more: %v (%v)", info.Mode(), err)
	}
}

func TestWrite_LeavesWhatIsNoFile(t *testing.T) {
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "d"), 0o755); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"d", "missing", "d/missing"} {
		if err := pin.Write(dir, name, changed("", "new")); err == nil {
			t.Errorf("%s is written", name)
		}
	}
}
