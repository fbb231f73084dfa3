package sign

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"guard/internal/registry/signature"
	"guard/internal/registry/signature/attached"
)

// Target writes one repository of a registry.
type Target interface {
	signature.Source
	// PutBlob stores a blob under its sha256 digest.
	PutBlob(ctx context.Context, data []byte) error
	// PutManifest stores a manifest under a tag or its digest. Where the
	// manifest has a subject and the registry no referrers API, it is entered
	// under the fallback tag too.
	PutManifest(ctx context.Context, tagOrDigest, mediaType string, data []byte) error
}

const (
	mediaTypeManifest = "application/vnd.oci.image.manifest.v1+json"
	mediaTypeConfig   = "application/vnd.oci.image.config.v1+json"
	mediaTypeEmpty    = "application/vnd.oci.empty.v1+json"
	mediaTypeEnvelope = "application/vnd.dsse.envelope.v1+json"
)

type descriptor struct {
	MediaType   string            `json:"mediaType"`
	Digest      string            `json:"digest"`
	Size        int64             `json:"size"`
	Annotations map[string]string `json:"annotations,omitempty"`
}

type manifest struct {
	SchemaVersion int               `json:"schemaVersion"`
	MediaType     string            `json:"mediaType"`
	ArtifactType  string            `json:"artifactType,omitempty"`
	Config        descriptor        `json:"config"`
	Layers        []descriptor      `json:"layers"`
	Subject       *descriptor       `json:"subject,omitempty"`
	Annotations   map[string]string `json:"annotations,omitempty"`
}

// AttachBundle stores the attestation as a Sigstore bundle that refers to its
// image, and gives the digest of what it stored.
func AttachBundle(ctx context.Context, target Target, a Attestation, now time.Time) (string, error) {
	data, err := a.Bundle()
	if err != nil {
		return "", err
	}
	image, err := target.Manifest(ctx, a.Image.Digest)
	if err != nil {
		return "", fmt.Errorf("attach to %s: %w", a.Image.Digest, err)
	}
	if signature.DigestOf(image.Bytes) != a.Image.Digest {
		return "", fmt.Errorf("attach to %s: the registry sent %s", a.Image.Digest, signature.DigestOf(image.Bytes))
	}
	subject := describe(image.MediaType, image.Bytes)
	m := manifest{
		SchemaVersion: 2, MediaType: mediaTypeManifest, ArtifactType: MediaTypeBundle, Subject: &subject,
		Config: describe(mediaTypeEmpty, []byte("{}")), Layers: []descriptor{describe(MediaTypeBundle, data)},
		Annotations: map[string]string{
			"org.opencontainers.image.created":  now.UTC().Format(time.RFC3339),
			"dev.sigstore.bundle.content":       "dsse-envelope",
			"dev.sigstore.bundle.predicateType": a.PredicateType,
		},
	}
	return put(ctx, target, m, "", []byte("{}"), data)
}

// AttachTag appends the attestation to those that cosign 2 keeps behind the
// image's tag .att, and gives the digest of what it stored. Two that append at
// once lose one of theirs, as with cosign; bundles do not have this.
func AttachTag(ctx context.Context, target Target, a Attestation) (string, error) {
	data, err := a.Envelope()
	if err != nil {
		return "", err
	}
	tag := attached.Tag(a.Image.Digest, ".att")
	m, err := existing(ctx, target, tag)
	if err != nil {
		return "", err
	}
	layer := describe(mediaTypeEnvelope, data)
	layer.Annotations = map[string]string{"dev.cosignproject.cosign/signature": "", "predicateType": a.PredicateType}
	m.Layers = append(m.Layers, layer)
	config, err := imageConfig(m.Layers)
	if err != nil {
		return "", err
	}
	m.Config = describe(mediaTypeConfig, config)
	return put(ctx, target, m, tag, config, data)
}

// existing gives the manifest behind a tag, or a new one.
func existing(ctx context.Context, source signature.Source, tag string) (manifest, error) {
	fresh := manifest{SchemaVersion: 2, MediaType: mediaTypeManifest}
	found, err := source.Manifest(ctx, tag)
	if errors.Is(err, signature.ErrNotFound) {
		return fresh, nil
	}
	if err != nil {
		return manifest{}, fmt.Errorf("read %s: %w", tag, err)
	}
	var m manifest
	if err := json.Unmarshal(found.Bytes, &m); err != nil {
		return manifest{}, fmt.Errorf("read %s: %w", tag, err)
	}
	if len(m.Layers) >= attached.MaxItems {
		return manifest{}, fmt.Errorf("%s has %d attestations; guard itself would look at no more than %d", tag, len(m.Layers), attached.MaxItems)
	}
	fresh.Layers, fresh.Annotations = m.Layers, m.Annotations
	return fresh, nil
}

// imageConfig is the config of an image that has these layers, which are not
// compressed.
func imageConfig(layers []descriptor) ([]byte, error) {
	var config struct {
		Architecture string `json:"architecture"`
		OS           string `json:"os"`
		RootFS       struct {
			Type    string   `json:"type"`
			DiffIDs []string `json:"diff_ids"`
		} `json:"rootfs"`
	}
	config.RootFS.Type = "layers"
	for _, l := range layers {
		config.RootFS.DiffIDs = append(config.RootFS.DiffIDs, l.Digest)
	}
	return json.Marshal(config)
}

// put stores the blobs and then the manifest, so that none is named before it
// is there. Without a tag the manifest stands under its digest.
func put(ctx context.Context, target Target, m manifest, tag string, blobs ...[]byte) (string, error) {
	data, err := json.Marshal(m)
	if err != nil {
		return "", err
	}
	for _, blob := range blobs {
		if err := target.PutBlob(ctx, blob); err != nil {
			return "", fmt.Errorf("store %s: %w", signature.DigestOf(blob), err)
		}
	}
	digest := signature.DigestOf(data)
	if tag == "" {
		tag = digest
	}
	if err := target.PutManifest(ctx, tag, m.MediaType, data); err != nil {
		return "", fmt.Errorf("store %s: %w", tag, err)
	}
	return digest, nil
}

func describe(mediaType string, data []byte) descriptor {
	return descriptor{MediaType: mediaType, Digest: signature.DigestOf(data), Size: int64(len(data))}
}
