package verify

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"io"

	"github.com/sigstore/sigstore-go/pkg/root"
	sigstore "github.com/sigstore/sigstore/pkg/signature"
)

// keyMaterial is a trusted root to which one key has been added. A signature
// names its key by a hint that nobody has signed, so the hint is not asked.
type keyMaterial struct {
	root.TrustedMaterial
	key *root.ExpiringKey
}

// PublicKeyVerifier gives the key, whatever the hint.
func (m keyMaterial) PublicKeyVerifier(string) (root.TimeConstrainedVerifier, error) {
	return m.key, nil
}

// keyVerifier verifies with a key in the ways that cosign signs with it: with
// the digest that belongs to its curve, and with SHA-256 for larger curves too.
func keyVerifier(public crypto.PublicKey) (sigstore.Verifier, error) {
	usual, err := sigstore.LoadDefaultVerifier(public)
	if err != nil {
		return nil, err
	}
	if k, ok := public.(*ecdsa.PublicKey); !ok || k.Curve == elliptic.P256() {
		return usual, nil
	}
	other, err := sigstore.LoadVerifier(public, crypto.SHA256)
	if err != nil {
		return nil, err
	}
	return eitherDigest{Verifier: usual, other: other}, nil
}

type eitherDigest struct {
	sigstore.Verifier
	other sigstore.Verifier
}

// VerifySignature accepts a signature made with either digest.
func (e eitherDigest) VerifySignature(made, message io.Reader, opts ...sigstore.VerifyOption) error {
	madeBytes, err := io.ReadAll(made)
	if err != nil {
		return err
	}
	messageBytes, err := io.ReadAll(message)
	if err != nil {
		return err
	}
	usual := e.Verifier.VerifySignature(bytes.NewReader(madeBytes), bytes.NewReader(messageBytes), opts...)
	if usual == nil {
		return nil
	}
	if e.other.VerifySignature(bytes.NewReader(madeBytes), bytes.NewReader(messageBytes), opts...) == nil {
		return nil
	}
	return usual
}
