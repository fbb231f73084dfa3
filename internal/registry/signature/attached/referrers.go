package attached

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"guard/internal/registry/signature"
)

// maxReferrers is how many manifests are opened.
const maxReferrers = 2 * MaxItems

func (f *finder) referrers(ctx context.Context) {
	const where = "referrers"
	list, err := f.source.Referrers(ctx, f.set.Digest)
	if errors.Is(err, signature.ErrNotFound) {
		return
	}
	if err != nil {
		f.unavailable(where, err)
		return
	}
	list = slices.DeleteFunc(slices.Clone(list), func(d signature.Descriptor) bool { return !mayBeSigned(d) })
	if len(list) > maxReferrers {
		f.incomplete(where, fmt.Sprintf("%d referrers; guard looks at no more than %d", len(list), maxReferrers))
		list = list[:maxReferrers]
	}
	for _, d := range list {
		if f.stop(d.Digest) {
			return
		}
		f.referrer(ctx, d)
	}
}

// mayBeSigned tells whether a manifest must be opened. Registries and clients
// differ in what they give as the artifact type of a bundle: its own, none, that
// of an empty config, or that of an image's config. Only another type that is
// surely something else is passed by.
func mayBeSigned(d signature.Descriptor) bool {
	t := d.ArtifactType
	if strings.Contains(d.MediaType, "index") || strings.Contains(d.MediaType, "manifest.list") {
		return false // no bundle is an index
	}
	switch t {
	case "", "application/vnd.oci.empty.v1+json", "application/vnd.in-toto+json":
		return true
	}
	return strings.HasPrefix(t, mediaTypeBundle) || strings.HasPrefix(t, "application/vnd.oci.image.config.") ||
		strings.HasPrefix(t, "application/vnd.dev.cosign.")
}

func (f *finder) referrer(ctx context.Context, d signature.Descriptor) {
	manifest, err := f.source.Manifest(ctx, d.Digest)
	if err == nil && manifest.Digest != d.Digest {
		err = fmt.Errorf("the registry sent %s for %s", manifest.Digest, d.Digest)
	}
	if err != nil {
		f.unavailable(d.Digest, err)
		return
	}
	f.manifest(ctx, d.Digest, manifest)
}
