package signature

import (
	"context"
	"errors"
)

// ErrNotFound is what an error of a [Source] wraps where the registry has
// answered that there is no such thing. Every other error means that it is not
// known.
var ErrNotFound = errors.New("not found")

// Manifest is a manifest as the registry stores it.
type Manifest struct {
	MediaType string
	Digest    string // "sha256:…" of Bytes
	Bytes     []byte
}

// Descriptor points to a manifest that refers to another one.
type Descriptor struct {
	MediaType    string
	ArtifactType string
	Digest       string
	Size         int64
	Annotations  map[string]string
}

// Source reads one repository of a registry. It bounds the time and size of
// what it reads; its bytes are checked against their digests by whoever asks
// by digest.
type Source interface {
	// Manifest gives the manifest of a digest or tag.
	Manifest(ctx context.Context, digestOrTag string) (Manifest, error)
	// Blob gives the blob of a digest; an error where it is larger than limit.
	Blob(ctx context.Context, digest string, limit int64) ([]byte, error)
	// Referrers lists what refers to a digest, by the referrers API or by the
	// fallback tag where a registry has none.
	Referrers(ctx context.Context, digest string) ([]Descriptor, error)
}
