package policy_test

import (
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"guard/internal/policy"
)

const packedRule = `# METADATA
# title: A container of a team
# description: A rule for a test.
# scope: package
# schemas:
# - input: schema.kubernetes
# custom:
#   severity: low
#   kinds: [kubernetes]
#   profiles: []
#   remediation: Name another.
#   since: 0.1.0
#   params:
#     names: {type: array, default: [a], description: Names.}
package guard.rules.team.named

import data.guard.lib.kubernetes

deny contains {"message": "no", "path": []} if {
	count(kubernetes.pods) > 0
	input.value.metadata.name in data.guard.params["team/named"].names
}
`

const packedTest = `package guard.rules.team.named_test

import data.guard.rules.team.named

test_allow if {
	named.deny == set() with input as guard.parse("kubernetes", "apiVersion: v1\nkind: Pod\nmetadata: {name: b}\nspec: {containers: []}\n")
		with data.guard.params as {"team/named": {"names": ["a"]}}
}
`

func packed(rule string) policy.Source {
	return policy.Source{Name: "policy", Custom: true, FS: fstest.MapFS{
		"team/named.rego": {Data: []byte(rule)}, "team/named_test.rego": {Data: []byte(packedTest)},
	}}
}

// What others need lies beside the rules; what only guard can run does not.
func TestPack(t *testing.T) {
	files, err := policy.Pack(t.Context(), packed(packedRule))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"guard/rules/team/named.rego", "guard/lib/kubernetes.rego", "guard/params/data.json", "guard/conftest.rego"} {
		if files[name] == nil {
			t.Errorf("%s is missing", name)
		}
	}
	for name, data := range files {
		if strings.Contains(name, "_test") || strings.Contains(string(data), "guard.parse") {
			t.Errorf("%s is in it", name)
		}
	}
	if got := string(files["guard/params/data.json"]); !strings.Contains(got, `"team/named": {`) || !strings.Contains(got, `"names": [`) {
		t.Errorf("got parameters %s", got)
	}
	if got := string(files["guard/conftest.rego"]); !strings.Contains(got, `warn contains {"msg": finding.message, "rule": "team/named"`) || !strings.Contains(got, `input.kind in {"kubernetes"}`) {
		t.Errorf("got %s", got)
	}
	again, err := policy.Pack(t.Context(), packed(packedRule))
	if err != nil || !reflect.DeepEqual(files, again) {
		t.Errorf("the second time it is something else: %v", err)
	}
}

func TestPack_RefusesWhatIsWrong(t *testing.T) {
	for name, test := range map[string]struct {
		source policy.Source
		want   string
	}{
		"a typo":                   {packed(strings.Replace(packedRule, "kubernetes.pods", "kubernetes.pod", 1)), "policy/team/named.rego:20:"},
		"a copy of guard's own":    {policy.Source{Name: "policies", FS: os.DirFS("../../policies"), Custom: true}, "is a copy of guard's own library"},
		"no rule":                  {policy.Source{Name: "policy", FS: fstest.MapFS{}, Custom: true}, "holds no rule"},
		"a builtin that asks":      {packed(strings.Replace(packedRule, "count(kubernetes.pods) > 0", `http.send({"url": "x"})`, 1)), "http.send"},
		"a rule without its tests": {packed(strings.Replace(packedRule, "package guard.rules.team.named", "package guard.rules.team.other", 1)), "must be guard.rules.team.named"},
	} {
		if _, err := policy.Pack(t.Context(), test.source); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: got %v, want %s", name, err, test.want)
		}
	}
}

func TestOutlineOf(t *testing.T) {
	o, err := policy.OutlineOf(packed(packedRule))
	if err != nil {
		t.Fatal(err)
	}
	if len(o.Rules) != 1 || o.Rules[0].ID != "team/named" || !slices.Contains(o.Modules, "guard.lib.kubernetes") {
		t.Errorf("got %+v", o)
	}
	// Only unit tests can call what OPA lacks, and only they do.
	if !slices.Equal(o.Builtins, []string{"guard.parse"}) {
		t.Errorf("got builtins %v", o.Builtins)
	}
}
