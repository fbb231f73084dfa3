package bundle

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"guard/internal/registry/signature"
	"guard/internal/registry/signature/sign"
)

// The media types of the artifact: those that OPA looks for.
const (
	mediaManifest = "application/vnd.oci.image.manifest.v1+json"
	mediaConfig   = "application/vnd.oci.image.config.v1+json"
	mediaLayer    = "application/vnd.oci.image.layer.v1.tar+gzip"
)

// Annotations of the artifact. The last three are those by which ORAS, and so
// conftest, unpacks a layer, and where.
const (
	annotationVersion = "org.opencontainers.image.version"
	annotationTitle   = "org.opencontainers.image.title"
	annotationUnpack  = "io.deis.oras.content.unpack"
	annotationDigest  = "io.deis.oras.content.digest"
)

// Artifact is a bundle as registries keep it.
type Artifact struct {
	Manifest []byte
	Config   []byte
	Layer    []byte // the bundle's archive
	Digest   string // of Manifest, by which the bundle is named and signed
}

type descriptor struct {
	MediaType   string            `json:"mediaType"`
	Digest      string            `json:"digest"`
	Size        int64             `json:"size"`
	Annotations map[string]string `json:"annotations,omitempty"`
}

type artifactManifest struct {
	SchemaVersion int               `json:"schemaVersion"`
	MediaType     string            `json:"mediaType"`
	Config        descriptor        `json:"config"`
	Layers        []descriptor      `json:"layers"`
	Annotations   map[string]string `json:"annotations,omitempty"`
}

// Artifact gives the bundle as registries keep it. One layer serves everybody:
// OPA reads it as it is, conftest unpacks it.
func (b *Bundle) Artifact() (Artifact, error) {
	config, err := json.Marshal(map[string]any{"architecture": "unknown", "os": "unknown", "rootfs": map[string]any{"type": "layers", "diff_ids": []string{b.Tar}}})
	if err != nil {
		return Artifact{}, err
	}
	layer := describe(mediaLayer, b.Archive)
	layer.Annotations = map[string]string{annotationTitle: ".", annotationUnpack: "true", annotationDigest: b.Tar}
	m := artifactManifest{
		SchemaVersion: 2, MediaType: mediaManifest, Config: describe(mediaConfig, config), Layers: []descriptor{layer},
		Annotations: map[string]string{annotationVersion: b.Revision},
	}
	data, err := json.Marshal(m)
	return Artifact{Manifest: data, Config: config, Layer: b.Archive, Digest: signature.DigestOf(data)}, err
}

func describe(mediaType string, data []byte) descriptor {
	return descriptor{MediaType: mediaType, Digest: signature.DigestOf(data), Size: int64(len(data))}
}

// Push stores a bundle under a tag, and gives its digest. A tag that is the
// bundle's own revision is not moved: a version means one bundle for ever.
func Push(ctx context.Context, target sign.Target, tag string, b *Bundle) (string, error) {
	a, err := b.Artifact()
	if err != nil {
		return "", err
	}
	if tag == b.Revision {
		there, err := target.Manifest(ctx, tag)
		if err == nil && there.Digest != a.Digest {
			return "", &RefusedError{Reason: fmt.Sprintf("version %s is there already as %s, and a version means one bundle for ever; build the bundle with a higher revision", tag, there.Digest)}
		}
		if err != nil && !errors.Is(err, signature.ErrNotFound) {
			return "", err
		}
	}
	for _, blob := range [][]byte{a.Config, a.Layer} {
		if err := target.PutBlob(ctx, blob); err != nil {
			return "", err
		}
	}
	return a.Digest, target.PutManifest(ctx, tag, mediaManifest, a.Manifest)
}

// layerOf finds the one layer of an artifact that is a bundle. A second one
// would be read by some and not by others.
func layerOf(m signature.Manifest) (descriptor, error) {
	var parsed artifactManifest
	if err := json.Unmarshal(m.Bytes, &parsed); err != nil {
		return descriptor{}, fmt.Errorf("its manifest: %w", err)
	}
	switch {
	case m.MediaType != mediaManifest:
		return descriptor{}, fmt.Errorf("it is a %s; a bundle is one manifest", shorten(m.MediaType))
	case len(parsed.Layers) != 1 || parsed.Layers[0].MediaType != mediaLayer:
		return descriptor{}, fmt.Errorf("it has %d layers; a bundle has one, a %s", len(parsed.Layers), mediaLayer)
	case parsed.Layers[0].Size > MaxArchive:
		return descriptor{}, fmt.Errorf("its layer has %d bytes, more than %d", parsed.Layers[0].Size, MaxArchive)
	}
	return parsed.Layers[0], nil
}
