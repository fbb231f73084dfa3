package signature

import (
	"encoding/json"
	"time"
)

// Status is what came of looking for one thing that is demanded. Only
// [Satisfied] means that it is proved.
type Status string

// The statuses. None of them is ever taken for another.
const (
	Satisfied   Status = "satisfied"
	Untrusted   Status = "untrusted"   // no entry of the policy is for this image
	Unsigned    Status = "unsigned"    // all was looked at, and there is nothing
	Invalid     Status = "invalid"     // there is something, and none of it holds
	Unavailable Status = "unavailable" // the registry did not answer, so it is not known
	Incomplete  Status = "incomplete"  // more is there than guard looks at, so it is not known
)

// Reason is what does not hold about a signature.
type Reason string

// The reasons, in the order in which they are looked for.
const (
	ReasonMalformed     Reason = "malformed"       // cannot be read
	ReasonPayloadType   Reason = "payload-type"    // signs no in-toto statement
	ReasonKind          Reason = "kind"            // a certificate where a key is demanded, or the other way round
	ReasonSignature     Reason = "signature"       // not made by this key over these bytes
	ReasonIdentity      Reason = "identity"        // a certificate of somebody else
	ReasonLog           Reason = "log"             // not in a trusted log, or the entry is of something else
	ReasonTimestamp     Reason = "timestamp"       // nobody trusted says when it was made
	ReasonCertificate   Reason = "certificate"     // no trusted authority issued it, or not for that time
	ReasonTransparency  Reason = "certificate-log" // the certificate is in no trusted certificate log
	ReasonKeyPeriod     Reason = "key-period"      // made outside of the key's period
	ReasonStatement     Reason = "statement"       // the payload is no statement
	ReasonSubject       Reason = "subject"         // signs something else
	ReasonReference     Reason = "reference"       // signs the same content in another repository
	ReasonPredicateType Reason = "predicate-type"  // states something else
	ReasonCondition     Reason = "condition"       // states not what is demanded
)

// Result is what came of verifying one image.
type Result struct {
	Image  Image  `json:"image"`
	Status Status `json:"status"`
	// Entry is the index of the entry of the policy that decided; -1 where
	// none is for this image.
	Entry int `json:"entry"`
	// Signature is nil where the entry demands none.
	Signature    *Demand  `json:"signature,omitempty"`
	Attestations []Demand `json:"attestations,omitempty"`
	// Problems are what could not be looked at, also where the rest was enough.
	Problems []Problem `json:"problems,omitempty"`
}

// Demand is one thing that must be proved, and what came of it.
type Demand struct {
	Name          string    `json:"name,omitempty"` // of the attestation
	PredicateType string    `json:"predicate_type,omitempty"`
	Status        Status    `json:"status"`
	Message       string    `json:"message"` // why not; empty where satisfied
	Authorities   []Outcome `json:"authorities"`
}

// Outcome is what one authority has signed.
type Outcome struct {
	Authority string    `json:"authority"`
	Status    Status    `json:"status"`
	Message   string    `json:"message,omitempty"`
	Accepted  []Proof   `json:"accepted,omitempty"`
	Failures  []Failure `json:"failures,omitempty"`
}

// Proof is a signature that holds.
type Proof struct {
	Where     string     `json:"where"`   // the manifest in which it was found
	Subject   string     `json:"subject"` // the digest it is for: the image's or its index's
	Signer    Signer     `json:"signer"`
	Statement *Statement `json:"statement,omitempty"` // nil for a cosign signature
}

// Signer is who made a signature.
type Signer struct {
	Issuer     string            `json:"issuer,omitempty"`
	Subject    string            `json:"subject,omitempty"`
	KeyHash    string            `json:"key_hash,omitempty"`
	Extensions map[string]string `json:"extensions,omitempty"` // of the certificate
	// Time is the earliest time that a log or a timestamp authority gives;
	// zero where none is known.
	Time time.Time `json:"time,omitzero"`
}

// Statement is a verified in-toto statement.
type Statement struct {
	Type          string          `json:"type"`
	PredicateType string          `json:"predicate_type"`
	Subjects      []string        `json:"subjects"` // "sha256:…"
	Predicate     json.RawMessage `json:"predicate"`
}

// Failure is a signature that does not hold.
type Failure struct {
	Where   string `json:"where"`
	Reason  Reason `json:"reason"`
	Message string `json:"message"`
}

// Problem is something that could not be looked at.
type Problem struct {
	Status  Status `json:"status"` // unavailable or incomplete
	Where   string `json:"where"`
	Message string `json:"message"`
}

// Holds tells whether everything that the policy demands is proved.
func (r Result) Holds() bool { return r.Status == Satisfied }

// Statements gives the verified statements of a predicate type, of those that
// a demanded attestation accepted.
func (r Result) Statements(predicateType string) []Proof {
	var found []Proof
	for _, demand := range r.Attestations {
		if demand.PredicateType != predicateType {
			continue
		}
		for _, outcome := range demand.Authorities {
			found = append(found, outcome.Accepted...)
		}
	}
	return found
}
