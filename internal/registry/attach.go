package registry

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
)

// Artifact is something to attach to an image: one blob and what it is.
type Artifact struct {
	ArtifactType string            // of the whole
	MediaType    string            // of Data
	Data         []byte            // the blob
	Annotations  map[string]string // of the manifest
}

// emptyConfig is the configuration of what needs none.
var emptyConfig = []byte("{}")

// artifactManifest is the manifest of an artifact with a subject.
type artifactManifest struct {
	SchemaVersion int               `json:"schemaVersion"`
	MediaType     string            `json:"mediaType"`
	ArtifactType  string            `json:"artifactType"`
	Config        Descriptor        `json:"config"`
	Layers        []Descriptor      `json:"layers"`
	Subject       Descriptor        `json:"subject"`
	Annotations   map[string]string `json:"annotations,omitempty"`
}

// Attach stores an artifact that refers to a manifest of this repository, so
// that Referrers lists it. Where the registry does not keep such a list, the
// index under the fallback tag is kept up.
func (r *Repository) Attach(ctx context.Context, subject string, a Artifact) (Descriptor, error) {
	to, err := r.Manifest(ctx, subject)
	if err != nil {
		return Descriptor{}, err
	}
	for _, blob := range [][]byte{emptyConfig, a.Data} {
		if _, err := r.PushBlob(ctx, blob); err != nil {
			return Descriptor{}, err
		}
	}
	data, err := json.Marshal(artifactManifest{
		SchemaVersion: 2, MediaType: ociManifest, ArtifactType: a.ArtifactType,
		Config:      Descriptor{MediaType: ociEmpty, Digest: digestOf(emptyConfig), Size: int64(len(emptyConfig))},
		Layers:      []Descriptor{{MediaType: a.MediaType, Digest: digestOf(a.Data), Size: int64(len(a.Data))}},
		Subject:     Descriptor{MediaType: to.MediaType, Digest: to.Digest, Size: int64(len(to.Bytes))},
		Annotations: a.Annotations,
	})
	if err != nil {
		return Descriptor{}, fmt.Errorf("write the manifest: %w", err)
	}
	d, response, err := r.putManifest(ctx, "", ociManifest, data)
	d.ArtifactType, d.Annotations = a.ArtifactType, a.Annotations
	if err != nil || response.Header.Get("OCI-Subject") == to.Digest {
		return d, err
	}
	return d, r.enlist(ctx, to.Digest, d)
}

// enlistAttempts is how often a lost update of the fallback index is tried.
const enlistAttempts = 3

// enlist adds a descriptor to the index under the fallback tag. Registries do
// not write tags atomically: this process writes one at a time, and reads it
// again afterwards in case another process wrote it too.
func (r *Repository) enlist(ctx context.Context, subject string, d Descriptor) error {
	r.client.listing.Lock()
	defer r.client.listing.Unlock()
	for range enlistAttempts {
		index, err := r.fallbackIndex(ctx, subject)
		if err != nil {
			return err
		}
		if index.lists(d.Digest) {
			return nil
		}
		data, err := index.with(d)
		if err != nil {
			return err
		}
		if _, err := r.PushManifest(ctx, fallbackTag(subject), ociIndex, data); err != nil {
			return err
		}
	}
	index, err := r.fallbackIndex(ctx, subject)
	if err == nil && !index.lists(d.Digest) {
		err = r.invalid(fmt.Errorf("the index %s is written by others at the same time", fallbackTag(subject)))
	}
	return err
}

// fallbackIndex is an index whose other parts are kept as they are.
type fallbackIndex struct {
	whole     map[string]json.RawMessage
	manifests []json.RawMessage
	digests   []string
}

func (r *Repository) fallbackIndex(ctx context.Context, subject string) (fallbackIndex, error) {
	m, err := r.Manifest(ctx, fallbackTag(subject))
	if errors.Is(err, ErrNotFound) {
		return fallbackIndex{whole: map[string]json.RawMessage{"schemaVersion": json.RawMessage("2"), "mediaType": json.RawMessage(`"` + ociIndex + `"`)}}, nil
	}
	if err != nil {
		return fallbackIndex{}, err
	}
	var f fallbackIndex
	page, err := r.page(m.Bytes, m.MediaType)
	if err != nil {
		return f, err
	}
	for _, d := range page {
		f.digests = append(f.digests, d.Digest)
	}
	if err := json.Unmarshal(m.Bytes, &f.whole); err != nil {
		return f, r.invalid(err)
	}
	if list := f.whole["manifests"]; list != nil {
		err = json.Unmarshal(list, &f.manifests)
	}
	return f, err
}

func (f fallbackIndex) lists(digest string) bool { return slices.Contains(f.digests, digest) }

// with is the index with one more manifest.
func (f fallbackIndex) with(d Descriptor) ([]byte, error) {
	one, err := json.Marshal(d)
	if err != nil {
		return nil, err
	}
	list, err := json.Marshal(append(slices.Clone(f.manifests), one))
	if err != nil {
		return nil, err
	}
	f.whole["manifests"] = list
	return json.Marshal(f.whole)
}
