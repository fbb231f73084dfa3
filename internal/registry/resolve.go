package registry

import (
	"context"
	"fmt"
	"slices"
	"sync/atomic"

	"guard/internal/imageref"
)

// Resolve finds out what a reference names. A tag is resolved once in a run,
// and a digest is fetched once for all who may see it.
func (c *Client) Resolve(ctx context.Context, ref imageref.Reference) (Image, error) {
	r, err := c.Repository(ref)
	if err != nil {
		return Image{}, err
	}
	var image Image
	if ref.Digest != "" {
		image, err = r.byDigest(ctx, ref.Digest, nil)
	} else {
		image, err = r.byTag(ctx, tagOf(ref))
	}
	image.Reference = ref.String()
	return image, err
}

func tagOf(ref imageref.Reference) string {
	if ref.Tag == "" {
		return "latest"
	}
	return ref.Tag
}

func (r *Repository) key(reference string) Key {
	return Key{Registry: r.host, Repository: r.name, Reference: reference, Scope: r.client.scope}
}

// tagCost is what keeping a tag costs besides its image.
const tagCost = 512

func (r *Repository) byTag(ctx context.Context, tag string) (Image, error) {
	key := r.key(tag)
	key.Run = r.client.run
	return r.client.images.Get(ctx, key, r.client.timeout, func(ctx context.Context) (Image, int64, error) {
		m, err := r.Manifest(ctx, tag)
		if err != nil {
			return Image{}, 0, err
		}
		image, err := r.byDigest(ctx, m.Digest, &m)
		return image, tagCost, err
	})
}

// byDigest gives the image of a digest; m is its manifest, where that was
// fetched already.
func (r *Repository) byDigest(ctx context.Context, digest string, m *Manifest) (Image, error) {
	return r.client.images.Get(ctx, r.key(digest), r.client.timeout, func(ctx context.Context) (Image, int64, error) {
		if m == nil {
			fetched, err := r.Manifest(ctx, digest)
			if err != nil {
				return Image{}, 0, err
			}
			m = &fetched
		}
		s := &surveyor{source: r, most: r.client.most}
		image, err := s.image(ctx, *m)
		if err != nil {
			return Image{}, 0, fmt.Errorf("image %s@%s: %w", r, digest, err)
		}
		return image, s.spent.Load(), nil
	})
}

// source is where manifests and blobs come from: a repository, or a layout.
type source interface {
	Manifest(ctx context.Context, digest string) (Manifest, error)
	Blob(ctx context.Context, digest string, limit int64) ([]byte, error)
	invalid(err error) error
}

// surveyor finds the facts of one image, within its share of memory.
type surveyor struct {
	source source
	most   int64 // bytes
	spent  atomic.Int64
}

// take reserves what a descriptor says it needs.
func (s *surveyor) take(d Descriptor) error {
	if d.Size > MaxManifest {
		return s.source.invalid(fmt.Errorf("%s has %d bytes, more than %d", d.Digest, d.Size, MaxManifest))
	}
	if s.spent.Add(d.Size) > s.most {
		return s.source.invalid(fmt.Errorf("its manifests and configurations have more than %d bytes", s.most))
	}
	return nil
}

func (s *surveyor) image(ctx context.Context, m Manifest) (Image, error) {
	wire, err := s.parse(m)
	if err != nil {
		return Image{}, err
	}
	s.spent.Add(int64(len(m.Bytes)))
	image := Image{Digest: m.Digest, MediaType: m.MediaType, Annotations: wire.Annotations}
	if isManifest(m.MediaType) {
		p, err := s.platform(ctx, m.Digest, wire)
		image.Platforms = []Platform{p}
		return image, err
	}
	leaves, err := s.leaves(ctx, wire, 1)
	if err != nil {
		return Image{}, err
	}
	return image, s.children(ctx, &image, leaves)
}

func (s *surveyor) parse(m Manifest) (wireManifest, error) {
	wire, err := parseManifest(m.Bytes, m.MediaType)
	if err != nil {
		return wire, s.source.invalid(fmt.Errorf("manifest %s: %w", m.Digest, err))
	}
	return wire, nil
}

// leaves are the children of an index that are no indexes, and the children
// of those that are.
func (s *surveyor) leaves(ctx context.Context, index wireManifest, depth int) ([]wireDescriptor, error) {
	if len(index.Manifests) > maxChildren {
		return nil, s.source.invalid(fmt.Errorf("an index of it has %d children, more than %d", len(index.Manifests), maxChildren))
	}
	var leaves []wireDescriptor
	for _, d := range index.Manifests {
		if !isIndex(d.MediaType) {
			leaves = append(leaves, d)
			continue
		}
		if depth == maxDepth {
			return nil, s.source.invalid(fmt.Errorf("its indexes are nested more than %d deep", maxDepth))
		}
		inner, err := s.child(ctx, d.Descriptor)
		if err != nil {
			return nil, err
		}
		below, err := s.leaves(ctx, inner, depth+1)
		if err != nil {
			return nil, err
		}
		if leaves = append(leaves, below...); len(leaves) > maxChildren {
			return nil, s.source.invalid(fmt.Errorf("it has more than %d children", maxChildren))
		}
	}
	return leaves, nil
}

// child fetches what a descriptor points to, which must be what it says.
func (s *surveyor) child(ctx context.Context, d Descriptor) (wireManifest, error) {
	if err := s.take(d); err != nil {
		return wireManifest{}, err
	}
	m, err := s.source.Manifest(ctx, d.Digest)
	if err != nil {
		return wireManifest{}, err
	}
	if m.MediaType != d.MediaType || int64(len(m.Bytes)) != d.Size {
		return wireManifest{}, s.source.invalid(fmt.Errorf("%s is a %s of %d bytes; its index says %q of %d bytes", d.Digest, m.MediaType, len(m.Bytes), shorten(d.MediaType), d.Size))
	}
	return s.parse(m)
}

// children fills the platforms of an index. What a child is, its manifest
// decides: what an index says of it, no runtime asks.
func (s *surveyor) children(ctx context.Context, image *Image, leaves []wireDescriptor) error {
	platforms := make([]*Platform, len(leaves))
	err := parallel(ctx, len(leaves), func(ctx context.Context, i int) error {
		if !selectable(leaves[i]) {
			return nil
		}
		wire, err := s.child(ctx, leaves[i].Descriptor)
		if err != nil || !isConfig(wire.Config.MediaType) {
			return err
		}
		p, err := s.platform(ctx, leaves[i].Digest, wire)
		platforms[i] = &p
		return err
	})
	if err != nil {
		return err
	}
	var named []wireDescriptor
	for i, p := range platforms {
		if p == nil {
			image.Attachments = append(image.Attachments, leaves[i].Descriptor)
			continue
		}
		image.Platforms, named = append(image.Platforms, *p), append(named, leaves[i])
	}
	if len(named) == 0 {
		return s.source.invalid(fmt.Errorf("the index %s has no image for any platform", image.Digest))
	}
	image.Inconsistent = slices.Concat(misnamed(named, image.Platforms), differences(image.Platforms))
	return nil
}

// selectable tells whether a runtime can choose a child of an index.
func selectable(d wireDescriptor) bool {
	return isManifest(d.MediaType) && (d.Platform == nil || d.Platform.OS != "unknown" || d.Platform.Architecture != "unknown")
}
