package policy_test

import (
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"guard/internal/policy"
)

const settingsRule = `# METADATA
# title: Approval
# description: Shows what the forge says.
# scope: package
# schemas:
# - input: schema.pipeline
# custom:
#   severity: low
#   kinds: [pipeline]
#   profiles: [strict]
#   remediation: None.
#   since: 0.1.0
package guard.rules.deploy.asked

deny contains {"message": deploy.settings.approval.holds, "path": deploy.path} if some deploy in input.pipeline.deploys
`

const settingsTest = `package guard.rules.deploy.asked_test

import data.guard.rules.deploy.asked

_workflow := "on: push\njobs: {live: {runs-on: x, environment: production, steps: [{run: kubectl apply -f k8s/}]}}"

test_deny_all if {
	{f.message | some f in asked.deny with input as guard.parse_file_with(".github/workflows/a.yml", _workflow, %s)} == {%q}
}
`

func TestParseFileWith(t *testing.T) {
	tests := []struct{ name, settings, answer, err string }{
		{"a fact that is given", `{"production": {"approval": "yes"}}`, "yes", ""},
		{"a fact that is left out", `{"production": {}}`, "unknown", ""},
		{"another environment", `{"staging": {"approval": "yes"}}`, "unknown", ""},
		{"a misspelt fact", `{"production": {"aproval": "yes"}}`, "yes", `unknown field "aproval"`},
		{"a wrong answer", `{"production": {"approval": "maybe"}}`, "unknown", `expected yes, no or unknown, found "maybe"`},
		{"no object", `"yes"`, "yes", "guard.parse_file_with: settings: "},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			source := policy.Source{Name: "own", Custom: true, FS: fstest.MapFS{
				"rules/deploy/asked.rego":      {Data: []byte(settingsRule)},
				"rules/deploy/asked_test.rego": {Data: []byte(fmt.Sprintf(settingsTest, tt.settings, tt.answer))},
			}}
			report, err := policy.RunTests(t.Context(), []policy.Source{source}, policy.TestOptions{})
			if err != nil {
				t.Fatal(err)
			}
			switch result := report.Tests[0]; {
			case tt.err == "" && (!result.Passed || result.Err != nil):
				t.Errorf("settings %s: failed at %s: %v", tt.settings, result.Where, result.Err)
			case tt.err != "" && (result.Err == nil || !strings.Contains(result.Err.Error(), tt.err)):
				t.Errorf("settings %s: got error %v, want one with %q", tt.settings, result.Err, tt.err)
			}
		})
	}
}
