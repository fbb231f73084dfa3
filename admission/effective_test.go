package admission_test

import (
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"guard/admission"
	"guard/internal/config"
	"guard/internal/finding"
	"guard/internal/policy"
)

const announced = `# METADATA
# title: Image has the tag edge
# description: Nobody can say what runs.
# scope: package
# schemas:
# - input: schema.input
# custom:
#   severity: high
#   kinds: ["*"]
#   profiles: []
#   remediation: Use a release tag.
#   since: 0.1.0
#   effective-on: 2027-01-15
package guard.rules.own.edge

deny contains {"message": "the tag edge moves", "path": image.path} if {
	some image in input.images
	image.tag == "edge"
}
`

// One handler lives over midnight UTC, and nothing is loaded anew.
func TestReview_DeniesFromTheDayOnForWhichARuleIsAnnounced(t *testing.T) {
	own := policy.Source{Name: "own", Custom: true, FS: fstest.MapFS{"own/edge.rego": {Data: []byte(announced)}}}
	evaluator, err := policy.Compile(t.Context(), []policy.Source{policy.Builtin(), own}, policy.Settings{Only: []string{"own/edge"}, Now: today})
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2027, 1, 14, 23, 59, 59, 0, time.UTC)
	strict := []config.Namespaces{{Names: []string{"shop"}, Rules: []config.Rule{{ID: "own/edge", Action: finding.Deny}}}}
	for name, namespaces := range map[string][]config.Namespaces{"as configured": nil, "where the namespace says deny": strict} {
		h := &admission.Handler{Policies: evaluator, Now: func() time.Time { return now }, Admission: config.Admission{Namespaces: namespaces}}
		edge := with(t, pod(good), `spec.containers.0.image="shop:edge"`)
		now = time.Date(2027, 1, 14, 23, 59, 59, 0, time.UTC)
		before := h.Review(t.Context(), create(edge))
		if all := strings.Join(before.Warnings, "\n"); !before.Allowed || !strings.Contains(all, "guard: denied from 2027-01-15: spec.containers[0].image: the tag edge moves (own/edge)") {
			t.Errorf("%s: before: allowed %t, warnings %q", name, before.Allowed, all)
		}
		now = now.Add(time.Second)
		if after := h.Review(t.Context(), create(edge)); after.Allowed {
			t.Errorf("%s: it is admitted from the day on", name)
		}
		if i := h.Inspect(t.Context(), existing(edge), now.Add(-time.Second)); len(i.Findings) != 1 || i.Findings[0].Action != finding.Warn || i.Findings[0].DeniedFrom != "2027-01-15" {
			t.Errorf("%s: Inspect before: %v", name, i.Findings)
		}
		if i := h.Inspect(t.Context(), existing(edge), now); len(i.Findings) != 1 || i.Findings[0].Action != finding.Deny {
			t.Errorf("%s: Inspect after: %v", name, i.Findings)
		}
	}
}
