package sign

import (
	"encoding/base64"
	"encoding/json"
	"errors"

	"guard/internal/registry/signature"
	"guard/internal/registry/signature/statement"
)

// MediaTypeBundle is the version of bundles that is written.
const MediaTypeBundle = "application/vnd.dev.sigstore.bundle.v0.3+json"

// Attestation is a signed statement about one image.
type Attestation struct {
	Image         signature.Image
	PredicateType string
	By            string // who has signed: "key sha256:…", or a subject and its issuer
	envelope      statement.Envelope
	keyHash       string
	bundle        []byte // of what a certificate has signed
}

// Sign states a predicate about an image and signs that. The predicate is a
// JSON object of any type.
func Sign(image signature.Image, predicateType string, predicate []byte, key Key) (Attestation, error) {
	payload, err := statement.New(image, predicateType, predicate)
	if err != nil {
		return Attestation{}, err
	}
	made, err := key.sign(statement.Encoding(statement.PayloadType, payload))
	if err != nil {
		return Attestation{}, err
	}
	return Attestation{
		Image: image, PredicateType: predicateType, By: "key " + key.Hash(), keyHash: key.Hash(),
		envelope: statement.Envelope{
			PayloadType: statement.PayloadType,
			Payload:     base64.StdEncoding.EncodeToString(payload),
			Signatures:  []statement.Signature{{Sig: base64.StdEncoding.EncodeToString(made)}},
		},
	}, nil
}

// Envelope gives the DSSE envelope, as cosign 2 keeps it. What a certificate
// has signed has none without the certificate.
func (a Attestation) Envelope() ([]byte, error) {
	if a.bundle != nil {
		return nil, errors.New("what is signed without a key is a bundle")
	}
	return json.Marshal(a.envelope)
}

// Bundle gives a Sigstore bundle of version 0.3.
func (a Attestation) Bundle() ([]byte, error) {
	if a.bundle != nil {
		return a.bundle, nil
	}
	var b struct {
		MediaType            string `json:"mediaType"`
		VerificationMaterial struct {
			PublicKey struct {
				Hint string `json:"hint"`
			} `json:"publicKey"`
		} `json:"verificationMaterial"`
		Envelope statement.Envelope `json:"dsseEnvelope"`
	}
	b.MediaType, b.Envelope = MediaTypeBundle, a.envelope
	b.VerificationMaterial.PublicKey.Hint = a.keyHash
	return json.Marshal(b)
}
