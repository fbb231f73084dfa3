package github

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"guard/internal/pipeline"
	"guard/internal/pipeline/flow"
	"guard/internal/tree"
)

// analysed reads a workflow and plays its runs through.
func analysed(t *testing.T, text string) *pipeline.Pipeline {
	t.Helper()
	_, source, root := read(t, text)
	w := Open(source, root, nil)
	p := w.Pipeline
	if len(p.Invalid) > 0 {
		t.Fatalf("the test's workflow is not valid: %v", p.Invalid)
	}
	flow.Analyse(p, NewProvider(w, Repository{DefaultBranch: "main"}), nil, flow.Options{Branches: flow.Branches{Main: "main"}})
	return p
}

// starts lists the runs that start a workflow.
func starts(p *pipeline.Pipeline) []string {
	ids := []string{}
	for _, run := range p.Runs {
		ids = append(ids, run.ID)
	}
	return ids
}

func TestStarts(t *testing.T) {
	for _, test := range []struct{ name, on, want string }{
		{"any push", "push", "feature develop main hotfix tag"},
		{"pushes to two branches", "{push: {branches: [main, develop]}}", "develop main"},
		{"pushes to every branch but one", "{push: {branches-ignore: [main]}}", "feature develop hotfix"},
		{"a branch that is taken out again", "{push: {branches: ['**', '!feat*/**', '!feat*']}}", "develop main hotfix"},
		{"only tags", "{push: {tags: ['v*']}}", "tag"},
		{"tags that look otherwise", "{push: {tags: ['release-*']}}", "tag"},
		{"tags with numbers", "{push: {tags: ['[0-9]+.[0-9]+.[0-9]+']}}", "tag"},
		{"branches and tags", "{push: {branches: [main], tags: ['v*']}}", "main tag"},
		{"a branch that no usual one is", "{push: {branches: ['release/**']}}", "other-push-release/x"},
		{"a branch of which one is taken out again", "{push: {branches: ['rel/*', '!rel/x']}}", "other-push-rel/y"},
		{"a usual branch of which one is taken out again", "{push: {branches: ['feature/*', '!feature/x']}}", "other-push-feature/y"},
		{"classes of characters", "{push: {branches: ['r[a-z]+/[0-9]', 'z\\*']}}", "other-push-ra/1 other-push-z*"},
		{"tags only, and a branch in a condition", "{push: {tags: ['v*', 'stable']}}", "tag"},
		{"pull requests", "pull_request", "fork pull-request"},
		{"pull requests to main", "{pull_request: {branches: [main]}}", "fork pull-request"},
		{"pull requests that are closed", "{pull_request: {types: [closed]}}", "other-pull_request closed"},
		{"pull requests in the context of their target", "pull_request_target", "fork-pull_request_target pull-request-pull_request_target"},
		{"the clock, a person and a queue", "{schedule: [{cron: '0 3 * * *'}], workflow_dispatch: , merge_group: }", "schedule manual merge-queue"},
		{"a release", "{release: {types: [published]}}", "tag-release"},
		{"another workflow", "{workflow_run: {workflows: [CI]}}", "other-workflow_run"},
		{"paths narrow nothing down for certain", "{push: {branches: [main], paths: ['src/**']}}", "main"},
	} {
		t.Run(test.name, func(t *testing.T) {
			p := analysed(t, "on: "+test.on+"\njobs: {a: {runs-on: x, steps: [{run: make}]}}\n")
			if got := strings.Join(starts(p), " "); got != test.want {
				t.Errorf("on: %s\ngot  %s\nwant %s", test.on, got, test.want)
			}
		})
	}
}

func TestWhatIsNotPlayedThroughIsTold(t *testing.T) {
	many := "rel/0"
	for i := range 12 {
		many += fmt.Sprintf(", rel/%d", i+1)
	}
	for _, test := range []struct{ name, on, condition, want string }{
		{"all are played", "{push: {branches: [main, 'release/**'], tags: ['v*']}}", "true", ""},
		{"a pattern without a name", "{push: {branches: [main, 'rel[^x]']}}", "true",
			`on.push.branches[1]: pushes of the branch "rel[^x]" were not played through: no name that it lets through was found`},
		{"a tag without a name", "{push: {tags: ['v*', 'rel[^x]']}}", "true",
			`on.push.tags[1]: pushes of the tag "rel[^x]" were not played through: no name that it lets through was found`},
		{"all of a pattern taken out again", "{push: {branches: ['a/*', '!a/**']}}", "true",
			`on.push.branches[0]: pushes of the branch "a/*" were not played through: no name that it lets through was found`},
		{"too many branches", "{push: {branches: [" + many + "]}}", "true",
			`on.push.branches[8]: pushes of the branch "rel/8", and of 4 more, were not played through: beside the usual ones at most 8 are`},
		{"too many branches in conditions", "push", "contains('" + strings.ReplaceAll(many, ", ", "' || github.ref_name == '") + "')",
			`jobs.a.if: pushes of the branch "rel/9", and of 3 more, were not played through: beside the usual ones at most 8 are`},
		{"pull requests to a branch without a name", "{pull_request: {branches: ['rel[^x]']}}", "true",
			"on.pull_request.branches: pull_request was not played through: no branch that its filter lets through was found"},
	} {
		t.Run(test.name, func(t *testing.T) {
			p := analysed(t, fmt.Sprintf("on: %s\njobs: {a: {if: %q, runs-on: x, steps: [{run: make}]}}\n", test.on, test.condition))
			var got []string
			for _, problem := range p.Incomplete {
				got = append(got, problem.Path.String()+": "+problem.Message)
			}
			if diff := cmp.Diff(test.want, strings.Join(got, "\n")); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestAFilterOfTooManyPatternsIsALimit(t *testing.T) {
	p := analysed(t, "on: {push: {branches: [main"+strings.Repeat(", x", maxPatterns)+"]}}\njobs: {a: {runs-on: x, steps: [{run: make}]}}\n")
	if len(p.Exceeded) != 1 || p.Exceeded[0].Path.String() != "on.push.branches" {
		t.Errorf("got %v", p.Exceeded)
	}
}

func TestTheBeginningOfABranchIsNoBranch(t *testing.T) {
	p := analysed(t, "on: push\njobs: {a: {if: \"startsWith(github.ref, 'refs/heads/cloud/')\", runs-on: x, steps: [{run: make}]}}\n")
	if got := strings.Join(running(p, "a"), " "); got != "other-push-cloud/x" {
		t.Errorf("got %s", got)
	}
}

func TestATagThatOnlyAConditionNamesHasARun(t *testing.T) {
	p := analysed(t, "on: {push: {tags: ['v*', 'prod-*']}}\njobs: {a: {if: \"startsWith(github.ref, 'refs/tags/prod-')\", runs-on: x, steps: [{run: make}]}}\n")
	if got := strings.Join(running(p, "a"), " "); got != "other-push-tag-prod-1.2.3" {
		t.Errorf("got %s", got)
	}
}

func TestMainIsWhatTheWorkflowCallsIt(t *testing.T) {
	p := analysed(t, "on: {push: {branches: [master]}}\njobs: {a: {if: \"github.ref == 'refs/heads/master'\", runs-on: x, steps: [{run: make}]}}\n")
	if len(p.Runs) != 1 || p.Runs[0].Branch != "master" || len(p.Runs[0].Jobs) != 1 {
		t.Errorf("got %+v", p.Runs)
	}
}

// TestConditions asks in which of all runs a job with a condition runs.
func TestConditions(t *testing.T) {
	for _, test := range []struct{ condition, want string }{
		{"github.ref == 'refs/heads/main'", "main schedule manual"},
		{"github.ref_name == 'MAIN'", "main schedule manual"},
		{"${{ github.event_name == 'push' && github.ref_name != 'main' }}", "feature develop hotfix tag"},
		{"startsWith(github.ref, 'refs/tags/')", "tag"},
		{"github.event_name != 'pull_request'", "feature develop main hotfix tag schedule manual merge-queue"},
		{"github.head_ref == ''", "feature develop main hotfix tag schedule manual merge-queue"},
		{"github.event.pull_request.head.repo.fork == false", "pull-request feature develop main hotfix tag schedule manual merge-queue"}, // null is false
		{"github.event.pull_request.head.repo.full_name == github.repository", "pull-request"},
		{"contains(github.ref, 'hotfix')", "hotfix"},
		{`contains(fromJSON('["main","develop"]'), github.ref_name)`, "develop main schedule manual"},
		{"github.base_ref == 'main'", "fork pull-request"},
		{"github.ref_type == 'tag'", "tag"},
		{"github.ref == format('refs/heads/{0}', github.event.repository.default_branch)", "main schedule manual"},
		{"false", ""},
		{"${{ false }}", ""},
		{"github.ref == 'refs/heads/main' || github.event_name == 'schedule'", "main schedule manual"},
		{"!contains(github.event_name, 'pull')", "feature develop main hotfix tag schedule manual merge-queue"},
		{"vars.DEPLOY == 'true' && github.ref == 'refs/heads/main'", "main? schedule? manual?"},
		{"vars.DEPLOY == 'true' && github.ref == 'refs/heads/nobody'", "other-push-nobody?"},
		{"github.event_name == 'workflow_dispatch' && inputs.deploy", "manual?"},
		{"inputs.deploy == 'yes'", "manual?"},
		{"github.actor != 'dependabot[bot]'", "fork? pull-request? feature? develop? main? hotfix? tag? schedule? manual? merge-queue?"},
		{"always() && github.ref == 'refs/heads/develop'", "develop"},
		{"failure()", ""},
		{"case(github.ref_name == 'main', true, github.ref_name == 'develop', true, false)", "develop main schedule manual"},
	} {
		t.Run(test.condition, func(t *testing.T) {
			const all = "on: {push: , pull_request: , schedule: [{cron: '0 3 * * *'}], workflow_dispatch: {inputs: {deploy: {type: string}}}, merge_group: }\n"
			p := analysed(t, all+fmt.Sprintf("jobs: {a: {if: %q, runs-on: x, steps: [{run: make}]}}\n", test.condition))
			if got := strings.Join(running(p, "a"), " "); got != test.want {
				t.Errorf("if: %s\ngot  %s\nwant %s", test.condition, got, test.want)
			}
		})
	}
}

// running lists the runs in which a job runs; those in which it may with a
// question mark.
func running(p *pipeline.Pipeline, job string) []string {
	ids := []string{}
	for _, run := range p.Runs {
		for _, j := range run.Jobs {
			if j.Job == job && j.Runs == "yes" {
				ids = append(ids, run.ID)
			} else if j.Job == job {
				ids = append(ids, run.ID+"?")
			}
		}
	}
	return ids
}

// job is a job of a test's workflow that needs others under a condition.
type job struct{ id, needs, condition string }

func workflow(jobs ...job) string {
	var b strings.Builder
	b.WriteString("on: {push: {branches: [main]}}\njobs:\n")
	for _, j := range jobs {
		fmt.Fprintf(&b, "  %s:\n    runs-on: x\n    steps: [{run: make}]\n", j.id)
		if j.needs != "" {
			fmt.Fprintf(&b, "    needs: [%s]\n", j.needs)
		}
		if j.condition != "" {
			fmt.Fprintf(&b, "    if: %q\n", j.condition)
		}
	}
	return b.String()
}

// TestEnvironmentsByInputs asks what an expression is where it depends on an
// input.
func TestEnvironmentsByInputs(t *testing.T) {
	for _, test := range []struct{ name, expression, want string }{
		{"a choice, or something else", "inputs.choice || 'staging'", "staging production"},
		{"a choice that may be empty, or something else", "inputs.open || 'staging'", "<unknown>"},
		{"any text, or something else", "inputs.text || 'staging'", "<unknown>"},
		{"one of two by a switch", "inputs.switch && 'production' || 'staging'", "<unknown>"},
	} {
		t.Run(test.name, func(t *testing.T) {
			text := "on: {workflow_dispatch: {inputs: {choice: {type: choice, options: [staging, production]}, open: {type: choice, options: ['', production]}, text: {type: string}, switch: {type: boolean}}}}\n" +
				"jobs: {a: {runs-on: x, environment: \"${{ " + test.expression + " }}\", steps: [{run: x}]}}\n"
			w := Open(tree.NewSource("ci.yml", text), tree.ParseYAML(text)[0].Root, nil)
			var got []string
			for _, v := range NewProvider(w, Repository{}).Values(flow.Run{Situation: flow.Manual, Event: "workflow_dispatch", Branch: "main"}, flow.Place{Job: 0, Step: -1}, w.Pipeline.Jobs[0].Environment.Value) {
				got = append(got, v.String())
			}
			if strings.Join(got, " ") != test.want {
				t.Errorf("got %q, want %s", got, test.want)
			}
		})
	}
}

// TestSkips plays a push to main through jobs that need each other.
func TestSkips(t *testing.T) {
	for _, test := range []struct {
		name string
		jobs []job
		want string
	}{
		{"a skipped job takes those along that need it", []job{{"a", "", "false"}, {"b", "a", ""}, {"c", "b", ""}}, ""},
		{"always() runs all the same", []job{{"a", "", "false"}, {"b", "a", "always()"}}, "b"},
		{"what needs a job behind a skipped one is skipped too", []job{{"a", "", "false"}, {"b", "a", "always()"}, {"c", "b", ""}}, "b"},
		{"not cancelled runs all the same", []job{{"a", "", "false"}, {"b", "a", "!cancelled()"}}, "b"},
		{"failure() waits for a failure", []job{{"a", "", ""}, {"b", "a", "failure()"}}, "a"},
		{"the result of a skipped job", []job{{"a", "", "false"}, {"b", "a", "always() && needs.a.result == 'skipped'"}}, "b"},
		{"the result of a job that went well", []job{{"a", "", ""}, {"b", "a", "always() && needs.a.result == 'success'"}}, "a b"},
		{"an unknown condition stays unknown behind it", []job{{"a", "", "vars.X"}, {"b", "a", ""}}, "a? b?"},
		{"needs in another case", []job{{"Build", "", ""}, {"b", "build", ""}}, "Build b"},
	} {
		t.Run(test.name, func(t *testing.T) {
			p := analysed(t, workflow(test.jobs...))
			got := []string{}
			for _, j := range p.Runs[0].Jobs {
				name := j.Job
				if j.Runs != "yes" {
					name += "?"
				}
				got = append(got, name)
			}
			if diff := cmp.Diff(test.want, strings.Join(got, " ")); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestABranchThatOnlyAConditionNamesHasARun(t *testing.T) {
	p := analysed(t, "on: push\njobs: {a: {if: \"github.ref == 'refs/heads/release'\", runs-on: x, steps: [{run: make}]}}\n")
	if got := strings.Join(running(p, "a"), " "); got != "other-push-release" {
		t.Errorf("got %s", got)
	}
}

func TestAnIDThatNoStepHasYieldsNothing(t *testing.T) {
	_, source, root := read(t, "on: push\njobs: {a: {runs-on: x, steps: [{if: \"steps.gone.outputs.x != ''\", run: make}, {if: \"steps.gone.outputs.x == ''\", run: make}]}}\n")
	p := NewProvider(Open(source, root, nil), Repository{})
	run := p.Starts(flow.Branches{}.RunOf(flow.Main))[0].Run
	for step, want := range []bool{false, true} {
		if got := p.Step(run, flow.Place{Step: step}, false); got.IsYes() != want || got.IsNo() == want {
			t.Errorf("step %d runs: %+v, want %v", step, got, want)
		}
	}
}

func TestVacuous(t *testing.T) {
	for _, test := range []struct{ name, on, condition, want string }{
		{"text around an expression", "push", "${{ github.ref == 'refs/heads/main' }} && github.actor != 'x'", "always"},
		{"an expression alone", "push", "${{ github.ref == 'refs/heads/main' }}", ""},
		{"an event that does not start it", "push", "github.event_name == 'schedule'", "never"},
		{"an event that starts it", "schedule: [{cron: '0 3 * * *'}]", "github.event_name == 'schedule'", ""},
		{"switched off", "push", "false", ""},
		{"a branch that somebody may push", "push", "github.ref == 'refs/heads/release'", ""},
		{"a failure at an event that does not start it", "push", "failure() && github.event_name == 'schedule'", "never"},
		{"a failure or an event that does not start it", "push", "failure() || github.event_name == 'schedule'", ""},
		{"a failure", "push", "failure()", ""},
		{"cancelled by somebody", "push", "cancelled() && github.event_name == 'push'", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			on := test.on
			if strings.Contains(on, ":") {
				on = "{" + on + "}"
			}
			p := analysed(t, fmt.Sprintf("on: %s\njobs: {a: {if: %q, runs-on: x, steps: [{run: make}]}}\n", on, test.condition))
			got := ""
			for _, v := range p.Vacuous {
				got = map[bool]string{true: "always", false: "never"}[v.Always]
			}
			if got != test.want {
				t.Errorf("if: %s: got %q, want %q", test.condition, got, test.want)
			}
		})
	}
}

func TestVacuousStep(t *testing.T) {
	for condition, want := range map[string]string{
		"steps.gone.outputs.x == 'true'":                                       "no step before it has the id gone",
		"!cancelled() && steps.gone.outputs.x == 'true'":                       "no step before it has the id gone",
		"github.event_name == 'push' && steps.gone.conclusion == 'failure'":    "no step before it has the id gone",
		"steps.gone.outputs.x != 'true'":                                       "", // it is always so, and nobody is kept out
		"failure() || steps.gone.outputs.x == 'true'":                          "",
		"steps.here.outputs.x == 'true'":                                       "",
		"steps.HERE.outputs.x == 'true'":                                       "",
		"steps.here.outputs.x == 'true' || steps.gone.outputs.x == 'true'":     "",
		"contains(steps.*.outputs.x, 'true')":                                  "",
		"steps[matrix.step].outputs.x == 'true'":                               "",
		"steps.later.outputs.x == 'true'":                                      "no step before it has the id later",
		"steps.gone.outputs.x == 'true' && github.ref == 'refs/heads/release'": "",
	} {
		p := analysed(t, fmt.Sprintf("on: push\njobs: {a: {runs-on: x, steps: [{id: here, run: make}, {if: %q, run: make}, {id: later, run: make}]}}\n", condition))
		got := ""
		for _, v := range p.Vacuous {
			got = v.Reason
		}
		if got != want {
			t.Errorf("if: %s: got %q, want %q", condition, got, want)
		}
	}
}

func TestStepsThatAnotherExpressionNamesAreNotKnown(t *testing.T) {
	_, source, root := read(t, "on: push\njobs: {a: {runs-on: x, steps: [{id: s, run: make}, {if: \"contains(steps.*.outcome, 'failure')\", run: make}]}}\n")
	p := NewProvider(Open(source, root, nil), Repository{})
	if got := p.Step(p.Starts(flow.Branches{}.RunOf(flow.Main))[0].Run, flow.Place{Step: 1}, false); !got.IsUnknown() {
		t.Errorf("the step runs: %+v, want unknown", got)
	}
}

// A condition that asks how a branch begins names none itself.
func TestStarts_OfABeginning(t *testing.T) {
	p := analysed(t, "on: {push: {branches: ['cloud/*']}}\njobs: {a: {runs-on: x, if: \"startsWith(github.ref, 'refs/heads/cloud/')\", steps: [{run: make}]}}\n")
	if got, want := strings.Join(starts(p), " "), "other-push-cloud/x"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
