package registry

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strings"

	"guard/internal/registry/transport"
)

// The prefixes of images on disk, as other tools write them.
const (
	LayoutPrefix        = "oci:"            // oci:DIR[:TAG], a layout
	LayoutArchivePrefix = "oci-archive:"    // oci-archive:FILE[:TAG], a layout in a tar file
	DockerArchivePrefix = "docker-archive:" // docker-archive:FILE[:TAG], what docker save writes
)

// IsLocal tells whether a name is of an image on disk.
func IsLocal(name string) bool {
	return slices.ContainsFunc([]string{LayoutPrefix, LayoutArchivePrefix, DockerArchivePrefix}, func(prefix string) bool { return strings.HasPrefix(name, prefix) })
}

// Open reads the facts of an image on disk. Where it holds several images,
// the name says which one.
func Open(ctx context.Context, name string) (Image, error) {
	prefix, rest, _ := strings.Cut(name, ":")
	path, tag := splitPath(rest)
	image, err := open(ctx, prefix+":", path, tag)
	if err != nil {
		return Image{}, fmt.Errorf("%s: %w", transport.Clean(name), err)
	}
	image.Reference = name
	return image, nil
}

// splitPath parts a path from a tag: a colon belongs to the path where there
// is such a file.
func splitPath(text string) (path, tag string) {
	if _, err := os.Lstat(text); err == nil {
		return text, ""
	}
	for at, r := range text {
		if r != ':' {
			continue
		}
		if _, err := os.Lstat(text[:at]); err == nil {
			return text[:at], text[at+1:]
		}
	}
	return text, ""
}

func open(ctx context.Context, prefix, path, tag string) (Image, error) {
	if prefix == LayoutPrefix {
		root, err := os.OpenRoot(path)
		if err != nil {
			return Image{}, unreadable(err)
		}
		defer root.Close()
		return openLayout(ctx, directory{root}, tag)
	}
	a, err := openArchive(path)
	if err != nil {
		return Image{}, err
	}
	defer a.file.Close()
	if prefix == DockerArchivePrefix {
		return openDocker(a, tag)
	}
	return openLayout(ctx, a, tag)
}

// unreadable is what there is no image at.
func unreadable(err error) error {
	kind := ErrUnavailable
	if os.IsNotExist(err) {
		kind = ErrNotFound
	}
	return &transport.Error{Kind: kind, Host: "local image", Err: err}
}

func invalid(format string, args ...any) error {
	return &transport.Error{Kind: ErrInvalid, Host: "local image", Err: fmt.Errorf(format, args...)}
}
