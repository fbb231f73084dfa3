package registry

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"guard/internal/registry/transport"
)

// Referrers lists what is attached to a manifest: what the registry's
// referrers API names and what stands under the fallback tag, each once. Where
// a list does not say what type of artifact it is, the artifact is asked.
func (r *Repository) Referrers(ctx context.Context, digest string) ([]Descriptor, error) {
	if !isDigest(digest) {
		return nil, r.invalid(fmt.Errorf("%q is no digest", shorten(digest)))
	}
	listed, err := r.listed(ctx, digest)
	if err != nil {
		return nil, err
	}
	tagged, err := r.tagged(ctx, digest)
	if err != nil {
		return nil, err
	}
	all := distinct(append(listed, tagged...))
	if len(all) > maxReferrers {
		return nil, r.invalid(fmt.Errorf("%s has more than %d referrers", digest, maxReferrers))
	}
	return all, r.nameTypes(ctx, all)
}

// distinct keeps the first descriptor of each digest, and what a later one
// says of its type where the first does not.
func distinct(all []Descriptor) []Descriptor {
	kept := []Descriptor{}
	for _, d := range all {
		at := slices.IndexFunc(kept, func(k Descriptor) bool { return k.Digest == d.Digest })
		if at < 0 {
			kept = append(kept, d)
		} else if untyped(kept[at]) {
			kept[at].ArtifactType = d.ArtifactType
		}
	}
	return kept
}

// listed asks the referrers API; a registry without it lists nothing.
func (r *Repository) listed(ctx context.Context, digest string) ([]Descriptor, error) {
	var all []Descriptor
	path := "referrers/" + digest
	for range maxPages {
		response, err := r.do(ctx, transport.Request{Path: path, Header: http.Header{"Accept": {ociIndex}}, Limit: MaxManifest})
		if withoutAPI(err) {
			return nil, nil
		}
		if err != nil {
			return nil, err
		}
		page, err := r.page(response.Body, response.Header.Get("Content-Type"))
		if err != nil {
			return nil, err
		}
		if all = append(all, page...); len(all) > maxReferrers {
			return nil, r.invalid(fmt.Errorf("%s has more than %d referrers", digest, maxReferrers))
		}
		link, more := nextPage(response.Header)
		if !more {
			return all, nil
		}
		if path, err = response.Local(link); err != nil {
			return nil, err
		}
	}
	return nil, r.invalid(fmt.Errorf("the referrers of %s have more than %d pages", digest, maxPages))
}

// withoutAPI tells whether an answer means that there is no such endpoint.
func withoutAPI(err error) bool {
	var answered *transport.Error
	if !errors.As(err, &answered) {
		return false
	}
	switch answered.Status {
	case http.StatusNotFound, http.StatusBadRequest, http.StatusMethodNotAllowed, http.StatusNotAcceptable, http.StatusNotImplemented:
		return true
	}
	return false
}

func (r *Repository) page(data []byte, mediaType string) ([]Descriptor, error) {
	m, err := parseManifest(data, mediaType)
	if err != nil {
		return nil, r.invalid(fmt.Errorf("list of referrers: %w", err))
	}
	if !isIndex(m.MediaType) {
		return nil, r.invalid(fmt.Errorf("list of referrers: it is no index but a %s", m.MediaType))
	}
	var page []Descriptor
	for _, d := range m.Manifests {
		page = append(page, d.Descriptor)
	}
	return page, nil
}

// nextPage reads the header of RFC 8288.
func nextPage(h http.Header) (link string, more bool) {
	for _, text := range h.Values("Link") {
		target, params, _ := strings.Cut(text, ">")
		target, bracketed := strings.CutPrefix(strings.TrimSpace(target), "<")
		if bracketed && strings.Contains(strings.ReplaceAll(params, `"`, ""), "rel=next") {
			return target, true
		}
	}
	return "", false
}

// tagged reads the index under the fallback tag.
func (r *Repository) tagged(ctx context.Context, digest string) ([]Descriptor, error) {
	m, err := r.Manifest(ctx, fallbackTag(digest))
	if errors.Is(err, ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return r.page(m.Bytes, m.MediaType)
}

// fallbackTag is the tag of the specification for registries without the API.
func fallbackTag(digest string) string { return strings.Replace(digest, ":", "-", 1) }

// untyped tells whether a descriptor does not say what its artifact is: some
// registries give the type of its configuration, which for artifacts is empty.
func untyped(d Descriptor) bool { return d.ArtifactType == "" || d.ArtifactType == ociEmpty }

// nameTypes asks the artifacts that no list names the type of.
func (r *Repository) nameTypes(ctx context.Context, all []Descriptor) error {
	var asked []int
	for i, d := range all {
		if untyped(d) {
			asked = append(asked, i)
		}
	}
	if len(asked) > MaxSignatures {
		return r.invalid(fmt.Errorf("it has more than %d referrers of unknown type", MaxSignatures))
	}
	return parallel(ctx, len(asked), func(ctx context.Context, i int) error {
		d := &all[asked[i]]
		m, err := r.Manifest(ctx, d.Digest)
		if errors.Is(err, ErrNotFound) { // the list outlived it
			return nil
		}
		if err != nil {
			return err
		}
		wire, err := parseManifest(m.Bytes, m.MediaType)
		if err != nil {
			return r.invalid(err)
		}
		d.ArtifactType = wire.artifactType()
		return nil
	})
}
