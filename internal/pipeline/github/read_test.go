package github

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"guard/internal/finding"
	"guard/internal/pipeline"
	"guard/internal/tree"
)

var update = flag.Bool("update", false, "write golden files anew")

// read reads the first document of a text.
func read(t testing.TB, text string) (*pipeline.Pipeline, *tree.Source, *tree.Node) {
	t.Helper()
	source := tree.NewSource(".github/workflows/ci.yml", text)
	parts := tree.ParseYAML(text)
	if len(parts) == 0 || parts[0].Err != nil {
		t.Fatalf("the test's text is no YAML: %v", parts)
	}
	return Read(source, parts[0].Root), source, parts[0].Root
}

func TestRead_WholeWorkflow(t *testing.T) {
	text, err := os.ReadFile("testdata/shop.yml")
	if err != nil {
		t.Fatal(err)
	}
	p, _, _ := read(t, string(text))
	var got bytes.Buffer
	encoder := json.NewEncoder(&got)
	encoder.SetIndent("", "\t")
	if err := encoder.Encode(p); err != nil {
		t.Fatal(err)
	}
	const golden = "testdata/shop.golden"
	if *update {
		if err := os.WriteFile(golden, got.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got.String()); diff != "" {
		t.Error(diff)
	}
}

// Reliability 39: every spelling of on: is read.
func TestRead_Triggers(t *testing.T) {
	const jobs = "\njobs: {a: {runs-on: x, steps: [{run: make}]}}\n"
	for _, test := range []struct {
		name, text string
		want       []string
	}{
		{"one event", "on: push", []string{"on push"}},
		{"a list", "on: [push, pull_request]", []string{"on[0] push", "on[1] pull_request"}},
		{"a map", "on: {push: {branches: [main]}, schedule: [{cron: '0 5 * * 1'}]}", []string{"on.push push", "on.schedule schedule"}},
		{"a quoted key", `"on": push`, []string{"on push"}},
		{"a key that a YAML 1.1 tool wrote", "true: push", []string{"true push"}},
		{"an event without anything", "on: {push: }", []string{"on.push push"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			p, _, _ := read(t, test.text+jobs)
			var got []string
			for _, trigger := range p.Triggers {
				got = append(got, trigger.Path.String()+" "+trigger.Event)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("%s\n%s", test.text, diff)
			}
		})
	}
}

func TestRead_Permissions(t *testing.T) {
	for _, test := range []struct {
		name, text string
		all        string
		scopes     []string
		unset      bool
	}{
		{"nothing", "x", "", nil, true},
		{"a word", "permissions: write-all", "write-all", []string{}, false},
		{"none at all", "permissions: {}", "", []string{}, false},
		{"scopes", "permissions: {contents: read, packages: write}", "", []string{"contents read", "packages write"}, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			line := test.text
			if test.unset {
				line = "name: " + test.text
			}
			p, _, _ := read(t, line+"\non: push\njobs: {a: {runs-on: x, steps: [{run: make}]}}\n")
			if test.unset {
				if p.Permissions != nil {
					t.Errorf("got %v, want none", p.Permissions)
				}
				return
			}
			scopes := []string{}
			for _, s := range p.Permissions.Scopes {
				scopes = append(scopes, s.Name+" "+s.Access)
			}
			if p.Permissions.All != test.all || !slices.Equal(scopes, test.scopes) {
				t.Errorf("got %q %v, want %q %v", p.Permissions.All, scopes, test.all, test.scopes)
			}
		})
	}
}

func TestRead_UsesOfActions(t *testing.T) {
	const sha = "0ad4b8fadaa221de15dcec353f45205ec38ea70b"
	for raw, want := range map[string]pipeline.Use{
		"actions/checkout@v4":     {Kind: "action", Owner: "actions", Name: "actions/checkout", Ref: "v4"},
		"acme/tools/setup@" + sha: {Kind: "action", Owner: "acme", Name: "acme/tools/setup", Ref: sha, Pinned: true},
		"acme/tools@0ad4b8f":      {Kind: "action", Owner: "acme", Name: "acme/tools", Ref: "0ad4b8f"},
		"acme/tools":              {Kind: "action", Owner: "acme", Name: "acme/tools"},
		"./setup":                 {Kind: "local", Name: "./setup"},
		"$/setup":                 {Kind: "local", Name: "$/setup"},
		"docker://alpine:3.20.3":  {Kind: "docker"},
	} {
		t.Run(raw, func(t *testing.T) {
			p, _, _ := read(t, "on: push\njobs: {a: {runs-on: x, steps: [{uses: '"+raw+"'}]}}")
			got := *p.Jobs[0].Steps[0].Uses
			want.Raw, want.Path = raw, got.Path
			if got.Path = want.Path; !cmp.Equal(want, got, cmp.Comparer(samePath)) {
				t.Errorf("got %+v, want %+v", got, want)
			}
		})
	}
}

func samePath(a, b finding.Path) bool { return a.String() == b.String() }

func TestRead_TokenIsUsed(t *testing.T) {
	for _, test := range []struct {
		name, step string
		want       bool
	}{
		{"github.token", "{run: x, env: {T: '${{ github.token }}'}}", true},
		{"secrets.GITHUB_TOKEN in any case", "{run: 'x ${{ secrets.github_token }}'}", true},
		{"an action that takes it unasked", "{uses: actions/stale@v9}", true},
		{"a checkout only reads", "{uses: actions/checkout@v4}", false},
		{"another secret", "{run: x, env: {T: '${{ secrets.TOKEN }}'}}", false},
	} {
		t.Run(test.name, func(t *testing.T) {
			p, _, _ := read(t, "on: push\njobs: {a: {runs-on: x, steps: ["+test.step+"]}}")
			if got := p.Jobs[0].UsesToken; got != test.want {
				t.Errorf("%s: got %v, want %v", test.step, got, test.want)
			}
		})
	}
}

func TestRead_ScriptsOfOtherShellsAreNotRead(t *testing.T) {
	for _, test := range []struct {
		name, job string
		commands  int
		pipefail  bool
		trace     bool
	}{
		{"nothing said", "runs-on: ubuntu-24.04, steps: [{run: a}]", 1, false, false},
		{"bash", "runs-on: x, steps: [{shell: bash, run: a}]", 1, true, false},
		{"a command line", "runs-on: x, steps: [{shell: 'bash -euxo pipefail {0}', run: a}]", 1, true, true},
		{"sh", "runs-on: x, steps: [{shell: sh, run: a}]", 1, false, false},
		{"the job's default", "runs-on: x, defaults: {run: {shell: pwsh}}, steps: [{run: a}]", 0, false, false},
		{"python", "runs-on: x, steps: [{shell: python, run: a}]", 0, false, false},
		{"a Windows runner", "runs-on: [self-hosted, Windows-2022], steps: [{run: a}]", 0, false, false},
		{"bash on a Windows runner", "runs-on: windows-2022, steps: [{shell: bash, run: a}]", 1, true, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			p, _, _ := read(t, "on: push\njobs: {a: {"+test.job+"}}")
			script := p.Jobs[0].Steps[0].Script
			if len(script.Commands) != test.commands || (script.Unread == "") != (test.commands > 0) {
				t.Fatalf("got %d commands, unread %q, want %d", len(script.Commands), script.Unread, test.commands)
			}
			if test.commands > 0 && (script.Commands[0].Pipefail != test.pipefail || script.Commands[0].Trace != test.trace) {
				t.Errorf("got %+v, want pipefail %v, trace %v", script.Commands[0], test.pipefail, test.trace)
			}
		})
	}
}

func TestRead_ActionsOfAllKinds(t *testing.T) {
	for _, test := range []struct {
		name, runs string
		steps      []string
	}{
		{"composite", "{using: composite, steps: [{run: make, shell: bash}, {uses: ./x}]}", []string{"step 1", "step 2"}},
		{"Docker image", "{using: docker, image: 'docker://alpine:3.20.3'}", []string{"the action"}},
		{"Dockerfile", "{using: docker, image: Dockerfile}", nil},
		{"Node", "{using: node20, main: index.js}", nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			p, _, _ := read(t, "name: Set up\ninputs: {a: {description: x}}\nruns: "+test.runs)
			var got []string
			for _, step := range p.Jobs[0].Steps {
				got = append(got, step.Holder)
			}
			if p.Form != "action" || !slices.Equal(got, test.steps) || len(p.Invalid) > 0 {
				t.Errorf("got form %q, steps %q, invalid %v, want %q", p.Form, got, p.Invalid, test.steps)
			}
		})
	}
}

func TestRead_MoreJobsThanTheLimitAreNamed(t *testing.T) {
	var text strings.Builder
	text.WriteString("on: push\njobs:\n")
	for i := range MaxJobs + 1 {
		text.WriteString("  j" + strings.Repeat("x", i%3) + string(rune('a'+i%26)) + "-" + strings.Repeat("y", i/26) + ": {runs-on: x, steps: [{run: a}]}\n")
	}
	p, _, _ := read(t, text.String())
	if len(p.Jobs) != MaxJobs || len(p.Exceeded) != 1 {
		t.Errorf("got %d jobs and %v, want %d and one exceeded limit", len(p.Jobs), p.Exceeded, MaxJobs)
	}
}
