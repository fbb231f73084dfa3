package breakglass

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/sha256"
	"encoding/asn1"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"strings"
	"time"

	"guard/internal/registry/signature"
	"guard/internal/tree/strict"
)

// tokenType keeps a token that somebody has signed for another purpose from
// being one of these (RFC 8725, 3.11).
const tokenType = "guard-break-glass+jwt"

// header is the whole header that a token may have.
type header struct {
	Algorithm string `json:"alg"`
	KeyID     string `json:"kid"`
	Type      string `json:"typ"`
}

// claims are what a token says, and all that it may.
type claims struct {
	Audience   string   `json:"aud"`
	ID         string   `json:"jti"`
	NotBefore  int64    `json:"nbf"`
	Expires    int64    `json:"exp"`
	Reason     string   `json:"reason"`
	Users      []string `json:"users,omitempty"`
	Groups     []string `json:"groups,omitempty"`
	Namespaces []string `json:"namespaces"`
	Images     []string `json:"images,omitempty"`
}

func (c *claims) token() Token {
	return Token{
		ID: c.ID, Audience: c.Audience, Users: c.Users, Groups: c.Groups, Namespaces: c.Namespaces, Images: c.Images,
		Reason: c.Reason, NotBefore: time.Unix(c.NotBefore, 0), Expires: time.Unix(c.Expires, 0),
	}
}

// Signer signs a message as its key does: Ed25519 the message itself, ECDSA its
// SHA-256, in ASN.1.
type Signer interface {
	PublicPEM() (string, error)
	SignMessage(message []byte) ([]byte, error)
}

// Sign makes the text of a token. Times count to the second.
func Sign(t Token, by Signer) (string, error) {
	if err := t.Check(); err != nil {
		return "", fmt.Errorf("sign token: %w", err)
	}
	text, err := by.PublicPEM()
	if err != nil {
		return "", fmt.Errorf("sign token: %w", err)
	}
	key, err := parseKey(text)
	if err != nil {
		return "", fmt.Errorf("sign token: the key %w", err)
	}
	signed, err := encode(header{Algorithm: key.algorithm, KeyID: key.id, Type: tokenType}, claims{
		Audience: t.Audience, ID: t.ID, NotBefore: t.NotBefore.Unix(), Expires: t.Expires.Unix(), Reason: t.Reason,
		Users: t.Users, Groups: t.Groups, Namespaces: t.Namespaces, Images: t.Images,
	})
	if err != nil {
		return "", fmt.Errorf("sign token: %w", err)
	}
	made, err := by.SignMessage([]byte(signed))
	if err == nil && key.algorithm == es256 {
		made, err = fixed(made)
	}
	if err != nil {
		return "", fmt.Errorf("sign token: %w", err)
	}
	signed += "." + base64.RawURLEncoding.EncodeToString(made)
	if len(signed) > MaxToken {
		return "", fmt.Errorf("sign token: it would be of more than %d bytes; name less", MaxToken)
	}
	return signed, nil
}

func encode(h header, c claims) (string, error) {
	first, err := json.Marshal(h)
	if err != nil {
		return "", err
	}
	second, err := json.Marshal(c)
	return base64.RawURLEncoding.EncodeToString(first) + "." + base64.RawURLEncoding.EncodeToString(second), err
}

// The algorithms of RFC 7518 and RFC 8037 that are known.
const (
	eddsa = "EdDSA"
	es256 = "ES256"
)

// coordinate is the size of each half of a signature by P-256, in bytes.
const coordinate = 32

// fixed writes a signature of P-256 as RFC 7518, 3.4 has it.
func fixed(der []byte) ([]byte, error) {
	var parts struct{ R, S *big.Int }
	if rest, err := asn1.Unmarshal(der, &parts); err != nil || len(rest) > 0 {
		return nil, errors.New("the key has made no signature of ECDSA")
	}
	out := make([]byte, 2*coordinate)
	parts.R.FillBytes(out[:coordinate])
	parts.S.FillBytes(out[coordinate:])
	return out, nil
}

// publicKey is a key that may have signed tokens.
type publicKey struct {
	id        string // what a token calls it
	algorithm string
	key       crypto.PublicKey
}

func parseKey(text string) (publicKey, error) {
	parsed, err := signature.ParsePublicKey(text)
	if err != nil {
		return publicKey{}, err
	}
	key := publicKey{id: signature.KeyHash(parsed), key: parsed}
	switch k := parsed.(type) {
	case ed25519.PublicKey:
		key.algorithm = eddsa
		return key, nil
	case *ecdsa.PublicKey:
		if k.Curve == elliptic.P256() {
			key.algorithm = es256
			return key, nil
		}
	}
	return publicKey{}, errors.New("is neither of Ed25519 nor of P-256, by which tokens are signed")
}

// verify tells whether the key has signed a message.
func (k *publicKey) verify(message, made []byte) bool {
	switch key := k.key.(type) {
	case ed25519.PublicKey:
		return ed25519.Verify(key, message, made)
	case *ecdsa.PublicKey:
		if len(made) != 2*coordinate {
			return false
		}
		sum := sha256.Sum256(message)
		return ecdsa.Verify(key, sum[:], new(big.Int).SetBytes(made[:coordinate]), new(big.Int).SetBytes(made[coordinate:]))
	}
	return false
}

// parts are a token taken to pieces; nothing of it is proved.
type parts struct {
	header    header
	claims    claims
	signed    []byte // what the signature is over
	signature []byte
}

// take reads the text of a token. What may not stand there, or stands twice, is
// an error.
func take(text string) (p parts, err error) {
	if len(text) > MaxToken {
		return p, fmt.Errorf("it is larger than %d bytes", MaxToken)
	}
	pieces := strings.Split(text, ".")
	if len(pieces) != 3 {
		return p, errors.New("it is no JSON Web Token in compact form")
	}
	var decoded [3][]byte
	for i, piece := range pieces {
		if decoded[i], err = base64.RawURLEncoding.Strict().DecodeString(piece); err != nil {
			return p, errors.New("it is not in base64url")
		}
	}
	if err := decode(decoded[0], &p.header); err != nil {
		return p, fmt.Errorf("its header: %w", err)
	}
	if p.header.Type != tokenType {
		return p, fmt.Errorf("its type (typ) is not %s", tokenType)
	}
	if err := decode(decoded[1], &p.claims); err != nil {
		return p, fmt.Errorf("its claims: %w", err)
	}
	p.signed, p.signature = []byte(pieces[0]+"."+pieces[1]), decoded[2]
	return p, nil
}

func decode(text []byte, into any) error {
	root, err := strict.Parse(text, MaxToken)
	if err == nil {
		err = strict.Decode(root, into)
	}
	if err != nil {
		return err
	}
	return nil // and no *strict.Error that is nil
}

// Inspect reads a token and proves nothing: neither who has signed it nor
// whether it counts. KeyID is what it calls its key.
func Inspect(text string) (t Token, keyID string, err error) {
	p, err := take(strings.TrimSpace(text))
	if err != nil {
		return Token{}, "", fmt.Errorf("read token: %w", err)
	}
	return p.claims.token(), p.header.KeyID, nil
}
