package ruledocs_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"guard/internal/ruledocs"
)

const manifest = ".guard-docs"

// pagesOf are pages of rules, each of which says so much.
func pagesOf(text string, names ...string) []ruledocs.File {
	var files []ruledocs.File
	for _, name := range names {
		files = append(files, ruledocs.File{Name: name, Text: text + "\n"})
	}
	return files
}

// listing is what lies in a directory: names and texts.
func listing(t *testing.T, dir string) map[string]string {
	t.Helper()
	all := map[string]string{}
	err := fs.WalkDir(os.DirFS(dir), ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !entry.Type().IsRegular() {
			return err
		}
		text, err := os.ReadFile(filepath.Join(dir, name))
		all[name] = string(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func mustWrite(t *testing.T, dir string, files []ruledocs.File) ruledocs.Changes {
	t.Helper()
	changes, err := ruledocs.Write(dir, ruledocs.Markdown, files)
	if err != nil {
		t.Fatal(err)
	}
	return changes
}

func TestWrite_FollowsTheRules(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "docs", "rules")
	mustWrite(t, dir, pagesOf("old", "README.md", "a/gone.md", "a/stays.md", "b/gone.md"))
	write(t, filepath.Join(dir, "a", "mine.md"), "mine")
	write(t, filepath.Join(dir, ".git", "HEAD"), "mine")

	next := append(pagesOf("old", "README.md"), pagesOf("new", "a/new.md", "a/stays.md")...)
	want := ruledocs.Changes{Written: []string{"a/new.md", "a/stays.md"}, Removed: []string{"a/gone.md", "b/gone.md"}}
	planned, err := ruledocs.Compare(dir, ruledocs.Markdown, next)
	if diff := cmp.Diff(want, planned); err != nil || diff != "" {
		t.Errorf("%v\n%s", err, diff)
	}
	if diff := cmp.Diff(want, mustWrite(t, dir, next)); diff != "" {
		t.Error(diff)
	}
	files := map[string]string{
		manifest:    "guard policy docs, format markdown, version 1\nREADME.md\na/new.md\na/stays.md\n",
		"README.md": "old\n", "a/new.md": "new\n", "a/stays.md": "new\n", "a/mine.md": "mine", ".git/HEAD": "mine",
	}
	if diff := cmp.Diff(files, listing(t, dir)); diff != "" {
		t.Error(diff)
	}
	if _, err := os.Stat(filepath.Join(dir, "b")); !errors.Is(err, fs.ErrNotExist) {
		t.Error("a directory is left with nothing in it")
	}
	if again := mustWrite(t, dir, next); len(again.Written)+len(again.Removed) > 0 {
		t.Errorf("the same again is a change: %+v", again)
	}
}

func TestWrite_MendsWhatSomebodyHasChanged(t *testing.T) {
	dir, files := t.TempDir(), pagesOf("text", "README.md", "a/b.md", "a/c.md")
	mustWrite(t, dir, files)
	before := listing(t, dir)
	write(t, filepath.Join(dir, "README.md"), "shorter")
	write(t, filepath.Join(dir, "a", "b.md"), strings.Repeat("much longer", 1000))
	if err := os.Remove(filepath.Join(dir, "a", "c.md")); err != nil {
		t.Fatal(err)
	}
	if changes := mustWrite(t, dir, files); len(changes.Written) != 3 {
		t.Errorf("%+v", changes)
	}
	if diff := cmp.Diff(before, listing(t, dir)); diff != "" {
		t.Error(diff)
	}
}

// What guard has not written is left alone, and where it is in the way nothing is
// written at all.
func TestWrite_LeavesAloneWhatIsNotItsOwn(t *testing.T) {
	outside := t.TempDir()
	write(t, filepath.Join(outside, "README.md"), "outside")
	for _, test := range []struct {
		name    string
		prepare func(t *testing.T, dir string)
		message string
	}{
		{"a directory of somebody else", func(t *testing.T, dir string) { write(t, filepath.Join(dir, "notes.txt"), "mine") }, "has not written"},
		{"a page of somebody else", func(t *testing.T, dir string) {
			mustWrite(t, dir, pagesOf("x", "README.md"))
			write(t, filepath.Join(dir, "a", "b.md"), "mine")
		}, "a/b.md is there"},
		{"another format", func(t *testing.T, dir string) {
			if _, err := ruledocs.Write(dir, ruledocs.Site, pagesOf("x", "index.html")); err != nil {
				t.Fatal(err)
			}
		}, "in the format markdown"},
		{"a manifest that leads out", func(t *testing.T, dir string) {
			write(t, filepath.Join(dir, manifest), "guard policy docs, format markdown, version 1\n../README.md\n")
		}, `names "../README.md"`},
		{"a manifest of other files", func(t *testing.T, dir string) {
			write(t, filepath.Join(dir, "main.go"), "mine")
			write(t, filepath.Join(dir, manifest), "guard policy docs, format markdown, version 1\nmain.go\n")
		}, `names "main.go"`},
		{"a manifest without an end", func(t *testing.T, dir string) {
			write(t, filepath.Join(dir, manifest), strings.Repeat("x", 2<<20))
		}, "longer than expected"},
		{"a manifest that is a link", func(t *testing.T, dir string) { link(t, "/dev/zero", filepath.Join(dir, manifest)) }, "no regular file"},
		{"a page that is a link", func(t *testing.T, dir string) {
			mustWrite(t, dir, pagesOf("x", "README.md"))
			if err := os.Remove(filepath.Join(dir, "README.md")); err != nil {
				t.Fatal(err)
			}
			link(t, filepath.Join(outside, "README.md"), filepath.Join(dir, "README.md"))
		}, "README.md is there"},
		{"a category that leads out", func(t *testing.T, dir string) {
			mustWrite(t, dir, pagesOf("x", "README.md"))
			link(t, outside, filepath.Join(dir, "a"))
		}, "escapes"},
		{"a file where a category should be", func(t *testing.T, dir string) {
			mustWrite(t, dir, pagesOf("x", "README.md"))
			write(t, filepath.Join(dir, "a"), "mine")
		}, "a/b.md: "},
	} {
		t.Run(test.name, func(t *testing.T) {
			dir := t.TempDir()
			test.prepare(t, dir)
			before := listing(t, dir)
			_, err := ruledocs.Write(dir, ruledocs.Markdown, pagesOf("text", "README.md", "a/b.md"))
			if err == nil || !strings.Contains(err.Error(), test.message) {
				t.Errorf("got %v, want %q", err, test.message)
			}
			if diff := cmp.Diff(before, listing(t, dir)); diff != "" {
				t.Error(diff)
			}
			if diff := cmp.Diff(map[string]string{"README.md": "outside"}, listing(t, outside)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func link(t *testing.T, to, name string) {
	t.Helper()
	if err := os.Symlink(to, name); err != nil {
		t.Skipf("no symbolic links here: %v", err)
	}
}

// A run that ends in the middle leaves what the next one takes for its own.
func TestWrite_GoesOnWhereItWasEnded(t *testing.T) {
	dir := t.TempDir()
	mustWrite(t, dir, pagesOf("old", "README.md", "a/gone.md"))
	gone := filepath.Join(dir, "a", "gone.md")
	if err := os.Remove(gone); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(gone, "file"), "so that it cannot be removed")
	next := pagesOf("new", "README.md", "b/new.md")
	if _, err := ruledocs.Write(dir, ruledocs.Markdown, next); err == nil {
		t.Fatal("a directory with a file in it is removed")
	}
	if err := os.Remove(filepath.Join(gone, "file")); err != nil {
		t.Fatal(err)
	}
	if changes := mustWrite(t, dir, next); !slices.Equal(changes.Removed, []string{"a/gone.md"}) || len(changes.Written) > 0 {
		t.Errorf("%+v", changes)
	}
	if _, err := os.Stat(filepath.Join(dir, "a")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("what was to be removed is there: %v", err)
	}
}

func TestCompare_OfNothing(t *testing.T) {
	if _, err := ruledocs.Compare(filepath.Join(t.TempDir(), "none"), ruledocs.Site, nil); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("got %v", err)
	}
}
