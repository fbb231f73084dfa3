package keyless

import (
	"context"
	"crypto"
	"crypto/x509"
	"errors"
	"fmt"
	"time"

	"github.com/sigstore/sigstore-go/pkg/fulcio/certificate"
	sigstore "github.com/sigstore/sigstore-go/pkg/sign"

	"guard/internal/registry/transport"
)

// authority asks a certificate authority, and keeps what it has issued.
type authority struct {
	carrier carrier
	fulcio  *sigstore.Fulcio

	leaf            *x509.Certificate
	subject, issuer string
}

func newAuthority(ctx context.Context, client *transport.Client, url string) *authority {
	c := carrier{ctx: ctx, client: client, who: "the certificate authority"}
	return &authority{carrier: c, fulcio: sigstore.NewFulcio(&sigstore.FulcioOptions{BaseURL: base(url), Timeout: -1, Transport: c})}
}

// GetCertificate implements sigstore.CertificateProvider. A certificate for
// another key, or for nobody, ends it before anything is logged.
func (a *authority) GetCertificate(ctx context.Context, keys sigstore.Keypair, o *sigstore.CertificateProviderOptions) ([]byte, error) {
	der, err := a.fulcio.GetCertificate(ctx, keys, o)
	var known *transport.Error
	switch {
	case errors.As(err, &known):
		return nil, err
	case err != nil:
		return nil, a.carrier.failed(fmt.Errorf("its answer holds no certificate: %w", err))
	}
	if err := a.take(der, keys.GetPublicKey()); err != nil {
		return nil, a.carrier.failed(err)
	}
	return der, nil
}

func (a *authority) take(der []byte, public crypto.PublicKey) error {
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		return fmt.Errorf("read its certificate: %w", err)
	}
	key, comparable := leaf.PublicKey.(interface{ Equal(crypto.PublicKey) bool })
	if !comparable || !key.Equal(public) {
		return errors.New("its certificate is for another key")
	}
	summary, err := certificate.SummarizeCertificate(leaf)
	if err != nil {
		return fmt.Errorf("read its certificate: %w", err)
	}
	if summary.SubjectAlternativeName == "" || summary.Issuer == "" {
		return errors.New("its certificate names no subject and issuer")
	}
	if now := time.Now(); leaf.NotAfter.Before(now) {
		return fmt.Errorf("its certificate has ended at %s", leaf.NotAfter.UTC().Format(time.RFC3339))
	}
	a.leaf, a.subject, a.issuer = leaf, summary.SubjectAlternativeName, summary.Issuer
	return nil
}
