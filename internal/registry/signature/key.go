package signature

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"fmt"
	"strings"
)

const minRSABits = 2048

// ParsePublicKey reads one public key of ECDSA, RSA or Ed25519 in PEM.
func ParsePublicKey(text string) (crypto.PublicKey, error) {
	block, rest := pem.Decode([]byte(text))
	switch {
	case block == nil:
		return nil, errors.New("is no key in PEM: -----BEGIN PUBLIC KEY----- is expected")
	case strings.TrimSpace(string(rest)) != "":
		return nil, errors.New("has more after the first key; give one key each")
	case strings.Contains(block.Type, "PRIVATE"):
		return nil, errors.New("is a private key; only the public one belongs here")
	case block.Type != "PUBLIC KEY":
		return nil, fmt.Errorf("is a %q; a PUBLIC KEY is expected", block.Type)
	}
	public, err := x509.ParsePKIXPublicKey(block.Bytes)
	if err != nil {
		return nil, fmt.Errorf("is no public key: %w", err)
	}
	return public, checkStrength(public)
}

func checkStrength(public crypto.PublicKey) error {
	switch k := public.(type) {
	case *ecdsa.PublicKey:
		if k.Curve.Params().BitSize < 256 {
			return fmt.Errorf("is an ECDSA key on %s, which is too weak", k.Curve.Params().Name)
		}
	case *rsa.PublicKey:
		if k.N.BitLen() < minRSABits {
			return fmt.Errorf("is an RSA key of %d bits; %d are the least", k.N.BitLen(), minRSABits)
		}
	case ed25519.PublicKey:
	default:
		return fmt.Errorf("is a %T; ECDSA, RSA and Ed25519 are known", public)
	}
	return nil
}

// KeyHash names a public key: the SHA-256 of its DER form in base64, which is
// also the hint that cosign writes into bundles.
func KeyHash(public crypto.PublicKey) string {
	der, err := x509.MarshalPKIXPublicKey(public)
	if err != nil {
		return ""
	}
	sum := sha256.Sum256(der)
	return base64.StdEncoding.EncodeToString(sum[:])
}
