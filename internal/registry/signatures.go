package registry

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"guard/internal/registry/signature"
)

// Signatures is a repository as the packages of signatures read and write it:
// it is their Source and their Target.
type Signatures struct{ repository *Repository }

// Signatures gives the repository's signatures.
func (r *Repository) Signatures() Signatures { return Signatures{r} }

// Manifest gives the manifest of a digest or tag.
func (s Signatures) Manifest(ctx context.Context, digestOrTag string) (signature.Manifest, error) {
	m, err := s.repository.Manifest(ctx, digestOrTag)
	return signature.Manifest(m), kindOf(err)
}

// Blob gives the blob of a digest; an error where it is larger than limit.
func (s Signatures) Blob(ctx context.Context, digest string, limit int64) ([]byte, error) {
	data, err := s.repository.Blob(ctx, digest, limit)
	return data, kindOf(err)
}

// Referrers lists what refers to a digest.
func (s Signatures) Referrers(ctx context.Context, digest string) ([]signature.Descriptor, error) {
	listed, err := s.repository.Referrers(ctx, digest)
	var all []signature.Descriptor
	for _, d := range listed {
		all = append(all, signature.Descriptor(d))
	}
	return all, kindOf(err)
}

// PutBlob stores a blob under its sha256 digest.
func (s Signatures) PutBlob(ctx context.Context, data []byte) error {
	_, err := s.repository.PushBlob(ctx, data)
	return err
}

// PutManifest stores a manifest under a tag or its digest, and enters one that
// has a subject under the fallback tag where the registry keeps no list.
func (s Signatures) PutManifest(ctx context.Context, tagOrDigest, mediaType string, data []byte) error {
	if isDigest(tagOrDigest) {
		tagOrDigest = ""
	}
	d, response, err := s.repository.putManifest(ctx, tagOrDigest, mediaType, data)
	if err != nil {
		return err
	}
	var m artifactManifest
	if err := json.Unmarshal(data, &m); err != nil {
		return s.repository.invalid(fmt.Errorf("manifest: %w", err))
	}
	if m.Subject.Digest == "" || response.Header.Get("OCI-Subject") == m.Subject.Digest {
		return nil
	}
	d.ArtifactType, d.Annotations = m.ArtifactType, m.Annotations
	return s.repository.enlist(ctx, m.Subject.Digest, d)
}

// kindOf tells what is not there in the words of signatures.
func kindOf(err error) error {
	if errors.Is(err, ErrNotFound) {
		return fmt.Errorf("%w: %w", signature.ErrNotFound, err)
	}
	return err
}
