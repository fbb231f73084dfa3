package admit_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"guard/internal/registry/signature"
	"guard/internal/registry/signature/admit"
	"guard/internal/registry/signature/statement"
)

var now = time.Date(2026, 11, 27, 12, 0, 0, 0, time.UTC)

func approval(t *testing.T, key, environment string, expires time.Duration) signature.Proof {
	t.Helper()
	predicate, err := statement.Approval{Approver: "jane", Environment: environment, ApprovedAt: now.Add(-time.Hour), Expires: now.Add(expires)}.JSON()
	return proof(t, key, statement.PredicateApproval, predicate, err)
}

func verdict(t *testing.T, result string, age time.Duration) signature.Proof {
	t.Helper()
	predicate, err := statement.Summary{
		Verifier: statement.Verifier{ID: "urn:guard"}, TimeVerified: now.Add(-age), ResourceURI: "x", Policy: statement.Resource{URI: "x"}, VerificationResult: result,
	}.JSON()
	return proof(t, "a", signature.PredicateVerificationSummary, predicate, err)
}

func proof(t *testing.T, key, predicateType string, predicate []byte, err error) signature.Proof {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	return signature.Proof{Signer: signature.Signer{KeyHash: key}, Statement: &signature.Statement{PredicateType: predicateType, Predicate: json.RawMessage(predicate)}}
}

// attested is a result in which authorities have signed one attestation each.
func attested(predicateType string, status signature.Status, byAuthority ...[]signature.Proof) signature.Result {
	demand := signature.Demand{Name: "wanted", PredicateType: predicateType, Status: status, Message: "why"}
	for _, accepted := range byAuthority {
		demand.Authorities = append(demand.Authorities, signature.Outcome{Authority: "someone", Status: status, Accepted: accepted})
	}
	return signature.Result{Status: status, Attestations: []signature.Demand{demand}}
}

func TestJudge(t *testing.T) {
	const vsa = signature.PredicateVerificationSummary
	one := func(p ...signature.Proof) []signature.Proof { return p }
	tests := map[string]struct {
		result    signature.Result
		threshold int
		maxAge    time.Duration
		approval  bool
		want      admit.Status
		says      string
	}{
		"an approval":                       {attested(statement.PredicateApproval, signature.Satisfied, one(approval(t, "a", "production", time.Hour))), 0, 0, true, admit.Passed, ""},
		"one for another environment":       {attested(statement.PredicateApproval, signature.Satisfied, one(approval(t, "a", "staging", time.Hour))), 0, 0, true, admit.Failed, `for "staging"`},
		"one that has ended":                {attested(statement.PredicateApproval, signature.Satisfied, one(approval(t, "a", "production", -time.Minute))), 0, 0, true, admit.Failed, "has ended"},
		"one that has ended, and another":   {attested(statement.PredicateApproval, signature.Satisfied, one(approval(t, "a", "production", -time.Minute), approval(t, "a", "production", time.Hour))), 0, 0, true, admit.Passed, ""},
		"two of two approvals":              {attested(statement.PredicateApproval, signature.Satisfied, one(approval(t, "a", "production", time.Hour)), one(approval(t, "b", "production", time.Hour))), signature.All, 0, true, admit.Passed, ""},
		"two of two, and one has ended":     {attested(statement.PredicateApproval, signature.Satisfied, one(approval(t, "a", "production", time.Hour)), one(approval(t, "b", "production", -time.Minute))), signature.All, 0, true, admit.Failed, "1 of 2"},
		"two by the same key":               {attested(statement.PredicateApproval, signature.Satisfied, one(approval(t, "a", "production", time.Hour)), one(approval(t, "a", "production", 2*time.Hour))), 2, 0, true, admit.Failed, "1 of 2"},
		"an approval that is not demanded":  {attested(vsa, signature.Satisfied, one(verdict(t, "PASSED", time.Hour))), 0, 0, true, admit.Failed, "approval: it is demanded"},
		"a verdict":                         {attested(vsa, signature.Satisfied, one(verdict(t, "PASSED", time.Hour))), 0, 2 * time.Hour, false, admit.Passed, ""},
		"a verdict that is too old":         {attested(vsa, signature.Satisfied, one(verdict(t, "PASSED", 3*time.Hour))), 0, 2 * time.Hour, false, admit.Failed, "3h0m0s old"},
		"a verdict of any age":              {attested(vsa, signature.Satisfied, one(verdict(t, "PASSED", 3*time.Hour))), 0, 0, false, admit.Passed, ""},
		"a verdict from the future":         {attested(vsa, signature.Satisfied, one(verdict(t, "PASSED", -time.Hour))), 0, 0, false, admit.Failed, "not yet"},
		"a verdict that failed":             {attested(vsa, signature.Satisfied, one(verdict(t, "FAILED", time.Hour))), 0, 0, false, admit.Failed, "FAILED"},
		"a verdict that cannot be read":     {attested(vsa, signature.Satisfied, one(proof(t, "a", vsa, []byte(`{"verificationResult":"PASSED"}`), nil))), 0, 0, false, admit.Failed, "verifier.id"},
		"something else, of which all goes": {attested("https://example.com/scan", signature.Satisfied, one(proof(t, "a", "https://example.com/scan", []byte(`{}`), nil))), 0, 0, false, admit.Passed, ""},
		"nothing":                           {attested(vsa, signature.Unsigned, nil), 0, 0, false, admit.Failed, "unsigned: why"},
		"a registry that does not answer":   {attested(vsa, signature.Unavailable, nil), 0, 0, false, admit.Unknown, "unavailable: why"},
		"no entry of the policy":            {signature.Result{Status: signature.Untrusted, Entry: -1}, 0, 0, false, admit.Failed, "not trusted"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			trust := []signature.Trust{{Attestations: []signature.Attestation{{Threshold: tt.threshold}}}}
			got := admit.Judge(tt.result, admit.Options{Trust: trust, Environment: "production", Approval: tt.approval, MaxAge: tt.maxAge, Now: now})
			if got.Status != tt.want || !strings.Contains(got.Message, tt.says) {
				t.Errorf("%s: %s, want %s: %s", got.Status, got.Message, tt.want, tt.says)
			}
		})
	}
}
