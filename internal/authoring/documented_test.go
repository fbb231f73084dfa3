package authoring_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"guard/internal/authoring"
	"guard/internal/policy"
)

const edgeRule = `# METADATA
# title: Image has the tag edge
# description: It moves.
# scope: package
# schemas:
# - input: schema.input
# custom:
#   severity: high
#   kinds: ["*"]
#   profiles: []
#   remediation: Use a release.
#   since: 1.0.0
package guard.rules.image.edge

deny contains {"message": "it moves", "path": image.path} if {
	some image in input.images
	image.tag == "edge"
}
`

func documented(t *testing.T, files map[string]string) []authoring.Documented {
	t.Helper()
	rules, err := open(t, write(t, files)).Documented(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return rules
}

func TestDocumented_TakesOutOfExamplesWhatIsForTests(t *testing.T) {
	const dir = "testdata/rules/image/edge/"
	rules := documented(t, map[string]string{
		"image/edge.rego":            edgeRule,
		dir + "bad/Dockerfile":       "# ours\r\n# want-next image/edge \"it moves\"\n# want-next image/edge \"^again .*, and \\\\(so\\\\) on$\"\nFROM shop:edge\nFROM a:edge # want image/edge \"a.b: .x\" # want image/other \"not ours\"\n",
		dir + "bad/web.yaml":         "image: shop:edge # unknown \"stays\"",
		dir + "bad/web.yaml.want":    "0 image/edge \"as a whole\"\n1 image/edge \".*\"\n",
		dir + "bad/registry.json":    "{}\n",
		dir + "good/Dockerfile":      "FROM shop:1.0\n\nUSER 1\n",
		dir + "unknown/Dockerfile":   "ARG TAG\n# unknown-next \"TAG is (not|surely) known\"\nFROM shop:$TAG\nFROM $X # unknown \"X\"\n",
		dir + "good/deep/down/a.txt": "a\tb\n",
	})
	if len(rules) != 1 || rules[0].ID != "image/edge" || rules[0].File != "image/edge.rego" || rules[0].Line != 1 || rules[0].Text != edgeRule {
		t.Fatalf("%+v", rules)
	}
	line := func(text string, marks ...string) authoring.ExampleLine {
		return authoring.ExampleLine{Text: text, Marks: marks}
	}
	want := []authoring.Example{
		{Kind: "bad", File: "Dockerfile", Lines: []authoring.ExampleLine{line("# ours"), line("FROM shop:edge", "it moves", "again …, and (so) on"), line("FROM a:edge", "a.b: …x")}},
		{Kind: "bad", File: "web.yaml", Whole: []string{"as a whole"}, Lines: []authoring.ExampleLine{line(`image: shop:edge # unknown "stays"`, "…")}},
		{Kind: "bad", File: "registry.json", Lines: []authoring.ExampleLine{line("{}")}},
		{Kind: "good", File: "Dockerfile", Lines: []authoring.ExampleLine{line("FROM shop:1.0"), line(""), line("USER 1")}},
		{Kind: "good", File: "deep/down/a.txt", Lines: []authoring.ExampleLine{line("a\tb")}},
		{Kind: "unknown", File: "Dockerfile", Lines: []authoring.ExampleLine{line("ARG TAG"), line("FROM shop:$TAG", "TAG is … known"), line("FROM $X", "X")}},
	}
	if diff := cmp.Diff(want, rules[0].Examples); diff != "" {
		t.Error(diff)
	}
}

func TestDocumented_BoundsWhatIsShown(t *testing.T) {
	files := map[string]string{"image/edge.rego": edgeRule, "testdata/rules/image/edge/bad/a.txt": strings.Repeat("x", 5000) + "é\n" + strings.Repeat("line\n", 1000)}
	for i := range 30 {
		files[fmt.Sprintf("testdata/rules/image/edge/good/%02d.txt", i)] = "x"
	}
	rule := documented(t, files)[0]
	if len(rule.Examples) != 21 || rule.More != 10 {
		t.Errorf("%d examples, %d more", len(rule.Examples), rule.More)
	}
	if bad := rule.Examples[0]; len(bad.Lines) != 400 || bad.Cut != 601 || len(bad.Lines[0].Text) > 500 {
		t.Errorf("%d lines, %d cut, the first of %d bytes", len(bad.Lines), bad.Cut, len(bad.Lines[0].Text))
	}
}

func TestDocumented_SaysWhatIsWrong(t *testing.T) {
	big := strings.Repeat("x", 4<<20-1)
	many := map[string]string{"image/edge.rego": edgeRule}
	for i := range 17 {
		many[fmt.Sprintf("testdata/rules/image/edge/bad/%02d.txt", i)] = big
	}
	for _, test := range []struct {
		name    string
		files   map[string]string
		message string
	}{
		{"a rule that does not load", map[string]string{"image/edge.rego": strings.Replace(edgeRule, "image.tag ", "image.tagg ", 1)}, `image/edge.rego:17:2: undefined ref: image.tagg`},
		{"a rule that check refuses", map[string]string{"image/edge.rego": strings.Replace(edgeRule, `"it moves"`, `sprintf("%s", [])`, 1)}, "sprintf: the text has 1 verb"},
		{"an expectation that cannot be read", map[string]string{"image/edge.rego": edgeRule, "testdata/rules/image/edge/bad/a.txt": "x # want edge\n"}, "testdata/rules/image/edge/bad/a.txt: line 1: expected # want"},
		{"too much", many, "more than"},
		{"no rule", map[string]string{"README.md": "x"}, "holds no rule"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if _, err := open(t, write(t, test.files)).Documented(t.Context()); err == nil || !strings.Contains(err.Error(), test.message) {
				t.Errorf("got %v, want %q", err, test.message)
			}
		})
	}
}

// A rule that a directory's own layer demands says so, and what the directory does
// not hold is not its rule.
func TestDocumented_OfALayer(t *testing.T) {
	layered := map[string]string{"image/edge.rego": edgeRule, "guard.yaml": "version: 1\nrules: {image/edge: {action: deny}}\n"}
	rules := documented(t, layered)
	if len(rules) != 1 || rules[0].Held == nil || rules[0].Held.Waive || !rules[0].Custom {
		t.Errorf("%+v", rules)
	}
	layered["guard.yaml"] = "version: 2\n"
	var wrong policy.Errors
	if _, err := open(t, write(t, layered)).Documented(t.Context()); !errors.As(err, &wrong) || !strings.Contains(err.Error(), "guard.yaml:1") {
		t.Errorf("got %v", err)
	}
}

// The library that guard carries, and a copy of it, are documented alike.
func TestDocumented_OfGuardsOwn(t *testing.T) {
	built, err := authoring.Builtin().Documented(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	copied, err := open(t, "../../policies").Documented(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for i := range min(len(built), len(copied)) {
		if diff := cmp.Diff(built[i].Examples, copied[i].Examples); built[i].ID != copied[i].ID || built[i].Text != copied[i].Text || diff != "" {
			t.Errorf("%s and %s differ:\n%s", built[i].ID, copied[i].ID, diff)
		}
	}
	if len(built) != len(copied) || len(built) < 100 {
		t.Errorf("%d rules and %d", len(built), len(copied))
	}
}
