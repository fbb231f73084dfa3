package document

// TrustFacts is what a trust policy makes of what is signed about an image.
type TrustFacts struct {
	State  string `json:"state"`  // judged, untrusted (no entry of the policy is for the image), unknown; "" where nobody asked, or there is no such image
	Reason string `json:"reason"` // why it is unknown, a clause; "" where it is not

	Signature    SignedFacts        `json:"signature"`
	Attestations []AttestationFacts `json:"attestations"` // that it demands
	Origins      []OriginFacts      `json:"origins"`      // what each signed provenance says that it demands and accepts

	Approval ApprovalFacts `json:"approval"` // of the environment in which it is to run

	Expected string `json:"expected"` // the repository that builds the image, as host/owner/name in lower case, where that is known to be the one that is checked; else ""
}

// SignedFacts is one thing that a trust policy demands, and what came of
// looking for it.
type SignedFacts struct {
	State   string   `json:"state"`   // trusted, missing, refused (there is something, and it does not hold), unknown; "" where it is not demanded
	Reason  string   `json:"reason"`  // why it is not trusted, a clause
	Signers []string `json:"signers"` // authority and who signed, where it is trusted
}

// AttestationFacts is an attestation that a trust policy demands. A verdict is
// trusted where it says so, and an approval where it is for the environment in
// which the image is to run; where that is not known, for whichever it is.
type AttestationFacts struct {
	Name          string `json:"name"` // as the policy calls it
	PredicateType string `json:"predicate_type"`
	SignedFacts
}

// ApprovalFacts is the approval that the environment demands in which an image
// is to run. It is not demanded where it is not known which that is, and then
// the state is "".
type ApprovalFacts struct {
	Environment string `json:"environment"` // as the configuration calls it; "" where it is not known
	SignedFacts
}

// OriginFacts is what a trusted signer says of how an image was built. What is
// "" is not said.
type OriginFacts struct {
	Signer   string `json:"signer"`
	Builder  string `json:"builder"`  // id of the machine or reusable workflow
	Workflow string `json:"workflow"` // address, path and ref: https://github.com/acme/shop/.github/workflows/release.yml@refs/heads/main
	Source   string `json:"source"`   // the repository, as host/owner/name in lower case
	Commit   string `json:"commit"`   // hex digits in lower case
	Trigger  string `json:"trigger"`  // the event that started the build: "push"
}
