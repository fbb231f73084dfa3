package gitlab

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"guard/internal/pipeline"
	"guard/internal/pipeline/flow"
	"guard/internal/pipeline/shell"
	"guard/internal/tree"
)

// facts writes what a file comes to: its jobs with stage, image and commands,
// and what is wrong or not known of it.
func facts(f *File) []string {
	var out []string
	for _, job := range f.Pipeline.Jobs {
		if job.Hidden {
			continue
		}
		line := job.ID + " " + job.Path.String()
		if job.Stage != "" {
			line += " stage " + job.Stage
		}
		if job.Container != nil {
			line += " image " + job.Container.Raw + " at " + job.Container.Path.String()
		}
		for _, step := range job.Steps {
			for _, command := range step.Script.Commands {
				line += fmt.Sprintf(" %s at %s", strings.Join(append([]string{command.Name}, wordTexts(command.Args)...), " "), command.Path)
			}
		}
		out = append(out, line)
	}
	for _, v := range f.Pipeline.Env {
		out = append(out, v.Name+"="+v.Value+" at "+v.Path.String())
	}
	for _, problem := range slices.Concat(f.Pipeline.Invalid, f.Pipeline.Incomplete, f.Pipeline.Exceeded) {
		out = append(out, problem.Path.String()+": "+problem.Message)
	}
	return out
}

func wordTexts(words []shell.Word) []string {
	var out []string
	for _, w := range words {
		out = append(out, w.Text)
	}
	return out
}

func TestOpen_IncludedFiles(t *testing.T) {
	for _, test := range []struct {
		name, text string
		files      map[string]string
		want       []string
	}{
		{"a job of another file stands where that is included",
			"include: /ci/a.yml\n", map[string]string{"ci/a.yml": "a:\n  script:\n    - make\n"},
			[]string{"a include make at include"}},
		{"a list of files",
			"include: [/ci/a.yml, {local: ci/b.yml}]\n", map[string]string{"ci/a.yml": "a: {script: one}", "ci/b.yml": "b: {script: two}"},
			[]string{"a include[0] one at include[0]", "b include[1].local two at include[1].local"}},
		{"the file itself wins",
			"include: /ci/a.yml\na: {script: own}\nvariables: {X: own}\n", map[string]string{"ci/a.yml": "a: {script: other, image: 'go:1'}\nvariables: {X: other, Y: other}"},
			[]string{"a a image go:1 at include own at a.script:1", "X=own at variables.X", "Y=other at include"}},
		{"later files win",
			"include: [/a.yml, /b.yml]\n", map[string]string{"a.yml": "a: {script: one, stage: build}", "b.yml": "a: {script: two}"},
			[]string{"a include[1] stage build two at include[1]"}},
		{"lists are replaced, not joined",
			"include: /a.yml\na: {script: [own]}\n", map[string]string{"a.yml": "a: {script: [one, two]}"},
			[]string{"a a own at a.script[0]:1"}},
		{"a file that includes a file",
			"include: /a.yml\n", map[string]string{"a.yml": "include: /b.yml\na: {script: one}", "b.yml": "a: {image: 'go:1', script: two}"},
			[]string{"a include image go:1 at include one at include"}},
		{"a base of another file",
			"include: /a.yml\na: {extends: .base, image: 'own:1'}\n", map[string]string{"a.yml": ".base: {script: one, image: 'go:1'}"},
			[]string{"a a image own:1 at a.image one at include"}},
		{"a reference into another file",
			"include: /a.yml\na: {script: [!reference [.base, script], own]}\n", map[string]string{"a.yml": ".base: {script: [one]}"},
			[]string{"a a one at include own at a.script[1]:1"}},
		{"defaults of another file",
			"include: /a.yml\na: {script: own}\n", map[string]string{"a.yml": "default: {image: 'go:1', before_script: [one]}"},
			[]string{"a a image go:1 at include one at include own at a.script:1"}},
		{"stages of another file",
			"include: /a.yml\na: {stage: ship, script: own}\n", map[string]string{"a.yml": "stages: [ship]"},
			[]string{"a a stage ship own at a.script:1"}},
		{"a name that no file has is a fault where all were read",
			"include: /a.yml\na: {extends: .none, script: own}\n", map[string]string{"a.yml": "b: {script: x}"},
			[]string{"b include x at include", "a a own at a.script:1", `a.extends: job "a" extends ".none", which does not exist`}},
		{"and is not known where one was not",
			"include: [/a.yml, /b.yml]\na: {extends: .none, script: own}\n", map[string]string{"a.yml": "b: {script: x}"},
			[]string{"b include[0] x at include[0]", "a a own at a.script:1",
				`include[1]: the included local "/b.yml" was not read: there is no such file`,
				`a.extends: what ".none", which job "a" extends, holds is not known: it is not in this file`}},
		{"a file of another project",
			"include: [{project: acme/ci, file: a.yml}]\na: {script: own}\n", nil,
			[]string{"a a own at a.script:1", `include[0].project: the included project "acme/ci" was not read`}},
		{"a file that a variable names",
			"include: [{local: $FILE}]\na: {script: own}\n", nil,
			[]string{"a a own at a.script:1", `include[0].local: the included local "$FILE" was not read: variables name it`}},
		{"a file outside of the project",
			"include: [{local: ../a.yml}]\na: {script: own}\n", nil,
			[]string{"a a own at a.script:1", `include[0].local: the included local "../a.yml" was not read: it is not inside the project`}},
		{"a file that is no YAML",
			"include: /a.yml\na: {script: own}\n", map[string]string{"a.yml": "a: ["},
			[]string{"a a own at a.script:1", `include: the included local "/a.yml" was not read: line 1: expected a value here`}},
		{"a file that is a list",
			"include: /a.yml\na: {script: own}\n", map[string]string{"a.yml": "[a]"},
			[]string{"a a own at a.script:1", `include: the included local "/a.yml" was not read: expected a map, found a list`}},
		{"all files of a pattern",
			"include: ci/*.yml\n", map[string]string{"ci/a.yml": "a: {script: one}", "ci/b.yml": "b: {script: two}", "ci/c.txt": "c"},
			[]string{"a include one at include", "b include two at include"}},
		{"an include that never is",
			"include: [{local: /a.yml, rules: [{when: never}]}]\nb: {script: own}\n", map[string]string{"a.yml": "a: {script: one}"},
			[]string{"b b own at b.script:1"}},
		{"an include where a file exists",
			"include: [{local: /a.yml, rules: [{exists: [a.yml]}]}]\n", map[string]string{"a.yml": "a: {script: one}"},
			[]string{"a include[0].local one at include[0].local"}},
		{"an include where a file exists that does not",
			"include: [{local: /a.yml, rules: [{exists: [b.yml]}]}]\nb: {script: own}\n", map[string]string{"a.yml": "a: {script: one}"},
			[]string{"b b own at b.script:1"}},
		{"an include by a condition",
			"include: [{local: /a.yml, rules: [{if: $X}]}]\nb: {script: own}\n", map[string]string{"a.yml": "a: {script: one}"},
			[]string{"a include[0].local one at include[0].local", "b b own at b.script:1"}},
		{"an include by a condition that brings more than jobs",
			"include: [{local: /a.yml, rules: [{if: $X}]}]\nb: {script: own}\n", map[string]string{"a.yml": "variables: {A: b}\na: {script: one}"},
			[]string{"b b own at b.script:1", `include[0].local: the included local "/a.yml" was not read: whether it is depends on rules: $X differs from pipeline to pipeline`}},
		{"an include by a condition that changes a job",
			"include: [{local: /a.yml, rules: [{if: $X}]}]\na: {script: own}\n", map[string]string{"a.yml": "a: {image: x}"},
			[]string{"a a own at a.script:1", `include[0].local: the included local "/a.yml" was not read: whether it is depends on rules: $X differs from pipeline to pipeline`}},
		{"inputs that are given",
			"include: [{local: /a.yml, inputs: {name: web, stage: ship}}]\nstages: [ship]\n",
			map[string]string{"a.yml": "spec: {inputs: {name: {}, stage: {default: test}}}\n---\n\"$[[ inputs.name ]]-job\": {stage: '$[[ inputs.stage ]]', script: 'make $[[ inputs.name ]]'}"},
			[]string{"web-job include[0].local stage ship make web at include[0].local"}},
		{"inputs by default",
			"include: /a.yml\n", map[string]string{"a.yml": "spec: {inputs: {stage: {default: test}}}\n---\na: {stage: '$[[inputs.stage]]', script: x}"},
			[]string{"a include stage test x at include"}},
		{"an input that is a list",
			"include: [{local: /a.yml, inputs: {lines: [one, two]}}]\n", map[string]string{"a.yml": "spec: {inputs: {lines: {type: array}}}\n---\na: {script: '$[[ inputs.lines ]]'}"},
			[]string{"a include[0].local one at include[0].local two at include[0].local"}},
		{"an input that nobody gives",
			"include: /a.yml\n", map[string]string{"a.yml": "spec: {inputs: {x: {}}}\n---\na: {script: ['make']}\nvariables: {X: '$[[ inputs.x ]]'}"},
			[]string{"a include make at include", "X=$[[ inputs.x ]] at include", `include: of the included local "a.yml": there is no value for input "x"`}},
		{"files that include each other end",
			"include: /a.yml\n", map[string]string{"a.yml": "include: /b.yml\na: {script: x}", "b.yml": "include: /a.yml\n"},
			[]string{"a include x at include", `include: the included local "/a.yml" was not read: files include each other more than 20 deep`}},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := facts(openWith(t, test.text, test.files))
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("%s\n%s", test.text, diff)
			}
		})
	}
}

func openWith(t testing.TB, text string, files map[string]string) *File {
	t.Helper()
	return Open(tree.NewSource(".gitlab-ci.yml", text), tree.ParseYAML(text)[0].Root, Options{
		Lookup: func(path string) ([]byte, error) {
			if text, ok := files[path]; ok {
				return []byte(text), nil
			}
			return nil, fs.ErrNotExist
		},
		Glob: func(pattern string) ([]string, error) {
			if pattern != "ci/*.yml" {
				return nil, errors.New("another pattern")
			}
			var names []string
			for name := range files {
				if strings.HasSuffix(name, ".yml") {
					names = append(names, name)
				}
			}
			return names, nil
		},
	})
}

func TestOpen_RulesOfIncludedFilesDecide(t *testing.T) {
	files := map[string]string{"a.yml": "workflow: {rules: [{if: $CI_COMMIT_TAG}]}\na: {script: x}"}
	p := NewProvider(openWith(t, "include: /a.yml\n", files), flow.Branches{})
	if got := table(t, p); got != "tag" {
		t.Errorf("got %q, want the pipelines of tags only", got)
	}
}

func TestOpen_ManyIncludesEnd(t *testing.T) {
	files := map[string]string{"a.yml": "include: [/a.yml, /a.yml, /a.yml]\na: {script: x}"}
	f := openWith(t, "include: /a.yml\n", files)
	want := fmt.Sprintf("more than %d files are included", maxIncludes)
	if !slices.ContainsFunc(f.Pipeline.Incomplete, func(p pipeline.Problem) bool { return strings.Contains(p.Message, want) }) {
		t.Errorf("got %v, want one that says %q", f.Pipeline.Incomplete, want)
	}
}

func TestOpen_IncludesNameTheFilesReadForThem(t *testing.T) {
	files := map[string]string{"a.yml": "include: /b.yml\na: {script: x}", "b.yml": "b: {script: x}"}
	f := openWith(t, "include: [/a.yml, {template: Jobs/Test.gitlab-ci.yml}]\nc: {script: x}\n", files)
	var got []string
	for _, include := range f.Pipeline.Includes {
		got = append(got, fmt.Sprintf("%s %v", include.Name, include.Files))
	}
	if diff := cmp.Diff([]string{"/a.yml [a.yml b.yml]", "Jobs/Test.gitlab-ci.yml []"}, got); diff != "" {
		t.Error(diff)
	}
}

func TestProvider_JobsOfAnIncludeByACondition(t *testing.T) {
	files := map[string]string{"a.yml": "a: {script: [x], rules: [{if: $CI_COMMIT_BRANCH}]}"}
	for _, test := range []struct{ condition, want string }{
		{`$CI_COMMIT_BRANCH == "main"`, "feature no, main yes, tag no, schedule yes"},
		{`$CI_COMMIT_TAG`, "feature no, main no, tag no, schedule no"},
		{`$CI_PIPELINE_SOURCE == "schedule"`, "feature no, main no, tag no, schedule yes"},
		{`$DEPLOY == "yes"`, "feature unknown, main unknown, tag no, schedule unknown"},
		{`$SET_IN_THE_FILE == "yes"`, "feature unknown, main unknown, tag no, schedule unknown"},
	} {
		text := "variables: {SET_IN_THE_FILE: 'yes'}\ninclude: [{local: /a.yml, rules: [{if: '" + test.condition + "'}]}]\nb: {script: [x]}\n"
		p := NewProvider(open(t, ".gitlab-ci.yml", text, files), flow.Branches{})
		var got []string
		for _, s := range []flow.Situation{flow.Feature, flow.Main, flow.Tag, flow.Schedule} {
			run := flow.Branches{}.RunOf(s)
			run.Event = map[bool]string{true: eventSchedule, false: eventPush}[s == flow.Schedule]
			got = append(got, string(s)+" "+play(p, run, "", "")[indexOf(t, p, "a")].Runs.Truth.String())
		}
		if text := strings.Join(got, ", "); text != test.want {
			t.Errorf("%s: got %s, want %s", test.condition, text, test.want)
		}
	}
}
