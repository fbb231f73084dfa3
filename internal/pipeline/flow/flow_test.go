package flow_test

import (
	"fmt"
	"strings"
	"testing"

	"guard/internal/pipeline"
	"guard/internal/pipeline/flow"
	"guard/internal/pipeline/github"
	"guard/internal/pipeline/logic"
	"guard/internal/tree"
)

// named makes an activity of every step that is named like one: "push" pushes
// the image in its variable IMAGE, "test" tests.
func named(p *pipeline.Pipeline) []pipeline.Activity {
	var activities []pipeline.Activity
	for i, job := range p.Jobs {
		for j, step := range job.Steps {
			kind, rest, _ := strings.Cut(step.Name, " ")
			a := pipeline.Activity{Kind: pipeline.ActivityKind(kind), Tool: kind, Job: i, Step: j, Command: -1, Path: step.Path, Ignored: rest}
			if kind == "opaque" {
				a.Ignored, a.Like = "", rest
			}
			for _, v := range step.Env {
				if v.Name == "IMAGE" {
					a.Images = append(a.Images, pipeline.Operand{Text: v.Value, Path: v.Path})
				}
			}
			activities = append(activities, a)
		}
	}
	return activities
}

var environments = []flow.Environment{
	{Key: "production", Names: []string{"production", "prod"}, Branches: []string{"main", "hotfix/*"}, Tags: []string{"v*"}, Approval: "required"},
	{Key: "staging", Names: []string{"staging"}, Branches: []string{"develop"}, Approval: "none"},
}

// analysed reads a workflow and plays its runs through.
func analysed(t *testing.T, text string, options flow.Options) *pipeline.Pipeline {
	t.Helper()
	parts := tree.ParseYAML(text)
	if len(parts) != 1 || parts[0].Err != nil {
		t.Fatalf("the test's text is not one YAML document: %v", parts)
	}
	w := github.Open(tree.NewSource(".github/workflows/ci.yml", text), parts[0].Root, nil)
	p := w.Whole
	if len(p.Invalid) > 0 {
		t.Fatalf("the test's workflow is not valid: %v", p.Invalid)
	}
	options.Environments = environments
	flow.Analyse(p, github.NewProvider(w, github.Repository{DefaultBranch: "main"}), named(p), options)
	return p
}

// workflow writes jobs under a trigger, each in a line: its id, its other keys,
// and the names of its steps.
type job struct{ id, keys, steps string }

func workflow(on string, jobs ...job) string {
	var b strings.Builder
	fmt.Fprintf(&b, "on: %s\njobs:\n", on)
	for _, j := range jobs {
		fmt.Fprintf(&b, "  %s:\n    runs-on: x\n", j.id)
		for line := range strings.SplitSeq(j.keys, "; ") {
			if line != "" {
				fmt.Fprintf(&b, "    %s\n", line)
			}
		}
		b.WriteString("    steps:\n")
		for step := range strings.SplitSeq(j.steps, "; ") {
			fmt.Fprintf(&b, "      - {run: x, name: %s}\n", step)
		}
	}
	return b.String()
}

// TestAfter asks whether a test must go well before the push on main.
func TestAfter(t *testing.T) {
	for _, test := range []struct {
		name string
		jobs []job
		want string
	}{
		{"a step before it", []job{{"a", "", "test; push"}}, "yes"},
		{"a step behind it", []job{{"a", "", "push; test"}}, "no"},
		{"no test at all", []job{{"a", "", "push"}}, "no"},
		{"a step whose failure is swallowed where it stands", []job{{"a", "", "'test || true'; push"}}, "no"},
		{"a step whose failure is tolerated", []job{{"a", "", "'test', continue-on-error: true; push"}}, "no"},
		{"a step whose failure may be tolerated", []job{{"a", "", "test, continue-on-error: '${{ vars.X }}'; push"}}, "unknown"},
		{"a push that runs all the same", []job{{"a", "", "test; push, if: always()"}}, "no"},
		{"a push that runs unless it was cancelled", []job{{"a", "", "test; push, if: '!cancelled()'"}}, "no"},
		{"a test that runs only elsewhere", []job{{"a", "", "test, if: github.ref_name == 'develop'; push"}}, "no"},
		{"a test that may not run", []job{{"a", "", "test, if: vars.TEST; push"}}, "unknown"},
		{"a job before it", []job{{"t", "", "test"}, {"p", "needs: t", "push"}}, "yes"},
		{"a job beside it", []job{{"t", "", "test"}, {"p", "", "push"}}, "no"},
		{"a job before the job before it", []job{{"t", "", "test"}, {"b", "needs: t", "build"}, {"p", "needs: b", "push"}}, "yes"},
		{"one of two jobs before it", []job{{"t", "", "test"}, {"l", "", "lint"}, {"p", "needs: [l, t]", "push"}}, "yes"},
		{"a job before it whose failure counts for nothing", []job{{"t", "continue-on-error: true", "test"}, {"p", "needs: t", "push"}}, "no"},
		{"a job that does not care", []job{{"t", "", "test"}, {"p", "needs: t; if: always()", "push"}}, "no"},
		{"a job that asks for the result", []job{{"t", "", "test"}, {"p", "needs: t; if: always() && needs.t.result == 'success'", "push"}}, "yes"},
		{"a job that asks whether it was not a failure", []job{{"t", "", "test"}, {"p", "needs: t; if: always() && needs.t.result != 'failure'", "push"}}, "yes"},
		{"a job that is content with a skipped test", []job{{"t", "if: vars.TEST", "test"}, {"p", "needs: t; if: always() && needs.t.result != 'failure'", "push"}}, "unknown"},
		{"a job that may not run takes the push along", []job{{"t", "if: vars.TEST", "test"}, {"p", "needs: t", "push"}}, "yes"},
		{"a job that runs elsewhere only", []job{{"t", "if: github.ref_name == 'develop'", "test"}, {"p", "needs: t; if: always()", "push"}}, "no"},
		{"something that cannot be seen into, by its name", []job{{"a", "", "opaque test; push"}}, "unknown"},
		{"something else that cannot be seen into", []job{{"a", "", "opaque deploy; push"}}, "no"},
		{"one test that counts beside one that does not", []job{{"a", "", "'test || true'; test; push"}}, "yes"},
	} {
		t.Run(test.name, func(t *testing.T) {
			text := strings.NewReplacer("name: 'test', continue", "name: test, continue").Replace(workflow("{push: {branches: [main]}}", test.jobs...))
			p := analysed(t, text, flow.Options{})
			got := after(t, p).Test
			if got.Holds != test.want || (got.Holds == "unknown") != (got.Reason != "") {
				t.Errorf("%s\ngot  %+v\nwant %s", text, got, test.want)
			}
		})
	}
}

func after(t *testing.T, p *pipeline.Pipeline) pipeline.After {
	t.Helper()
	if len(p.Pushes) != 1 || len(p.Pushes[0].Runs) != 1 {
		t.Fatalf("want one push in one run, got %+v", p.Pushes)
	}
	return p.Pushes[0].Runs[0].After
}

// TestAfter_InOneScript is about commands of one step, of which a shell runs
// one after the other.
func TestAfter_InOneScript(t *testing.T) {
	for _, test := range []struct {
		name  string
		kinds []pipeline.ActivityKind
		want  string
	}{
		{"a test before the push", []pipeline.ActivityKind{pipeline.Test, pipeline.Push}, "yes"},
		{"a test behind the push", []pipeline.ActivityKind{pipeline.Push, pipeline.Test}, "no"},
	} {
		text := workflow("{push: {branches: [main]}}", job{"a", "", "x"})
		w := github.Open(tree.NewSource("ci.yml", text), tree.ParseYAML(text)[0].Root, nil)
		var activities []pipeline.Activity
		for i, kind := range test.kinds {
			activities = append(activities, pipeline.Activity{Kind: kind, Command: i})
		}
		flow.Analyse(w.Whole, github.NewProvider(w, github.Repository{}), activities, flow.Options{})
		if got := after(t, w.Whole).Test.Holds; got != test.want {
			t.Errorf("%s: got %s, want %s", test.name, got, test.want)
		}
	}
}

// TestApproval asks whether somebody must agree to what is deployed.
func TestApproval(t *testing.T) {
	settings := func(environment string) logic.Answer { return logic.Is(environment == "guarded") }
	for _, test := range []struct {
		name     string
		jobs     []job
		settings func(string) logic.Answer
		want     string
	}{
		{"no environment", []job{{"d", "", "deploy"}}, settings, "no"},
		{"an environment that asks", []job{{"d", "environment: guarded", "deploy"}}, settings, "yes"},
		{"an environment that does not", []job{{"d", "environment: open", "deploy"}}, settings, "no"},
		{"an environment whose settings were not read", []job{{"d", "environment: guarded", "deploy"}}, nil, "unknown"},
		{"an environment by a setting", []job{{"d", "environment: '${{ vars.ENV }}'", "deploy"}}, settings, "unknown"},
		{"a job before it that asks", []job{{"g", "environment: guarded", "echo"}, {"d", "needs: g", "deploy"}}, settings, "yes"},
		{"a job beside it that asks", []job{{"g", "environment: guarded", "echo"}, {"d", "", "deploy"}}, settings, "no"},
		{"a deployment that does not care how the job before it ends waits for it", []job{{"g", "environment: guarded", "echo"}, {"d", "needs: g; if: always()", "deploy"}}, settings, "yes"},
		{"a step that asks", []job{{"d", "", "approval; deploy"}}, settings, "yes"},
	} {
		t.Run(test.name, func(t *testing.T) {
			text := workflow("{push: {branches: [main]}}", test.jobs...)
			p := analysed(t, text, flow.Options{Approval: test.settings})
			if len(p.Deploys) != 1 || len(p.Deploys[0].Runs) != 1 {
				t.Fatalf("want one deployment in one run, got %+v", p.Deploys)
			}
			if got := p.Deploys[0].Runs[0].After.Approval; got.Holds != test.want {
				t.Errorf("%s\ngot  %+v\nwant %s", text, got, test.want)
			}
		})
	}
}

// TestTiers asks which environment a deployment goes to.
func TestTiers(t *testing.T) {
	for _, test := range []struct{ name, id, keys, tier, named string }{
		{"by its environment", "a", "environment: production", "production", "environment"},
		{"by a word of its environment", "a", "environment: eu-prod", "production", "environment"},
		{"one before production", "a", "environment: pre-prod", "", "environment"},
		{"another one", "a", "environment: playground", "", "environment"},
		{"by its job", "deploy-production", "", "production", "job"},
		{"by nothing", "deploy", "", "", ""},
		{"its environment beats its job", "deploy-production", "environment: staging", "staging", "environment"},
		{"by the ref", "a", "environment: \"${{ github.ref_name == 'main' && 'production' || 'staging' }}\"", "production", "environment"},
	} {
		t.Run(test.name, func(t *testing.T) {
			p := analysed(t, workflow("{push: {branches: [main]}}", job{test.id, test.keys, "deploy"}), flow.Options{})
			if len(p.Deploys) != 1 || p.Deploys[0].Tier != test.tier || p.Deploys[0].Named != test.named {
				t.Errorf("got %+v, want tier %q by %q", p.Deploys, test.tier, test.named)
			}
		})
	}
}

// TestStaging asks whether what goes to production on main must have been in
// another environment.
func TestStaging(t *testing.T) {
	production := job{"p", "environment: production", "deploy"}
	for _, test := range []struct {
		name string
		jobs []job
		want string
	}{
		{"no other environment at all", []job{production}, "no"},
		{"a job before it", []job{{"s", "environment: staging", "deploy"}, {"p", "environment: production; needs: s", "deploy"}}, "yes"},
		{"a job beside it", []job{{"s", "environment: staging", "deploy"}, production}, "no"},
		{"a job whose failure counts for nothing", []job{{"s", "environment: staging; continue-on-error: true", "deploy"}, {"p", "environment: production; needs: s", "deploy"}}, "no"},
		{"another branch goes there", []job{{"s", "environment: staging; if: github.ref_name == 'develop'", "deploy"}, production}, "unknown"},
		{"both by one matrix", []job{{"p", "environment: '${{ matrix.e }}'; strategy: {matrix: {e: [staging, production]}}", "deploy"}}, "no"},
		{"an environment that is chosen", []job{{"p", "environment: \"${{ inputs.e || 'production' }}\"", "deploy"}}, "no"},
		{"an environment by a setting before it", []job{{"s", "environment: '${{ vars.E }}'", "deploy"}, {"p", "environment: production; needs: s", "deploy"}}, "unknown"},
	} {
		t.Run(test.name, func(t *testing.T) {
			text := workflow("push", test.jobs...)
			p := analysed(t, text, flow.Options{})
			if got := stagingOn(t, p, "main"); got.Holds != test.want || (got.Holds == "unknown") != (got.Reason != "") {
				t.Errorf("%s\ngot  %+v\nwant %s", text, got, test.want)
			}
		})
	}
}

// TestStagingByChoice is about one job that deploys to what a person chooses.
func TestStagingByChoice(t *testing.T) {
	text := workflow("{workflow_dispatch: {inputs: {e: {type: choice, options: [staging, production]}}}}", job{"p", "environment: '${{ inputs.e }}'", "deploy"})
	if got := stagingOn(t, analysed(t, text, flow.Options{}), "manual"); got.Holds != "unknown" {
		t.Errorf("got %+v, want unknown: staging may have been chosen before", got)
	}
}

func stagingOn(t *testing.T, p *pipeline.Pipeline, run string) pipeline.Fact {
	t.Helper()
	for _, d := range p.Deploys {
		for _, r := range d.Runs {
			if d.Tier == flow.Production && r.Run == run {
				return r.After.Staging
			}
		}
	}
	t.Fatalf("nothing reaches production on %s: %+v", run, p.Deploys)
	return pipeline.Fact{}
}

func TestStagedElsewhere(t *testing.T) {
	alone := workflow("push", job{"p", "environment: production", "deploy"})
	beside := workflow("push", job{"p", "environment: production", "deploy"}, job{"s", "environment: staging", "deploy"})
	for _, test := range []struct{ name, text, want string }{
		{"a pipeline without an environment of that kind", alone, "unknown"},
		{"a pipeline that has one itself, which it does not wait for", beside, "no"},
	} {
		t.Run(test.name, func(t *testing.T) {
			p := analysed(t, test.text, flow.Options{})
			flow.StagedElsewhere(p, "staging.yml")
			if got := stagingOn(t, p, "main"); got.Holds != test.want {
				t.Errorf("got %+v, want %s", got, test.want)
			}
		})
	}
	p := analysed(t, beside, flow.Options{})
	p.Undeployed = []pipeline.Undeployed{{Branch: "develop", Environments: []string{"staging"}}, {Branch: "main", Environments: []string{flow.Production}}}
	if flow.StagedElsewhere(p, "staging.yml"); len(p.Undeployed) != 1 || p.Undeployed[0].Branch != "main" {
		t.Errorf("got %+v, want the branch that is meant for production alone", p.Undeployed)
	}
	if flow.Stages(analysed(t, alone, flow.Options{})) || !flow.Stages(analysed(t, beside, flow.Options{})) {
		t.Error("only a pipeline that deploys to staging stages")
	}
}

// TestBehind asks whether what follows a deployment is found.
func TestBehind(t *testing.T) {
	for _, test := range []struct {
		name string
		jobs []job
		want string
	}{
		{"nothing", []job{{"d", "", "deploy"}}, "no"},
		{"a later step", []job{{"d", "", "deploy; smoke-test"}}, "yes"},
		{"an earlier step", []job{{"d", "", "smoke-test; deploy"}}, "no"},
		{"a job behind it", []job{{"d", "", "deploy"}, {"s", "needs: d", "smoke-test"}}, "yes"},
		{"a job beside it", []job{{"d", "", "deploy"}, {"s", "", "smoke-test"}}, "no"},
		{"something that cannot be seen into, by its name", []job{{"d", "", "deploy; opaque smoke-test"}}, "unknown"},
	} {
		t.Run(test.name, func(t *testing.T) {
			p := analysed(t, workflow("{push: {branches: [main]}}", test.jobs...), flow.Options{})
			if got := p.Deploys[0].Behind.SmokeTest.Holds; got != test.want {
				t.Errorf("got %s, want %s", got, test.want)
			}
		})
	}
}

// TestBehindInOneCommand is about what one command does on another machine:
// all of it has the place of the command.
func TestBehindInOneCommand(t *testing.T) {
	text := workflow("{push: {branches: [main]}}", job{"d", "", "deploy"})
	w := github.Open(tree.NewSource("ci.yml", text), tree.ParseYAML(text)[0].Root, nil)
	p := w.Whole
	activities := []pipeline.Activity{{Kind: pipeline.SmokeTest, Command: -1}, {Kind: pipeline.Deploy, Command: -1}, {Kind: pipeline.Wait, Command: -1}}
	flow.Analyse(p, github.NewProvider(w, github.Repository{}), activities, flow.Options{})
	if behind := p.Deploys[0].Behind; behind.Wait.Holds != "yes" || behind.SmokeTest.Holds != "no" {
		t.Errorf("got %+v, want the wait behind the deployment, and the smoke test before it", behind)
	}
}

func TestConcurrencyOfDeployments(t *testing.T) {
	for _, test := range []struct{ name, top, keys, want string }{
		{"the job's", "concurrency: file\n", "concurrency: job", "job"},
		{"the file's", "concurrency: file\n", "", "file"},
	} {
		t.Run(test.name, func(t *testing.T) {
			p := analysed(t, test.top+workflow("push", job{"d", test.keys, "deploy"}), flow.Options{})
			if got := p.Deploys[0].Concurrency; got == nil || got.Group != test.want {
				t.Errorf("got %+v, want the group %s", got, test.want)
			}
		})
	}
	if got := analysed(t, workflow("push", job{"d", "", "deploy"}), flow.Options{}).Deploys[0].Concurrency; got != nil {
		t.Errorf("got %+v, want none", got)
	}
}

// TestUndeployed asks whether a branch that is built and never deployed is
// missed where it should go.
func TestUndeployed(t *testing.T) {
	build := job{"b", "", "push"}
	for _, test := range []struct{ name, on, deploy, want string }{
		{"another branch goes there", "{push: {branches: [main, develop]}}", "environment: staging; if: github.ref_name == 'main'", "develop"},
		{"it goes there", "{push: {branches: [main, develop]}}", "environment: staging", ""},
		{"tags go there", "{push: {branches: [main], tags: ['v*']}}", "environment: production; if: github.ref_type == 'tag'", ""},
		{"a person takes it there", "{push: {branches: [main, develop]}, workflow_dispatch: }", "environment: staging; if: github.event_name == 'workflow_dispatch'", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			p := analysed(t, workflow(test.on, build, job{"d", test.deploy, "deploy"}), flow.Options{})
			got := ""
			for _, u := range p.Undeployed {
				got += u.Branch
			}
			if got != test.want {
				t.Errorf("got %q, want %q: %+v", got, test.want, p.Undeployed)
			}
		})
	}
}

func TestABranchCalledLikeAnEnvironmentIsMeantForIt(t *testing.T) {
	p := analysed(t, workflow("{push: {branches: [production]}}", job{"d", "environment: production", "deploy"}), flow.Options{})
	if got := p.Deploys[0].Runs[0].Allowed.Holds; got != "yes" {
		t.Errorf("production from the branch production: got %s, want yes", got)
	}
}

func TestAllowed(t *testing.T) {
	p := analysed(t, workflow("{push: , pull_request: }", job{"d", "environment: production", "deploy"}), flow.Options{})
	got := map[string]string{}
	for _, run := range p.Deploys[0].Runs {
		got[run.Run] = run.Allowed.Holds
	}
	for run, want := range map[string]string{"fork": "no", "feature": "no", "develop": "no", "main": "yes", "hotfix": "yes", "tag": "yes"} {
		if got[run] != want {
			t.Errorf("production from %s: got %q, want %q", run, got[run], want)
		}
	}
}

// TestJoin asks whether the image that is deployed is among those pushed.
func TestJoin(t *testing.T) {
	const sha = "ghcr.io/acme/shop:${{ github.sha }}"
	for _, test := range []struct{ name, pushed, deployed, want string }{
		{"the same commit", sha, sha, "yes"},
		{"a short commit against a whole one", "ghcr.io/acme/shop:${{ env.SHORT }}", sha, "no"},
		{"a branch against a commit", "ghcr.io/acme/shop:${{ github.ref_name }}", sha, "no"},
		{"another image", "ghcr.io/acme/other:1.0.0", sha, "unknown"},
		{"a setting", "ghcr.io/acme/shop:${{ vars.TAG }}", "ghcr.io/acme/shop:${{ vars.TAG }}", "yes"},
		{"a setting against a commit", "ghcr.io/acme/shop:${{ vars.TAG }}", sha, "unknown"},
		{"a name by the repository", "ghcr.io/${{ github.repository }}/shop:${{ github.sha }}", "ghcr.io/${{ github.repository }}/shop:${{ github.sha }}", "yes"},
		{"no tag against latest", "ghcr.io/acme/shop", "ghcr.io/acme/shop:latest", "yes"},
		{"the run's number against another one", "ghcr.io/acme/shop:${{ github.run_number }}", "ghcr.io/acme/shop:${{ github.run_id }}", "unknown"},
	} {
		t.Run(test.name, func(t *testing.T) {
			text := fmt.Sprintf(`on: {push: {branches: [main]}}
env: {SHORT: abc1234}
jobs:
  ship:
    runs-on: x
    steps:
      - {name: push, run: x, env: {IMAGE: %q}}
      - {name: deploy, run: x, env: {IMAGE: %q}}
`, test.pushed, test.deployed)
			p := analysed(t, text, flow.Options{})
			flow.Join(p, "ci.yml", flow.NewPushes([]flow.Known{{File: "ci.yml", Pushed: p.Pushes[0]}}))
			image := p.Deploys[0].Images[0]
			if image.Built.Holds != test.want {
				t.Errorf("%s deployed, %s pushed: got %+v, want %s", image.Text, p.Pushes[0].Images[0].Text, image.Built, test.want)
			}
		})
	}
}

func TestAnalyse_StopsAtItsLimit(t *testing.T) {
	var jobs []job
	for i := range 1999 {
		jobs = append(jobs, job{fmt.Sprintf("j%d", i), "", "test; push"})
	}
	p := analysed(t, workflow("push", jobs...), flow.Options{})
	if len(p.Exceeded) == 0 {
		t.Error("nothing says that the pipeline is too large to be played through")
	}
}

// TestTests asks whether a change runs a test.
func TestTests(t *testing.T) {
	for _, test := range []struct {
		name, on, want string
		asked          bool
		jobs           []job
	}{
		{"a test on main", "{push: {branches: [main]}}", "yes", true, []job{{"t", "", "test"}, {"d", "", "deploy"}}},
		{"a test in pull requests", "pull_request", "yes", false, []job{{"t", "", "test"}}},
		{"coverage is a test too", "push", "yes", false, []job{{"t", "", "coverage"}}},
		{"a test at night", "{schedule: [{cron: '0 3 * * *'}]}", "no", false, []job{{"t", "", "test"}, {"d", "", "deploy"}}},
		{"none", "push", "no", true, []job{{"d", "", "deploy"}}},
		{"a test under a setting", "push", "unknown", false, []job{{"t", "if: \"vars.T == 'x'\"", "test"}}},
		{"what cannot be seen into", "push", "unknown", true, []job{{"t", "", "opaque"}, {"b", "", "build"}}},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := analysed(t, workflow(test.on, test.jobs...), flow.Options{}).Tests
			if got.Run.Holds != test.want || got.Asked != test.asked || (got.Run.Reason == "") != (test.want != "unknown") {
				t.Errorf("got %+v, want %s, asked %t", got, test.want, test.asked)
			}
		})
	}
}

// TestDoubts wants what is not known of a push to be told once.
func TestDoubts(t *testing.T) {
	for _, test := range []struct {
		name string
		jobs []job
		want []string
	}{
		{"nothing", []job{{"a", "", "test; push"}}, nil},
		{"no test at all is known", []job{{"a", "", "push"}}, nil},
		{"what a step does", []job{{"a", "", "opaque test; push"}}, []string{"whether a test has to pass before job a, step push pushes is not known: what opaque does in job a, step opaque test cannot be seen"}},
		{"whether the job runs", []job{{"a", "if: \"vars.P == 'x'\"", "push"}}, []string{"whether job a, step push pushes is not known: <setting P> and x may or may not be the same"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			var got []string
			for _, problem := range analysed(t, workflow("push", test.jobs...), flow.Options{}).Incomplete {
				got = append(got, strings.ReplaceAll(problem.Message, `"`, ""))
			}
			if fmt.Sprint(got) != fmt.Sprint(test.want) {
				t.Errorf("got  %q\nwant %q", got, test.want)
			}
		})
	}
}

// TestBuilds asks what built the image that is pushed.
func TestBuilds(t *testing.T) {
	for _, test := range []struct {
		name, steps, want string
	}{
		{"the build itself", "{name: test, run: x}, {name: push, run: x}", "[]"},
		{"the only build of the job", "{name: build, run: x}, {name: push, run: x}", "[0]"},
		{"one of two by its name", "{name: build, run: x, env: {IMAGE: a}}, {name: build, run: x, env: {IMAGE: b}}, {name: push, run: x, env: {IMAGE: b}}", "[1]"},
		{"which of two is not known", "{name: build, run: x}, {name: build, run: x}, {name: push, run: x}", "[]"},
		{"a build behind the push", "{name: push, run: x}, {name: build, run: x}", "[]"},
	} {
		t.Run(test.name, func(t *testing.T) {
			p := analysed(t, "on: push\njobs:\n  a: {runs-on: x, steps: ["+test.steps+"]}\n", flow.Options{})
			if got := fmt.Sprint(p.Pushes[0].Builds); got != test.want {
				t.Errorf("got %s, want %s", got, test.want)
			}
		})
	}
}
