package admission

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"os"
	"slices"
)

// demandClients lets nobody but the holders of some certificates in: those of
// an authority, and of these the ones with a name of the list as common name
// or DNS name. An API server shows a certificate where its admission
// configuration says so.
// https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/#authenticate-apiservers
func demandClients(config *tls.Config, caFile string, names []string) error {
	if len(names) == 0 {
		return errors.New("the authority of client certificates needs the names that are let in")
	}
	text, err := os.ReadFile(caFile)
	if err != nil {
		return fmt.Errorf("the authority of client certificates: %w", err)
	}
	config.ClientCAs = x509.NewCertPool()
	if !config.ClientCAs.AppendCertsFromPEM(text) {
		return fmt.Errorf("the authority of client certificates: %s holds no certificate", caFile)
	}
	config.ClientAuth = tls.RequireAndVerifyClientCert
	config.VerifyConnection = func(s tls.ConnectionState) error {
		if len(s.PeerCertificates) == 0 {
			return errors.New("no certificate was shown")
		}
		shown := s.PeerCertificates[0]
		if slices.Contains(names, shown.Subject.CommonName) || slices.ContainsFunc(shown.DNSNames, func(name string) bool { return slices.Contains(names, name) }) {
			return nil
		}
		return errors.New("the certificate is of nobody who is let in")
	}
	return nil
}
