package policies_test

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/format"

	"guard/internal/finding"
	"guard/internal/policy"
)

// maxLines is how long a rule may be.
const maxLines = 90

// shelf is a library with its examples and its page, whole enough to be held
// to the conventions.
type shelf struct {
	library  fs.FS
	examples fs.FS
	readme   string
}

// convention is something that every rule keeps, and a change of a sound rule
// that does not.
type convention struct {
	name     string
	problems func(t *testing.T, s shelf, r finding.Rule) []string
	breach   func(s *shelf)
}

var conventions = []convention{
	{"has at most 90 lines", lengthProblems, func(s *shelf) {
		s.edit("rules/image/moving.rego", "\tsome image", strings.Repeat("\t# why\n", maxLines)+"\tsome image")
	}},
	{"is formatted", formatProblems, func(s *shelf) { s.edit("rules/image/moving.rego", "\tsome image", "  some   image") }},
	{"has a formatted test", formatProblems, func(s *shelf) { s.edit("rules/image/moving_test.rego", "moving.deny ==", "moving.deny  ==") }},
	{"has a test that denies", namesProblems, func(s *shelf) { s.edit("rules/image/moving_test.rego", "test_deny_", "test_allow_also_") }},
	{"has a test that allows", namesProblems, func(s *shelf) { s.edit("rules/image/moving_test.rego", "test_allow_", "test_deny_also_") }},
	{"has tests that pass", unitProblems, func(s *shelf) { s.edit("rules/image/moving_test.rego", "container web", "container db") }},
	{"has tests that are evaluated", namesProblems, func(s *shelf) { s.edit("rules/image/moving_test.rego", "test_deny_", "todo_test_deny_") }},
	{"is covered by its tests", unitProblems, func(s *shelf) {
		s.edit("rules/image/moving.rego", "some image in input.images", "some image in input.images\n\t_known(image)")
		s.add("rules/image/moving.rego", "\n_known(image) if image.tag != \"\"\n\n_known(image) if {\n\timage.digest == \"never\"\n\timage.raw\n}\n")
	}},
	{"widens from minimal to recommended", profileProblems, func(s *shelf) { s.edit("rules/image/moving.rego", "[recommended, strict]", "[minimal, strict]") }},
	{"widens from recommended to strict", profileProblems, func(s *shelf) { s.edit("rules/image/moving.rego", "[recommended, strict]", "[recommended]") }},
	{"widens from baseline to restricted", profileProblems, func(s *shelf) { s.edit("rules/image/moving.rego", "[recommended, strict]", "[pss-baseline]") }},
	{"is on the page of all rules", readmeProblems, func(s *shelf) { s.readme = "nothing" }},
	{"fires in its bad examples", exampleProblems, func(s *shelf) { s.edit("image/moving/bad/web.yaml", "shop:latest", "shop:1.0.0") }},
	{"is marked in its bad examples", exampleProblems, func(s *shelf) { s.edit("image/moving/bad/web.yaml", "# want image/moving \"container web\"", "") }},
	{"says in its examples what it reports", exampleProblems, func(s *shelf) { s.edit("image/moving/bad/web.yaml", "container web", "container db") }},
	{"has bad examples", exampleProblems, func(s *shelf) { s.remove("image/moving/bad/web.yaml") }},
	{"is silent in its good examples", exampleProblems, func(s *shelf) { s.edit("image/moving/good/web.yaml", "shop:1.0.0", "shop:latest") }},
	{"has good examples", exampleProblems, func(s *shelf) { s.remove("image/moving/good/web.yaml") }},
	{"needs no optional key of its examples", optionalProblems, func(s *shelf) {
		s.edit("rules/image/moving.rego", "some image in input.images", "input.value.metadata.name\n\tsome image in input.images")
	}},
}

// checkConventions holds a rule to what its tests and examples do not say.
func checkConventions(t *testing.T, s shelf, r finding.Rule) {
	if *update {
		formatFiles(t, r.ID)
	}
	for _, check := range []func(*testing.T, shelf, finding.Rule) []string{lengthProblems, formatProblems, profileProblems, namesProblems} {
		for _, problem := range check(t, s, r) {
			t.Error(problem)
		}
	}
}

func formatFiles(t *testing.T, id string) {
	t.Helper()
	for _, file := range []string{ruleFile(id), testFile(id)} {
		formatted, err := format.SourceWithOpts(file, []byte(readText(t, file)), format.Opts{RegoVersion: ast.RegoV1})
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, formatted, 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

func TestEveryConventionBites(t *testing.T) {
	for _, c := range conventions {
		t.Run(c.name, func(t *testing.T) {
			s := soundShelf()
			for _, problem := range c.problems(t, s, catalogue(t, s)[0]) {
				t.Errorf("a sound rule breaks it: %s", problem)
			}
			c.breach(&s)
			if len(c.problems(t, s, catalogue(t, s)[0])) == 0 {
				t.Error("a rule that breaks it goes unnoticed")
			}
		})
	}
}

func TestEveryUnitTestBelongsToARule(t *testing.T) {
	library := os.DirFS(".")
	tests, err := fs.Glob(library, "*/*/*_test.rego")
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range tests {
		_, err := fs.Stat(library, strings.TrimSuffix(test, "_test.rego")+".rego")
		_, hasTests := fs.Stat(library, strings.TrimSuffix(test, ".rego")+"_test.rego")
		if err != nil && hasTests != nil { // it may be a rule that is named so
			t.Errorf("%s tests nothing: %v", test, err)
		}
	}
}

func catalogue(t *testing.T, s shelf) []finding.Rule {
	t.Helper()
	rules, err := policy.Catalogue([]policy.Source{{Name: "policies", FS: s.library}})
	if err != nil {
		t.Fatal(err)
	}
	return rules
}

func ruleFile(id string) string { return "rules/" + strings.ReplaceAll(id, "-", "_") + ".rego" }

func testFile(id string) string { return "rules/" + strings.ReplaceAll(id, "-", "_") + "_test.rego" }

func lengthProblems(t *testing.T, s shelf, r finding.Rule) []string {
	text, err := fs.ReadFile(s.library, ruleFile(r.ID))
	if err != nil {
		t.Fatal(err)
	}
	if n := bytes.Count(text, []byte("\n")); n > maxLines {
		return []string{fmt.Sprintf("%d lines, at most %d", n, maxLines)}
	}
	return nil
}

func formatProblems(t *testing.T, s shelf, r finding.Rule) []string {
	t.Helper()
	var problems []string
	for _, file := range []string{ruleFile(r.ID), testFile(r.ID)} {
		text, err := fs.ReadFile(s.library, file)
		if err != nil {
			problems = append(problems, err.Error())
			continue
		}
		formatted, err := format.SourceWithOpts(file, text, format.Opts{RegoVersion: ast.RegoV1})
		if err != nil {
			problems = append(problems, err.Error())
		} else if !bytes.Equal(text, formatted) {
			problems = append(problems, file+" is not as opa fmt writes it, from line "+firstDifference(text, formatted))
		}
	}
	return problems
}

func firstDifference(a, b []byte) string {
	other := strings.Split(string(b), "\n")
	for i, line := range strings.Split(string(a), "\n") {
		if i >= len(other) || line != other[i] {
			return fmt.Sprintf("%d: %q", i+1, line)
		}
	}
	return "the last on"
}

func unitProblems(t *testing.T, s shelf, r finding.Rule) []string {
	t.Helper()
	source := policy.Source{Name: "policies", FS: only(t, s.library, r.ID)}
	report, err := policy.RunTests(t.Context(), []policy.Source{source}, policy.TestOptions{})
	if err != nil {
		return []string{err.Error()}
	}
	return reportProblems(report)
}

var testName = regexp.MustCompile(`(?m)^(\w*test_\w+)`)

// namesProblems wants a test that denies, one that allows, and no test under a
// name that is never run.
func namesProblems(t *testing.T, s shelf, r finding.Rule) []string {
	t.Helper()
	text, err := fs.ReadFile(s.library, testFile(r.ID))
	if err != nil {
		return []string{err.Error()}
	}
	var problems []string
	for _, prefix := range []string{"test_deny_", "test_allow_"} {
		if !strings.Contains("\n"+string(text), "\n"+prefix) {
			problems = append(problems, "there is no "+prefix+"…")
		}
	}
	for _, m := range testName.FindAllString(string(text), -1) {
		if !strings.HasPrefix(m, "test_deny_") && !strings.HasPrefix(m, "test_allow_") {
			problems = append(problems, m+" is neither test_deny_… nor test_allow_…")
		}
	}
	return problems
}

// reportProblems says what is wrong with the tests of one rule.
func reportProblems(report *policy.TestReport) []string {
	var problems []string
	for _, result := range report.Tests {
		if result.Err != nil || !result.Passed {
			problems = append(problems, fmt.Sprintf("%s fails at %s: %v", result.Name, result.Where, result.Err))
		}
	}
	for _, place := range report.Uncovered {
		problems = append(problems, fmt.Sprintf("%s:%d: no unit test reaches this line", place.File, place.Line))
	}
	return problems
}

func profileProblems(_ *testing.T, _ shelf, r finding.Rule) []string {
	var problems []string
	for _, pair := range [][2]string{{"minimal", "recommended"}, {"recommended", "strict"}, {"pss-baseline", "pss-restricted"}} {
		if slices.Contains(r.Profiles, pair[0]) && !slices.Contains(r.Profiles, pair[1]) {
			problems = append(problems, fmt.Sprintf("in profile %s, and not in %s", pair[0], pair[1]))
		}
	}
	return problems
}

func readmeProblems(_ *testing.T, s shelf, r finding.Rule) []string {
	if !strings.Contains(s.readme, "### "+r.ID+"\n") {
		return []string{"README.md has no section on it"}
	}
	return nil
}

func exampleProblems(t *testing.T, s shelf, r finding.Rule) []string {
	t.Helper()
	evaluator := evaluatorOf(t, s, r.ID)
	var problems []string
	for _, kind := range []string{"bad", "good"} {
		dir := r.ID + "/" + kind
		files := exampleFiles(t, s.examples, dir)
		wanted := 0
		for _, file := range files {
			n, found := checkExample(t, evaluator, s.examples, dir, file)
			wanted, problems = wanted+n, append(problems, found...)
		}
		if problem := checkMarks(dir, files, wanted); problem != "" {
			problems = append(problems, problem)
		}
	}
	return problems
}

func optionalProblems(t *testing.T, s shelf, r finding.Rule) []string {
	t.Helper()
	e := &experiment{evaluator: evaluatorOf(t, s, r.ID), examples: s.examples, dir: r.ID + "/bad", file: "web.yaml"}
	return e.run(t)
}

func evaluatorOf(t *testing.T, s shelf, id string) *policy.Evaluator {
	t.Helper()
	source := policy.Source{Name: "policies", FS: only(t, s.library, id)}
	evaluator, err := policy.Compile(t.Context(), []policy.Source{source}, policy.Settings{Only: []string{id}, Now: exampleDay})
	if err != nil {
		t.Fatal(err)
	}
	return evaluator
}

func readText(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// edit replaces a text in a file of the shelf, which must be there.
func (s *shelf) edit(name, old, new string) {
	file := s.file(name)
	if !bytes.Contains(file.Data, []byte(old)) {
		panic(fmt.Sprintf("%s does not contain %q", name, old))
	}
	file.Data = bytes.ReplaceAll(file.Data, []byte(old), []byte(new))
}

func (s *shelf) add(name, text string) {
	file := s.file(name)
	file.Data = append(slices.Clone(file.Data), text...)
}

func (s *shelf) remove(name string) { delete(s.examples.(fstest.MapFS), name) }

func (s *shelf) file(name string) *fstest.MapFile {
	if file := s.library.(fstest.MapFS)[name]; file != nil {
		return file
	}
	return s.examples.(fstest.MapFS)[name]
}

// soundShelf holds one rule that keeps every convention.
func soundShelf() shelf {
	return shelf{
		library: fstest.MapFS{
			"rules/image/moving.rego":      {Data: []byte(soundRule)},
			"rules/image/moving_test.rego": {Data: []byte(soundTest)},
		},
		examples: fstest.MapFS{
			"image/moving/bad/web.yaml":  {Data: []byte(podText("shop:latest # want image/moving \"container web\""))},
			"image/moving/good/web.yaml": {Data: []byte(podText("shop:1.0.0"))},
		},
		readme: "### image/moving\n",
	}
}

func podText(image string) string {
	return "apiVersion: v1\nkind: Pod\nmetadata:\n  name: web\n  labels:\n    app: web\nspec:\n  containers:\n    - name: web\n      image: " + image + "\n"
}

const soundRule = `# METADATA
# title: Image has the tag latest
# description: Nobody can say what runs.
# scope: package
# schemas:
# - input: schema.input
# custom:
#   severity: high
#   kinds: ["*"]
#   profiles: [recommended, strict]
#   remediation: Use a release tag.
#   since: 0.1.0
package guard.rules.image.moving

deny contains {"message": msg, "path": image.path} if {
	some image in input.images
	image.tag == "latest"
	msg := sprintf("%s: image %q moves", [image.holder, image.raw])
}
`

const soundTest = `package guard.rules.image.moving_test

import data.guard.rules.image.moving

_pod(image) := guard.parse("kubernetes", sprintf("apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec: {containers: [{name: web, image: %q}]}", [image]))

test_deny_latest if {
	moving.deny == {{
		"message": "container web: image \"shop:latest\" moves",
		"path": ["spec", "containers", 0, "image"],
	}} with input as _pod("shop:latest")
}

test_allow_release if {
	moving.deny == set() with input as _pod("shop:1.0.0")
}
`
