//go:build unix

package registry_test

import (
	"archive/tar"
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/layout"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/random"
	"github.com/google/go-containerregistry/pkg/v1/tarball"

	"guard/internal/registry"
)

// built is an image as a builder makes it.
func built(t *testing.T, architecture, user string) v1.Image {
	t.Helper()
	base, err := random.Image(100, 2)
	if err != nil {
		t.Fatal(err)
	}
	made, err := mutate.ConfigFile(base, &v1.ConfigFile{
		OS: "linux", Architecture: architecture, Config: v1.Config{User: user, Labels: map[string]string{"a": "b"}, Entrypoint: []string{"/app"}}, RootFS: must(base.ConfigFile()).RootFS,
	})
	if err != nil {
		t.Fatal(err)
	}
	return made
}

func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}

// written is a layout on disk with one index.
func written(t *testing.T) (dir string, index v1.ImageIndex) {
	t.Helper()
	index = mutate.AppendManifests(must(random.Index(10, 1, 0)),
		mutate.IndexAddendum{Add: built(t, "amd64", "1000"), Descriptor: v1.Descriptor{Platform: &v1.Platform{OS: "linux", Architecture: "amd64"}}},
		mutate.IndexAddendum{Add: built(t, "arm64", "1000"), Descriptor: v1.Descriptor{Platform: &v1.Platform{OS: "linux", Architecture: "arm64"}}})
	dir = filepath.Join(t.TempDir(), "layout")
	path := must(layout.Write(dir, mutate.AppendManifests(must(random.Index(10, 1, 0)))))
	if err := path.AppendIndex(index, layout.WithAnnotations(map[string]string{"org.opencontainers.image.ref.name": "1.0"})); err != nil {
		t.Fatal(err)
	}
	if err := path.AppendImage(built(t, "amd64", "0"), layout.WithAnnotations(map[string]string{"org.opencontainers.image.ref.name": "root"})); err != nil {
		t.Fatal(err)
	}
	return dir, index
}

func TestOpenLayout(t *testing.T) {
	dir, index := written(t)
	file := filepath.Join(t.TempDir(), "layout.tar")
	pack(t, dir, file)
	for _, where := range []string{"oci:" + dir, "oci-archive:" + file} {
		got, err := registry.Open(ctx, where+":1.0")
		if err != nil {
			t.Fatal(err)
		}
		if got.Digest != must(index.Digest()).String() || len(got.Platforms) != 2 || got.Platforms[0].User != "1000" || got.Platforms[1].Architecture != "arm64" {
			t.Errorf("%s: %+v", where, got)
		}
		if got, err := registry.Open(ctx, where+":root"); err != nil || got.Platforms[0].User != "0" {
			t.Errorf("%s: %+v, %v", where, got, err)
		}
		if _, err := registry.Open(ctx, where); !errors.Is(err, registry.ErrInvalid) || !strings.Contains(err.Error(), "2 images; name one") {
			t.Errorf("%s without tag: %v", where, err)
		}
		if _, err := registry.Open(ctx, where+":none"); !errors.Is(err, registry.ErrNotFound) {
			t.Errorf("%s, no such tag: %v", where, err)
		}
	}
}

func TestOpenDockerArchive(t *testing.T) {
	file := filepath.Join(t.TempDir(), "image.tar")
	one, two := built(t, "amd64", "1000"), built(t, "arm64", "app")
	if err := tarball.MultiRefWriteToFile(file, map[name.Reference]v1.Image{name.MustParseReference("acme/app:1"): one, name.MustParseReference("acme/app:2"): two}); err != nil {
		t.Fatal(err)
	}
	got, err := registry.Open(ctx, "docker-archive:"+file+":acme/app:2")
	if err != nil {
		t.Fatal(err)
	}
	want := registry.Image{Reference: "docker-archive:" + file + ":acme/app:2", Platforms: []registry.Platform{{
		OS: "linux", Architecture: "arm64", User: "app", Labels: map[string]string{"a": "b"}, Entrypoint: []string{"/app"}, ConfigDigest: must(two.ConfigName()).String(), Created: "0001-01-01T00:00:00Z",
	}}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if _, err := registry.Open(ctx, "docker-archive:"+file); !errors.Is(err, registry.ErrInvalid) {
		t.Errorf("without tag: %v", err)
	}
}

// RELIABILITY 29 and 41: what is on disk is hostile too.
func TestOpenHostile(t *testing.T) {
	dir, _ := written(t)
	outside := filepath.Join(t.TempDir(), "outside")
	os.WriteFile(outside, []byte(`{"imageLayoutVersion":"1.0.0"}`), 0o600)
	for _, row := range []struct {
		name   string
		change func(dir string)
		want   error
	}{
		{"a link out of the layout", func(dir string) { replace(dir, "oci-layout", func(p string) error { return os.Symlink(outside, p) }) }, registry.ErrUnavailable},
		{"a pipe", func(dir string) { replace(dir, "index.json", func(p string) error { return syscall.Mkfifo(p, 0o600) }) }, registry.ErrInvalid},
		{"a device", func(dir string) {
			replace(dir, "index.json", func(p string) error { return os.Symlink("/dev/zero", p) })
		}, registry.ErrUnavailable},
		{"an index of 5 MiB", func(dir string) { write(dir, "index.json", bytes.Repeat([]byte(" "), 5<<20)) }, registry.ErrInvalid},
		{"no index", func(dir string) { os.Remove(filepath.Join(dir, "index.json")) }, registry.ErrNotFound},
		{"another version", func(dir string) { write(dir, "oci-layout", []byte(`{"imageLayoutVersion":"2"}`)) }, registry.ErrInvalid},
		{"a digest that leads elsewhere", func(dir string) {
			write(dir, "index.json", encode(object{"schemaVersion": 2, "manifests": []object{{"mediaType": ociManifest, "digest": "sha256:../../../etc/passwd", "size": 1}}}))
		}, registry.ErrInvalid},
		{"a blob that was changed", func(dir string) {
			blobs, _ := filepath.Glob(filepath.Join(dir, "blobs/sha256/*"))
			for _, blob := range blobs {
				os.WriteFile(blob, []byte("{}"), 0o600)
			}
		}, registry.ErrInvalid},
	} {
		copied := filepath.Join(t.TempDir(), "copy")
		if err := os.CopyFS(copied, os.DirFS(dir)); err != nil {
			t.Fatal(err)
		}
		row.change(copied)
		if got, err := registry.Open(ctx, "oci:"+copied+":1.0"); !errors.Is(err, row.want) {
			t.Errorf("%s: %+v, %v; want %v", row.name, got, err, row.want)
		}
	}
}

func TestOpenHostileArchives(t *testing.T) {
	dir := t.TempDir()
	twice := filepath.Join(dir, "twice.tar")
	f := must(os.Create(twice))
	w := tar.NewWriter(f)
	for _, text := range []string{`{"imageLayoutVersion":"1.0.0"}`, `{"imageLayoutVersion":"2"}`} {
		w.WriteHeader(&tar.Header{Name: "oci-layout", Typeflag: tar.TypeReg, Size: int64(len(text)), Mode: 0o600})
		w.Write([]byte(text))
	}
	w.Close()
	f.Close()
	write(dir, "text", []byte("no archive"))
	write(dir, "compressed", []byte("\x1f\x8b\x08\x00"))
	write(dir, "empty", nil)
	for name, want := range map[string]error{"twice.tar": registry.ErrInvalid, "text": registry.ErrInvalid, "compressed": registry.ErrInvalid, "empty": registry.ErrNotFound, "none": registry.ErrNotFound, ".": registry.ErrInvalid} {
		for _, prefix := range []string{"oci-archive:", "docker-archive:"} {
			if name == "twice.tar" && prefix == "docker-archive:" {
				continue
			}
			if _, err := registry.Open(ctx, prefix+filepath.Join(dir, name)); !errors.Is(err, want) {
				t.Errorf("%s%s: %v, want %v", prefix, name, err, want)
			}
		}
	}
}

func replace(dir, name string, with func(string) error) {
	path := filepath.Join(dir, name)
	os.Remove(path)
	if err := with(path); err != nil {
		panic(err)
	}
}

func write(dir, name string, data []byte) {
	replace(dir, name, func(path string) error { return os.WriteFile(path, data, 0o600) })
}

// pack writes a directory into a tar file.
func pack(t *testing.T, dir, file string) {
	t.Helper()
	f := must(os.Create(file))
	defer f.Close()
	w := tar.NewWriter(f)
	if err := w.AddFS(os.DirFS(dir)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
}
