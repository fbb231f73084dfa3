package policy_test

import (
	"slices"
	"strings"
	"testing"

	"guard/internal/config"
	"guard/internal/document"
	"guard/internal/finding"
	"guard/internal/policy"
)

func builtin(t *testing.T, settings policy.Settings) *policy.Evaluator {
	t.Helper()
	e, err := policy.Compile(t.Context(), []policy.Source{policy.Builtin()}, settings)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func actionOf(e *policy.Evaluator, id string) finding.Action {
	for _, r := range e.Rules() {
		if r.ID == id {
			return r.Action
		}
	}
	return 0
}

// A rule that is demanded is denied whatever the profile and the severity to
// fail on say, and is what the configuration makes of it where that says so.
func TestCompile_DemandsAreDenied(t *testing.T) {
	const id = "provenance/attestation-missing"
	for name, tt := range map[string]struct {
		settings policy.Settings
		want     finding.Action
	}{
		"not demanded":        {policy.Settings{}, finding.Off},
		"demanded":            {policy.Settings{Demands: []string{id}}, finding.Deny},
		"of high severity on": {policy.Settings{Demands: []string{id}, FailOn: finding.Critical, Profile: policy.ProfileMinimal}, finding.Deny},
		"configured":          {policy.Settings{Demands: []string{id}, Rules: []config.Rule{{ID: id, Action: finding.Warn}}}, finding.Warn},
		"off":                 {policy.Settings{Demands: []string{id}, Rules: []config.Rule{{ID: id, Action: finding.Off}}}, finding.Off},
	} {
		if got := actionOf(builtin(t, tt.settings), id); got != tt.want {
			t.Errorf("%s: %s, want %s", name, got, tt.want)
		}
	}
	if _, err := policy.Compile(t.Context(), []policy.Source{policy.Builtin()}, policy.Settings{Demands: []string{"image/tag-lates"}}); err == nil {
		t.Error("a rule that does not exist is demanded without an error")
	}
}

// Two parts of the rules say together what the whole says.
func TestOnly_PartsAreTheWhole(t *testing.T) {
	whole := builtin(t, policy.Settings{Profile: policy.ProfileStrict})
	needs := func(r finding.Rule) bool { return slices.Contains(r.Needs, policy.NeedRegistry) }
	with, without := whole.Only(needs), whole.Only(func(r finding.Rule) bool { return !needs(r) })
	if with.Digest() != whole.Digest() || len(with.Rules()) != len(whole.Rules()) {
		t.Error("a part has another digest, or knows fewer rules")
	}
	kind := document.KindKubernetes
	parts := append(with.Active(kind), without.Active(kind)...)
	slices.Sort(parts)
	if all := whole.Active(kind); !slices.Equal(parts, slices.Sorted(slices.Values(all))) || len(with.Active(kind)) == 0 || len(without.Active(kind)) == 0 {
		t.Errorf("the parts have %q, the whole %q", parts, all)
	}
	d := document.Load("pod.yaml", []byte("apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec: {containers: [{name: web, image: 'nginx:latest'}]}\n"), document.Options{})[1]
	d.Tell(&d.Images[0], document.ImageFacts{Known: true})
	said := func(e *policy.Evaluator) string {
		results, err := e.Evaluate(t.Context(), d)
		if err != nil {
			t.Fatal(err)
		}
		var rules []string
		for _, r := range results {
			rules = append(rules, r.Rule)
		}
		slices.Sort(rules)
		return strings.Join(rules, " ")
	}
	if got := said(with); got != "image/missing-in-registry" {
		t.Errorf("what needs a registry says %q", got)
	}
	if got := said(without); strings.Contains(got, "image/missing-in-registry") || !strings.Contains(got, "image/tag-latest") {
		t.Errorf("what needs none says %q", got)
	}
}

func TestAsking_NamesTheRules(t *testing.T) {
	e := builtin(t, policy.Settings{Demands: []string{"image/too-old"}})
	for field, want := range map[string]string{
		"tag_digest": "image/tag-moved",
		"signature":  "provenance/signature-missing provenance/signature-untrusted",
		"created":    "image/too-old",
		"nothing":    "",
	} {
		got, err := e.Asking(document.KindKubernetes, field)
		if all := strings.Join(got, " "); err != nil || all != want {
			t.Errorf("%s is asked for by %q, want %q, %v", field, all, want, err)
		}
	}
	for text, want := range map[string]bool{sound: false, strings.Replace(sound, "input.images", "object.get(input, \"images\", [])", 1): true} {
		got, err := mustCompile(t, text, policy.Settings{}).Asking(document.KindKubernetes, "nothing")
		if asks := slices.Contains(got, "image/moving"); err != nil || asks != want {
			t.Errorf("of a rule that takes the input as a whole nobody knows what it asks for: %q, %v\n%s", got, err, text)
		}
	}
}
