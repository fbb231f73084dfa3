package imagefacts_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"guard/internal/document"
	"guard/internal/imagefacts"
	"guard/internal/registry"
	"guard/internal/registry/signature"
	"guard/internal/registry/signature/admit"
	"guard/internal/registry/signature/statement"
)

// Only a registry that says so has no such image; every other failure leaves
// unknown what it is.
func TestOf_ErrorsAreNoAnswers(t *testing.T) {
	for name, tt := range map[string]struct {
		err           error
		known, exists bool
	}{
		"an image":            {nil, true, true},
		"not there":           {fmt.Errorf("ghcr.io: %w", registry.ErrNotFound), true, false},
		"not for us":          {fmt.Errorf("ghcr.io: %w", registry.ErrUnauthorized), false, false},
		"no answer":           {fmt.Errorf("ghcr.io: %w", registry.ErrUnavailable), false, false},
		"refused":             {fmt.Errorf("ghcr.io: %w", registry.ErrRefused), false, false},
		"something else":      {errors.New("the API server says NotFound"), false, false},
		"an answer that lies": {fmt.Errorf("ghcr.io: %w", registry.ErrInvalid), false, false},
	} {
		got := imagefacts.Of(registry.Image{Digest: "sha256:1"}, tt.err)
		if got.Known != tt.known || got.Exists != tt.exists || (got.Reason == "") != tt.known || !tt.exists && got.Digest != "" {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

var now = time.Date(2026, 11, 27, 12, 0, 0, 0, time.UTC)

// approval is a demand for an approval that one of these environments has.
func approval(t *testing.T, environments ...string) signature.Demand {
	t.Helper()
	outcome := signature.Outcome{Authority: "release", Status: signature.Satisfied}
	for i, environment := range environments {
		predicate, err := statement.Approval{Approver: "jane", Environment: environment, ApprovedAt: now.Add(-time.Hour), Expires: now.Add(time.Hour)}.JSON()
		if err != nil {
			t.Fatal(err)
		}
		outcome.Accepted = append(outcome.Accepted, signature.Proof{
			Signer:    signature.Signer{KeyHash: fmt.Sprint(i)},
			Statement: &signature.Statement{PredicateType: statement.PredicateApproval, Predicate: predicate},
		})
	}
	d := signature.Demand{Name: "approval", PredicateType: statement.PredicateApproval, Status: signature.Satisfied, Authorities: []signature.Outcome{outcome}}
	if len(environments) == 0 {
		d.Status, d.Message, d.Authorities = signature.Unsigned, "there is none", nil
	}
	return d
}

// An approval counts for the environment in which the image is to run, and
// where that demands none, nothing is said of it.
func TestTrust_Approval(t *testing.T) {
	unavailable := signature.Demand{Name: "approval", PredicateType: statement.PredicateApproval, Status: signature.Unavailable}
	other := signature.Demand{Name: "scan", PredicateType: "https://example.com/scan", Status: signature.Satisfied}
	for name, tt := range map[string]struct {
		attestations []signature.Demand
		demanded     bool
		want         string
	}{
		"for production":         {[]signature.Demand{other, approval(t, "staging", "production")}, true, "trusted"},
		"for staging":            {[]signature.Demand{approval(t, "staging")}, true, "refused"},
		"none":                   {[]signature.Demand{approval(t)}, true, "missing"},
		"one of two":             {[]signature.Demand{approval(t, "production"), approval(t)}, true, "missing"},
		"two of two":             {[]signature.Demand{approval(t, "production"), approval(t, "production")}, true, "trusted"},
		"no answer":              {[]signature.Demand{unavailable}, true, "unknown"},
		"that nobody may give":   {[]signature.Demand{other}, true, "missing"},
		"with no attestation":    {nil, true, "missing"},
		"that nobody demands":    {[]signature.Demand{approval(t, "staging")}, false, ""},
		"that is there, for all": {[]signature.Demand{approval(t, "production")}, false, ""},
	} {
		o := admit.Options{Trust: []signature.Trust{{Attestations: make([]signature.Attestation, len(tt.attestations))}}, Environment: "production", Approval: tt.demanded, Now: now}
		got := imagefacts.Trust(signature.Result{Signature: &signature.Demand{Status: signature.Satisfied}, Attestations: tt.attestations}, o)
		if got.State != "judged" || got.Approval.State != tt.want || (got.Approval.Reason == "") != (tt.want == "trusted" || tt.want == "") && tt.want != "unknown" {
			t.Errorf("%s: %+v", name, got.Approval)
		}
		gaps := imagefacts.TrustGaps(got, false, true)
		if told := len(gaps) > 0 && gaps[len(gaps)-1].Field == "approval"; told != (tt.want == "unknown") {
			t.Errorf("%s: not known are %v", name, gaps)
		}
	}
}

func TestTrust_AnEntryThatIsNone(t *testing.T) {
	for _, entry := range []int{-1, 1} {
		if got := imagefacts.Trust(signature.Result{Entry: entry}, admit.Options{Trust: make([]signature.Trust, 1)}); got.State != "untrusted" {
			t.Errorf("entry %d: %+v", entry, got)
		}
	}
}

func TestNamesNow(t *testing.T) {
	index := document.ImageFacts{Digest: "sha256:index", Platforms: []document.PlatformFacts{{Digest: "sha256:arm"}, {Digest: "sha256:amd"}}}
	for recorded, want := range map[string]string{"sha256:index": "sha256:index", "sha256:amd": "sha256:amd", "sha256:old": "sha256:index"} {
		if got := imagefacts.NamesNow(index, recorded); got != want {
			t.Errorf("%s was recorded: %s, want %s", recorded, got, want)
		}
	}
}
