package verify_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"guard/internal/registry/signature"
	"guard/internal/registry/signature/attached"
	"guard/internal/registry/signature/signaturetest"
	"guard/internal/registry/signature/verify"
)

// A condition is asked of what has been verified, and of nothing else; one
// statement that meets it is enough.
func TestVerify_Conditions(t *testing.T) {
	w := newWorld(t)
	states := func(digest, what string) []byte {
		return signaturetest.Statement(t, "https://in-toto.io/Statement/v1", signature.PredicateProvenanceV1, digest, map[string]any{"is": what})
	}
	var asked []string
	condition := func(_ context.Context, s signature.Statement) error {
		asked = append(asked, string(s.Predicate))
		switch {
		case strings.Contains(string(s.Predicate), "panic"):
			panic("no")
		case strings.Contains(string(s.Predicate), "good"):
			return nil
		}
		return errors.New("it is not good")
	}
	policy := attestedTo(w.byKey())
	policy.Trust[0].Attestations[0].Condition, policy.Trust[0].Attestations[0].Holds = "it is good", condition
	for name, tt := range map[string]struct {
		items func(digest string) []attached.Item
		want  signature.Status
		asked int
	}{
		"it holds":    {func(d string) []attached.Item { return []attached.Item{w.withKey().Bundle(t, states(d, "good"))} }, signature.Satisfied, 1},
		"it does not": {func(d string) []attached.Item { return []attached.Item{w.withKey().Bundle(t, states(d, "bad"))} }, signature.Invalid, 1},
		"it panics":   {func(d string) []attached.Item { return []attached.Item{w.withKey().Bundle(t, states(d, "panic"))} }, signature.Invalid, 1},
		"one of two": {func(d string) []attached.Item {
			return []attached.Item{w.withKey().Bundle(t, states(d, "bad")), w.withKey().Attest(t, states(d, "good"))}
		}, signature.Satisfied, 2},
		"a stranger's": {func(d string) []attached.Item {
			return []attached.Item{w.with(signaturetest.NewSigner(t)).Bundle(t, states(d, "good"))}
		}, signature.Invalid, 0},
		"about another image": {func(string) []attached.Item {
			return []attached.Item{w.withKey().Bundle(t, states("sha256:"+strings.Repeat("0", 64), "good"))}
		}, signature.Invalid, 0},
	} {
		t.Run(name, func(t *testing.T) {
			asked = nil
			image := w.repo.Push()
			w.repo.Attach(image.Digest, tt.items(image.Digest)...)
			result := w.verify(image, policy)
			if result.Status != tt.want || len(asked) != tt.asked {
				t.Errorf("got %s, asked %q: %+v", result.Status, asked, result.Attestations)
			}
		})
	}
}

// A condition that nobody has compiled lets nothing pass.
func TestNew_RefusesConditionsThatAreNotCompiled(t *testing.T) {
	w := newWorld(t)
	for field, change := range map[string]func(*signature.Attestation){
		"condition: has not been compiled":           func(a *signature.Attestation) { a.Condition = "input.predicate.a" },
		`condition_file: "a.rego" has not been read`: func(a *signature.Attestation) { a.ConditionFile = "a.rego" },
		"condition_file: has not been compiled":      func(a *signature.Attestation) { a.Condition, a.ConditionFile = "input.predicate.a", "a.rego" },
	} {
		policy := attestedTo(w.byKey())
		change(&policy.Trust[0].Attestations[0])
		if _, err := verify.New(policy); err == nil || !strings.Contains(err.Error(), "trust[0].attestations[0]."+field) {
			t.Errorf("got %v, want %q", err, field)
		}
	}
}
