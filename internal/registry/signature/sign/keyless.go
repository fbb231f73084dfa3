package sign

import "guard/internal/registry/signature"

// The services of the public good instance of Sigstore.
const (
	PublicFulcio    = "https://fulcio.sigstore.dev"
	PublicRekor     = "https://rekor.sigstore.dev"
	PublicTimestamp = "https://timestamp.sigstore.dev/api/v1/timestamp"
)

// Services are who takes part when something is signed without a key that
// lasts.
type Services struct {
	Fulcio      string // base URL of the certificate authority
	Rekor       string // base URL of the transparency log, of version 1; empty: none
	Timestamp   string // URL of the timestamp authority; empty: none
	TrustedRoot []byte // a Sigstore trusted_root.json that the result must hold by; empty: it is not asked
}

// Keyless is a statement to be signed by whoever holds a token.
type Keyless struct {
	Image         signature.Image
	PredicateType string
	Predicate     []byte // a JSON object
	Token         Token
	Services      Services
}

// Certified is an attestation that a certificate has signed: a Sigstore bundle
// of version 0.3, and who the certificate was issued to.
func (k Keyless) Certified(bundle []byte, subject, issuer string) Attestation {
	return Attestation{Image: k.Image, PredicateType: k.PredicateType, By: subject + " (" + issuer + ")", bundle: bundle}
}
