package gitlab

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"guard/internal/pipeline"
	"guard/internal/tree"
)

var update = flag.Bool("update", false, "write golden files anew")

// read reads the first document of a text.
func read(t testing.TB, file, text string) (*pipeline.Pipeline, *tree.Source, *tree.Node) {
	t.Helper()
	source := tree.NewSource(file, text)
	parts := tree.ParseYAML(text)
	if len(parts) == 0 || parts[0].Err != nil {
		t.Fatalf("the test's text is no YAML: %v", parts)
	}
	return Read(source, parts[0].Root), source, parts[0].Root
}

func TestRead_WholeFile(t *testing.T) {
	text, err := os.ReadFile("testdata/shop.gitlab-ci.yml")
	if err != nil {
		t.Fatal(err)
	}
	p, _, _ := read(t, ".gitlab-ci.yml", string(text))
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

// scripts writes the commands of a job's scripts, each with its path.
func scripts(job pipeline.Job) []string {
	got := []string{}
	for _, step := range job.Steps {
		for _, command := range step.Script.Commands {
			got = append(got, fmt.Sprintf("%s %s", command.Path[:len(command.Path)-1], command.Name))
		}
	}
	return got
}

func jobNamed(t *testing.T, p *pipeline.Pipeline, id string) pipeline.Job {
	t.Helper()
	for _, job := range p.Jobs {
		if job.ID == id {
			return job
		}
	}
	t.Fatalf("there is no job %q", id)
	return pipeline.Job{}
}

func TestRead_MergedScriptsKeepTheirPlaces(t *testing.T) {
	for _, test := range []struct {
		name, text string
		want       []string
	}{
		{"one text", "a: {script: make}", []string{"a.script make"}},
		{"a list", "a: {script: [one, two]}", []string{"a.script[0] one", "a.script[1] two"}},
		{"a list in a list", "a: {script: [[one, [two]], three]}", []string{"a.script[0][0] one", "a.script[0][1][0] two", "a.script[1] three"}},
		{"an anchor", ".x: &x [one]\na: {script: [*x, two]}", []string{"a.script[0][0] one", "a.script[1] two"}},
		{"a merge key", ".x: &x {script: [one]}\na: {<<: *x}", []string{"a.script[0] one"}},
		{"a job that is extended", ".b: {script: [one]}\na: {extends: .b}", []string{`[".b"].script[0] one`}},
		{"a chain of jobs", ".c: {script: [one]}\n.b: {extends: .c}\na: {extends: [.b]}", []string{`[".c"].script[0] one`}},
		{"the last of several wins", ".b: {script: [one]}\n.c: {script: [two]}\na: {extends: [.b, .c]}", []string{`[".c"].script[0] two`}},
		{"a reference to a script", ".b: {script: [one, two]}\na: {script: [!reference [.b, script], three]}", []string{`[".b"].script[0] one`, `[".b"].script[1] two`, "a.script[1] three"}},
		{"a reference to an inherited script", ".c: {script: [one]}\n.b: {extends: .c}\na: {script: [!reference [.b, script]]}", []string{`[".c"].script[0] one`}},
		{"a reference to a reference", ".c: {script: [one]}\n.b: {script: [!reference [.c, script]]}\na: {script: !reference [.b, script]}", []string{`[".c"].script[0] one`}},
		{"default scripts", "default: {before_script: [one]}\na: {script: [two]}", []string{"default.before_script[0] one", "a.script[0] two"}},
		{"scripts at the top", "before_script: [one]\nafter_script: [three]\na: {script: [two]}", []string{"before_script[0] one", "a.script[0] two", "after_script[0] three"}},
		{"a script of its own instead of the default", "default: {before_script: [one]}\na: {before_script: [], script: [two]}", []string{"a.script[0] two"}},
		{"no defaults wanted", "default: {before_script: [one]}\na: {inherit: {default: false}, script: [two]}", []string{"a.script[0] two"}},
		{"other defaults wanted", "default: {before_script: [one]}\na: {inherit: {default: [image]}, script: [two]}", []string{"a.script[0] two"}},
		{"these defaults wanted", "default: {before_script: [one]}\na: {inherit: {default: [before_script]}, script: [two]}", []string{"default.before_script[0] one", "a.script[0] two"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			p, _, _ := read(t, ".gitlab-ci.yml", test.text)
			if diff := cmp.Diff(test.want, scripts(jobNamed(t, p, "a"))); diff != "" {
				t.Errorf("%s\n%s", test.text, diff)
			}
			if len(p.Invalid)+len(p.Incomplete) > 0 {
				t.Errorf("got %v, %v, want neither", p.Invalid, p.Incomplete)
			}
		})
	}
}

func TestRead_VariablesAreMergedMemberByMember(t *testing.T) {
	p, _, _ := read(t, ".gitlab-ci.yml", ".b: {variables: {A: '1', B: '2'}, script: [x]}\na: {extends: .b, variables: {B: '3'}}")
	var got []string
	for _, v := range jobNamed(t, p, "a").Env {
		got = append(got, v.Path.String()+"="+v.Value)
	}
	if diff := cmp.Diff([]string{`[".b"].variables.A=1`, "a.variables.B=3"}, got); diff != "" {
		t.Error(diff)
	}
}

func TestRead_ImagesAndServices(t *testing.T) {
	for _, test := range []struct {
		name, text string
		want       []string
	}{
		{"a text", "a: {image: 'go:1', script: [x]}", []string{"a.image go:1"}},
		{"a map", "a: {image: {name: 'go:1', entrypoint: ['']}, script: [x]}", []string{"a.image.name go:1"}},
		{"the default", "default: {image: 'go:1'}\na: {script: [x]}", []string{"default.image go:1"}},
		{"the top", "image: 'go:1'\na: {script: [x]}", []string{"image go:1"}},
		{"a template's", ".b: {image: 'go:1'}\na: {extends: .b, script: [x]}", []string{`[".b"].image go:1`}},
		{"a reference", ".b: {image: {name: 'go:1'}}\na: {image: !reference [.b, image], script: [x]}", []string{`[".b"].image.name go:1`}},
		{"none for a job that starts a pipeline", "default: {image: 'go:1'}\na: {trigger: acme/b}", nil},
		{"services", "a: {script: [x], services: ['db:1', {name: 'mq:2', alias: q}]}", []string{"a.services[0] db:1", "a.services[1].name mq:2 q"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			p, _, _ := read(t, ".gitlab-ci.yml", test.text)
			job := jobNamed(t, p, "a")
			images := job.Services
			if job.Container != nil {
				images = append(images, *job.Container)
			}
			var got []string
			for _, image := range images {
				got = append(got, strings.TrimSpace(fmt.Sprintf("%s %s %s", image.Path, image.Raw, image.Name)))
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("%s\n%s", test.text, diff)
			}
		})
	}
}

func TestRead_Includes(t *testing.T) {
	const sha = "0ad4b8fadaa221de15dcec353f45205ec38ea70b"
	for _, test := range []struct{ name, text, want string }{
		{"a path", "/ci/go.yml", "local /ci/go.yml  false false"},
		{"a URL", "https://a.example/b.yml", "remote https://a.example/b.yml  false false"},
		{"a URL of a commit", "https://a.example/" + sha + "/b.yml", "remote https://a.example/" + sha + "/b.yml  true false"},
		{"a URL of a release", "https://a.example/v1.2.3/b.yml", "remote https://a.example/v1.2.3/b.yml  false true"},
		{"a remote file with its hash", "{remote: 'https://a.example/b.yml', integrity: sha256-abc}", "remote https://a.example/b.yml  true false"},
		{"a project", "{project: a/b, file: c.yml}", "project a/b  false false"},
		{"a project at a commit", "{project: a/b, ref: " + sha + ", file: c.yml}", "project a/b " + sha + " true false"},
		{"a project at a release", "{project: a/b, ref: v1.2.3, file: c.yml}", "project a/b v1.2.3 false true"},
		{"a component", "{component: a.example/b/c@~latest}", "component a.example/b/c ~latest false false"},
		{"a template", "{template: Go.gitlab-ci.yml}", "template Go.gitlab-ci.yml  false false"},
		{"what another job makes", "{artifact: gen.yml, job: gen}", "local gen.yml  false false"},
	} {
		for _, form := range []string{"include: %s\na: {script: [x]}", "include: [%s]\na: {script: [x]}", "a: {trigger: {include: [%s]}}"} {
			t.Run(test.name, func(t *testing.T) {
				p, _, _ := read(t, ".gitlab-ci.yml", fmt.Sprintf(form, test.text))
				if len(p.Includes) != 1 {
					t.Fatalf("got %v, want one", p.Includes)
				}
				i := p.Includes[0]
				if got := fmt.Sprintf("%s %s %s %v %v", i.Kind, i.Name, i.Ref, i.Pinned, i.Exact); got != test.want {
					t.Errorf("got %q, want %q", got, test.want)
				}
			})
		}
	}
}

func TestRead_FindsWhatGitLabRefuses(t *testing.T) {
	for _, test := range []struct {
		name, text string
		want       []string
	}{
		{"a job that does nothing", "a: {stage: test}", []string{`1:1 job "a" has neither script, run nor trigger`}},
		{"a stage that is not listed", "stages: [one]\na: {stage: two, script: [x]}", []string{`2:12 job "a" is in stage "two", which is not among the stages`}},
		{"a stage that no pipeline has by itself", "a: {stage: prepare, script: [x]}", []string{`1:12 job "a" is in stage "prepare", which is not among the stages`}},
		{"needs of a job that does not exist", "a: {script: [x], needs: [b]}", []string{`1:26 job "a" needs job "b", which does not exist`}},
		{"needs of a template", ".b: {script: [x]}\na: {script: [x], needs: [.b]}", []string{`2:26 job "a" needs job ".b", which does not exist`}},
		{"needs in a circle", "a: {script: [x], needs: [b]}\nb: {script: [x], needs: [a]}", []string{"2:26 jobs need each other in a circle: a -> b -> a"}},
		{"a base that does not exist", "a: {extends: .b, script: [x]}", []string{`1:14 job "a" extends ".b", which does not exist`}},
		{"jobs that extend each other", ".b: {extends: a, script: [x]}\na: {extends: .b}", []string{`2:14 job "a" extends itself: .b -> a -> .b`}},
		{"a reference to nothing", "a: {script: [!reference [.b, script]]}", []string{"1:25 !reference [.b, script] names nothing"}},
		{"a word that is no keyword", "jobs: make\na: {script: [x]}", []string{`1:7 "jobs" is no keyword, so it is taken for a job, and a job must be a map`}},
	} {
		t.Run(test.name, func(t *testing.T) {
			p, source, root := read(t, ".gitlab-ci.yml", test.text)
			got := []string{}
			for _, problem := range p.Invalid {
				got = append(got, strings.TrimPrefix(source.Locate(root, problem.Path).String(), ".gitlab-ci.yml:")+" "+problem.Message)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("%s\n%s", test.text, diff)
			}
		})
	}
}

func TestRead_AcceptsWhatGitLabAccepts(t *testing.T) {
	for _, test := range []struct{ name, text string }{
		{"stages of every pipeline", "a: {stage: .pre, script: [x]}\nb: {stage: deploy, script: [x]}\nc: {stage: .post, script: [x]}"},
		{"needs that may be missing", "a: {script: [x], needs: [{job: b, optional: true}]}"},
		{"needs of another pipeline", "a: {script: [x], needs: [{project: a/b, job: c, ref: main}, {pipeline: $UP, job: d}]}"},
		{"needs of parts of a job", "b: {script: [x], parallel: 2}\na: {script: [x], needs: ['b 1/2', {job: 'b: [linux, amd64]'}]}"},
		{"no needs", "a: {script: [x], needs: []}"},
		{"a job that starts another pipeline", "a: {trigger: acme/b}"},
		{"a job of steps", "a: {run: [{name: x, script: y}]}"},
		{"a template without a script", ".a: {image: 'go:1.26.1'}\nb: {script: [x]}"},
		{"an anchor that is a list", ".a: &a [x]\nb: {script: *a}"},
		{"a stage that a variable names", "stages: [one]\na: {stage: $STAGE, script: [x]}"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if p, _, _ := read(t, ".gitlab-ci.yml", test.text); len(p.Invalid) > 0 {
				t.Errorf("%s\ngot %v, want nothing", test.text, p.Invalid)
			}
		})
	}
}

// Reliability 46: what another file may bring is not known, and says so.
func TestRead_WhatOtherFilesMayBringIsUnknown(t *testing.T) {
	for _, test := range []struct{ name, file, text, want string }{
		{"a base", ".gitlab-ci.yml", "include: [{local: b.yml}]\na: {extends: .b}", `what ".b", which job "a" extends, holds is not known: it is not in this file`},
		{"a base of an included file", "ci/a.yml", "a: {extends: .b}", `what ".b", which job "a" extends, holds is not known: it is not in this file`},
		{"a reference", "ci/a.yml", "a: {script: [!reference [.b, script]]}", "!reference [.b, script] is not in this file"},
		{"an included project", ".gitlab-ci.yml", "include: [{project: a/b, file: c.yml}]\na: {script: [x]}", `the included project "a/b" was not read`},
		{"a script that cannot be read", ".gitlab-ci.yml", "a: {script: ['if']}", "the script could not be read: line 1, column 1: `if` must be followed by a statement list"},
	} {
		t.Run(test.name, func(t *testing.T) {
			p, _, _ := read(t, test.file, test.text)
			var got []string
			for _, problem := range p.Incomplete {
				got = append(got, problem.Message)
			}
			if diff := cmp.Diff([]string{test.want}, got); diff != "" {
				t.Error(diff)
			}
			if len(p.Invalid) > 0 {
				t.Errorf("got %v, want nothing invalid", p.Invalid)
			}
		})
	}
}

func TestRead_MissingNeedsAndStagesOfPartsAreNotTold(t *testing.T) {
	p, _, _ := read(t, "ci/a.yml", "a: {stage: two, script: [x], needs: [b]}\nb2: {stage: two, variables: {A: b}}")
	if len(p.Invalid) > 0 {
		t.Errorf("got %v, want nothing", p.Invalid)
	}
}

func TestRead_LongChainsAndLoopsEnd(t *testing.T) {
	for _, test := range []struct {
		name, text string
	}{
		{"a chain of jobs", chain(40, ".j%d: {extends: .j%d}\n") + ".j40: {script: [x]}\n"},
		{"a chain of references", chain(40, ".j%d: {script: [!reference [.j%d, script]]}\n") + ".j40: {script: [x]}\n"},
		{"a job that refers to itself", ".j0: {script: [!reference [.j0, script]]}\n"},
		{"two jobs that refer to each other", ".j0: {script: [!reference [.j1, script]]}\n.j1: {script: !reference [.j0, script]}\n"},
	} {
		t.Run(test.name, func(t *testing.T) {
			p, _, _ := read(t, ".gitlab-ci.yml", test.text+"a: {extends: .j0, script: [!reference [.j0, script]]}\n")
			if len(p.Jobs) == 0 || len(p.Incomplete)+len(p.Invalid) == 0 {
				t.Errorf("got %d jobs, invalid %v, incomplete %v, want something told", len(p.Jobs), p.Invalid, p.Incomplete)
			}
		})
	}
}

func chain(n int, format string) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, format, i, i+1)
	}
	return b.String()
}

func TestValues(t *testing.T) {
	const text = `
variables: {GO: 1.26.1, BASE: "golang:$GO", LOOP: $LOOP}
a:
  variables: {GO: 1.26.2}
  parallel: {matrix: [{OS: [alpine, trixie]}]}
  script: [x]
b: {script: [x]}
`
	p, _, _ := read(t, ".gitlab-ci.yml", text)
	for _, test := range []struct {
		name, job, text string
		want            []string
	}{
		{"a variable of the file", "b", "golang:$GO", []string{"golang:1.26.1"}},
		{"a variable of the job", "a", "golang:${GO}", []string{"golang:1.26.2"}},
		{"a variable in a variable", "a", "$BASE", []string{"golang:1.26.2"}},
		{"one image per value of a matrix", "a", "golang:$GO-$OS", []string{"golang:1.26.2-alpine", "golang:1.26.2-trixie"}},
		{"what GitLab sets", "b", "$CI_REGISTRY_IMAGE/ci:$GO", []string{"$CI_REGISTRY_IMAGE/ci:1.26.1"}},
		{"a loop", "b", "a:$LOOP", []string{"a:$LOOP"}},
		{"a dollar sign", "b", "a:$$GO", []string{"a:$$GO"}},
		{"an input", "b", "a:$[[ inputs.x ]]", []string{"a:$[[ inputs.x ]]"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			job := jobNamed(t, p, test.job)
			if diff := cmp.Diff(test.want, Values(p, &job, test.text)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestOutsider(t *testing.T) {
	merge, _, _ := read(t, ".gitlab-ci.yml", "a: {script: [x], rules: [{if: $CI_PIPELINE_SOURCE == 'merge_request_event'}]}")
	branch, _, _ := read(t, ".gitlab-ci.yml", "a: {script: [x]}")
	for _, test := range []struct {
		name, text string
		pipeline   *pipeline.Pipeline
		want       string
	}{
		{"a merge request's title", "a:$CI_MERGE_REQUEST_TITLE", branch, "CI_MERGE_REQUEST_TITLE"},
		{"a branch in a merge request", "a:${CI_COMMIT_REF_NAME}", merge, "CI_COMMIT_REF_NAME"},
		{"a branch of the project", "a:$CI_COMMIT_REF_NAME", branch, ""},
		{"a commit", "a:$CI_COMMIT_SHA", merge, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := Outsider(test.pipeline, test.text); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}
