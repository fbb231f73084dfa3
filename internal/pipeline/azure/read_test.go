package azure

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"guard/internal/pipeline"
	"guard/internal/tree"
)

var update = flag.Bool("update", false, "write golden files anew")

// files are the other files of a repository, by path.
type files map[string]string

func (f files) lookup(name string) ([]byte, error) {
	if text, ok := f[name]; ok {
		return []byte(text), nil
	}
	return nil, fs.ErrNotExist
}

// read reads the first document of a text.
func read(t testing.TB, file, text string, others files) (*File, *tree.Source, *tree.Node) {
	t.Helper()
	source := tree.NewSource(file, text)
	parts := tree.ParseYAML(text)
	if len(parts) == 0 || parts[0].Err != nil {
		t.Fatalf("the test's text is no YAML: %v", parts)
	}
	return ReadFile(source, parts[0].Root, Options{Lookup: others.lookup}), source, parts[0].Root
}

func testdata(t testing.TB, name string) string {
	t.Helper()
	text, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func shop(t testing.TB) *File {
	file, _, _ := read(t, "azure-pipelines.yml", testdata(t, "azure-pipelines.yml"), files{"templates/node.yml": testdata(t, "node.yml")})
	return file
}

func TestRead_WholeFile(t *testing.T) {
	var got bytes.Buffer
	encoder := json.NewEncoder(&got)
	encoder.SetIndent("", "\t")
	if err := encoder.Encode(shop(t).Pipeline); err != nil {
		t.Fatal(err)
	}
	const golden = "testdata/azure-pipelines.golden"
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

// outline writes the jobs of a pipeline with their steps, each with the line
// that it stands at.
func outline(p *pipeline.Pipeline, source *tree.Source, root *tree.Node) []string {
	lines := []string{}
	for _, job := range p.Jobs {
		name := job.ID
		if job.Stage != "" {
			name = job.Stage + "/" + name
		}
		for _, need := range job.Needs {
			name += " <" + need.Job
		}
		lines = append(lines, fmt.Sprintf("%d %s", source.Locate(root, job.Path).Line, name))
		for _, step := range job.Steps {
			what := "?"
			if step.Uses != nil {
				what = step.Uses.Raw
			}
			if step.Script != nil {
				what = strings.TrimSpace(step.Script.Text)
			}
			lines = append(lines, fmt.Sprintf("%d   %s", source.Locate(root, step.Path).Line, what))
		}
	}
	return lines
}

func TestRead_Jobs(t *testing.T) {
	for _, test := range []struct {
		name, text string
		others     files
		want       []string
	}{
		{
			"steps alone are a job", "steps:\n- script: make\n- bash: test", nil,
			[]string{"1 Job", "2   make", "3   test"},
		},
		{
			"jobs without names are counted", "jobs:\n- job:\n  steps:\n  - script: a\n- job:\n  steps:\n  - script: b", nil,
			[]string{"2 Job1", "4   a", "5 Job2", "7   b"},
		},
		{
			"jobs of the same name in two stages bear their stages' names",
			"stages:\n- stage: A\n  jobs:\n  - job: x\n  - job: y\n    dependsOn: x\n- stage: B\n  jobs:\n  - job: X", nil,
			[]string{"4 A/A.x", "5 A/y <A.x", "9 B/B.X"},
		},
		{
			"the hooks of a deployment are steps in the order in which they run",
			"jobs:\n- deployment: d\n  environment: prod\n  strategy:\n    canary:\n      deploy: {steps: [{script: b}]}\n      preDeploy: {steps: [{script: a}]}\n      on: {failure: {steps: [{script: c}]}}", nil,
			[]string{"2 d", "7   a", "6   b", "8   c"},
		},
		{
			"the steps of a template stand where it is named", "steps:\n- template: t/a.yml\n  parameters: {what: test}\n- script: b",
			files{"t/a.yml": "parameters: {what: build}\nsteps: [{script: 'make ${{ parameters.what }}'}, {template: b.yml}]", "t/b.yml": "steps: [{script: deep}]"},
			[]string{"1 Job", "2   make test", "2   deep", "4   b"},
		},
		{
			"a template from the root of the repository", "steps:\n- template: /t/a.yml", files{"t/a.yml": "steps: [{script: a}, {template: 'b.yml@self'}]", "b.yml": "steps: [{script: b}]"},
			[]string{"1 Job", "2   a", "2   b"},
		},
		{
			"jobs and stages of templates", "stages:\n- template: s.yml",
			files{"s.yml": "stages: [{stage: A, jobs: [{template: j.yml, parameters: {n: one}}]}]", "j.yml": "parameters: [{name: n}]\njobs: [{job: '${{ parameters.n }}', steps: [{script: a}]}]"},
			[]string{"2 A/one", "2   a"},
		},
		{
			"what a pipeline extends", "extends:\n  template: b.yml\n  parameters:\n    extra:\n    - script: mine",
			files{"b.yml": "parameters: [{name: extra, type: stepList}]\njobs: [{job: a, steps: [{script: first}, '${{ parameters.extra }}', {script: last}]}]"},
			[]string{"2 a", "2   first", "5   mine", "2   last"},
		},
		{
			"what a pipeline hands to a template that cannot be read", "extends:\n  template: b.yml@other\n  parameters:\n    stages:\n    - stage: A\n      jobs:\n      - job: a", nil,
			[]string{"7 A/a"},
		},
		{
			"a condition that the file decides", "parameters:\n- name: x\n  type: object\n  default: {on: 'yes'}\nsteps:\n- ${{ if eq(parameters.x.on, 'yes') }}:\n  - script: a\n- ${{ else }}:\n  - script: b", nil,
			[]string{"1 Job", "7   a"},
		},
		{
			"a condition that only a run decides keeps both", "steps:\n- ${{ if eq(variables['Build.Reason'], 'Manual') }}:\n  - script: a\n- ${{ elseif true }}:\n  - script: b\n- ${{ else }}:\n  - script: c", nil,
			[]string{"1 Job", "3   a", "5   b"},
		},
		{
			"a loop over a list", "parameters:\n- name: x\n  type: object\n  default: [a, b]\njobs:\n- ${{ each n in parameters.x }}:\n  - job: ${{ n }}\n    steps:\n    - script: make ${{ n }}", nil,
			[]string{"7 a", "9   make a", "7 b", "9   make b"},
		},
		{
			"a loop over a map", "parameters:\n- name: x\n  type: object\n  default: {a: 1, b: 2}\nsteps:\n- ${{ each n in parameters.x }}:\n  - script: ${{ n.key }} ${{ n.value }}", nil,
			[]string{"1 Job", "7   a 1", "7   b 2"},
		},
		{
			"one turn of a loop over what only a run knows", "steps:\n- template: t.yml\n  parameters: {list: '${{ variables.x }}'}",
			files{"t.yml": "parameters: {list: []}\nsteps:\n- ${{ each n in parameters.list }}:\n  - script: make ${{ n.name }} ${{ n }}"},
			[]string{"1 Job", "2   make ${{ n.name }} ${{ n }}"},
		},
		{
			"keys that a condition inserts into a job", "jobs:\n- job: a\n  ${{ if true }}:\n    dependsOn: []\n  steps:\n  - script: x", nil,
			[]string{"2 a", "6   x"},
		},
		{
			"names that the pipeline's own parameters give have their defaults", "parameters: [{name: n, default: web}]\njobs:\n- job: build_${{ parameters.n }}", nil,
			[]string{"3 build_web"},
		},
		{
			"tasks that are scripts", "steps:\n- task: Bash@3\n  inputs: {targetType: inline, script: a}\n- task: CmdLine@2\n  inputs: {script: b}\n- task: Bash@3\n  inputs: {filePath: x.sh}", nil,
			[]string{"1 Job", "2   a", "4   b", "6   Bash@3"},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			file, source, root := read(t, "azure-pipelines.yml", test.text, test.others)
			if diff := cmp.Diff(test.want, outline(file.Pipeline, source, root)); diff != "" {
				t.Errorf("%s\n%s", test.text, diff)
			}
			if len(file.Pipeline.Invalid) > 0 {
				t.Errorf("%s\ninvalid: %v", test.text, file.Pipeline.Invalid)
			}
		})
	}
}

func problems(list []pipeline.Problem, source *tree.Source, root *tree.Node) []string {
	all := []string{}
	for _, p := range list {
		all = append(all, fmt.Sprintf("%d: %s", source.Locate(root, p.Path).Line, p.Message))
	}
	return all
}

func TestRead_Invalid(t *testing.T) {
	for _, test := range []struct {
		name, text string
		others     files
		want       []string
	}{
		{"a job that does not exist", "jobs:\n- job: a\n  dependsOn: b", nil, []string{`3: job "a" depends on "b", which does not exist`}},
		{"a job of another stage", "stages:\n- stage: A\n  jobs: [{job: a}]\n- stage: B\n  jobs:\n  - job: b\n    dependsOn: a", nil, []string{`7: job "b" depends on "a", which does not exist`}},
		{"a stage that does not exist", "stages:\n- stage: A\n  dependsOn: [Z]\n  jobs: [{job: a}]", nil, []string{`3: stage "A" depends on "Z", which does not exist`}},
		{"names count without case", "jobs:\n- job: a\n- job: b\n  dependsOn: A", nil, []string{}},
		{"a circle", "jobs:\n- job: a\n  dependsOn: b\n- job: b\n  dependsOn: a", nil, []string{"5: jobs depend on each other in a circle: a -> b -> a"}},
		{"a job that depends on itself", "jobs:\n- job: a\n  dependsOn: a", nil, []string{"3: jobs depend on each other in a circle: a -> a"}},
		{"two jobs of one name", "jobs:\n- job: a\n- job: a", nil, []string{`3: there are two jobs of the name "a"`}},
		{"two jobs of one name that exclude each other", "jobs:\n- ${{ if eq(variables.x, 1) }}:\n  - job: a\n- ${{ else }}:\n  - job: a", nil, []string{}},
		{"a job of a template that was not read may exist", "jobs:\n- template: t.yml@other\n- job: a\n  dependsOn: b", nil, []string{}},
		{"steps beside jobs", "jobs: [{job: a}]\nsteps: [{script: b}]", nil, []string{"2: steps cannot stand beside jobs"}},
		{"a step of no sort", "steps:\n- displayName: x", nil, []string{"2: an entry of steps must have one of the keys script, bash, pwsh, powershell, task, checkout, download, downloadBuild, publish, upload, getPackage, reviewApp, template"}},
		{"a step that is a text", "steps:\n- make", nil, []string{"2: an entry of steps must be a map, found a string"}},
		{"a condition that is no expression", "steps:\n- script: x\n  condition: a == b", nil, []string{`3: the expression "a == b" is not valid: unexpected character '='`}},
		{"an expression with double quotes", "steps:\n- script: ${{ eq(\"a\", 'b') }}", nil, []string{`2: the expression "eq(\"a\", 'b')" is not valid: text stands in single quotes, not in double quotes`}},
		{"a parameter that a template has not", "steps:\n- template: t.yml\n  parameters:\n    b: 1", files{"t.yml": "parameters: [{name: a, default: 1}]\nsteps: []"}, []string{`4: the template "t.yml" has no parameter "b"`}},
		{"a parameter that a template must have", "steps:\n- template: t.yml", files{"t.yml": "parameters: [{name: a, type: string}]\nsteps: []"}, []string{`2: the template "t.yml" needs the parameter "a", which is not given`}},
		{"a parameter that a loop may give", "parameters: [{name: p, type: object, default: {}}]\nsteps:\n- template: t.yml\n  parameters:\n    ${{ each x in parameters.p }}:\n      ${{ x.key }}: 1", files{"t.yml": "parameters: [{name: a, type: string}]\nsteps: []"}, []string{}},
	} {
		t.Run(test.name, func(t *testing.T) {
			file, source, root := read(t, "azure-pipelines.yml", test.text, test.others)
			if diff := cmp.Diff(test.want, problems(file.Pipeline.Invalid, source, root)); diff != "" {
				t.Errorf("%s\n%s", test.text, diff)
			}
		})
	}
}

func TestRead_Incomplete(t *testing.T) {
	for _, test := range []struct {
		name, text string
		others     files
		want       []string
	}{
		{"a template of another repository", "steps:\n- template: a.yml@shared", nil, []string{`2: the template "a.yml" of the repository shared was not read`}},
		{"a template that is not there", "steps:\n- template: a.yml", nil, []string{`2: the template "a.yml" was not read: there is no such file`}},
		{"a template that is no YAML", "steps:\n- template: a.yml", files{"a.yml": "a: ["}, []string{`2: the template "a.yml" was not read: line 1: expected a value here`}},
		{"a template outside of the repository", "steps:\n- template: ../../a.yml", nil, []string{`2: the template "../../a.yml" lies outside of what is checked`}},
		{"a template that only a run names", "steps:\n- template: ${{ variables.x }}.yml", nil, []string{`2: which template "${{ variables.x }}.yml" is is known only in a run`}},
		{"a loop over what only a run knows", "steps:\n- ${{ each x in variables.y }}:\n  - script: a", nil, []string{"2: what ${{ each x }} goes through is not known: variables is known only in a run"}},
		{"a script of a template that cannot be read", "steps:\n- template: a.yml\n- template: a.yml", files{"a.yml": "steps: [{bash: if}]"}, []string{"2: a script of the template \"a.yml\" could not be read: line 1, column 1: `if` must be followed by a statement list"}},
		{"a script for Windows", "steps:\n- script: if exist x (del x)\n  condition: and(succeeded(), eq(variables['Agent.OS'], 'Windows_NT'))\n- pwsh: if\n", nil, []string{}},
		{"a script on a machine with Windows", "pool: {vmImage: windows-2022}\nsteps:\n- script: if exist x (del x)", nil, []string{}},
		{"a script that cannot be read", "steps:\n- bash: if", nil, []string{"2: the script could not be read: line 1, column 1: `if` must be followed by a statement list"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			file, source, root := read(t, "azure-pipelines.yml", test.text, test.others)
			if diff := cmp.Diff(test.want, problems(file.Pipeline.Incomplete, source, root)); diff != "" {
				t.Errorf("%s\n%s", test.text, diff)
			}
		})
	}
}

func TestRead_Hostile(t *testing.T) {
	loops := "parameters: [{name: x, type: object, default: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]}]\nsteps:\n"
	for depth := range 8 {
		loops += strings.Repeat("  ", 2*depth) + "- ${{ each a" + strconv.Itoa(depth) + " in parameters.x }}:\n"
	}
	loops += strings.Repeat("  ", 16) + "- script: a"
	doubled := files{}
	for i := range 60 {
		next := strconv.Itoa(i + 1)
		doubled["t"+strconv.Itoa(i)+".yml"] = "parameters: {s: []}\nsteps: [{template: t" + next + ".yml, parameters: {s: ['${{ parameters.s }}', '${{ parameters.s }}']}}]"
	}
	for _, test := range []struct {
		name, text string
		others     files
	}{
		{"many jobs", "jobs:\n" + strings.Repeat("- job:\n", MaxJobs+2), nil},
		{"many steps", "steps:\n" + strings.Repeat("- script: a\n", MaxSteps+2), nil},
		{"many stages", "stages:\n" + strings.Repeat("- stage:\n", maxStages+2), nil},
		{"loops inside each other", loops, nil},
		{"a template that inserts itself", "steps: [{template: a.yml}]", files{"a.yml": "steps: [{template: a.yml}, {template: a.yml}]"}},
		{"a list that doubles in every template", "steps: [{template: t0.yml, parameters: {s: [{script: a}]}}]", doubled},
	} {
		t.Run(test.name, func(t *testing.T) {
			file, _, _ := read(t, "azure-pipelines.yml", test.text, test.others)
			if n := len(file.Pipeline.Exceeded) + len(file.Pipeline.Incomplete); n == 0 || n > 50 {
				t.Errorf("got %d problems, want a few", n)
			}
		})
	}
}

func TestRead_Secrets(t *testing.T) {
	for _, test := range []struct {
		name, text string
		want       []string
	}{
		{"a variable that the file does not set and that is called like a secret", "steps:\n- bash: curl -u $(apiToken) x", []string{"apiToken inline curl -u at 2"}},
		{"one that the file sets", "variables: {apiToken: x}\nsteps:\n- bash: curl -u $(apiToken) x", []string{}},
		{"one that env: hands over", "steps:\n- bash: curl -u \"$T\" x\n  env: {T: $(API_TOKEN)}", []string{"API_TOKEN curl -u at 2"}},
		{"one that a script sets before", "steps:\n- bash: echo \"##vso[task.setvariable variable=apiToken;issecret=true]$X\"\n- bash: curl -u $(apiToken) x", []string{}},
		{"one behind another variable", "steps:\n- bash: $(toolsPath)/x --key $(apiToken)", []string{"apiToken inline x --key at 2"}},
		{"the token of the job", "steps:\n- bash: git clone https://$(System.AccessToken)@example.com/x", []string{"System.AccessToken inline git at 2"}},
		{"an output of a program is none", "steps:\n- bash: echo $(token)", []string{}},
		{"a secret in a template stands where it is named", "steps:\n- script: a\n- template: t.yml", []string{"apiToken inline curl -u at 3"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			file, source, root := read(t, "azure-pipelines.yml", test.text, files{"t.yml": "steps:\n- bash: |\n    echo a\n    curl -u $(apiToken) x"})
			got := []string{}
			for _, step := range file.Pipeline.Jobs[0].Steps {
				for _, use := range step.Script.Secrets {
					words := []string{use.Name}
					if use.Inline {
						words = append(words, "inline")
					}
					words = append(words, use.Command)
					if use.Option != "" {
						words = append(words, use.Option)
					}
					got = append(got, fmt.Sprintf("%s at %d", strings.Join(words, " "), source.Locate(root, use.Path).Line))
				}
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("%s\n%s", test.text, diff)
			}
		})
	}
}

func TestFormOf(t *testing.T) {
	for _, test := range []struct{ name, file, text, want string }{
		{"a pipeline by name", "azure-pipelines.yml", "steps: []", "pipeline"},
		{"a pipeline by what starts it", "ci/a.yml", "trigger: none\nparameters: []\nsteps: []", "pipeline"},
		{"a template by its parameters", "ci/a.yml", "parameters: []\nsteps: []", "template"},
		{"a template by its directory", "ci/templates/a.yml", "steps: []", "template"},
		{"a template of variables", ".azuredevops/a.yml", "variables: []", "template"},
		{"a file of which nobody knows", "ci/a.yml", "jobs: []", "pipeline?"},
	} {
		t.Run(test.name, func(t *testing.T) {
			parts := tree.ParseYAML(test.text)
			got, uncertain := formOf(test.file, parts[0].Root)
			if uncertain != "" {
				got += "?"
			}
			if got != test.want {
				t.Errorf("%s\n%s\ngot %s, want %s", test.file, test.text, got, test.want)
			}
		})
	}
}

func FuzzRead(f *testing.F) {
	f.Add(testdata(f, "azure-pipelines.yml"), testdata(f, "node.yml"))
	f.Add("steps:\n- template: t.yml\n  parameters: {s: [{script: $(a)}]}", "parameters: [{name: s, type: stepList}]\nsteps:\n- ${{ each x in parameters.s }}:\n  - ${{ x }}\n- ${{ parameters.s }}")
	f.Add("extends: {template: t.yml}", "extends: {template: t.yml}\nvariables: {a: $(a), b: '$[ variables.b ]'}")
	f.Fuzz(func(t *testing.T, text, other string) {
		parts := tree.ParseYAML(text)
		if len(parts) == 0 || parts[0].Err != nil || len(text)+len(other) > 20_000 {
			return
		}
		source := tree.NewSource("azure-pipelines.yml", text)
		others := files{"t.yml": other, "templates/node.yml": other}
		file := ReadFile(source, parts[0].Root, Options{Lookup: others.lookup})
		start := time.Now()
		playThrough(file)
		if took := time.Since(start); took > 20*time.Second {
			t.Fatalf("it took %s", took)
		}
		for _, job := range file.Pipeline.Jobs {
			source.Locate(parts[0].Root, job.Path)
			for _, step := range job.Steps {
				source.Locate(parts[0].Root, step.Path)
			}
		}
	})
}
