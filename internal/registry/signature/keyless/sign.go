package keyless

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"

	sigstore "github.com/sigstore/sigstore-go/pkg/sign"
	"google.golang.org/protobuf/encoding/protojson"

	"guard/internal/registry/signature/sign"
	"guard/internal/registry/signature/statement"
	"guard/internal/registry/transport"
)

// Sign states a predicate about an image and has that signed and logged by the
// services. The client bounds what they may answer, and says which of them may
// be asked. Every error means that nothing has been signed; one that comes
// after the log was asked leaves an entry there. None holds the token.
func Sign(ctx context.Context, client *transport.Client, k sign.Keyless) (made sign.Attestation, err error) {
	defer func() {
		if p := recover(); p != nil {
			made, err = sign.Attestation{}, fmt.Errorf("sign without a key: the answers of the services make no sense: %v", p)
		}
	}()
	payload, err := statement.New(k.Image, k.PredicateType, k.Predicate)
	if err != nil {
		return sign.Attestation{}, err
	}
	made, err = signed(ctx, client, k, payload)
	if err != nil {
		return sign.Attestation{}, fmt.Errorf("sign without a key: %w", said(err))
	}
	return made, nil
}

func signed(ctx context.Context, client *transport.Client, k sign.Keyless, payload []byte) (sign.Attestation, error) {
	if k.Services.Rekor == "" && k.Services.Timestamp == "" {
		return sign.Attestation{}, errors.New("without a log and without a timestamp authority nothing would prove when it was signed")
	}
	keys, err := sigstore.NewEphemeralKeypair(nil)
	if err != nil {
		return sign.Attestation{}, err
	}
	authority := newAuthority(ctx, client, k.Services.Fulcio)
	options := sigstore.BundleOptions{
		Context: ctx, CertificateProvider: authority, CertificateProviderOptions: &sigstore.CertificateProviderOptions{IDToken: k.Token.Reveal()},
	}
	if k.Services.Timestamp != "" {
		options.TimestampAuthorities = []*sigstore.TimestampAuthority{newClock(ctx, client, k.Services.Timestamp)}
	}
	if k.Services.Rekor != "" {
		options.TransparencyLogs = []sigstore.Transparency{newLog(ctx, client, k.Services.Rekor)}
	}
	bundle, err := sigstore.Bundle(&sigstore.DSSEData{Data: payload, PayloadType: statement.PayloadType}, keys, options)
	if err != nil {
		return sign.Attestation{}, err
	}
	if err := check(bundle, authority.leaf); err != nil {
		return sign.Attestation{}, err
	}
	data, err := protojson.Marshal(bundle)
	if err != nil {
		return sign.Attestation{}, err
	}
	if err := confirm(ctx, k, authority, data); err != nil {
		return sign.Attestation{}, err
	}
	return k.Certified(data, authority.subject, authority.issuer), nil
}

// said takes away what net/http says of an error that tells of the host itself.
func said(err error) error {
	var of *url.Error
	if errors.As(err, &of) {
		return of.Err
	}
	return err
}

// base is the URL of a service without the slash at its end.
func base(address string) string { return strings.TrimRight(address, "/") }
