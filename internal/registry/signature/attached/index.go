package attached

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"guard/internal/registry/signature"
)

// FindAll gives what hangs on an image and, where an index covers its images,
// on the index through which it was found. An index that does not name the image
// is an error: the caller is wrong about it.
func FindAll(ctx context.Context, source signature.Source, image signature.Image, covers bool) ([]Set, error) {
	set, err := Find(ctx, source, image.Digest)
	if err != nil {
		return nil, err
	}
	sets := []Set{set}
	if image.Index == "" || image.Index == image.Digest || !covers {
		return sets, nil
	}
	set, err = findIndex(ctx, source, image)
	return append(sets, set), err
}

// findIndex gives what hangs on the index, which must name the image.
func findIndex(ctx context.Context, source signature.Source, image signature.Image) (Set, error) {
	children, err := children(ctx, source, image.Index)
	if err != nil {
		problem := signature.Problem{Status: signature.Unavailable, Where: image.Index, Message: err.Error()}
		return Set{Digest: image.Index, Problems: []signature.Problem{problem}}, nil
	}
	if !slices.Contains(children, image.Digest) {
		return Set{}, fmt.Errorf("the index %s does not name %s", image.Index, image.Digest)
	}
	return Find(ctx, source, image.Index)
}

// children lists the digests that an index names.
func children(ctx context.Context, source signature.Source, index string) ([]string, error) {
	manifest, err := source.Manifest(ctx, index)
	if err != nil {
		return nil, err
	}
	if got := signature.DigestOf(manifest.Bytes); got != index {
		return nil, fmt.Errorf("the registry sent %s for the index %s", got, index)
	}
	var parsed struct {
		Manifests []struct {
			Digest string `json:"digest"`
		} `json:"manifests"`
	}
	if err := json.Unmarshal(manifest.Bytes, &parsed); err != nil {
		return nil, fmt.Errorf("read index %s: %w", index, err)
	}
	var digests []string
	for _, m := range parsed.Manifests {
		digests = append(digests, m.Digest)
	}
	return digests, nil
}
