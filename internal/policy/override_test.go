package policy_test

import (
	"fmt"
	"io/fs"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"guard/internal/document"
	"guard/internal/finding"
	"guard/internal/policy"
	"guard/policies"
)

// beside compiles guard's own rules with files of somebody else.
func beside(t *testing.T, files map[string]string) (*policy.Evaluator, error) {
	t.Helper()
	own := fstest.MapFS{}
	for name, text := range files {
		own[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return policy.Compile(t.Context(), []policy.Source{policy.Builtin(), {Name: "own", Custom: true, FS: own}}, policy.Settings{})
}

// ownRule is a text of guard's own library.
func ownRule(t *testing.T, name string) string {
	t.Helper()
	text, err := fs.ReadFile(policies.FS, name)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// RELIABILITY 49: rules of others take no place of guard's own, and change
// nothing about them; what tries is refused, and where it stands is told.
func TestCompile_LetsNobodyChangeGuardsOwnRules(t *testing.T) {
	inPackage := func(name string) string {
		return replace("package guard.rules.image.moving", "package "+name)
	}
	tests := map[string]struct {
		file, text string
		want       string
	}{
		"the package guard":                   {"image/moving.rego", inPackage("guard"), "must be guard.rules.image.moving"},
		"the package of the library":          {"image/moving.rego", inPackage("guard.lib.image"), "must be guard.rules.image.moving"},
		"the package of all rules":            {"image/moving.rego", inPackage("guard.rules"), "must be guard.rules.image.moving"},
		"the package of parameters":           {"image/moving.rego", inPackage("guard.params"), "must be guard.rules.image.moving"},
		"the package of a rule":               {"image/moving.rego", inPackage("guard.rules.image.tag_latest"), "must be guard.rules.image.moving"},
		"a package below that of a rule":      {"image/moving.rego", inPackage("guard.rules.image.tag_latest.deny"), "must be guard.rules.image.moving"},
		"a package written in another way":    {"image/moving.rego", inPackage(`guard["rules"]["image"]["tag_latest"]`), "must be guard.rules.image.moving"},
		"a package below data":                {"image/moving.rego", inPackage("data.guard.rules.image.tag_latest"), "own/image/moving.rego:"},
		"a file of the library":               {"lib/image.rego", ownRule(t, "lib/image.rego"), "must be guard.rules.lib.image"},
		"a file of the library, deeper":       {"guard/lib/image.rego", ownRule(t, "lib/image.rego"), "must be guard.rules.lib.image"},
		"a file beside the library":           {"lib/mine.rego", "package guard.lib.mine\n\nx := 1\n", "must be guard.rules.lib.mine"},
		"the tests of the library":            {"lib/place_test.rego", "package guard.lib.place\n\nx := 1\n", "must be guard.rules.lib.place_test"},
		"a rule by its id":                    {"image/tag_latest.rego", strings.ReplaceAll(replace("package guard.rules.image.moving", "package guard.rules.image.tag_latest"), "image/moving", "image/tag-latest"), "package guard.rules.image.tag_latest is already defined by policies/"},
		"a rule by its id, deeper":            {"rules/image/tag_latest.rego", strings.ReplaceAll(replace("package guard.rules.image.moving", "package guard.rules.image.tag_latest"), "image/moving", "image/tag-latest"), "package guard.rules.image.tag_latest is already defined by policies/"},
		"a rule by a former id":               {"image/moving.rego", replace("aliases: [image/old-name]", "aliases: [image/tag-latest]"), `alias "image/tag-latest" is the id of another rule`},
		"a rule by METADATA for all below":    {"image/moving.rego", replace("scope: package", "scope: subpackages"), "it must be package"},
		"the severity of a rule in a result":  {"image/moving.rego", replace(`"path": image.path`, `"path": image.path, "severity": "low"`), `a result has no key "severity"`},
		"the rule of a result":                {"image/moving.rego", replace(`"path": image.path`, `"path": image.path, "rule": "image/tag-latest"`), `a result has no key "rule"`},
		"the action of a result":              {"image/moving.rego", replace(`"path": image.path`, `"path": image.path, "action": "off"`), `a result has no key "action"`},
		"the waiver of a result":              {"image/moving.rego", replace(`"path": image.path`, `"path": image.path, "waived": true`), `a result has no key "waived"`},
		"the id in METADATA":                  {"image/moving.rego", replace("severity: high", "severity: high\n#   id: image/tag-latest"), `custom has no key "id"`},
		"the parameters of a rule":            {"image/moving.rego", replace(`data.guard.params["image/moving"].tags`, `data.guard.params["image/tag-latest"].tags`), "a rule reads its own parameters only"},
		"a head that begins with data":        {"image/moving.rego", sound + "\ndata.guard.rules.image.tag_latest.deny contains 1 if false\n", "own/image/moving.rego:"},
		"a head that is data":                 {"image/moving.rego", sound + "\ndata := {}\n", "own/image/moving.rego:"},
		"a head that is input":                {"image/moving.rego", sound + "\ninput := {\"images\": []}\n", "own/image/moving.rego:"},
		"a head below input":                  {"image/moving.rego", sound + "\ninput.images := []\n", "own/image/moving.rego:"},
		"a head with the name of the library": {"image/moving.rego", sound + "\nguard.lib.image.x := 1\n", "guard: a rule file defines deny"},
		"a head below deny":                   {"image/moving.rego", sound + "\ndeny.other contains 1 if false\n", "own/image/moving.rego:"},
		"a head with the name of waivers":     {"image/moving.rego", sound + "\nwaived := true\n", "waived: a rule file defines deny"},
		"a builtin":                           {"image/moving.rego", sound + "\ncount(x) := 0\n", "count: a rule file defines deny"},
		"a default of deny":                   {"image/moving.rego", sound + "\ndefault deny := set()\n", "own/image/moving.rego:"},
		"another rule, by reading it":         {"image/moving.rego", replace("some image in input.images", "count(data.guard.rules.image.tag_latest.deny) == 0; some image in input.images"), "a rule reads input, data.guard.params and data.guard.lib"},
		"another rule, by with":               {"image/moving.rego", replace("some image in input.images", "input.images with data.guard.rules.image.tag_latest.deny as set(); some image in input.images"), "a rule reads input, data.guard.params and data.guard.lib"},
		"parameters, by with":                 {"image/moving.rego", replace("some image in input.images", "input.images with data.guard.params as {}; some image in input.images"), "own/image/moving.rego:"},
	}
	at := regexp.MustCompile(`own/[a-z/_]+\.rego(:\d+)`)
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := beside(t, map[string]string{tt.file: tt.text})
			if err == nil || !strings.Contains(err.Error(), tt.want) || !at.MatchString(err.Error()) {
				t.Errorf("got  %v\nwant %s, with file and line", err, tt.want)
			}
		})
	}
}

// RELIABILITY 49: the whole library, copied, replaces nothing either.
func TestCompile_TakesNoCopyOfTheLibraryForGuardsOwn(t *testing.T) {
	files := map[string]string{"image/moving.rego": sound}
	names, err := fs.Glob(policies.FS, "lib/*.rego")
	if err != nil || len(names) == 0 {
		t.Fatal(names, err)
	}
	for _, entry := range names {
		files[entry] = ownRule(t, entry)
	}
	if _, err := beside(t, files); err == nil || !strings.Contains(err.Error(), "own/lib/image.rego:") {
		t.Errorf("got %v", err)
	}
}

// RELIABILITY 49: what lies beside rules and is none changes nothing.
func TestCompile_ReadsNoDataBesideRules(t *testing.T) {
	const data = `{"guard": {"params": {"image/tag-latest": {}}, "lib": {}, "rules": {"image": {"tag_latest": {"deny": []}}}}}`
	e, err := beside(t, map[string]string{
		"image/moving.rego": sound, "data.json": data, "data.yaml": data, "guard/data.json": data, "guard/rules/image/tag_latest/data.json": data,
		".manifest": `{"roots": ["guard"], "metadata": {"severity": "low"}}`, "image/moving.json": data,
	})
	sameAsAlone(t, e, err)
}

// sameAsAlone wants guard's own rules to be as they are alone, and to find what
// they find then.
func sameAsAlone(t *testing.T, e *policy.Evaluator, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	own, err := policy.Compile(t.Context(), []policy.Source{policy.Builtin()}, policy.Settings{})
	if err != nil {
		t.Fatal(err)
	}
	known := map[string]finding.Rule{}
	for _, r := range e.Rules() {
		known[r.ID] = r
	}
	for _, r := range own.Rules() {
		if got := known[r.ID]; got.Severity != r.Severity || got.Action != r.Action || !maps.EqualFunc(got.Values, r.Values, func(a, b any) bool { return fmt.Sprint(a) == fmt.Sprint(b) }) {
			t.Errorf("%s is another rule: %+v, want %+v", r.ID, got, r)
		}
	}
	doc := document.Load("Dockerfile", []byte("FROM nginx:latest\n"), document.Options{})[1]
	want := found(t, own, doc)
	if got := found(t, e, doc); len(want) == 0 || !slices.Equal(got, want) {
		t.Errorf("found %q, want %q", got, want)
	}
}

// found are the rules of guard's own that find something.
func found(t *testing.T, e *policy.Evaluator, doc *document.Document) (ids []string) {
	t.Helper()
	results, err := e.Evaluate(t.Context(), doc)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range results {
		if r.Rule != "image/moving" {
			ids = append(ids, r.Rule+" "+r.Severity.String()+" "+r.Action.String())
		}
	}
	return ids
}
