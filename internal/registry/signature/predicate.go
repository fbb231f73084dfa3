package signature

// Predicate types that guard knows by name. Every other one can be demanded
// too.
const (
	// PredicateCosignSign is what a signature has that is a Sigstore bundle. A
	// statement with any other predicate is an attestation and no signature.
	PredicateCosignSign = "https://sigstore.dev/cosign/sign/v1"

	PredicateProvenanceV1        = "https://slsa.dev/provenance/v1"
	PredicateProvenanceV02       = "https://slsa.dev/provenance/v0.2"
	PredicateVerificationSummary = "https://slsa.dev/verification_summary/v1"
)
