package clustertest

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"time"
)

// authority signs the certificates of one cluster, for servers and for clients.
type authority struct {
	certificate *x509.Certificate
	key         *ecdsa.PrivateKey
	pem         []byte
}

// keyPair is a certificate and its key, as PEM.
type keyPair struct{ certificate, key []byte }

// validity is longer than any test and shorter than anybody would use it for
// anything else.
const validity = 24 * time.Hour

func newAuthority() (*authority, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	template := certificate("guard test cluster")
	template.IsCA, template.KeyUsage = true, x509.KeyUsageCertSign|x509.KeyUsageDigitalSignature
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		return nil, err
	}
	parsed, err := x509.ParseCertificate(der)
	return &authority{certificate: parsed, key: key, pem: encode("CERTIFICATE", der)}, err
}

func certificate(name string, groups ...string) *x509.Certificate {
	serial, _ := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 120)) // never fails
	return &x509.Certificate{
		SerialNumber:          serial,
		Subject:               pkix.Name{CommonName: name, Organization: groups},
		NotBefore:             time.Now().Add(-time.Minute),
		NotAfter:              time.Now().Add(validity),
		BasicConstraintsValid: true,
		KeyUsage:              x509.KeyUsageDigitalSignature,
	}
}

// server issues a certificate for what listens on 127.0.0.1.
func (a *authority) server(name string) (keyPair, error) {
	c := certificate(name)
	c.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}
	c.IPAddresses, c.DNSNames = []net.IP{net.IPv4(127, 0, 0, 1)}, []string{"localhost"}
	return a.sign(c)
}

// client issues a certificate that the API server takes for this user.
func (a *authority) client(user string, groups ...string) (keyPair, error) {
	c := certificate(user, groups...)
	c.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}
	return a.sign(c)
}

func (a *authority) sign(c *x509.Certificate) (keyPair, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return keyPair{}, err
	}
	der, err := x509.CreateCertificate(rand.Reader, c, a.certificate, key.Public(), a.key)
	if err != nil {
		return keyPair{}, fmt.Errorf("sign the certificate of %s: %w", c.Subject.CommonName, err)
	}
	encoded, err := encodeKey(key)
	return keyPair{encode("CERTIFICATE", der), encoded}, err
}

func encodeKey(key *ecdsa.PrivateKey) ([]byte, error) {
	der, err := x509.MarshalECPrivateKey(key)
	return encode("EC PRIVATE KEY", der), err
}

func encode(kind string, der []byte) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der})
}

// kubeconfig is the file that makes a client this user. JSON is YAML.
func (a *authority) kubeconfig(server string, pair keyPair) ([]byte, error) {
	type object = map[string]any
	return json.Marshal(object{
		"apiVersion":      "v1",
		"kind":            "Config",
		"current-context": "test",
		"clusters":        []any{object{"name": "test", "cluster": object{"server": server, "certificate-authority-data": a.pem}}},
		"users":           []any{object{"name": "test", "user": object{"client-certificate-data": pair.certificate, "client-key-data": pair.key}}},
		"contexts":        []any{object{"name": "test", "context": object{"cluster": "test", "user": "test"}}},
	})
}
