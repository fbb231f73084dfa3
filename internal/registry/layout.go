package registry

import (
	"context"
	"strings"
)

// layout is an OCI image layout: index.json, and blobs by digest.
type layout struct{ files files }

// refName is the annotation that names an image of a layout.
const refName = "org.opencontainers.image.ref.name"

func openLayout(ctx context.Context, f files, tag string) (Image, error) {
	l := layout{f}
	var version struct {
		Version string `json:"imageLayoutVersion"`
	}
	data, err := f.read("oci-layout", MaxManifest)
	if err != nil {
		return Image{}, err
	}
	if err := decode(data, &version); err != nil || version.Version != "1.0.0" {
		return Image{}, invalid("oci-layout: version %q, expected 1.0.0", shorten(version.Version))
	}
	d, err := l.pick(tag)
	if err != nil {
		return Image{}, err
	}
	m, err := l.Manifest(ctx, d.Digest)
	if err != nil {
		return Image{}, err
	}
	if m.MediaType != d.MediaType {
		return Image{}, invalid("%s is a %s, index.json says %q", d.Digest, m.MediaType, shorten(d.MediaType))
	}
	s := &surveyor{source: l, most: maxImage}
	return s.image(ctx, m)
}

// pick finds the image of a name, or the only one.
func (l layout) pick(tag string) (Descriptor, error) {
	data, err := l.files.read("index.json", MaxManifest)
	if err != nil {
		return Descriptor{}, err
	}
	index, err := parseManifest(data, ociIndex)
	if err != nil {
		return Descriptor{}, invalid("index.json: %w", err)
	}
	var found []Descriptor
	for _, d := range index.Manifests {
		if name := d.Annotations[refName]; tag == "" || name == tag || strings.HasSuffix(name, ":"+tag) || d.Digest == tag {
			found = append(found, d.Descriptor)
		}
	}
	switch {
	case len(found) == 1:
		return found[0], nil
	case len(found) == 0 && tag != "":
		return Descriptor{}, notFound("no image %q in it", shorten(tag))
	case len(found) == 0:
		return Descriptor{}, notFound("no image in it")
	}
	return Descriptor{}, invalid("it holds %d images; name one, after a colon", len(found))
}

// Manifest is that of a digest.
func (l layout) Manifest(ctx context.Context, digest string) (Manifest, error) {
	data, err := l.Blob(ctx, digest, MaxManifest)
	if err != nil {
		return Manifest{}, err
	}
	wire, err := parseManifest(data, "")
	if err != nil {
		wire, err = parseManifest(data, guessed(data))
	}
	if err != nil {
		return Manifest{}, invalid("manifest %s: %w", digest, err)
	}
	return Manifest{MediaType: wire.MediaType, Digest: digest, Bytes: data}, nil
}

// guessed is the media type of a document that does not say it, as the
// specification allows: what has a configuration is a manifest.
func guessed(data []byte) string {
	var m wireManifest
	switch err := decode(data, &m); {
	case err != nil || m.MediaType != "":
		return ""
	case m.Config != nil:
		return ociManifest
	}
	return ociIndex
}

// Blob is that of a digest.
func (l layout) Blob(_ context.Context, digest string, limit int64) ([]byte, error) {
	if !isDigest(digest) {
		return nil, invalid("%q is no digest", shorten(digest))
	}
	data, err := l.files.read("blobs/"+strings.Replace(digest, ":", "/", 1), limit)
	if err != nil {
		return nil, err
	}
	if err := checkDigest(digest, data); err != nil {
		return nil, invalid("blob: %w", err)
	}
	return data, nil
}

func (l layout) invalid(err error) error { return invalid("%w", err) }
