package github

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// invalid lists what is wrong with a workflow, each with its line.
func invalid(t *testing.T, text string) []string {
	t.Helper()
	p, source, root := read(t, text)
	got := []string{}
	for _, problem := range p.Invalid {
		got = append(got, source.Locate(root, problem.Path).String()[len(".github/workflows/ci.yml:"):]+" "+problem.Message)
	}
	return got
}

func TestRead_FindsWhatGitHubRefuses(t *testing.T) {
	for _, test := range []struct {
		name, text string
		want       []string
	}{
		{"an unknown key of the workflow", "on: push\nenvs: {}\njobs: {a: {runs-on: x, steps: [{run: a}]}}", []string{`2:1 key "envs" is not known in a workflow`}},
		{"an unknown key of a job", "on: push\njobs:\n  a:\n    runs-on: x\n    step: 1\n    steps: [{run: a}]", []string{`5:11 key "step" is not known in a job`}},
		{"an unknown key of a step", "on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n      - run: a\n        with: {a: b}", []string{`7:9 key "with" is not known in a step that runs a script`}},
		{"a step that does nothing", "on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n      - name: Nothing", []string{"6:9 the step has neither run nor uses"}},
		{"a job without a runner", "on: push\njobs:\n  a:\n    steps: [{run: a}]", []string{`3:3 job "a" has no runs-on`}},
		{"a job without steps", "on: push\njobs:\n  a:\n    runs-on: x", []string{`3:3 job "a" has no steps`}},
		{"steps beside a called workflow", "on: push\njobs:\n  a:\n    uses: ./b.yml\n    runs-on: x", []string{`5:14 job "a" calls a reusable workflow, so it cannot have runs-on`}},
		{"steps that are no list", "on: push\njobs:\n  a:\n    runs-on: x\n    steps: {run: a}", []string{`5:5 steps must be a list, found a map`}},
		{"no triggers", "name: x\njobs: {a: {runs-on: x, steps: [{run: a}]}}", []string{`1:1 the workflow has no on`}},
		{"an empty env", "on: push\nenv:\njobs: {a: {runs-on: x, steps: [{run: a}]}}", []string{"2:1 env is empty"}},
		{"a merge key", "on: push\njobs:\n  a: &a {runs-on: x, steps: [{run: a}]}\n  b: {<<: *a, name: b}", []string{`4:3 GitHub does not know the merge key "<<"`}},
		{"needs of a job that does not exist", "on: push\njobs:\n  a:\n    needs: [b]\n    runs-on: x\n    steps: [{run: a}]", []string{`4:13 job "a" needs job "b", which does not exist`}},
		{"needs in a circle", "on: push\njobs:\n  a: {needs: b, runs-on: x, steps: [{run: a}]}\n  b: {needs: a, runs-on: x, steps: [{run: a}]}", []string{"4:14 jobs need each other in a circle: a -> b -> a"}},
		{"double quotes in an expression", "on: push\njobs:\n  a:\n    if: github.ref == \"main\"\n    runs-on: x\n    steps: [{run: a}]", []string{`4:9 the expression "github.ref == \"main\"" is not valid: text stands in single quotes, not in double quotes`}},
		{"text without quotes in an expression", "on: push\njobs:\n  a:\n    if: github.event_name == push\n    runs-on: x\n    steps: [{run: a}]", []string{`4:9 the expression "github.event_name == push" is not valid: the name "push" is not known; text stands in single quotes`}},
		{"env in the condition of a job", "on: push\njobs:\n  a:\n    if: env.A == 'b'\n    runs-on: x\n    steps: [{run: a}]", []string{`4:9 the expression "env.A == 'b'" is not valid: "env" is not known when GitHub decides whether a job runs`}},
		{"secrets in the condition of a step", "on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n      - run: a\n        if: ${{ secrets.A != '' }}", []string{`7:13 the expression "secrets.A != ''" is not valid: "secrets" is not known in the condition of a step; pass it through env`}},
		{"an expression that never ends", "on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n      - run: echo ${{ github.sha }", []string{`6:19 the expression "github.sha }" is not valid: }} is missing`}},
		{"a number in quotes", "on: push\njobs:\n  a:\n    runs-on: x\n    timeout-minutes: '30m'\n    steps: [{run: a}]", []string{"5:22 a number is expected, or one expression; found plain text"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, invalid(t, test.text)); diff != "" {
				t.Errorf("%s\n%s", test.text, diff)
			}
		})
	}
}

func TestRead_AcceptsWhatGitHubAccepts(t *testing.T) {
	const rest = "\n    runs-on: x\n    steps: [{run: a}]"
	for _, test := range []struct{ name, text string }{
		{"an anchor that nothing uses", "on: push\njobs:\n  a: &a" + rest},
		{"an empty list of needs", "on: push\njobs:\n  a:\n    needs: []" + rest},
		{"a description of the workflow", "description: x\non: push\njobs:\n  a:" + rest},
		{"steps side by side", "on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n      - parallel:\n          - run: a\n      - run: b\n        background: true\n      - wait-all:\n      - cancel: b"},
		{"a queue", "on: push\nconcurrency: {group: a, queue: max}\njobs:\n  a:" + rest},
		{"a service's command", "on: push\njobs:\n  a:\n    services: {db: {image: 'a:1.0.0', command: x, entrypoint: y}}" + rest},
		{"a limit on cancelling", "on: push\njobs:\n  a:\n    cancel-timeout-minutes: 5" + rest},
		{"a deployment that is none", "on: push\njobs:\n  a:\n    environment: {name: x, deployment: false}" + rest},
		{"a strategy made by an expression", "on: push\njobs:\n  a:\n    strategy: ${{ fromJSON(vars.S) }}" + rest},
		{"a function that chooses", "on: push\njobs:\n  a:\n    env: {A: \"${{ case(github.ref == 'x', 'a', 'b') }}\"}" + rest},
		{"numbers of all forms", "on: push\njobs:\n  a:\n    if: github.event.id == 99999999999 || github.event.id == 08 || github.event.id == NaN" + rest},
		{"an index of all items", "on: push\njobs:\n  a:\n    env: {A: \"${{ join(github.event.commits[*].id) }}\"}" + rest},
		{"permissions of a kind that is new", "on: push\npermissions: {code-quality: read}\njobs:\n  a:" + rest},
		{"an event whose value is a list", "on: {pull_request: []}\njobs:\n  a:" + rest},
		{"closing brackets in a text", "on: push\njobs:\n  a:\n    env: {A: \"${{ format('}}{0}', github.sha) }}\"}" + rest},
		{"names of jobs in another case", "on: push\njobs:\n  Build: {runs-on: x, steps: [{run: a}]}\n  a:\n    needs: build" + rest},
		{"an empty map of env", "on: push\nenv: {}\njobs:\n  a:" + rest},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := invalid(t, test.text); len(got) > 0 {
				t.Errorf("%s\ngot %q, want nothing", test.text, got)
			}
		})
	}
}

func TestRead_SecondDocumentKeepsItsLines(t *testing.T) {
	const text = "---\n# nothing\n---\non: push\njobs:\n  a:\n    runs-on: x\n    nonsense: 1\n    steps: [{run: a}]\n"
	got := invalid(t, text)
	if diff := cmp.Diff([]string{`8:15 key "nonsense" is not known in a job`}, got); diff != "" {
		t.Error(diff)
	}
}
