package github

import (
	"io/fs"
	"strings"
	"testing"

	"guard/internal/pipeline"
	"guard/internal/pipeline/flow"
	"guard/internal/tree"
)

// FuzzOpen reads any text as a workflow, as one that another calls and as an
// action, and asks all that can be asked of it.
func FuzzOpen(f *testing.F) {
	for _, seed := range []string{
		"on: {push: {branches: [main, '!x/**'], tags: ['v*']}, pull_request_target: , workflow_call: {inputs: {a: {type: string, default: x}}, outputs: {o: {value: '${{ jobs.a.outputs.o }}'}}}}\njobs:\n  a:\n    runs-on: x\n    if: github.ref == 'refs/heads/main' || failure()\n    outputs: {o: '${{ steps.s.outputs.t }}'}\n    steps:\n    - {id: s, run: 'echo t=${GITHUB_SHA::7} >> $GITHUB_OUTPUT'}\n    - {uses: docker/build-push-action@v6, with: {push: true, tags: 'x:${{ steps.s.outputs.t }}'}}\n",
		"on: push\njobs: {a: {uses: ./.github/workflows/x.yml, with: {a: '${{ inputs.a }}'}, secrets: inherit}, b: {needs: a, runs-on: x, strategy: {matrix: {v: [1, 2], include: [{v: 3}], exclude: [{v: 1}]}}, steps: [{run: 'docker push x:${{ matrix.v }}-${{ needs.a.outputs.o }}'}]}}\n",
		"name: x\ndescription: x\ninputs: {a: {default: '1'}}\noutputs: {o: {value: '${{ steps.s.outputs.o }}'}}\nruns: {using: composite, steps: [{id: s, shell: bash, run: 'echo o=${{ inputs.a }} >> $GITHUB_OUTPUT'}]}\n",
		"on: {schedule: [{cron: '0 3 * * *'}], workflow_dispatch: {inputs: {e: {type: choice, options: [staging, production]}}}}\nenv: {T: '${{ github.event_name }}'}\njobs: {a: {runs-on: x, environment: '${{ inputs.e }}', steps: [{uses: docker/metadata-action@v5, id: m, with: {images: x, tags: 'type=sha'}}, {run: 'kubectl set image d x=${{ fromJSON(steps.m.outputs.json).tags[0] }}', continue-on-error: '${{ always() }}'}]}}\n",
	} {
		f.Add(seed)
	}
	caller := "on: push\njobs: {a: {uses: ./.github/workflows/x.yml}, b: {needs: a, runs-on: x, steps: [{id: s, uses: ./x}, {run: 'echo ${{ steps.s.outputs.o }}'}]}}\n"
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > 20_000 {
			return
		}
		ask(t, text, caller)
		ask(t, caller, text)
	})
}

// FuzzExpression evaluates any text as a condition and as a value.
func FuzzExpression(f *testing.F) {
	for _, seed := range []string{
		"github.ref == 'refs/heads/main' && !cancelled()", "contains(fromJSON('[\"a\"]'), github.head_ref) || inputs.a",
		"format('{0}-{1}', github.sha, vars.X)", "startsWith(github.ref_name, 'v') && success() || always()", "needs.*.result == 'failure'",
		"join(github.event.commits.*.id, ',')", "toJSON(env)[0] > 1e3", "!!(true && null || 'x' != 0x1F)", "hashFiles('**')", "case(github.actor == 'x', 'a', 'b')", "'it''s'", "a.b[", "\xff",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > 2000 {
			return
		}
		quoted := "'" + strings.ReplaceAll(strings.ReplaceAll(text, "'", "''"), "\n", " ") + "'"
		ask(t, "on: [push, pull_request, workflow_dispatch]\njobs: {a: {runs-on: x, if: "+quoted+", steps: [{if: "+quoted+", env: {A: '${{ "+quoted[1:len(quoted)-1]+" }}'}, run: 'docker push x:$A'}]}}\n", "")
	})
}

// ask opens a workflow and asks for what becomes of every job in every run.
func ask(t *testing.T, text, other string) {
	t.Helper()
	for _, part := range tree.ParseYAML(text) {
		if part.Err != nil || part.Root.Type() != tree.Map {
			continue
		}
		w := Open(tree.NewSource(".github/workflows/ci.yml", text), part.Root, func(path string) ([]byte, error) {
			if path == ".github/workflows/x.yml" || path == "x/action.yml" {
				return []byte(other), nil
			}
			return nil, fs.ErrNotExist
		})
		if w.Pipeline.Form != "workflow" {
			continue
		}
		p := NewProvider(w, Repository{DefaultBranch: "main", Path: "Acme/Shop"})
		var runs []flow.Run
		for _, situation := range flow.Situations {
			for _, start := range p.Starts(flow.Branches{}.RunOf(situation)) {
				runs = append(runs, start.Run)
			}
		}
		for _, start := range p.Others(flow.Branches{}) {
			runs = append(runs, start.Run)
		}
		for _, run := range runs[:min(len(runs), 12)] {
			askRun(t, p, run)
		}
		p.DeadTags(runs)
		p.Vacuous(runs)
	}
}

// askRun asks for every job and step, with the first job failing.
func askRun(t *testing.T, p *Provider, run flow.Run) {
	t.Helper()
	jobs := p.pipeline.Jobs
	state := make(flow.State, len(jobs))
	for i := range jobs[:min(len(jobs), 20)] {
		state[i].Runs = p.Job(run, i, state)
		state[i].Failed = i == 0
		if again := p.Job(run, i, state); again != state[i].Runs {
			t.Errorf("%s runs: %+v, then %+v", jobs[i].ID, state[i].Runs, again)
		}
		if state[i].Runs.IsUnknown() && state[i].Runs.Reason == "" {
			t.Errorf("whether %s runs is unknown without a reason", jobs[i].ID)
		}
		place := flow.Place{Job: i, Step: -1}
		p.Tolerated(run, place)
		if len(p.Values(run, place, jobs[i].Environment.Value)) == 0 {
			t.Errorf("the environment of %s has no value", jobs[i].ID)
		}
		for step := range jobs[i].Steps[:min(len(jobs[i].Steps), 20)] {
			askStep(t, p, run, flow.Place{Job: i, Step: step})
		}
	}
}

func askStep(t *testing.T, p *Provider, run flow.Run, at flow.Place) {
	t.Helper()
	for _, failed := range []bool{false, true} {
		if answer := p.Step(run, at, failed); answer.IsUnknown() && answer.Reason == "" {
			t.Errorf("whether step %d runs is unknown without a reason", at.Step)
		}
	}
	p.Tolerated(run, at)
	step := &p.pipeline.Jobs[at.Job].Steps[at.Step]
	for _, given := range step.With {
		if len(p.Values(run, at, given.Value)) == 0 {
			t.Errorf("the input %q has no value", given.Name)
		}
	}
	if step.Script == nil {
		return
	}
	commands := step.Script.Commands
	for c := range commands[:min(len(commands), 20)] {
		activity := &pipeline.Activity{Job: at.Job, Step: at.Step, Command: c}
		for w := range commands[c].Args {
			word := &commands[c].Args[w]
			if len(p.Operand(run, activity, pipeline.Operand{Text: word.Text, Word: word})) == 0 {
				t.Errorf("the word %q has no value", word.Text)
			}
		}
	}
}
