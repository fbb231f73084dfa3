package policy_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"guard/internal/policy"
)

const mutable = `# METADATA
# title: Image has a moving tag
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
#   params:
#     tags: {type: array, default: [latest, edge], description: Tags that move.}
package guard.rules.image.moving

deny contains {"message": msg, "path": image.path} if {
	some image in input.images
	image.tag in data.guard.params["image/moving"].tags
	image.digest == ""
	not image.registry in {"mirror.example.com"}
	msg := sprintf("%s moves", [image.raw])
}
`

const testPackage = "package guard.rules.image.moving_test\n\nimport data.guard.rules.image.moving\n\n_from(x) := guard.parse(\"dockerfile\", sprintf(\"FROM %s\\n\", [x]))\n\n"

const (
	testLatest = "test_deny_latest if {d.message | some d in moving.deny} == {\"shop:latest moves\"} with input as _from(\"shop:latest\")\n"
	testEdge   = "test_deny_edge if count(moving.deny) == 1 with input as _from(\"shop:edge\")\n"
	testTag    = "test_allow_release if count(moving.deny) == 0 with input as _from(\"shop:1.4.2\")\n"
	testDigest = "test_allow_digest if count(moving.deny) == 0 with input as _from(\"shop:latest@sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\")\n"
	testMirror = "test_allow_mirror if count(moving.deny) == 0 with input as _from(\"mirror.example.com/shop:latest\")\n"
)

func mutate(t *testing.T, rule, tests string) *policy.MutationReport {
	t.Helper()
	files := fstest.MapFS{"image/moving.rego": {Data: []byte(rule)}}
	if tests != "" {
		files["image/moving_test.rego"] = &fstest.MapFile{Data: []byte(testPackage + tests)}
	}
	report, err := policy.Mutate(t.Context(), []policy.Source{{Name: "own", Custom: true, FS: files}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return report
}

func TestMutate_ListsWhatNoTestNotices(t *testing.T) {
	all := testLatest + testEdge + testTag + testDigest + testMirror
	tests := map[string]struct{ tests, want string }{
		"all cases are shown":          {all, ""},
		"no other tag is shown":        {strings.Replace(all, testTag, "", 1), `19:2 this condition is dropped`},
		"no digest is shown":           {strings.Replace(all, testDigest, "", 1), `20:2 this condition is dropped`},
		"the mirror is not shown":      {strings.Replace(all, testMirror, "", 1), `21:2 this condition is dropped`},
		"a tag of the list is missing": {strings.Replace(all, testEdge, "", 1), `14:7 parameter tags lacks "edge"`},
		"nothing outside of a list is": {strings.Replace(all, testTag, "", 1), "14:7 parameter tags holds every text of the tests' input besides"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			report := mutate(t, mutable, tt.tests)
			var got []string
			for _, m := range report.Unnoticed {
				got = append(got, strings.TrimPrefix(policyPlace(m.Place), "own/image/moving.rego:")+" "+m.Change)
			}
			all := strings.Join(got, "\n")
			if tt.want == "" && all != "" || !strings.Contains(all, tt.want) {
				t.Errorf("got\n%s\nwant %q", all, tt.want)
			}
			if report.Tried < 10 || report.Left > 0 {
				t.Errorf("%d tried and %d left", report.Tried, report.Left)
			}
		})
	}
}

func policyPlace(p policy.Place) string {
	return strings.TrimSuffix((&policy.Error{Place: p}).Error(), ": ")
}

func TestMutate_TellsRulesWithoutTests(t *testing.T) {
	if report := mutate(t, mutable, ""); len(report.Untested) != 1 || report.Untested[0] != "image/moving" {
		t.Errorf("got %v, want image/moving", report.Untested)
	}
}

func TestMutate_WantsTheTestsToPass(t *testing.T) {
	files := fstest.MapFS{"image/moving.rego": {Data: []byte(mutable)}, "image/moving_test.rego": {Data: []byte(testPackage + "test_deny_x if moving.deny == set() with input as _from(\"shop:latest\")\n")}}
	_, err := policy.Mutate(t.Context(), []policy.Source{{Name: "own", Custom: true, FS: files}}, nil)
	if err == nil || !strings.Contains(err.Error(), "test_deny_x fails; mutants are tried where all unit tests pass") {
		t.Errorf("got %v", err)
	}
}

// A mutant that loops is noticed, and does not keep the others from being
// tried.
func TestMutate_EndsMutantsThatLoop(t *testing.T) {
	loop := strings.Replace(mutable, `	msg := sprintf("%s moves", [image.raw])`, `	msg := sprintf("%s moves", [image.raw])
	_few(image.tag)
}

_few(tag) if {
	tag != tag
	xs := split("0123456789012345678901234567890123456789012345678901234567890123456789", "")
	count([1 | some a in xs; some b in xs; some c in xs; some d in xs; some e in xs; a == b; b == c; c == d; d == e]) > 0
}

_few(tag) if {
	tag != ""`, 1)
	report := mutate(t, loop, testLatest+testEdge)
	if report.Tried < 10 {
		t.Errorf("only %d mutants were tried", report.Tried)
	}
}

func TestMutate_SwapsFields(t *testing.T) {
	other := strings.Replace(mutable, `image.digest == ""`, `image.commit == ""`, 1)
	for _, m := range mutate(t, other, testLatest+testEdge+testTag+testMirror).Unnoticed {
		if m.Becomes == "image.digest" && m.Place.Line == 20 {
			return
		}
	}
	t.Error("nothing shows an image with a commit, and no swap of the field went unnoticed")
}
