package signaturetest

import (
	"crypto"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/pem"
	"math/big"
	"net/url"
	"testing"
	"time"

	ct "github.com/google/certificate-transparency-go"
	"github.com/google/certificate-transparency-go/tls"
	"github.com/sigstore/sigstore-go/pkg/fulcio/certificate"
)

// Signer is a key, with the certificate of its holder where it has one.
type Signer struct {
	Key         crypto.Signer
	Certificate *x509.Certificate
}

// NewSigner makes a key without a certificate.
func NewSigner(t testing.TB) Signer { return Signer{Key: newKey(t)} }

// PublicPEM gives the public key as policies hold it.
func (s Signer) PublicPEM(t testing.TB) string { return PublicPEM(t, s.Key.Public()) }

// Sign signs a message as cosign does.
func (s Signer) Sign(t testing.TB, message []byte) []byte {
	t.Helper()
	var options crypto.SignerOpts = crypto.Hash(0)
	if _, pure := s.Key.(ed25519.PrivateKey); !pure {
		sum := sha256.Sum256(message)
		message, options = sum[:], crypto.SHA256
	}
	made, err := s.Key.Sign(rand.Reader, message, options)
	must(t, err)
	return made
}

// verifierPEM is what a log keeps of who signed.
func (s Signer) verifierPEM(t testing.TB) []byte {
	t.Helper()
	if s.Certificate == nil {
		return []byte(PublicPEM(t, s.Key.Public()))
	}
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: s.Certificate.Raw})
}

// Holder is to whom a certificate is issued.
type Holder struct {
	Email, URI          string
	Issuer              string
	NotBefore, NotAfter time.Time // zero: a minute before now and ten after it
	SourceRepository    string    // an extension, as are those that follow
	SourceCommit        string
	BuildSigner         string
	BuildTrigger        string
	InCertificateLog    bool
}

// Issue makes a key and issues a certificate for it.
func (a *Authority) Issue(h Holder) Signer {
	a.t.Helper()
	key := newKey(a.t)
	return Signer{Key: key, Certificate: a.certify(h, &key.PublicKey)}
}

// certify issues a certificate for a key.
func (a *Authority) certify(h Holder, public crypto.PublicKey) *x509.Certificate {
	a.t.Helper()
	template := a.leaf(h)
	made := a.certificate(template, a.intermediate, public, a.key)
	if h.InCertificateLog {
		template.ExtraExtensions = append(template.ExtraExtensions, a.certificateTimestamp(made))
		made = a.certificate(template, a.intermediate, public, a.key)
	}
	return made
}

func (a *Authority) leaf(h Holder) *x509.Certificate {
	a.t.Helper()
	if h.NotBefore.IsZero() {
		h.NotBefore, h.NotAfter = a.Now.Add(-time.Minute), a.Now.Add(10*time.Minute)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(7), NotBefore: h.NotBefore, NotAfter: h.NotAfter,
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageCodeSigning},
		ExtraExtensions: []pkix.Extension{a.extension(certificate.OIDIssuerV2, h.Issuer)},
	}
	for _, e := range []struct {
		id    asn1.ObjectIdentifier
		value string
	}{
		{certificate.OIDSourceRepositoryURI, h.SourceRepository}, {certificate.OIDSourceRepositoryDigest, h.SourceCommit},
		{certificate.OIDBuildSignerURI, h.BuildSigner}, {certificate.OIDBuildTrigger, h.BuildTrigger},
	} {
		if e.value != "" {
			template.ExtraExtensions = append(template.ExtraExtensions, a.extension(e.id, e.value))
		}
	}
	if h.Email != "" {
		template.EmailAddresses = []string{h.Email}
	}
	if h.URI != "" {
		uri, err := url.Parse(h.URI)
		must(a.t, err)
		template.URIs = []*url.URL{uri}
	}
	return template
}

func (a *Authority) extension(id asn1.ObjectIdentifier, value string) pkix.Extension {
	a.t.Helper()
	der, err := asn1.MarshalWithParams(value, "utf8")
	must(a.t, err)
	return pkix.Extension{Id: id, Value: der}
}

// certificateTimestamp signs that a certificate has been logged: what is
// signed is the certificate without this very extension.
func (a *Authority) certificateTimestamp(leaf *x509.Certificate) pkix.Extension {
	a.t.Helper()
	sct := ct.SignedCertificateTimestamp{SCTVersion: ct.V1, LogID: ct.LogID{KeyID: keyID(a.t, &a.certLog.PublicKey)}, Timestamp: uint64(a.Now.UnixMilli())}
	entry := ct.LogEntry{Leaf: ct.MerkleTreeLeaf{Version: ct.V1, LeafType: ct.TimestampedEntryLeafType, TimestampedEntry: &ct.TimestampedEntry{
		Timestamp: sct.Timestamp, EntryType: ct.PrecertLogEntryType,
		PrecertEntry: &ct.PreCert{IssuerKeyHash: sha256.Sum256(a.intermediate.RawSubjectPublicKeyInfo), TBSCertificate: leaf.RawTBSCertificate},
	}}}
	input, err := ct.SerializeSCTSignatureInput(sct, entry)
	must(a.t, err)
	sct.Signature = ct.DigitallySigned{
		Algorithm: tls.SignatureAndHashAlgorithm{Hash: tls.SHA256, Signature: tls.ECDSA},
		Signature: Signer{Key: a.certLog}.Sign(a.t, input),
	}
	single, err := tls.Marshal(sct)
	must(a.t, err)
	list := append([]byte{byte((len(single) + 2) >> 8), byte(len(single) + 2), byte(len(single) >> 8), byte(len(single))}, single...)
	der, err := asn1.Marshal(list)
	must(a.t, err)
	return pkix.Extension{Id: asn1.ObjectIdentifier{1, 3, 6, 1, 4, 1, 11129, 2, 4, 2}, Value: der}
}
