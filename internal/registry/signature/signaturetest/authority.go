package signaturetest

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/hex"
	"encoding/pem"
	"math/big"
	"testing"
	"time"

	"github.com/sigstore/sigstore-go/pkg/root"
	"github.com/sigstore/sigstore-go/pkg/testing/ca"
)

// Authority issues certificates, logs signatures and tells the time.
type Authority struct {
	t            testing.TB
	virtual      *ca.VirtualSigstore // the log
	clock        *clock
	root         *x509.Certificate
	intermediate *x509.Certificate
	rootKey      *ecdsa.PrivateKey
	key          *ecdsa.PrivateKey // of the intermediate
	certLog      *ecdsa.PrivateKey
	Now          time.Time // the middle of the hour in which it is valid
	nextIndex    int64
}

// NewAuthority makes an authority that nobody trusts yet.
func NewAuthority(t testing.TB) *Authority {
	t.Helper()
	virtual, err := ca.NewVirtualSigstore()
	must(t, err)
	a := &Authority{t: t, virtual: virtual, Now: time.Now().Truncate(time.Second), certLog: newKey(t), rootKey: newKey(t), key: newKey(t)}
	a.root = a.certificate(authorityTemplate("test root", a.Now), nil, &a.rootKey.PublicKey, a.rootKey)
	a.LimitIntermediate(a.Now.Add(5 * time.Hour))
	a.clock = a.newClock()
	return a
}

// LimitIntermediate issues the intermediate certificate anew, to end at a
// time. The key stays, and so does the root.
func (a *Authority) LimitIntermediate(end time.Time) {
	a.t.Helper()
	template := authorityTemplate("test intermediate", a.Now)
	template.NotAfter = end
	a.intermediate = a.certificate(template, a.root, &a.key.PublicKey, a.rootKey)
}

func authorityTemplate(name string, now time.Time) *x509.Certificate {
	return &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name, Organization: []string{"guard"}},
		NotBefore: now.Add(-5 * time.Hour), NotAfter: now.Add(5 * time.Hour),
		KeyUsage: x509.KeyUsageCertSign, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageCodeSigning},
		BasicConstraintsValid: true, IsCA: true,
	}
}

// certificate signs a template; without a parent it signs itself.
func (a *Authority) certificate(template, parent *x509.Certificate, public crypto.PublicKey, signer crypto.Signer) *x509.Certificate {
	a.t.Helper()
	if parent == nil {
		parent = template
	}
	der, err := x509.CreateCertificate(rand.Reader, template, parent, public, signer)
	must(a.t, err)
	made, err := x509.ParseCertificate(der)
	must(a.t, err)
	return made
}

// TrustedRoot gives the trusted root of this authority, and of the logs of
// others.
func (a *Authority) TrustedRoot(others ...*Authority) []byte {
	a.t.Helper()
	logs := map[string]*root.TransparencyLog{}
	for _, from := range append(others, a) {
		for id, log := range from.virtual.RekorLogs() {
			raw, err := hex.DecodeString(id)
			must(a.t, err)
			log.ID = raw
			logs[id] = log
		}
	}
	authority := &root.FulcioCertificateAuthority{
		Root: a.root, Intermediates: []*x509.Certificate{a.intermediate},
		ValidityPeriodStart: a.root.NotBefore, ValidityPeriodEnd: a.root.NotAfter, URI: "https://fulcio.test",
	}
	trusted, err := root.NewTrustedRoot(root.TrustedRootMediaType01, []root.CertificateAuthority{authority},
		a.certificateLogs(), []root.TimestampingAuthority{a.clock.trusted()}, logs)
	must(a.t, err)
	data, err := trusted.MarshalJSON()
	must(a.t, err)
	return data
}

func (a *Authority) certificateLogs() map[string]*root.TransparencyLog {
	id := keyID(a.t, &a.certLog.PublicKey)
	return map[string]*root.TransparencyLog{hex.EncodeToString(id[:]): {
		BaseURL: "https://ct.test", ID: id[:], HashFunc: crypto.SHA256, SignatureHashFunc: crypto.SHA256, PublicKey: a.certLog.Public(),
		ValidityPeriodStart: a.Now.Add(-5 * time.Hour), ValidityPeriodEnd: a.Now.Add(5 * time.Hour),
	}}
}

func keyID(t testing.TB, public crypto.PublicKey) [32]byte {
	t.Helper()
	der, err := x509.MarshalPKIXPublicKey(public)
	must(t, err)
	return sha256.Sum256(der)
}

func newKey(t testing.TB) *ecdsa.PrivateKey {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	must(t, err)
	return key
}

// PublicPEM writes a public key as policies hold it.
func PublicPEM(t testing.TB, public crypto.PublicKey) string {
	t.Helper()
	der, err := x509.MarshalPKIXPublicKey(public)
	must(t, err)
	return string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}))
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
