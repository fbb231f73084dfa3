// Package admit says whether what is signed about an image lets it into an
// environment: the signature and the attestations that the trust policy
// demands, and what verdicts and approvals among them say. It judges what has
// been verified, and asks nothing itself:
//
//	verdict := admit.Judge(result, admit.Options{Trust: policy.Trust, Environment: "production", MaxAge: 24 * time.Hour, Now: time.Now()})
package admit

import (
	"fmt"
	"strings"
	"time"

	"guard/internal/registry/signature"
	"guard/internal/registry/signature/statement"
)

// Status is what came of a check.
type Status string

// The statuses. Only [Passed] lets an image in.
const (
	Passed  Status = "passed"
	Failed  Status = "failed"
	Unknown Status = "unknown" // it could not be told, since not everything could be read
)

// Options say what is demanded beside the trust policy.
type Options struct {
	Trust          []signature.Trust // the policy by which the result was made
	Environment    string
	AnyEnvironment bool          // approvals count for whatever environment they name
	Approval       bool          // an approval for the environment must be attested
	MaxAge         time.Duration // of the verdict, which must then be attested; 0: any age
	Now            time.Time
}

// Verdict is what came of all checks. Its JSON form is a contract for machine
// readers.
type Verdict struct {
	Version     int             `json:"version"` // of this form: 1
	Reference   string          `json:"reference"`
	Image       signature.Image `json:"image"`
	Environment string          `json:"environment"`
	Status      Status          `json:"status"`
	Message     string          `json:"message"`
	Checks      []Check         `json:"checks"`
}

// Check is one thing that is demanded.
type Check struct {
	Name    string   `json:"check"` // "trust", "signature", or what an attestation is called
	Status  Status   `json:"status"`
	Message string   `json:"message"`
	Signers []string `json:"signers,omitempty"`
}

// Judge judges a result of verifying one image.
func Judge(r signature.Result, o Options) Verdict {
	v := Verdict{Version: 1, Image: r.Image, Environment: o.Environment}
	if r.Entry < 0 || r.Entry >= len(o.Trust) {
		v.Checks = []Check{{Name: "trust", Status: Failed, Message: "no entry of the trust policy is for this image, so it is not trusted"}}
		v.conclude()
		return v
	}
	if r.Signature != nil {
		v.Checks = append(v.Checks, checkOf("signature", *r.Signature))
	}
	for i, demand := range r.Attestations {
		v.Checks = append(v.Checks, o.attestation(demand, o.Trust[r.Entry].Attestations[i].Threshold))
	}
	v.Checks = append(v.Checks, o.lacking(r)...)
	v.conclude()
	return v
}

// lacking is what the options demand and the trust policy does not, so that
// nobody's word for it would count.
func (o Options) lacking(r signature.Result) []Check {
	var checks []Check
	demand := func(wanted bool, name, predicateType string) {
		for _, d := range r.Attestations {
			wanted = wanted && d.PredicateType != predicateType
		}
		if wanted {
			message := fmt.Sprintf("it is demanded, and the trust policy does not say who may sign it (an attestation of type %s)", predicateType)
			checks = append(checks, Check{Name: name, Status: Failed, Message: message})
		}
	}
	demand(o.MaxAge > 0, "verdict", signature.PredicateVerificationSummary)
	demand(o.Approval, "approval", statement.PredicateApproval)
	return checks
}

// attestation judges one attestation, and what it says where guard knows its
// type.
func (o Options) attestation(d signature.Demand, threshold int) Check {
	check := checkOf(d.Name, d)
	holds := o.content(d.PredicateType)
	if check.Status != Passed || holds == nil {
		return check
	}
	enough := max(1, threshold)
	if threshold == signature.All {
		enough = len(d.Authorities)
	}
	holding, failures := only(d.Authorities, holds)
	if got := signature.IndependentSigners(holding); got < enough {
		check.Status = Failed
		check.Message = fmt.Sprintf("%d of %d that are signed hold: %s", got, enough, strings.Join(failures, "; "))
		return check
	}
	check.Signers = signers(holding)
	return check
}

// content is what a predicate of a type must say; nil where anything goes.
func (o Options) content(predicateType string) func(predicate []byte) error {
	switch predicateType {
	case signature.PredicateVerificationSummary:
		return func(predicate []byte) error {
			summary, err := statement.ParseSummary(predicate)
			if err != nil {
				return err
			}
			return summary.Holds(o.Now, o.MaxAge)
		}
	case statement.PredicateApproval:
		return func(predicate []byte) error {
			approval, err := statement.ParseApproval(predicate)
			if err != nil {
				return err
			}
			environment := o.Environment
			if o.AnyEnvironment {
				environment = approval.Environment
			}
			return approval.Holds(environment, o.Now)
		}
	}
	return nil
}

// only leaves the proofs whose predicate holds, and says why others do not.
func only(outcomes []signature.Outcome, holds func([]byte) error) (left []signature.Outcome, failures []string) {
	for _, outcome := range outcomes {
		var accepted []signature.Proof
		for _, proof := range outcome.Accepted {
			if proof.Statement == nil {
				continue
			}
			if err := holds(proof.Statement.Predicate); err != nil {
				failures = append(failures, err.Error())
				continue
			}
			accepted = append(accepted, proof)
		}
		outcome.Accepted = accepted
		left = append(left, outcome)
	}
	return left, failures
}

func checkOf(name string, d signature.Demand) Check {
	check := Check{Name: name, Status: Passed, Message: "signed as the trust policy demands", Signers: signers(d.Authorities)}
	switch d.Status {
	case signature.Satisfied:
		return check
	case signature.Unavailable, signature.Incomplete:
		check.Status = Unknown
	default:
		check.Status = Failed
	}
	check.Message = string(d.Status) + ": " + d.Message
	return check
}

func signers(outcomes []signature.Outcome) []string {
	var all []string
	for _, outcome := range outcomes {
		for _, proof := range outcome.Accepted {
			name := proof.Signer.Subject
			if name == "" {
				name = "key " + proof.Signer.KeyHash
			}
			all = append(all, outcome.Authority+": "+name)
		}
	}
	return all
}

// conclude judges the whole: one failure is enough, and what is not known does
// not let anything in.
func (v *Verdict) conclude() {
	v.Status, v.Message = Passed, "everything that is demanded is signed, and holds"
	for _, wanted := range []Status{Failed, Unknown} {
		for _, check := range v.Checks {
			if check.Status == wanted {
				v.Status, v.Message = wanted, check.Name+": "+check.Message
				return
			}
		}
	}
}
