package attached

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"guard/internal/registry/signature"
)

// Find gives everything that hangs on a digest. What a registry does not
// answer is a problem of the set; only a call that is wrong is an error.
func Find(ctx context.Context, source signature.Source, digest string) (Set, error) {
	if !signature.ValidDigest(digest) {
		return Set{}, fmt.Errorf("%q is no sha256 digest of an image", digest)
	}
	f := &finder{source: source, set: Set{Digest: digest}}
	f.tag(ctx, ".sig")
	f.tag(ctx, ".att")
	f.referrers(ctx)
	return f.set, nil
}

// Tag is the tag behind which cosign keeps what belongs to a digest. The
// suffix .sbom is not looked at: what is there is not signed.
func Tag(digest, suffix string) string { return strings.Replace(digest, ":", "-", 1) + suffix }

type finder struct {
	source signature.Source
	set    Set
	total  int64
	full   bool
}

// layer is a blob that a manifest names.
type layer struct {
	MediaType   string            `json:"mediaType"`
	Digest      string            `json:"digest"`
	Size        int64             `json:"size"`
	Annotations map[string]string `json:"annotations"`
}

func (f *finder) tag(ctx context.Context, suffix string) {
	tag := Tag(f.set.Digest, suffix)
	manifest, err := f.source.Manifest(ctx, tag)
	if errors.Is(err, signature.ErrNotFound) {
		return
	}
	if err != nil {
		f.unavailable(tag, err)
		return
	}
	f.manifest(ctx, tag, manifest)
}

// manifest takes what is signed in a manifest. Other layers may stand beside
// it.
func (f *finder) manifest(ctx context.Context, where string, m signature.Manifest) {
	for _, l := range f.layers(where, m) {
		if kind, known := kindOf(l.MediaType); known {
			f.add(ctx, kind, where, l)
		}
	}
}

// kindOf tells what a layer holds by its media type.
func kindOf(mediaType string) (kind Kind, known bool) {
	switch {
	case mediaType == "application/vnd.dev.cosign.simplesigning.v1+json":
		return CosignSignature, true
	case mediaType == "application/vnd.dsse.envelope.v1+json":
		return CosignAttestation, true
	case strings.HasPrefix(mediaType, mediaTypeBundle):
		return Bundle, true
	}
	return "", false
}

const mediaTypeBundle = "application/vnd.dev.sigstore.bundle"

// layers reads a manifest that must be what its digest says and nothing else:
// one that is also an index is refused.
func (f *finder) layers(where string, m signature.Manifest) []layer {
	if got := signature.DigestOf(m.Bytes); got != m.Digest {
		f.unavailable(where, fmt.Errorf("the registry sent %s for %s", got, m.Digest))
		return nil
	}
	var parsed struct {
		Layers    []layer           `json:"layers"`
		Manifests []json.RawMessage `json:"manifests"`
	}
	if err := json.Unmarshal(m.Bytes, &parsed); err != nil {
		f.unavailable(where, fmt.Errorf("read manifest: %w", err))
		return nil
	}
	if len(parsed.Manifests) > 0 {
		f.unavailable(where, errors.New("an index stands where a manifest with signatures is expected"))
		return nil
	}
	return parsed.Layers
}

func (f *finder) add(ctx context.Context, kind Kind, where string, l layer) {
	if f.stop(where) {
		return
	}
	if l.Size > MaxBytes {
		f.incomplete(where, fmt.Sprintf("%s has %d bytes; guard looks at no more than %d", l.Digest, l.Size, MaxBytes))
		return
	}
	data, err := f.source.Blob(ctx, l.Digest, MaxBytes)
	if err == nil && signature.DigestOf(data) != l.Digest {
		err = fmt.Errorf("the registry sent %s for %s", signature.DigestOf(data), l.Digest)
	}
	if err != nil {
		// Missing is unknown here: the manifest has said that it is there.
		f.unavailable(where, err)
		return
	}
	f.total += int64(len(data))
	f.set.Items = append(f.set.Items, Item{Kind: kind, Where: where, Bytes: data, Annotations: l.Annotations})
}

// stop tells whether a limit is reached, and says so once.
func (f *finder) stop(where string) bool {
	if !f.full && (len(f.set.Items) >= MaxItems || f.total >= maxTotal) {
		f.full = true
		f.incomplete(where, fmt.Sprintf("more than %d signatures, or %d bytes of them; the rest was not looked at", MaxItems, maxTotal))
	}
	return f.full
}

func (f *finder) unavailable(where string, err error) {
	f.problem(signature.Unavailable, where, err.Error())
}

func (f *finder) incomplete(where, message string) {
	f.problem(signature.Incomplete, where, message)
}

// problem notes what was not looked at. A hostile registry may cause as many
// as it wants; a few are enough.
func (f *finder) problem(status signature.Status, where, message string) {
	if len(f.set.Problems) < MaxItems {
		f.set.Problems = append(f.set.Problems, signature.Problem{Status: status, Where: where, Message: message})
	}
}
