package config_test

import (
	"encoding/json"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"guard/internal/config"
	"guard/internal/finding"
)

func load(t *testing.T, text string) *config.Config {
	t.Helper()
	c, err := config.Load(".guard.yaml", []byte(text))
	if err != nil {
		t.Fatalf("Load:\n%s\n%v", text, err)
	}
	return c
}

func TestLoad_ReadsEverything(t *testing.T) {
	got := load(t, `version: 1
profile: strict
fail-on: high
environments:
  production: {names: [prod], branches: [main, "hotfix/*"], tags: ["v*"], approval: proved}
images: {own: ["registry.example.com/team/**"]}
rules:
  image/tag-latest: {action: off}
  image/not-traceable: {action: warn, params: {accept: [sha, semver], minimum: 7, strict: true, mask: 0x1F, most: .inf}}
policies: [./policy, {bundle: "oci://registry.example.com/team/policy:stable", at-least: 1.4.0}]
ignore: [vendor/]
kubernetes:
  pods:
    - {group: example.com, kind: Fleet, template: [spec, template]}
    - {group: example.com, kind: Solo, spec: [spec, pod]}
pipelines:
  activities:
    - {uses: "acme/deploy-*@*", kinds: [deploy], images: [image], push: push, files: [manifest]}
    - {uses: Docker@2, kinds: [build]}
    - {run: ./ci/test.sh --all, kinds: [test, coverage]}
    - {run: make tea, kinds: []}
baseline: .guard-baseline.json
snapshot: ci/forge.json
waivers:
  - {rule: dockerfile/user-root, files: ["legacy/**"], objects: ["stage *"], reason: port 80, owner: team-web, expires: 2027-01-31}
`)
	want := &config.Config{
		File: ".guard.yaml", Profile: "strict", FailOn: finding.High, Baseline: ".guard-baseline.json",
		Snapshot: config.Located{Value: "ci/forge.json"},
		Activities: []config.Activity{
			{Uses: "acme/deploy-*", Kinds: []string{"deploy"}, Images: []string{"image"}, Push: "push", Files: []string{"manifest"}},
			{Uses: "Docker@2", Kinds: []string{"build"}},
			{Run: "./ci/test.sh --all", Kinds: []string{"test", "coverage"}},
			{Run: "make tea", Kinds: []string{}},
		},
		Environments: []config.Environment{{Key: "production", Names: []string{"prod"}, Branches: []string{"main", "hotfix/*"}, Tags: []string{"v*"}, Approval: "proved"}},
		Images:       config.Images{Own: []string{"registry.example.com/team/**"}},
		Rules: []config.Rule{
			{ID: "image/tag-latest", Action: finding.Off},
			{ID: "image/not-traceable", Action: finding.Warn, Params: []config.Param{
				{Name: "accept", Value: []any{"sha", "semver"}}, {Name: "minimum", Value: json.Number("7")}, {Name: "strict", Value: true},
				{Name: "mask", Value: json.Number("31")}, {Name: "most", Value: ".inf"},
			}},
		},
		Policies: []config.Policy{{Located: config.Located{Value: "./policy"}}, {Located: config.Located{Value: "oci://registry.example.com/team/policy:stable"}, AtLeast: "1.4.0"}},
		Ignore:   []string{"vendor/"},
		Pods: []config.PodPath{
			{Group: "example.com", Kind: "Fleet", Path: []string{"spec", "template"}},
			{Group: "example.com", Kind: "Solo", Path: []string{"spec", "pod"}, Spec: true},
		},
		Waivers: []*config.Waiver{{
			Rule: "dockerfile/user-root", Files: []string{"legacy/**"}, Objects: []string{"stage *"}, Reason: "port 80", Owner: "team-web",
			Expires: time.Date(2027, 1, 31, 0, 0, 0, 0, time.UTC),
		}},
	}
	if diff := cmp.Diff(want, got, cmpopts.IgnoreTypes(config.Place{}), cmpopts.IgnoreFields(config.Config{}, "Text")); diff != "" {
		t.Errorf("Load (-want +got):\n%s", diff)
	}
	if place := got.Rules[1].Params[1].Place; place.Line != 9 || place.Column != 71 {
		t.Errorf("place of the parameter minimum = %d:%d, want 9:71", place.Line, place.Column)
	}
}

func TestLoad_AnEmptyFileIsTheDefault(t *testing.T) {
	for _, text := range []string{"", "# nothing\n", "---\n"} {
		got, want := load(t, text), config.Default()
		want.File, want.Text = ".guard.yaml", text
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("Load(%q) (-want +got):\n%s", text, diff)
		}
	}
}

func TestLoad_TheTemplateHoldsWhatHoldsAnyway(t *testing.T) {
	got, want := load(t, config.Template), config.Default()
	want.File, want.Text, want.Profile, want.FailOn = ".guard.yaml", config.Template, "recommended", finding.Medium
	want.ProfilePlace, want.FailOnPlace = got.ProfilePlace, got.FailOnPlace
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("Load of the template (-want +got):\n%s", diff)
	}
}

// Every commented line of the template must be as right as the others.
func TestLoad_TheTemplateUncommentedLoadsToo(t *testing.T) {
	var lines []string
	for _, line := range strings.Split(config.Template, "\n") {
		bare := strings.TrimPrefix(line, "# ")
		if bare != line && (strings.Contains(bare, ": ") || strings.HasSuffix(bare, ":")) && (bare[0] == ' ' || bare[0] >= 'a' && bare[0] <= 'z' && !strings.Contains(strings.SplitN(bare, ":", 2)[0], " ")) {
			line = bare
		}
		lines = append(lines, line)
	}
	c := load(t, strings.Join(lines, "\n"))
	if len(c.Waivers) != 1 || c.Waivers[0].Invalid != "" || len(c.Rules) != 2 || len(c.Environments) != 2 {
		t.Errorf("the examples of the template were not all read: %+v", c)
	}
}

func TestLoad_RefusesWhatIsWrong(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"an unknown key", "version: 1\nprofil: strict\n", `.guard.yaml:2:1: unknown key "profil", did you mean "profile"?`},
		{"an unknown key deep inside", "version: 1\nwaivers:\n  - {rule: a/b, file: [x]}\n", `.guard.yaml:3:17: unknown key "file", did you mean "files"?`},
		{"an unknown profile", "version: 1\nprofile: strikt\n", `.guard.yaml:2:10: unknown profile "strikt", did you mean "strict"?`},
		{"an unknown severity", "version: 1\nfail-on: severe\n", `.guard.yaml:2:10: unknown severity "severe", expected one of info, low, medium, high, critical`},
		{"an unknown action", "version: 1\nrules:\n  image/tag-latest: {action: block}\n", `.guard.yaml:3:30: unknown action "block", expected one of off, audit, warn, deny`},
		{"a list for a map", "version: 1\nrules: [image/tag-latest]\n", `.guard.yaml:2:8: rules: expected a map, found a list`},
		{"a string for a list", "version: 1\nignore: vendor/\n", `.guard.yaml:2:9: ignore: expected a list, found a string`},
		{"a number for a string", "version: 1\nimages: {own: [1]}\n", `.guard.yaml:2:16: images.own[0]: expected a string, found a number`},
		{"an empty string", "version: 1\npolicies: ['']\n", `.guard.yaml:2:12: policies[0]: expected a text, found an empty one`},
		{"no version", "profile: strict\n", `.guard.yaml:1:1: no version is given, expected version: 1`},
		{"another version", "version: 2\n", `.guard.yaml:1:10: version: expected 1, found "2"`},
		{"a day that is none", "version: 1\nwaivers:\n  - {rule: a/b, expires: 2027-02-30}\n", `.guard.yaml:3:26: waivers[0].expires: expected a date like 2027-01-31, found "2027-02-30"`},
		{"a pattern that is none", "version: 1\nwaivers:\n  - {rule: a/b, files: ['legacy/[a']}\n", `.guard.yaml:3:25: "legacy/[a" is not a pattern: a bracket or brace is not closed`},
		{"a pattern of images that is none", "version: 1\nimages: {own: ['r/{a']}\n", `.guard.yaml:2:16: "r/{a" is not a pattern: a bracket or brace is not closed`},
		{"a key twice", "version: 1\nprofile: strict\nprofile: minimal\n", `.guard.yaml:3:1: key "profile" stands twice in this map, first on line 2`},
		{"two documents", "version: 1\n---\nversion: 1\n", `.guard.yaml:2: expected one YAML document, found another one here`},
		{"an unknown activity", "version: 1\npipelines: {activities: [{run: x, kinds: [tests]}]}\n", `.guard.yaml:2:43: unknown kind "tests", did you mean "test"?`},
		{"an activity of nothing", "version: 1\npipelines: {activities: [{kinds: [test]}]}\n", `.guard.yaml:2:26: pipelines.activities[0]: expected either uses (an action, task or component) or run (the beginning of a command)`},
		{"an activity of two things", "version: 1\npipelines: {activities: [{run: x, uses: y, kinds: [test]}]}\n", `.guard.yaml:2:26: pipelines.activities[0]: expected either uses (an action, task or component) or run (the beginning of a command)`},
		{"an activity that does not say what it does", "version: 1\npipelines: {activities: [{run: x}]}\n", `.guard.yaml:2:26: pipelines.activities[0]: expected kinds, what it does; [] for nothing`},
		{"a command with inputs", "version: 1\npipelines: {activities: [{run: x, kinds: [push], images: [i]}]}\n", `.guard.yaml:2:26: pipelines.activities[0]: images, push and files name inputs, which only what is used has`},
		{"an action at one version", "version: 1\npipelines: {activities: [{uses: acme/deploy@v2, kinds: [deploy]}]}\n", `.guard.yaml:2:33: pipelines.activities[0].uses: an entry is for all versions of an action, expected "acme/deploy", found "acme/deploy@v2"`},
		{"an action that is no pattern", "version: 1\npipelines: {activities: [{uses: 'acme/[a', kinds: [deploy]}]}\n", `.guard.yaml:2:33: "acme/[a" is not a pattern: a bracket is not closed`},
		{"a pod path without a kind", "version: 1\nkubernetes: {pods: [{group: x}]}\n", `.guard.yaml:2:21: kubernetes.pods[0]: expected kind, and template or spec (the keys that lead to the Pod)`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := config.Load(".guard.yaml", []byte(tt.text))
			if err == nil || err.Error() != tt.want {
				t.Errorf("Load:\n%s\ngot  %v\nwant %s", tt.text, err, tt.want)
			}
			if err != nil && !config.IsError(err) {
				t.Errorf("%T is no configuration error", err)
			}
		})
	}
}

func TestLoad_TellsEverythingThatIsWrongAtOnce(t *testing.T) {
	_, err := config.Load("c", []byte("version: 1\nrule: {}\nprofile: 3\nfail-on: 3\n"))
	if got := strings.Count(err.Error(), "\n") + 1; got != 3 {
		t.Errorf("%d errors, want 3:\n%v", got, err)
	}
}

func day(text string) time.Time {
	d, err := time.Parse(time.DateOnly, text)
	if err != nil {
		panic(err)
	}
	return d
}

// Reliability 15.
func TestWaiver_ExcusesNothingUnlessItIsWholeAndNarrow(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"no rule", `{files: [a], reason: r, owner: o, expires: 2027-01-31}`, "it names no rule"},
		{"every rule", `{rule: "*", files: [a], reason: r, owner: o, expires: 2027-01-31}`, `it names "*"; one waiver is for one rule`},
		{"no reason", `{rule: a/b, files: [a], owner: o, expires: 2027-01-31}`, "it gives no reason"},
		{"no owner", `{rule: a/b, files: [a], reason: r, expires: 2027-01-31}`, "it names no owner"},
		{"no end", `{rule: a/b, files: [a], reason: r, owner: o}`, "it has no end (expires: YYYY-MM-DD)"},
		{"no files", `{rule: a/b, reason: r, owner: o, expires: 2027-01-31}`, "it names neither files nor objects"},
		{"every file", `{rule: a/b, files: ["**"], reason: r, owner: o, expires: 2027-01-31}`, `its pattern "**" matches everything; switch the rule off instead`},
		{"every file, otherwise", `{rule: a/b, files: [x, "**/*"], reason: r, owner: o, expires: 2027-01-31}`, `its pattern "**/*" matches everything; switch the rule off instead`},
		{"every file, in braces", `{rule: a/b, files: ["{**,x}"], reason: r, owner: o, expires: 2027-01-31}`, `its pattern "{**,x}" matches everything; switch the rule off instead`},
		{"every file, in pieces", `{rule: a/b, files: ["[!a]*", "a*", "*[!.]*/**"], reason: r, owner: o, expires: 2027-01-31}`, `its pattern "[!a]*, a*, *[!.]*/**" matches everything; switch the rule off instead`},
		{"every object", `{rule: a/b, files: ["legacy/**"], objects: ["**"], reason: r, owner: o, expires: 2027-01-31}`, `its pattern "**" matches everything; switch the rule off instead`},
		{"every file of a kind", `{rule: a/b, files: ["**/*.yaml"], reason: r, owner: o, expires: 2027-01-31}`, ""},
		{"whole and narrow", `{rule: a/b, files: ["legacy/**"], reason: r, owner: o, expires: 2027-01-31}`, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := load(t, "version: 1\nwaivers:\n  - "+tt.text+"\n")
			if got := c.Waivers[0].Invalid; got != tt.want {
				t.Errorf("Invalid of %s\ngot  %q\nwant %q", tt.text, got, tt.want)
			}
		})
	}
}

func TestWaiver_Covers(t *testing.T) {
	w := config.Waiver{Rule: "dockerfile/user-root", Files: []string{"legacy/**/Dockerfile"}, Objects: []string{"stage *"}}
	tests := []struct {
		name, rule, file, object string
		want                     bool
	}{
		{"what it names", "dockerfile/user-root", "legacy/a/b/Dockerfile", "stage final", true},
		{"another rule", "dockerfile/user-missing", "legacy/a/Dockerfile", "stage final", false},
		{"another file", "dockerfile/user-root", "legacy/a/Containerfile", "stage final", false},
		{"a folder whose name only begins so", "dockerfile/user-root", "legacy-new/a/Dockerfile", "stage final", false},
		{"another object", "dockerfile/user-root", "legacy/a/Dockerfile", "", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := w.Covers(tt.rule, tt.file, tt.object); got != tt.want {
				t.Errorf("Covers(%q, %q, %q) = %v, want %v", tt.rule, tt.file, tt.object, got, tt.want)
			}
		})
	}
}

// Reliability 15: for every finding, a set of waivers covers it only where one
// of them does alone.
func TestWaiver_SeveralExcuseNoMoreThanEachAlone(t *testing.T) {
	parts := [][]string{{"a/b", "c/d"}, {"legacy/**", "*.yaml", "x/*"}, {"Deployment/*", "stage *"}}
	files, objects := []string{"legacy/a/b", "x/y", "web.yaml", "other"}, []string{"Deployment/web", "stage final", ""}
	var all []*config.Waiver
	for i := range 12 {
		all = append(all, &config.Waiver{Rule: parts[0][i%2], Files: parts[1][i%3 : i%3+1], Objects: parts[2][i/6 : i/6+1]})
	}
	covered := 0
	for _, rule := range []string{"a/b", "c/d", "e/f"} {
		for _, file := range files {
			for _, object := range objects {
				for _, w := range all {
					if !w.Covers(rule, file, object) {
						continue
					}
					covered++
					if rule != w.Rule || !matches(t, w.Files[0], file) || !matches(t, w.Objects[0], object) {
						t.Errorf("%+v covers %s of %s in %s", w, rule, object, file)
					}
				}
			}
		}
	}
	if covered == 0 {
		t.Error("no waiver covers anything")
	}
}

// matches is the meaning of the patterns above, said without the library.
func matches(t *testing.T, pattern, name string) bool {
	t.Helper()
	prefix, isPrefix := strings.CutSuffix(pattern, "*")
	if isPrefix {
		return strings.HasPrefix(name, strings.TrimSuffix(prefix, "*"))
	}
	return strings.HasSuffix(name, strings.TrimPrefix(pattern, "*")) && !strings.Contains(name, "/")
}

func TestWaiver_CountsOnItsLastDay(t *testing.T) {
	w := config.Waiver{Expires: day("2027-01-31")}
	if w.Expired(day("2027-01-31").Add(23 * time.Hour)) {
		t.Error("expired on its last day")
	}
	if !w.Expired(day("2027-02-01")) {
		t.Error("not expired on the day after its last")
	}
}

func TestInlines(t *testing.T) {
	end := day("2027-01-31")
	tests := []struct {
		name, text string
		want       config.Inline
	}{
		{"behind a value", "image: a:latest # guard:ignore image/tag-latest until=2027-01-31 -- mirror", config.Inline{Rules: []string{"image/tag-latest"}, Until: end, Reason: "mirror"}},
		{"on its own line", "  # guard:ignore image/tag-latest until=2027-01-31 -- mirror", config.Inline{Rules: []string{"image/tag-latest"}, Until: end, Reason: "mirror", Alone: true}},
		{"several rules", "# guard:ignore a/b,c/d e/f until=2027-01-31 -- x", config.Inline{Rules: []string{"a/b", "c/d", "e/f"}, Until: end, Reason: "x", Alone: true}},
		{"another comment style", "a // guard:ignore a/b until=2027-01-31 -- x", config.Inline{Rules: []string{"a/b"}, Until: end, Reason: "x"}},
		{"a comment that is closed", "<!-- guard:ignore a/b until=2027-01-31 -- x -->", config.Inline{Rules: []string{"a/b"}, Until: end, Reason: "x", Alone: true}},
		{"no reason", "# guard:ignore a/b until=2027-01-31", config.Inline{Rules: []string{"a/b"}, Until: end, Alone: true, Invalid: "it gives no reason (-- reason)"}},
		{"no end", "# guard:ignore a/b -- x", config.Inline{Rules: []string{"a/b"}, Reason: "x", Alone: true, Invalid: "it has no end (until=YYYY-MM-DD)"}},
		{"no rule", "# guard:ignore", config.Inline{Alone: true, Invalid: "it names no rule"}},
		{"every rule", "# guard:ignore image/* until=2027-01-31 -- x", config.Inline{Rules: []string{"image/*"}, Until: end, Reason: "x", Alone: true, Invalid: `"image/*" is no rule's id`}},
		{"an unknown option", "# guard:ignore a/b util=2027-01-31 -- x", config.Inline{Rules: []string{"a/b"}, Reason: "x", Alone: true, Invalid: `unknown option "util", expected until=YYYY-MM-DD`}},
		{"a day that is none", "# guard:ignore a/b until=soon -- x", config.Inline{Rules: []string{"a/b"}, Reason: "x", Alone: true, Invalid: "until=soon is no date like 2027-01-31"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tt.want.Line = 2
			got := config.Inlines("first\n" + tt.text + "\n")
			if len(got) != 1 {
				t.Fatalf("Inlines(%q) = %d, want 1", tt.text, len(got))
			}
			got[0].Text = ""
			if diff := cmp.Diff(tt.want, got[0]); diff != "" {
				t.Errorf("Inlines(%q) (-want +got):\n%s", tt.text, diff)
			}
		})
	}
}

func TestAnnotation_HasAWaiverALine(t *testing.T) {
	got := config.Annotation("a/b until=2027-01-31 -- one\n\nc/d -- two\n")
	if len(got) != 2 || got[0].Invalid != "" || got[1].Invalid == "" {
		t.Errorf("Annotation = %+v", got)
	}
}

func TestBaseline_IsWrittenAndReadBack(t *testing.T) {
	b := config.NewBaseline([]finding.Finding{
		{Rule: "b/b", Location: finding.Location{File: "z"}, Fingerprint: "2", Message: "m <x>"},
		{Rule: "a/a", Location: finding.Location{File: "a"}, Fingerprint: "1", Message: "n"},
		{Rule: "w/w", Location: finding.Location{File: "a"}, Fingerprint: "3", Waived: &finding.Waived{Source: "config"}},
	})
	var out strings.Builder
	if err := b.Write(&out); err != nil {
		t.Fatal(err)
	}
	got, err := config.LoadBaseline("b.json", []byte(out.String()))
	if err != nil {
		t.Fatal(err)
	}
	want := &config.Baseline{Version: 1, Findings: []config.Accepted{{"a/a", "a", "1", "n"}, {"b/b", "z", "2", "m <x>"}}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("baseline (-want +got):\n%s", diff)
	}
}

func TestLoadBaseline_RefusesWhatIsNone(t *testing.T) {
	for _, text := range []string{"", "[]", `{"version": 2, "findings": []}`, "{\"version\": 1,\n \"finding\": []}", `{"version": 1, "findings": []} {}`} {
		if _, err := config.LoadBaseline("b.json", []byte(text)); !config.IsError(err) {
			t.Errorf("LoadBaseline(%q) = %v, want a configuration error", text, err)
		}
	}
}

func TestFind_LooksUpwards(t *testing.T) {
	tests := []struct {
		name  string
		files []string
		want  string
	}{
		{"the directory's own", []string{"a/b/.guard.yaml", ".guard.yaml"}, "a/b/.guard.yaml"},
		{"one above", []string{"a/.github/guard.yaml", ".guard.yaml"}, "a/.github/guard.yaml"},
		{"the root's", []string{".guard.yaml", "a/c/.guard.yaml"}, ".guard.yaml"},
		{"none", nil, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			fsys := fstest.MapFS{"a/b/x": {}}
			for _, f := range tt.files {
				fsys[f] = &fstest.MapFile{Data: []byte("version: 1\n")}
			}
			got, _, err := config.Find(fsys, "a/b")
			if got != tt.want || err != nil {
				t.Errorf("Find = %q, %v, want %q", got, err, tt.want)
			}
		})
	}
}

func TestFind_RefusesWhatIsNoFile(t *testing.T) {
	_, _, err := config.Find(fstest.MapFS{".guard.yaml": {Mode: fs.ModeNamedPipe}}, ".")
	if !config.IsError(err) {
		t.Errorf("Find = %v, want a configuration error", err)
	}
}

func FuzzConfig(f *testing.F) {
	f.Add(config.Template)
	f.Add("version: 1\nwaivers:\n  - {rule: a/b, files: ['x'], reason: r, owner: o, expires: 2027-01-31}\n")
	f.Add("version: 1\nrules: {a/b: {action: off, params: {x: [1, {y: z}]}}}\n")
	f.Fuzz(func(t *testing.T, text string) {
		c, err := config.Load("c", []byte(text))
		if (c == nil) == (err == nil) {
			t.Fatalf("Load = %v, %v: want one of the two", c, err)
		}
		if err != nil && !config.IsError(err) {
			t.Fatalf("%T is no configuration error", err)
		}
		for _, inline := range config.Inlines(text) {
			if inline.Invalid == "" && (len(inline.Rules) == 0 || inline.Reason == "" || inline.Until.IsZero()) {
				t.Fatalf("an inline waiver without rule, reason or end counts: %+v", inline)
			}
		}
	})
}

func TestLoadLayer(t *testing.T) {
	l, err := config.LoadLayer("org/guard.yaml", []byte(`version: 1
profile: [recommended, platform-team]
environments:
  production: {names: [production, prod], branches: [main], tags: ["v*"], approval: required}
images: {own: ["registry.example.com/**"]}
pipelines: {activities: [{uses: acme/deploy, kinds: [deploy]}]}
kubernetes: {pods: [{group: acme.example.com, kind: Shop, template: [spec, template]}]}
allow:
  ignore: [vendor/, "**/testdata/"]
  settings: [environments]
`))
	if err != nil {
		t.Fatal(err)
	}
	if len(l.Environments) != 1 || len(l.Images.Own) != 1 || len(l.Activities) != 1 || len(l.Pods) != 1 || len(l.Ignorable) != 2 || len(l.Settings) != 1 || !l.Sees() {
		t.Errorf("got %+v", l)
	}
	for text, want := range map[string]string{
		"allow: {settings: [environment]}": `org/guard.yaml:2:20: unknown setting "environment", did you mean "environments"?`,
		"allow: {ignored: [a]}":            `org/guard.yaml:2:9: unknown key "ignored", did you mean "ignore"?`,
		"ignore: [a]":                      `org/guard.yaml:2:1: unknown key "ignore"`,
		"environments: {a: {approval: x}}": `unknown approval "x"`,
		"snapshot: forge.json":             `unknown key "snapshot"`,
	} {
		if _, err := config.LoadLayer("org/guard.yaml", []byte("version: 1\n"+text+"\n")); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want %s", text, err, want)
		}
	}
	if l, err = config.LoadLayer("org/guard.yaml", []byte("version: 1\nallow: {ignore: [], settings: []}\n")); err != nil || l.Ignorable == nil || l.Settings == nil {
		t.Errorf("an empty list says nothing: %+v, %v", l, err)
	}
}

func TestLoadOrganisation(t *testing.T) {
	c, err := config.LoadOrganisation("o.yaml", []byte("version: 1\npolicies: [policy, {bundle: \"oci://registry.example.com/p:stable\", at-least: 1.0.0}]\n"))
	if err != nil || len(c.Policies) != 2 {
		t.Errorf("got %+v, %v", c, err)
	}
	for text, want := range map[string]string{
		"": "o.yaml: it names no policies", "version: 1\n": "it names no policies", "policies: [a]\n": "no version is given",
		"version: 1\npolicies: [a]\nrules: {}\n": `o.yaml:3:1: unknown key "rules"`, "version: 1\npolicies: [a]\nwaivers: []\n": `unknown key "waivers"`,
	} {
		if _, err := config.LoadOrganisation("o.yaml", []byte(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %v, want %s", text, err, want)
		}
	}
}
