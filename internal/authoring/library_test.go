package authoring_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"guard/internal/authoring"
)

func open(t *testing.T, dir string) *authoring.Library {
	t.Helper()
	library, err := authoring.Open(dir, filepath.Base(dir))
	if err != nil {
		t.Fatal(err)
	}
	return library
}

// write makes a directory of files, by their names in it.
func write(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		name = filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// What guard says of others' rules holds of its own, and of a small library as
// a team would write it.
func TestTest_PassesOnSoundLibraries(t *testing.T) {
	for dir, least := range map[string]int{"../../policies": 1000, "../../testdata/library": 12} {
		library := open(t, dir)
		if _, err := library.Check(t.Context()); err != nil {
			t.Errorf("%s: %v", dir, err)
		}
		outcome, err := library.Test(t.Context(), authoring.TestOptions{})
		if err != nil {
			t.Fatal(err)
		}
		if len(outcome.Cases) < least || outcome.Failed > 0 || len(outcome.Untested) > 0 {
			t.Errorf("%s: %d cases, %d failed, without tests %v", dir, len(outcome.Cases), outcome.Failed, outcome.Untested)
		}
		if outcome.Coverage.Percent() != 100 || outcome.Coverage.Lines < least/10 {
			t.Errorf("%s: coverage %d %% of %d lines, want 100 %%: %v", dir, outcome.Coverage.Percent(), outcome.Coverage.Lines, outcome.Coverage.Uncovered)
		}
	}
}

const rule = `# METADATA
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
#   since: 1.0.0
package guard.rules.image.moving

deny contains {"message": msg, "path": image.path} if {
	some image in input.images
	image.tag == "edge"
	msg := sprintf("%s moves", [image.raw])
}
`

func TestTest_HoldsExamplesToWhatTheySay(t *testing.T) {
	const bad, good = "testdata/rules/image/moving/bad/", "testdata/rules/image/moving/good/"
	const marked = "# want-next image/moving \"shop:edge moves\"\nFROM shop:edge\n"
	tests := map[string]struct {
		files map[string]string
		want  string // part of the only problem's message; "": it passes
	}{
		"all is marked":                {map[string]string{bad + "Dockerfile": marked, good + "Dockerfile": "FROM shop:1\n"}, ""},
		"a mark beside the file":       {map[string]string{bad + "pod.json": pod, bad + "pod.json.want": `1 image/moving "shop:edge moves"`}, ""},
		"nothing is marked":            {map[string]string{bad + "Dockerfile": "FROM shop:1\n"}, "nothing in this directory is marked"},
		"a finding is not marked":      {map[string]string{bad + "Dockerfile": marked + "FROM web:edge\n"}, "finds what no # want expects, at instructions[1].args[0]"},
		"a mark is not met":            {map[string]string{bad + "Dockerfile": marked + "# want-next image/moving \"x\"\nFROM shop:1\n"}, "image/moving finds nothing here that matches"},
		"a good one is found bad":      {map[string]string{good + "Dockerfile": "FROM shop:edge\n"}, "finds what no # want expects"},
		"a good one is marked":         {map[string]string{good + "Dockerfile": marked}, "these are good examples"},
		"a mark without a message":     {map[string]string{bad + "Dockerfile": "# want-next image/moving\nFROM shop:edge\n"}, "expected # want <category>/<name>"},
		"a mark with a wrong pattern":  {map[string]string{bad + "Dockerfile": "# want-next image/moving \"(\"\nFROM shop:edge\n"}, "missing closing )"},
		"a sidecar of another form":    {map[string]string{bad + "pod.json": pod, bad + "pod.json.want": "image/moving"}, "is not of the form: line id"},
		"examples of no rule":          {map[string]string{"testdata/rules/image/movin/bad/Dockerfile": marked}, `there is no rule "image/movin", did you mean "image/moving"?`},
		"what registries say is wrong": {map[string]string{bad + "Dockerfile": marked, bad + "registry.json": `{"imags": {}}`}, `unknown field "imags"`},
		"what the forge says is wrong": {map[string]string{bad + "Dockerfile": marked, bad + "forge.json": `{}`}, "forge.json: "},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			files := map[string]string{"image/moving.rego": rule}
			for name, text := range tt.files {
				files[name] = text
			}
			outcome, err := open(t, write(t, files)).Test(t.Context(), authoring.TestOptions{})
			if err != nil {
				t.Fatal(err)
			}
			var messages []string
			for _, c := range outcome.Cases {
				for _, p := range c.Problems {
					messages = append(messages, p.Message)
				}
			}
			all := strings.Join(messages, "\n")
			if tt.want == "" && all != "" || !strings.Contains(all, tt.want) || (tt.want == "") != (outcome.Failed == 0) {
				t.Errorf("got  %q\nwant %q", all, tt.want)
			}
		})
	}
}

// The examples of rules are the same from wherever above them one looks.
func TestOpen_FindsExamplesBelowAndBeside(t *testing.T) {
	const example = "testdata/rules/image/moving/bad/Dockerfile"
	const marked = "# want-next image/moving \"shop:edge moves\"\nFROM shop:edge\n"
	tests := map[string]struct {
		rules, example, open string
		want                 string // where the example is, for messages
	}{
		"in the directory":                {"image/moving.rego", example, ".", example},
		"beside the directory":            {"policy/image/moving.rego", example, "policy", example},
		"in a directory below":            {"policy/image/moving.rego", "policy/" + example, ".", "policy/" + example},
		"beside a directory below":        {"team/policy/image/moving.rego", "team/" + example, ".", "team/" + example},
		"beside categories":               {"rules/image/moving.rego", example, ".", example},
		"beside the directory of these":   {"policy/rules/image/moving.rego", example, "policy", example},
		"not beside what holds no rule":   {"policy/image/moving.rego", "other/" + example, ".", ""},
		"not in the directory of another": {"policy/image/moving.rego", "policy/image/" + example, "policy", ""},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			dir := write(t, map[string]string{tt.rules: rule, tt.example: marked})
			library, err := authoring.Open(filepath.Join(dir, tt.open), tt.open)
			if err != nil {
				t.Fatal(err)
			}
			outcome, err := library.Test(t.Context(), authoring.TestOptions{})
			if err != nil {
				t.Fatal(err)
			}
			got := ""
			for _, c := range outcome.Cases {
				got += c.File
			}
			if got != tt.want || outcome.Failed > 0 {
				t.Errorf("got %q, %d failed; want %q", got, outcome.Failed, tt.want)
			}
		})
	}
}

const pod = `{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "web"}, "spec": {"containers": [{"name": "web", "image": "shop:edge"}]}}`

// A mark for a rule that does not exist is a mistake, not another's business.
func TestTest_KnowsTheRulesOfMarks(t *testing.T) {
	dir := write(t, map[string]string{"image/moving.rego": rule, "testdata/rules/image/moving/bad/Dockerfile": "# want-next image/movin \"x\"\nFROM shop:1\n"})
	outcome, err := open(t, dir).Test(t.Context(), authoring.TestOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if got := outcome.Cases[0].Problems[0].Message; got != `there is no rule "image/movin", did you mean "image/moving"?` {
		t.Errorf("got %s", got)
	}
}

// A directory of rules is read, and nothing that a link in it leads to.
func TestOpen_FollowsNoLinkOutOfTheDirectory(t *testing.T) {
	outside := write(t, map[string]string{"moving.rego": rule})
	dir := write(t, map[string]string{"README.md": ""})
	if err := os.Symlink(outside, filepath.Join(dir, "image")); err != nil {
		t.Fatal(err)
	}
	if report, err := open(t, dir).Check(t.Context()); err == nil {
		t.Errorf("got %+v, want an error", report)
	}
}

func TestTest_TellsRulesWithoutAnyTest(t *testing.T) {
	outcome, err := open(t, write(t, map[string]string{"image/moving.rego": rule})).Test(t.Context(), authoring.TestOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if len(outcome.Untested) != 1 || outcome.Untested[0] != "image/moving" {
		t.Errorf("got %v, want image/moving", outcome.Untested)
	}
}

func TestTest_FailsWhereThereIsNoRule(t *testing.T) {
	_, err := open(t, t.TempDir()).Test(t.Context(), authoring.TestOptions{})
	if empty := new(authoring.EmptyError); !errors.As(err, &empty) {
		t.Errorf("got %v, want that there is no rule", err)
	}
}
