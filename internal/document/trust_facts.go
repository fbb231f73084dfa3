package document

// TrustFacts is what a trust policy makes of what is signed about an image.
type TrustFacts struct {
	State  string `json:"state"`  // judged, untrusted (no entry of the policy is for the image), unknown; "" where nobody asked, or there is no such image
	Reason string `json:"reason"` // why it is unknown, a clause; "" where it is not

	Signature SignedFacts `json:"signature"`
}

// SignedFacts is one thing that a trust policy demands, and what came of
// looking for it.
type SignedFacts struct {
	State   string   `json:"state"`   // trusted, missing, refused (there is something, and it does not hold), unknown; "" where it is not demanded
	Reason  string   `json:"reason"`  // why it is not trusted, a clause
	Signers []string `json:"signers"` // authority and who signed, where it is trusted
}
