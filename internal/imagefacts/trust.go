package imagefacts

import (
	"guard/internal/document"
	"guard/internal/registry/signature"
	"guard/internal/registry/signature/admit"
	"guard/internal/registry/signature/statement"
	"guard/internal/registry/transport"
	"guard/internal/trace"
)

// Untold is what a trust policy makes of an image where nobody can say. The
// reason is a clause.
func Untold(reason string) document.TrustFacts {
	return document.TrustFacts{State: "unknown", Reason: reason}
}

// Trust is what came of looking at what is signed about an image, as rules see
// it, judged as guard verify does. The options have the trust policy by which
// the result was made.
func Trust(result signature.Result, o admit.Options) document.TrustFacts {
	if result.Entry < 0 || result.Entry >= len(o.Trust) {
		return document.TrustFacts{State: "untrusted"}
	}
	checks := admit.Judge(result, o).Checks
	facts := document.TrustFacts{State: "judged"}
	if result.Signature != nil {
		facts.Signature, checks = signedFacts(*result.Signature, checks[0]), checks[1:]
	}
	for i, d := range result.Attestations {
		facts.Attestations = append(facts.Attestations, document.AttestationFacts{
			Name: transport.Clean(d.Name), PredicateType: transport.Clean(d.PredicateType), SignedFacts: signedFacts(d, checks[i]),
		})
	}
	if o.Approval {
		facts.Approval = approvalFacts(result.Attestations, checks, o.Environment)
	}
	for _, p := range trace.Provenances(result) {
		facts.Origins = append(facts.Origins, originFacts(p))
	}
	return facts
}

// approvalFacts is the approval for an environment among what is attested: the
// first demand for one that does not hold, or else any. The checks are those
// of the attestations, and behind them of what the trust policy lacks.
func approvalFacts(attestations []signature.Demand, checks []admit.Check, environment string) document.ApprovalFacts {
	facts := document.ApprovalFacts{Environment: environment, SignedFacts: document.SignedFacts{State: "missing"}}
	for i, c := range checks {
		switch {
		case i >= len(attestations):
			facts.Reason = transport.Clean(c.Message)
			return facts
		case attestations[i].PredicateType != statement.PredicateApproval:
			continue
		}
		facts.SignedFacts = signedFacts(attestations[i], c)
		if c.Status != admit.Passed {
			return facts
		}
	}
	return facts
}

// maxSaid bounds what is kept of a text of provenance, in bytes.
const maxSaid = 1 << 10

func originFacts(p trace.Provenance) document.OriginFacts {
	said := func(text string) string { return transport.Clean(document.RedactText("", text, maxSaid)) }
	return document.OriginFacts{
		Signer: said(p.Signer), Builder: said(p.Builder), Workflow: said(p.Workflow), Source: said(p.Source), Commit: p.Commit, Trigger: said(p.Trigger),
	}
}

func signedFacts(d signature.Demand, c admit.Check) document.SignedFacts {
	facts := document.SignedFacts{State: "refused", Reason: transport.Clean(d.Message)}
	switch {
	case c.Status == admit.Passed:
		return document.SignedFacts{State: "trusted", Signers: cleaned(c.Signers)}
	case c.Status == admit.Unknown:
		facts.State = "unknown"
	case d.Status == signature.Unsigned:
		facts.State = "missing"
	case d.Status == signature.Satisfied: // and what it says does not hold
		facts.Reason = transport.Clean(c.Message)
	}
	return facts
}
