package github

import (
	"io/fs"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"guard/internal/pipeline"
	"guard/internal/pipeline/flow"
)

// shipping is a repository with a reusable workflow and two composite actions.
var shipping = map[string]string{
	".github/workflows/release.yml": `
on:
  workflow_call:
    inputs:
      image: {type: string}
      suffix: {type: string, default: "-slim"}
    outputs:
      tag: {value: "${{ jobs.push.outputs.tag }}"}
env: {REGISTRY: ghcr.io}
jobs:
  check:
    runs-on: x
    steps: [{run: make test}]
  push:
    needs: check
    if: github.ref_name != 'develop'
    runs-on: x
    outputs: {tag: "${{ steps.name.outputs.tag }}"}
    steps:
      - {id: name, run: 'echo "tag=${GITHUB_SHA::7}${{ inputs.suffix }}" >> "$GITHUB_OUTPUT"'}
      - {name: push, run: x, env: {IMAGE: "${{ env.REGISTRY }}/${{ inputs.image }}:${{ steps.name.outputs.tag }}"}}
`,
	"actions/ship/action.yml": `
inputs:
  image: {required: true}
  tag: {default: latest}
outputs:
  ref: {value: "${{ steps.ref.outputs.ref }}"}
runs:
  using: composite
  steps:
    - {id: ref, shell: bash, run: 'echo "ref=${{ inputs.image }}:${{ inputs.tag }}" >> "$GITHUB_OUTPUT"'}
    - {uses: ./actions/push, with: {ref: "${{ steps.ref.outputs.ref }}"}}
`,
	"actions/push/action.yaml": `
inputs: {ref: {required: true}}
runs:
  using: composite
  steps:
    - {name: push, shell: bash, run: x, env: {IMAGE: "${{ inputs.ref }}"}}
`,
	".github/workflows/loop.yml": "on: workflow_call\njobs: {again: {uses: ./.github/workflows/loop.yml}}\n",
}

func lookup(name string) ([]byte, error) {
	text, ok := shipping[name]
	if !ok {
		return nil, fs.ErrNotExist
	}
	return []byte(text), nil
}

// whole reads a workflow of the repository and plays its runs through. The
// steps that are named push push their variable IMAGE.
func whole(t *testing.T, text string) *pipeline.Pipeline {
	t.Helper()
	_, source, root := read(t, text)
	w := Open(source, root, lookup)
	var activities []pipeline.Activity
	for i, job := range w.Whole.Jobs {
		for j, step := range job.Steps {
			a := pipeline.Activity{Kind: pipeline.Opaque, Job: i, Step: j, Command: -1, Path: step.Path}
			if image, found := variable(step.Env, "IMAGE"); found {
				a.Kind, a.Images = pipeline.Push, []pipeline.Operand{{Text: image.Value, Path: image.Path}}
			} else if step.Script != nil && strings.Contains(step.Script.Text, "make test") {
				a.Kind = pipeline.Test
			}
			activities = append(activities, a)
		}
	}
	flow.Analyse(w.Whole, NewProvider(w, Repository{DefaultBranch: "main"}), activities, flow.Options{})
	w.Adopt()
	return w.Pipeline
}

func TestOpen_FollowsAReusableWorkflow(t *testing.T) {
	p := whole(t, `
on: {push: {branches: [main, develop]}}
jobs:
  lint: {runs-on: x, steps: [{run: make lint}]}
  release:
    needs: lint
    uses: ./.github/workflows/release.yml
    with: {image: acme/shop}
  deploy:
    needs: release
    runs-on: x
    steps: [{name: push, run: x, env: {IMAGE: "other:${{ needs.release.outputs.tag }}"}}]
`)
	var got []string
	for _, push := range p.Pushes {
		for _, image := range push.Images {
			got = append(got, push.Job+" "+image.Text+" in "+strings.Join(image.Runs, ",")+" at "+image.Path.String())
		}
		if after := push.Runs[0].After.Test; after.Holds != "yes" && push.Job != "deploy" {
			t.Errorf("%s: a test before: %+v", push.Job, after)
		}
	}
	want := []string{
		"release / push ghcr.io/acme/shop:<sha7>-slim in main at jobs.release.uses",
		"deploy other:<sha7>-slim in develop,main at jobs.deploy.steps[0].env.IMAGE",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if len(p.Jobs) != 3 {
		t.Errorf("the file has %d jobs, want its own 3", len(p.Jobs))
	}
	for _, a := range p.Activities {
		if a.Job > 2 || a.Step >= len(p.Jobs[a.Job].Steps) {
			t.Errorf("an activity leads out of the file: %+v", a)
		}
	}
}

func TestOpen_FollowsCompositeActions(t *testing.T) {
	p := whole(t, `
on: {push: {branches: [main]}}
jobs:
  ship:
    runs-on: x
    steps:
      - {id: ship, uses: ./actions/ship, if: "github.ref_name == 'main'", with: {image: acme/shop}}
      - {name: push, run: x, env: {IMAGE: "copy/${{ steps.ship.outputs.ref }}"}}
      - {uses: ./actions/ship, if: "github.ref_name == 'other'", with: {image: acme/never}}
`)
	var got []string
	for _, push := range p.Pushes {
		got = append(got, push.Images[0].Text+" at "+push.Path.String()+" by "+push.Holder)
	}
	want := []string{
		`acme/shop:latest at jobs.ship.steps[0] by job ship, step ship, step 2, step "push"`,
		`copy/acme/shop:latest at jobs.ship.steps[1] by job ship, step "push"`,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// TestOpen_TakesGroupsAlong asks whose group of runs holds for a job of a
// workflow that is called.
func TestOpen_TakesGroupsAlong(t *testing.T) {
	files := map[string]string{
		"own.yml":   "on: workflow_call\nconcurrency: workflow\njobs: {ship: {runs-on: x, concurrency: job, steps: [{run: x}]}}\n",
		"whole.yml": "on: workflow_call\nconcurrency: {group: workflow, cancel-in-progress: true}\njobs: {ship: {runs-on: x, steps: [{run: x}]}}\n",
		"none.yml":  "on: workflow_call\njobs: {ship: {runs-on: x, steps: [{run: x}]}}\n",
	}
	for _, test := range []struct{ name, file, caller, want string }{
		{"the job's own", "own.yml", "concurrency: caller, ", "job"},
		{"that of its workflow", "whole.yml", "concurrency: caller, ", "workflow true"},
		{"that of the job that calls", "none.yml", "concurrency: caller, ", "caller"},
		{"none", "none.yml", "", "none"},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, source, root := read(t, "on: push\njobs: {a: {"+test.caller+"uses: ./"+test.file+"}}\n")
			w := Open(source, root, func(name string) ([]byte, error) { return []byte(files[name]), nil })
			got := "none"
			if group := w.Whole.Jobs[1].Concurrency; group != nil {
				got = strings.TrimSpace(group.Group + " " + group.Cancel)
			}
			if got != test.want {
				t.Errorf("got %s, want %s", got, test.want)
			}
		})
	}
}

func TestOpen_ReadsAJobThatCallsAndHasSteps(t *testing.T) {
	const both = "on: push\njobs: {a: {uses: ./.github/workflows/release.yml, steps: [{if: \"${{ x }} y\", run: make}]}}\n"
	if p := whole(t, both); len(p.Runs) == 0 || len(p.Invalid) == 0 {
		t.Errorf("got %d runs and %v, want runs, and that GitHub refuses it", len(p.Runs), p.Invalid)
	}
}

func TestOpen_EndsWhereAWorkflowCallsItself(t *testing.T) {
	p := whole(t, "on: push\njobs: {a: {uses: ./.github/workflows/loop.yml}}\n")
	if len(p.Runs) == 0 {
		t.Error("no run was played")
	}
}
