package signaturetest

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"math/big"
	"time"

	"github.com/digitorus/timestamp"
	"github.com/sigstore/sigstore-go/pkg/root"
)

// clock is a timestamp authority.
type clock struct {
	root, leaf *x509.Certificate
	key        *ecdsa.PrivateKey
}

var (
	oidExtendedKeyUsage = asn1.ObjectIdentifier{2, 5, 29, 37}
	oidTimeStamping     = asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 3, 8}
	oidTimestampPolicy  = asn1.ObjectIdentifier{1, 3, 6, 1, 4, 1, 57264, 2}
)

func (a *Authority) newClock() *clock {
	a.t.Helper()
	rootKey, key := newKey(a.t), newKey(a.t)
	template := authorityTemplate("test clock root", a.Now)
	template.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageTimeStamping}
	made := a.certificate(template, nil, &rootKey.PublicKey, rootKey)
	usage, err := asn1.Marshal([]asn1.ObjectIdentifier{oidTimeStamping})
	must(a.t, err)
	leaf := a.certificate(&x509.Certificate{
		SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: "test clock"}, NotBefore: a.Now.Add(-5 * time.Hour), NotAfter: a.Now.Add(5 * time.Hour),
		KeyUsage: x509.KeyUsageDigitalSignature, ExtraExtensions: []pkix.Extension{{Id: oidExtendedKeyUsage, Critical: true, Value: usage}},
	}, made, &key.PublicKey, rootKey)
	return &clock{made, leaf, key}
}

// trusted is the authority as trusted roots name it.
func (c *clock) trusted() root.TimestampingAuthority {
	return &root.SigstoreTimestampingAuthority{Root: c.root, Leaf: c.leaf, ValidityPeriodStart: c.root.NotBefore, ValidityPeriodEnd: c.root.NotAfter, URI: "https://tsa.test"}
}

// stamp states that a SHA-256 digest was there at a time.
func (c *clock) stamp(digest []byte, at time.Time) ([]byte, error) {
	t := timestamp.Timestamp{HashAlgorithm: crypto.SHA256, HashedMessage: digest, Time: at, Policy: oidTimestampPolicy}
	return t.CreateResponseWithOpts(c.leaf, c.key, crypto.SHA256)
}

// Stamp states that something was there at a time.
func (a *Authority) Stamp(message []byte, at time.Time) []byte {
	a.t.Helper()
	sum := sha256.Sum256(message)
	made, err := a.clock.stamp(sum[:], at)
	must(a.t, err)
	return made
}
