package verify

import (
	"encoding/json"
	"errors"
	"fmt"

	"github.com/sigstore/sigstore-go/pkg/fulcio/certificate"
	"github.com/sigstore/sigstore-go/pkg/root"
	"github.com/sigstore/sigstore-go/pkg/verify"

	"guard/internal/registry/signature"
)

// authority is who may sign, ready to be asked.
type authority struct {
	name     string
	checkers []checker // any of them
}

// checker verifies signatures of one key, or of some identities.
type checker struct {
	material   root.TrustedMaterial
	options    []verify.VerifierOption
	identities verify.CertificateIdentities // empty for a key
	keyHash    string                       // empty for identities
	sct        bool
}

func newAuthorities(list []signature.Authority) ([]authority, error) {
	var made []authority
	for i, a := range list {
		checkers, err := newCheckers(a)
		if err != nil {
			return nil, fmt.Errorf("authorities[%d].%w", i, err)
		}
		made = append(made, authority{name: a.Name, checkers: checkers})
	}
	return made, nil
}

func newCheckers(a signature.Authority) ([]checker, error) {
	trusted, err := trustedRoot(a.TrustedRoot)
	if err != nil {
		return nil, fmt.Errorf("trusted_root: %w", err)
	}
	if len(a.Identities) > 0 {
		c, err := identityChecker(a, trusted)
		return []checker{c}, err
	}
	var checkers []checker
	for i, key := range a.Keys {
		c, err := keyChecker(a, key, trusted)
		if err != nil {
			return nil, fmt.Errorf("keys[%d]: %w", i, err)
		}
		checkers = append(checkers, c)
	}
	return checkers, nil
}

// trustedRoot reads a trusted root; without one, nothing is trusted.
func trustedRoot(data []byte) (root.TrustedMaterial, error) {
	if len(data) == 0 {
		return &root.BaseTrustedMaterial{}, nil
	}
	return root.NewTrustedRootFromJSON(data)
}

func identityChecker(a signature.Authority, trusted root.TrustedMaterial) (checker, error) {
	c := checker{material: trusted, sct: a.SignedCertificateTimestamp}
	for i, identity := range a.Identities {
		made, err := certificateIdentity(identity)
		if err != nil {
			return checker{}, fmt.Errorf("identities[%d]: %w", i, err)
		}
		c.identities = append(c.identities, made)
	}
	// A certificate is valid for minutes, so its use must have a proved time.
	c.options = append(demanded(a), verify.WithObserverTimestamps(1))
	return c, nil
}

func keyChecker(a signature.Authority, key signature.Key, trusted root.TrustedMaterial) (checker, error) {
	public, err := signature.ParsePublicKey(key.PEM)
	if err != nil {
		return checker{}, err
	}
	verifier, err := keyVerifier(public)
	if err != nil {
		return checker{}, err
	}
	expiring := root.NewExpiringKey(verifier, key.NotBefore, key.NotAfter)
	c := checker{material: keyMaterial{trusted, expiring}, options: demanded(a), keyHash: signature.KeyHash(public)}
	switch bounded := !key.NotBefore.IsZero() || !key.NotAfter.IsZero(); {
	case bounded:
		c.options = append(c.options, verify.WithObserverTimestamps(1))
	case !a.SignedTimestamp:
		c.options = append(c.options, verify.WithNoObserverTimestamps())
	}
	return c, nil
}

// demanded are the options that keys and identities share.
func demanded(a signature.Authority) []verify.VerifierOption {
	options := []verify.VerifierOption{verify.WithoutStatementPredicate()}
	if !a.NoTransparencyLog {
		options = append(options, verify.WithTransparencyLog(max(1, a.Logs)))
	}
	if a.SignedTimestamp {
		options = append(options, verify.WithSignedTimestamps(1))
	}
	if a.SignedCertificateTimestamp {
		options = append(options, verify.WithSignedCertificateTimestamps(1))
	}
	return options
}

func certificateIdentity(i signature.Identity) (verify.CertificateIdentity, error) {
	subject, err := wrap(i.SubjectRegexp)
	if err != nil {
		return verify.CertificateIdentity{}, err
	}
	issuer, err := wrap(i.IssuerRegexp)
	if err != nil {
		return verify.CertificateIdentity{}, err
	}
	san, err := verify.NewSANMatcher(i.Subject, subject)
	if err != nil {
		return verify.CertificateIdentity{}, err
	}
	by, err := verify.NewIssuerMatcher(i.Issuer, issuer)
	if err != nil {
		return verify.CertificateIdentity{}, err
	}
	extensions, err := certificateExtensions(i.Extensions)
	if err != nil {
		return verify.CertificateIdentity{}, err
	}
	return verify.NewCertificateIdentity(san, by, extensions)
}

// wrap gives an expression that can match whole texts only.
func wrap(expression string) (string, error) {
	if expression == "" {
		return "", nil
	}
	whole, err := signature.CompileAnchored(expression)
	if err != nil {
		return "", err
	}
	return whole.String(), nil
}

func certificateExtensions(wanted map[string]string) (certificate.Extensions, error) {
	var extensions certificate.Extensions
	data, err := json.Marshal(wanted)
	if err != nil {
		return extensions, err
	}
	if err := json.Unmarshal(data, &extensions); err != nil {
		return extensions, err
	}
	if extensions.Issuer != "" {
		return extensions, errors.New("the issuer is no extension here")
	}
	return extensions, nil
}
