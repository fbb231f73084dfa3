package policy_test

import (
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"guard/internal/document"
	"guard/internal/policy"
)

const factsRule = `# METADATA
# title: User
# description: Shows what the registry says.
# scope: package
# schemas:
# - input: schema.kubernetes
# custom:
#   severity: low
#   kinds: [kubernetes]
#   profiles: [strict]
#   needs: [registry]
#   remediation: None.
#   since: 0.1.0
package guard.rules.image.user

deny contains {"message": platform.user, "path": image.path} if {
	some image in input.images
	some platform in image.facts.platforms
}
`

const factsTest = `package guard.rules.image.user_test

import data.guard.rules.image.user

_pod := "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec: {containers: [{name: web, image: shop}]}"

test_deny_all if {
	{f.message | some f in user.deny with input as guard.parse_with_facts(%s, _pod, %s)} == {"app"}
}
`

func factsSource(rule, test string) policy.Source {
	files := fstest.MapFS{"rules/image/user.rego": {Data: []byte(rule)}}
	if test != "" {
		files["rules/image/user_test.rego"] = &fstest.MapFile{Data: []byte(test)}
	}
	return policy.Source{Name: "own", FS: files}
}

func TestParseWithFacts(t *testing.T) {
	for _, tt := range []struct{ name, kind, facts, err string }{
		{"facts", `"kubernetes"`, `{"known": true, "platforms": [{"user": "app"}]}`, ""},
		{"misspelt", `"kubernetes"`, `{"platfroms": []}`, `guard.parse_with_facts: facts: json: unknown field "platfroms"`},
		{"no object", `"kubernetes"`, `"root"`, "guard.parse_with_facts: facts: "},
		{"no such kind", `"pod"`, `{}`, `no text is of kind "pod"`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			report, err := policy.RunTests(t.Context(), []policy.Source{factsSource(factsRule, fmt.Sprintf(factsTest, tt.kind, tt.facts))}, policy.TestOptions{})
			if err != nil {
				t.Fatal(err)
			}
			got := report.Tests[0]
			switch {
			case tt.err == "" && (got.Err != nil || !got.Passed):
				t.Errorf("got %+v, want it to pass", got)
			case tt.err != "" && (got.Err == nil || !strings.Contains(got.Err.Error(), tt.err)):
				t.Errorf("got %v, want %q", got.Err, tt.err)
			}
		})
	}
}

// A rule that needs a registry is on, and left out where none is asked.
func TestCompile_LeavesOutWhatNobodyAsks(t *testing.T) {
	for _, tt := range []struct {
		name    string
		unasked []string
		active  bool
	}{{"asked", nil, true}, {"unasked", []string{policy.NeedRegistry}, false}} {
		t.Run(tt.name, func(t *testing.T) {
			e, err := policy.Compile(t.Context(), []policy.Source{factsSource(factsRule, "")}, policy.Settings{Profile: policy.ProfileStrict, Unasked: tt.unasked})
			if err != nil {
				t.Fatal(err)
			}
			if active := len(e.Active(document.KindKubernetes)) == 1; active != tt.active {
				t.Errorf("active is %v, want %v", active, tt.active)
			}
			if e.Rules()[0].Action == 0 || len(e.Rules()[0].Needs) != 1 {
				t.Errorf("the catalogue says %+v", e.Rules()[0])
			}
			for field, want := range map[string]bool{"facts": tt.active, "tag_digest": false} {
				if asks, err := e.Asks(document.KindKubernetes, field); err != nil || asks != want {
					t.Errorf("asks for %s: %v (%v), want %v", field, asks, err, want)
				}
			}
			if asks, err := e.Asks(document.KindCompose, "facts"); err != nil || asks {
				t.Errorf("no rule is about Compose files, and facts are asked for (%v)", err)
			}
		})
	}
	unknown := strings.Replace(factsRule, "[registry]", "[registries]", 1)
	if _, err := policy.Catalogue([]policy.Source{factsSource(unknown, "")}); err == nil || !strings.Contains(err.Error(), `needs has no value "registries", did you mean "registry"?`) {
		t.Errorf("an unknown need: %v", err)
	}
}
