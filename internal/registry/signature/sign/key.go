package sign

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io"

	"github.com/secure-systems-lab/go-securesystemslib/encrypted"

	"guard/internal/registry/signature"
)

// Key is a private key. However it is printed, nothing of it is; held behind a
// pointer, it is not printed as a part of something else either.
type Key struct{ held *held }

type held struct {
	signer crypto.Signer
	digest crypto.Hash // 0 where the key signs messages as they are
}

// Format prints a word instead of the key, for every verb.
func (k Key) Format(to fmt.State, _ rune) { _, _ = io.WriteString(to, "(private key)") }

// LoadKey reads a private key in PEM: a plain one, or one that cosign has
// encrypted. The password is asked for only where it is needed. No error holds
// anything of either.
func LoadKey(data []byte, password func() ([]byte, error)) (Key, error) {
	block, _ := pem.Decode(data)
	if block == nil {
		return Key{}, errors.New("load key: it is no key in PEM")
	}
	der, err := decrypt(block, password)
	if err != nil {
		return Key{}, fmt.Errorf("load key: %w", err)
	}
	parsed, err := parse(block.Type, der)
	if err != nil {
		return Key{}, fmt.Errorf("load key: %w", err)
	}
	return newKey(parsed)
}

func decrypt(block *pem.Block, password func() ([]byte, error)) ([]byte, error) {
	if block.Type != "ENCRYPTED COSIGN PRIVATE KEY" && block.Type != "ENCRYPTED SIGSTORE PRIVATE KEY" {
		return block.Bytes, nil
	}
	if password == nil {
		return nil, errors.New("it is encrypted, and there is no password")
	}
	word, err := password()
	if err != nil {
		return nil, fmt.Errorf("read password: %w", err)
	}
	der, err := encrypted.Decrypt(block.Bytes, word)
	if err != nil {
		return nil, errors.New("it cannot be decrypted: the password is wrong or the file is damaged")
	}
	return der, nil
}

func parse(kind string, der []byte) (any, error) {
	var parsed any
	var err error
	switch kind {
	case "EC PRIVATE KEY":
		parsed, err = x509.ParseECPrivateKey(der)
	case "RSA PRIVATE KEY":
		parsed, err = x509.ParsePKCS1PrivateKey(der)
	case "PRIVATE KEY", "ENCRYPTED COSIGN PRIVATE KEY", "ENCRYPTED SIGSTORE PRIVATE KEY":
		parsed, err = x509.ParsePKCS8PrivateKey(der)
	default:
		return nil, fmt.Errorf("it is a %q; a private key is expected", kind)
	}
	if err != nil {
		return nil, errors.New("it is no private key of a known form")
	}
	return parsed, nil
}

// newKey picks the digest that belongs to a key, as Sigstore does.
func newKey(parsed any) (Key, error) {
	key := &held{digest: crypto.SHA256}
	switch k := parsed.(type) {
	case *ecdsa.PrivateKey:
		key.signer = k
		switch size := k.Curve.Params().BitSize; {
		case size > 384:
			key.digest = crypto.SHA512
		case size > 256:
			key.digest = crypto.SHA384
		}
	case *rsa.PrivateKey:
		key.signer = k
	case ed25519.PrivateKey:
		key.signer, key.digest = k, 0
	default:
		return Key{}, fmt.Errorf("load key: it is a %T; ECDSA, RSA and Ed25519 are known", parsed)
	}
	return Key{key}, checkPublic(Key{key})
}

// checkPublic holds the key to what a policy demands of its public half.
func checkPublic(key Key) error {
	text, err := key.PublicPEM()
	if err != nil {
		return err
	}
	if _, err := signature.ParsePublicKey(text); err != nil {
		return fmt.Errorf("load key: it %w", err)
	}
	return nil
}

// PublicPEM gives the public key as policies hold it.
func (k Key) PublicPEM() (string, error) {
	der, err := x509.MarshalPKIXPublicKey(k.held.signer.Public())
	if err != nil {
		return "", fmt.Errorf("write public key: %w", err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})), nil
}

// Hash names the key as results of a verification do.
func (k Key) Hash() string { return signature.KeyHash(k.held.signer.Public()) }

// SignMessage signs a message: Ed25519 the message itself, all others its
// digest, ECDSA in ASN.1.
func (k Key) SignMessage(message []byte) ([]byte, error) { return k.sign(message) }

func (k Key) sign(message []byte) ([]byte, error) {
	if k.held == nil {
		return nil, errors.New("sign: there is no key")
	}
	if k.held.digest != 0 {
		hash := k.held.digest.New()
		hash.Write(message)
		message = hash.Sum(nil)
	}
	made, err := k.held.signer.Sign(rand.Reader, message, k.held.digest)
	if err != nil {
		return nil, fmt.Errorf("sign: %w", err)
	}
	return made, nil
}
