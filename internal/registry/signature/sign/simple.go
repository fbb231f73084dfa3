package sign

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"

	"guard/internal/registry/signature"
	"guard/internal/registry/signature/attached"
)

const (
	mediaTypeSimple     = "application/vnd.dev.cosign.simplesigning.v1+json"
	signatureAnnotation = "dev.cosignproject.cosign/signature"
)

// simple is the text that cosign 2 signs about an image.
type simple struct {
	Critical struct {
		Identity struct {
			Reference string `json:"docker-reference"`
		} `json:"identity"`
		Image struct {
			Digest string `json:"docker-manifest-digest"`
		} `json:"image"`
		Type string `json:"type"`
	} `json:"critical"`
	Optional map[string]any `json:"optional"`
}

// AttachSignature signs an image as cosign 2 does, and appends that to what it
// keeps behind the image's tag .sig. It gives the digest of what it stored. Two
// that append at once lose one of theirs, as with cosign.
func AttachSignature(ctx context.Context, target Target, image signature.Image, key Key) (string, error) {
	if err := image.Validate(); err != nil {
		return "", err
	}
	payload, made, err := signSimple(image, key)
	if err != nil {
		return "", err
	}
	tag := attached.Tag(image.Digest, ".sig")
	m, err := existing(ctx, target, tag)
	if err != nil {
		return "", err
	}
	layer := describe(mediaTypeSimple, payload)
	layer.Annotations = map[string]string{signatureAnnotation: base64.StdEncoding.EncodeToString(made)}
	m.Layers = append(m.Layers, layer)
	config, err := imageConfig(m.Layers)
	if err != nil {
		return "", err
	}
	m.Config = describe(mediaTypeConfig, config)
	return put(ctx, target, m, tag, config, payload)
}

func signSimple(image signature.Image, key Key) (payload, made []byte, err error) {
	var s simple
	s.Critical.Identity.Reference, s.Critical.Image.Digest, s.Critical.Type = image.Repository, image.Digest, "cosign container image signature"
	if payload, err = json.Marshal(s); err != nil {
		return nil, nil, fmt.Errorf("sign: %w", err)
	}
	made, err = key.sign(payload)
	return payload, made, err
}
