package keyless

import (
	"bytes"
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"time"

	"github.com/digitorus/timestamp"
	protobundle "github.com/sigstore/protobuf-specs/gen/pb-go/bundle/v1"
	"github.com/sigstore/sigstore-go/pkg/bundle"

	"guard/internal/registry/signature"
	"guard/internal/registry/signature/attached"
	"guard/internal/registry/signature/sign"
	"guard/internal/registry/signature/verify"
)

// check holds what came back against what was signed. Whether those who
// answered are trusted is not known here; see confirm.
func check(made *protobundle.Bundle, leaf *x509.Certificate) error {
	b, err := bundle.NewBundle(made)
	if err != nil {
		return fmt.Errorf("the services' answers make no bundle: %w", err)
	}
	entries, err := b.TlogEntries()
	if err != nil {
		return fmt.Errorf("the transparency log: read its entry: %w", err)
	}
	for _, e := range entries {
		by, isCertificate := e.PublicKey().(*x509.Certificate)
		if !isCertificate || !by.Equal(leaf) || !bytes.Equal(e.Signature(), made.GetDsseEnvelope().GetSignatures()[0].GetSig()) {
			return errors.New("the transparency log: its entry is of something else")
		}
		if err := within("the transparency log has", e.IntegratedTime(), leaf); err != nil {
			return err
		}
	}
	stamps, err := b.Timestamps()
	if err != nil {
		return fmt.Errorf("the timestamp authority: %w", err)
	}
	for _, s := range stamps {
		stamp, err := timestamp.ParseResponse(s)
		if err != nil {
			return fmt.Errorf("the timestamp authority: %w", err)
		}
		if err := within("the timestamp authority says", stamp.Time, leaf); err != nil {
			return err
		}
	}
	return nil
}

// within refuses a time at which the certificate is not valid.
func within(who string, at time.Time, leaf *x509.Certificate) error {
	if at.Before(leaf.NotBefore) || at.After(leaf.NotAfter) {
		return fmt.Errorf("%s %s, and the certificate is valid from %s to %s", who, at.UTC().Format(time.RFC3339), leaf.NotBefore.UTC().Format(time.RFC3339), leaf.NotAfter.UTC().Format(time.RFC3339))
	}
	return nil
}

// confirm verifies the result as guard verify does, where a trusted root says
// who counts.
func confirm(ctx context.Context, k sign.Keyless, a *authority, made []byte) error {
	if len(k.Services.TrustedRoot) == 0 {
		return nil
	}
	who := signature.Authority{
		Name: "signer", TrustedRoot: k.Services.TrustedRoot, Identities: []signature.Identity{{Issuer: a.issuer, Subject: a.subject}},
		NoTransparencyLog: k.Services.Rekor == "", SignedTimestamp: k.Services.Timestamp != "",
	}
	verifier, err := verify.New(signature.Policy{Trust: []signature.Trust{{Images: []string{"**"}, Attestations: []signature.Attestation{
		{Name: "made", PredicateType: k.PredicateType, Authorities: []signature.Authority{who}},
	}}}})
	if err != nil {
		return fmt.Errorf("the trusted root: %w", err)
	}
	result := verifier.Check(ctx, k.Image, []attached.Set{{Digest: k.Image.Digest, Items: []attached.Item{{Kind: attached.Bundle, Bytes: made}}}})
	if !result.Holds() {
		return fmt.Errorf("what was signed does not hold by the trusted root: %s", result.Attestations[0].Message)
	}
	return nil
}
