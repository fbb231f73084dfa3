package check

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// write makes a tree of files: a name that ends in / is a directory, a text
// "-> target" a symbolic link.
func write(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		full := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(full), 0o755); err != nil {
			t.Fatal(err)
		}
		var err error
		if target, isLink := strings.CutPrefix(text, "-> "); isLink {
			err = os.Symlink(target, full)
		} else {
			err = os.WriteFile(full, []byte(text), 0o644)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func discovered(t *testing.T, dir string, o Options) (names []string, skipped map[string]string, ignored int) {
	t.Helper()
	o.Root, o.Dir = dir, dir
	if o.Paths == nil {
		o.Paths = []string{"."}
	}
	d, err := discover(context.Background(), &o)
	if err != nil {
		t.Fatal(err)
	}
	defer d.close()
	for _, f := range d.files {
		names = append(names, f.name)
	}
	skipped = map[string]string{}
	for _, s := range d.skipped {
		skipped[s.name] = s.reason
	}
	return names, skipped, d.ignored
}

func TestDiscover(t *testing.T) {
	tests := []struct {
		name  string
		files map[string]string
		o     Options
		want  []string
	}{
		{
			name:  "folders below folders are walked, in order",
			files: map[string]string{"b/c/d.yaml": "", "a.yaml": "", "b/a.yaml": ""},
			want:  []string{"a.yaml", "b/a.yaml", "b/c/d.yaml"},
		},
		{
			name:  "what .gitignore names is left alone, also in subfolders",
			files: map[string]string{".gitignore": "/dist/\n*.log\n", "dist/x.yaml": "", "a/dist/y.yaml": "", "a/b.log": "", "a/.gitignore": "z.yaml\n", "a/z.yaml": "", "z.yaml": ""},
			want:  []string{".gitignore", "a/.gitignore", "a/dist/y.yaml", "z.yaml"},
		},
		{
			name:  ".guardignore works beside it and may take back",
			files: map[string]string{".gitignore": "gen/*\n", ".guardignore": "legacy/\n!gen/keep.yaml\n", "legacy/x.yaml": "", "gen/keep.yaml": "", "gen/drop.yaml": ""},
			want:  []string{".gitignore", ".guardignore", "gen/keep.yaml"},
		},
		{
			name:  "the configuration's patterns count too",
			files: map[string]string{"vendor/x.yaml": "", "a.yaml": ""},
			o:     Options{Ignore: []string{"vendor/"}},
			want:  []string{"a.yaml"},
		},
		{
			name:  "a path that is named is checked though it is ignored",
			files: map[string]string{".gitignore": "secret/\nb.yaml\n", "secret/a.yaml": "", "b.yaml": ""},
			o:     Options{Paths: []string{"secret", "b.yaml"}},
			want:  []string{"b.yaml", "secret/a.yaml"},
		},
		{
			name:  "a file named twice is checked once",
			files: map[string]string{"a/b.yaml": ""},
			o:     Options{Paths: []string{"a/b.yaml", "a", ".", "./a/../a/b.yaml"}},
			want:  []string{"a/b.yaml"},
		},
		{
			name:  "the inside of .git is never looked at",
			files: map[string]string{".git/config": "", "a": ""},
			want:  []string{"a"},
		},
		{
			name:  "a link to a file that is found anyway is not a second file",
			files: map[string]string{"a.yaml": "", "link.yaml": "-> a.yaml"},
			want:  []string{"a.yaml"},
		},
		{
			name:  "a link inside the root to a file outside the named path is followed",
			files: map[string]string{"base/a.yaml": "", "app/link.yaml": "-> ../base/a.yaml"},
			o:     Options{Paths: []string{"app"}},
			want:  []string{"app/link.yaml"},
		},
		{
			name:  "a name may hold a line break", // Reliability 41
			files: map[string]string{"a\nb.yaml": ""},
			want:  []string{"a\nb.yaml"},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, skipped, _ := discovered(t, write(t, tt.files), tt.o)
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("files (-want +got):\n%s", diff)
			}
			if len(skipped) > 0 {
				t.Errorf("skipped %v, want nothing", skipped)
			}
		})
	}
}

// Reliability 41: what is not followed is named, and nothing hangs.
func TestDiscover_NamesWhatItDoesNotLookAt(t *testing.T) {
	dir := write(t, map[string]string{
		"escape.yaml":  "-> /etc/passwd",
		"up.yaml":      "-> ../../../etc/passwd",
		"loop.yaml":    "-> loop.yaml",
		"a.yaml":       "-> b.yaml",
		"b.yaml":       "-> a.yaml",
		"nothing.yaml": "-> gone.yaml",
		"etc":          "-> /etc",
		"plain.yaml":   "",
	})
	if err := syscall.Mkfifo(filepath.Join(dir, "pipe.yaml"), 0o644); err != nil {
		t.Fatal(err)
	}
	got, skipped, _ := discovered(t, dir, Options{})
	if diff := cmp.Diff([]string{"plain.yaml"}, got); diff != "" {
		t.Errorf("files (-want +got):\n%s", diff)
	}
	for _, name := range []string{"escape.yaml", "up.yaml", "loop.yaml", "a.yaml", "b.yaml", "nothing.yaml", "etc", "pipe.yaml"} {
		if skipped[name] == "" {
			t.Errorf("%s was skipped in silence", name)
		}
	}
	if want := "not a regular file but a named pipe"; skipped["pipe.yaml"] != want {
		t.Errorf("pipe.yaml: %q, want %q", skipped["pipe.yaml"], want)
	}
}

func TestDiscover_CountsWhatIsIgnored(t *testing.T) {
	_, _, ignored := discovered(t, write(t, map[string]string{".gitignore": "*.log\n", "a.log": "", "b.log": "", "c": ""}), Options{})
	if ignored != 2 {
		t.Errorf("ignored = %d, want 2", ignored)
	}
}

func TestDiscover_APathOutsideTheRootKeepsTheNameItWasGiven(t *testing.T) {
	outside := write(t, map[string]string{"k8s/a.yaml": ""})
	got, _, _ := discovered(t, t.TempDir(), Options{Paths: []string{outside}})
	if diff := cmp.Diff([]string{filepath.ToSlash(outside) + "/k8s/a.yaml"}, got); diff != "" {
		t.Errorf("files (-want +got):\n%s", diff)
	}
}

func TestDiscover_APathThatDoesNotExistIsAWrongCall(t *testing.T) {
	dir := t.TempDir()
	_, err := discover(context.Background(), &Options{Root: dir, Dir: dir, Paths: []string{"k8s"}})
	if err == nil || err.Error() != "k8s: no such file or directory" {
		t.Errorf("discover = %v", err)
	}
}

func TestRead_ABinaryFileHasNoText(t *testing.T) {
	f := readable(t, "image.png", "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR")
	if _, binary, err := f.read(); !binary || err != nil {
		t.Errorf("read = binary %v, %v, want binary", binary, err)
	}
}

func TestRead_AFileOverTheLimitIsNotReadWhole(t *testing.T) {
	f := readable(t, "big.yaml", strings.Repeat("a: b\n", 3<<20))
	data, _, err := f.read()
	if err != errTooLarge || data != nil {
		t.Errorf("read = %d bytes, %v, want %v", len(data), err, errTooLarge)
	}
}

func TestRead_ANamedPipeInAFilesPlaceDoesNotHang(t *testing.T) {
	dir := t.TempDir()
	if err := syscall.Mkfifo(filepath.Join(dir, "p"), 0o644); err != nil {
		t.Fatal(err)
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close()
	f := file{name: "p", path: "p", scope: &scope{root: root, dir: dir}}
	if _, _, err := f.read(); err == nil {
		t.Error("read of a named pipe succeeded")
	}
}

func readable(t *testing.T, name, text string) *file {
	t.Helper()
	dir := write(t, map[string]string{name: text})
	root, err := os.OpenRoot(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { root.Close() })
	return &file{name: name, path: name, scope: &scope{root: root, dir: dir}}
}
