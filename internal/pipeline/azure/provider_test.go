package azure

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"guard/internal/pipeline"
	"guard/internal/pipeline/flow"
	"guard/internal/pipeline/logic"
	"guard/internal/pipeline/shell"
	"guard/internal/pipeline/symbol"
)

// playThrough asks for everything that a run can be asked for.
func playThrough(file *File) {
	p := NewProvider(file, nil)
	for _, situation := range append(flow.Situations, flow.Other) {
		starts := p.Starts(flow.Branches{}.RunOf(situation))
		for _, start := range append(starts, p.Others(flow.Branches{})...) {
			for job, state := range outcomes(p, start.Run, nil) {
				_ = state
				p.Gate(start.Run, job)
				p.Tolerated(start.Run, flow.Place{Job: job, Step: -1})
				for step := range file.Pipeline.Jobs[job].Steps {
					place := flow.Place{Job: job, Step: step}
					p.Step(start.Run, place, true)
					p.Tolerated(start.Run, place)
					askWords(p, start.Run, place)
				}
			}
		}
	}
}

func askWords(p *Provider, run flow.Run, place flow.Place) {
	step := &p.file.Pipeline.Jobs[place.Job].Steps[place.Step]
	for _, v := range slices.Concat(step.With, step.Env) {
		p.Values(run, place, v.Value)
	}
	if step.Script == nil {
		return
	}
	activity := &pipeline.Activity{Job: place.Job, Step: place.Step}
	for _, command := range step.Script.Commands {
		for i := range command.Args {
			p.Operand(run, activity, pipeline.Operand{Text: command.Args[i].Text, Word: &command.Args[i]})
		}
	}
}

// outcomes plays a run through; jobs named in fails fail.
func outcomes(p *Provider, run flow.Run, fails []string) flow.State {
	state := make(flow.State, len(p.file.Pipeline.Jobs))
	done := make([]bool, len(state))
	var play func(int)
	play = func(job int) {
		if done[job] {
			return
		}
		done[job] = true
		for _, before := range p.Before(job) {
			play(before)
		}
		state[job] = flow.Outcome{Runs: p.Job(run, job, state)}
		state[job].Failed = slices.Contains(fails, p.file.Pipeline.Jobs[job].ID) && !state[job].Runs.IsNo()
	}
	for job := range state {
		play(job)
	}
	return state
}

func TestProvider_Starts(t *testing.T) {
	const all = "fork? pull-request? feature develop main hotfix manual merge-queue"
	for _, test := range []struct{ name, host, text, want string }{
		{"without a trigger every branch, and no tag", "", "", all},
		{"on GitHub every pull request too", "github", "", strings.Replace(all, "pull-request?", "pull-request", 1)},
		{"on Azure Repos no merge queue", "azure", "", strings.Replace(all, " merge-queue", "", 1)},
		{"none at all", "github", "trigger: none\npr: none", "manual"},
		{"none as a list", "github", "trigger: [none]\npr: [none]", "manual"},
		{"a list of branches", "github", "trigger: [main, 'hotfix/*']\npr: none", "main hotfix manual"},
		{"a pattern crosses slashes", "github", "trigger: ['*/x']\npr: none", "feature hotfix manual"},
		{"what is excluded", "github", "trigger: {branches: {exclude: [main, 'gh-*']}}\npr: none", "feature develop hotfix manual"},
		{"tags beside branches", "github", "trigger: {branches: {include: [main]}, tags: {include: ['v*']}}\npr: none", "main tag manual"},
		{"tags of another name", "github", "trigger: {branches: {include: [main]}, tags: {include: [rel-*]}}\npr: none", "main manual other-push-tag-rel-x"},
		{"tags among the branches", "github", "trigger: {branches: {include: [main, refs/tags/v*]}}\npr: none", "main tag manual"},
		{"tags without branches", "github", "trigger: {tags: {include: ['v*']}}\npr: none", "feature? develop? main? hotfix? tag manual merge-queue?"},
		{"pull requests to another branch", "github", "trigger: none\npr: [develop]", "fork? pull-request manual"},
		{"a branch that no usual one is", "github", "trigger: [main, 'release/*']\npr: none", "main manual other-push-release/x"},
		{"a branch whose example is excluded", "github", "trigger: {branches: {include: ['release/*'], exclude: ['release/x']}}\npr: none", "manual other-push-release/y"},
		{"pull requests to this branch", "github", "trigger: none\npr: {branches: {include: [main]}}", "fork? pull-request manual"},
		{"a schedule", "github", "trigger: none\npr: none\nschedules: [{cron: '0 0 * * *', branches: {include: [main]}}]", "schedule manual"},
		{"a schedule of another branch", "github", "trigger: none\npr: none\nschedules: [{cron: '0 0 * * *', branches: {include: [release]}}]", "schedule@release manual"},
		{"another pipeline", "github", "trigger: none\npr: none\nresources: {pipelines: [{pipeline: a, source: b, trigger: true}]}", "manual other-pipeline"},
	} {
		t.Run(test.name, func(t *testing.T) {
			file, _, _ := read(t, "azure-pipelines.yml", test.text+"\nsteps: [{script: a}]", nil)
			file.options.Host = test.host
			p := NewProvider(file, nil)
			got := []string{}
			add := func(starts []flow.Start) {
				for _, s := range starts {
					id := s.Run.ID()
					if s.Answer.IsUnknown() {
						id += "?"
					}
					if s.Run.Situation == flow.Schedule && s.Run.Branch != "main" {
						id += "@" + s.Run.Branch
					}
					got = append(got, id)
				}
			}
			for _, situation := range flow.Situations {
				add(p.Starts(flow.Branches{}.RunOf(situation)))
			}
			add(p.Others(flow.Branches{}))
			if text := strings.Join(got, " "); text != test.want {
				t.Errorf("%s\ngot  %s\nwant %s", test.text, text, test.want)
			}
		})
	}
}

func TestProvider_BranchesThatConditionsName(t *testing.T) {
	for _, test := range []struct{ name, trigger, condition, want string }{
		{"a usual one", "[main]", "eq(variables['Build.SourceBranch'], 'refs/heads/main')", ""},
		{"one that starts it", "['*']", "eq(variables['Build.SourceBranch'], 'refs/heads/prod')", "other-push-prod"},
		{"the beginning of one", "['*']", "startsWith(variables['Build.SourceBranch'], 'refs/heads/prod/')", "other-push-prod/x"},
		{"its last part", "['*']", "eq(variables['Build.SourceBranchName'], 'prod')", "other-push-prod"},
		{"one that does not start it", "[main]", "eq(variables['Build.SourceBranch'], 'refs/heads/prod')", ""},
		{"a tag", "{branches: {include: [main]}, tags: {include: ['*']}}", "startsWith(variables['Build.SourceBranch'], 'refs/tags/prod-')", "other-push-tag-prod-1.2.3"},
		{"a usual tag", "{branches: {include: [main]}, tags: {include: ['*']}}", "startsWith(variables['Build.SourceBranch'], 'refs/tags/v')", ""},
		{"no name of a filter", "{branches: {include: ['prod/*'], exclude: ['prod*']}}", "true", `trigger: pushes of the branch "prod/*" were not played through: no name that it lets through was found`},
	} {
		t.Run(test.name, func(t *testing.T) {
			file, _, _ := read(t, "azure-pipelines.yml", "trigger: "+test.trigger+"\nsteps: [{script: a, condition: \""+test.condition+"\"}]", nil)
			p := NewProvider(file, nil)
			got := []string{}
			for _, s := range p.Others(flow.Branches{}) {
				got = append(got, s.Run.ID())
			}
			for _, problem := range p.Unplayed(flow.Branches{}) {
				got = append(got, problem.Path.String()+": "+problem.Message)
			}
			if text := strings.Join(got, " "); text != test.want {
				t.Errorf("got %s, want %s", text, test.want)
			}
		})
	}
}

func TestProvider_Vacuous(t *testing.T) {
	for condition, want := range map[string]string{
		"eq(variables['Build.SourceBranch'], 'main')":                                                                                     "never",
		"and(succeeded(), eq(variables['Build.SourceBranch'], 'main'))":                                                                   "never",
		"ne(variables['Build.SourceBranch'], 'main')":                                                                                     "always",
		"or(ne(variables['Build.SourceBranch'], 'refs/heads/a'), ne(variables['Build.SourceBranch'], 'refs/heads/b'))":                    "always",
		"and(eq(variables['Build.Reason'], 'PullRequest'), eq(variables['Build.Reason'], 'Schedule'))":                                    "never",
		"and(eq(variables['Build.SourceBranchName'], 'a'), eq(variables['Build.SourceBranch'], 'refs/heads/b'), eq(variables['x'], 'y'))": "never",
		"always()":            "",
		"succeededOrFailed()": "",
		"or(always(), eq(variables['Build.SourceBranch'], 'main'))":                         "",
		"eq(variables['Build.SourceBranch'], 'refs/heads/main')":                            "",
		"eq(variables['Build.SourceBranch'], 'Refs/Heads/Main')":                            "",
		"eq(variables['Build.SourceBranch'], '$/team/main')":                                "",
		"eq(variables['Build.SourceBranchName'], 'main')":                                   "",
		"in(variables['Build.SourceBranch'], 'main', 'refs/heads/main')":                    "",
		"startsWith(variables['Build.SourceBranch'], 'main')":                               "",
		"eq(variables['Build.Reason'], 'SomethingNew')":                                     "",
		"and(ne(variables['Build.SourceBranch'], 'main'), succeeded())":                     "",
		"eq(variables['System.PullRequest.TargetBranch'], 'main')":                          "",
		"eq(variables['Build.SourceBranch'], variables['System.PullRequest.SourceBranch'])": "",
		"eq('a', 'b')": "",
	} {
		file, _, _ := read(t, "azure-pipelines.yml", "jobs: [{job: a, condition: \""+condition+"\", steps: [{script: b}]}]", nil)
		got := ""
		for _, v := range NewProvider(file, nil).Vacuous(nil) {
			got += map[bool]string{true: "always", false: "never"}[v.Always]
			if v.Holder != "job a" || v.Path.String() != "jobs[0].condition" {
				t.Errorf("%s: got %s at %s", condition, v.Holder, v.Path)
			}
		}
		if got != want {
			t.Errorf("%s: got %q, want %q", condition, got, want)
		}
	}
}

func TestProvider_ATemplateStartsByNothing(t *testing.T) {
	file, _, _ := read(t, "t/steps.yml", "parameters: [{name: a}]\nsteps: [{script: a}]", nil)
	p := NewProvider(file, nil)
	for _, situation := range flow.Situations {
		if starts := p.Starts(flow.Branches{}.RunOf(situation)); len(starts) > 0 {
			t.Errorf("%s: got %v, want none", situation, starts)
		}
	}
	if !file.Pipeline.Jobs[0].Hidden {
		t.Error("the job of a template is not hidden")
	}
}

func TestProvider_Jobs(t *testing.T) {
	const isMain = "eq(variables['Build.SourceBranch'], 'refs/heads/main')"
	for _, test := range []struct {
		name, text string
		situation  flow.Situation
		fails      string
		want       string
	}{
		{"jobs run where those before went well", "jobs: [{job: a}, {job: b, dependsOn: a}]", flow.Main, "", "a b"},
		{"a failure stops what depends on it", "jobs: [{job: a}, {job: b, dependsOn: a}, {job: c}]", flow.Main, "a", "a c"},
		{"a failure further back stops too", "jobs: [{job: a}, {job: b, dependsOn: a, condition: always()}, {job: c, dependsOn: b}]", flow.Main, "a", "a b"},
		{"what is skipped stops what depends on it", "jobs: [{job: a, condition: false}, {job: b, dependsOn: a}]", flow.Main, "", ""},
		{"a condition without a status function does not mind failures", "jobs: [{job: a}, {job: b, dependsOn: a, condition: \"" + isMain + "\"}]", flow.Main, "a", "a b"},
		{"a condition with one does", "jobs: [{job: a}, {job: b, dependsOn: a, condition: \"and(succeeded(), " + isMain + ")\"}]", flow.Main, "a", "a"},
		{"failed() runs after a failure only", "jobs: [{job: a}, {job: b, dependsOn: a, condition: failed()}]", flow.Main, "a", "a b"},
		{"and not after success", "jobs: [{job: a}, {job: b, dependsOn: a, condition: failed()}]", flow.Main, "", "a"},
		{"succeededOrFailed()", "jobs: [{job: a}, {job: b, dependsOn: a, condition: succeededOrFailed()}]", flow.Main, "a", "a b"},
		{"succeeded of a named job", "jobs: [{job: a}, {job: x}, {job: b, dependsOn: [a, x], condition: \"succeeded('x')\"}]", flow.Main, "a", "a x b"},
		{"the result of a job", "jobs: [{job: a}, {job: b, dependsOn: a, condition: \"eq(dependencies.a.result, 'Failed')\"}]", flow.Main, "a", "a b"},
		{"the result of a job that is skipped", "jobs: [{job: a, condition: false}, {job: b, dependsOn: a, condition: \"in(dependencies.a.result, 'Succeeded', 'Skipped')\"}]", flow.Main, "", "b"},
		{"stages follow each other", "stages: [{stage: A, jobs: [{job: a}]}, {stage: B, jobs: [{job: b}]}]", flow.Main, "a", "a"},
		{"stages that depend on nothing do not", "stages: [{stage: A, jobs: [{job: a}]}, {stage: B, dependsOn: [], jobs: [{job: b}]}]", flow.Main, "a", "a b"},
		{"a stage skips a stage that is not inserted", "stages: [{stage: A, jobs: [{job: a}]}, '${{ if eq(variables[''Build.Reason''], ''PullRequest'') }}': [{stage: P, jobs: [{job: p}]}], {stage: B, jobs: [{job: b}]}]", flow.Main, "", "a b"},
		{"a dependency that is not inserted is none", "jobs:\n- job: a\n  condition: false\n- job: c\n- job: b\n  dependsOn:\n  - c\n  - ${{ if eq(variables['Build.Reason'], 'Manual') }}:\n    - a", flow.Main, "", "c b"},
		{"where it is inserted it counts", "jobs:\n- job: a\n  condition: false\n- job: c\n- job: b\n  dependsOn:\n  - c\n  - ${{ if eq(variables['Build.Reason'], 'Manual') }}:\n    - a", flow.Manual, "", "c"},
		{"what inserts a stage does not see variables of its jobs", "variables: {go: no}\nstages:\n- ${{ if eq(variables.go, 'yes') }}:\n  - stage: A\n    jobs: [{job: a, variables: {go: yes}}]", flow.Main, "", ""},
		{"a stage's condition holds for its jobs", "stages: [{stage: A, condition: \"" + isMain + "\", jobs: [{job: a, condition: always()}]}]", flow.Develop, "", ""},
		{"on main it holds", "stages: [{stage: A, condition: \"" + isMain + "\", jobs: [{job: a}]}]", flow.Main, "", "a"},
		{"the result of a stage", "stages: [{stage: A, jobs: [{job: a}]}, {stage: B, condition: \"eq(dependencies.A.result, 'Failed')\", jobs: [{job: b}]}]", flow.Main, "a", "a b"},
		{"the result of a job of another stage", "stages: [{stage: A, jobs: [{job: a}]}, {stage: B, condition: always(), jobs: [{job: b, condition: \"eq(stageDependencies.A.a.result, 'Failed')\"}]}]", flow.Main, "a", "a b"},
		{"a variable with an expression", "variables: {isMain: \"$[" + isMain + "]\"}\njobs: [{job: a, condition: \"eq(variables.isMain, true)\"}]", flow.Main, "", "a"},
		{"a variable that a condition sets", "variables:\n- name: go\n  value: no\n- ${{ if " + isMain + " }}:\n  - name: go\n    value: yes\njobs: [{job: a, condition: \"eq(variables['go'], 'yes')\"}]", flow.Main, "", "a"},
		{"elsewhere it has its other value", "variables:\n- name: go\n  value: no\n- ${{ if " + isMain + " }}:\n  - name: go\n    value: yes\njobs: [{job: a, condition: \"eq(variables['go'], 'yes')\"}]", flow.Develop, "", ""},
		{"what a setting says nobody knows", "jobs: [{job: a, condition: \"eq(variables.deploy, 'yes')\"}]", flow.Main, "", "a?"},
		{"a parameter has its default", "parameters: [{name: go, type: boolean, default: false}]\njobs: [{job: a, condition: \"${{ parameters.go }}\"}]", flow.Main, "", ""},
		{"a person may set it", "parameters: [{name: go, type: boolean, default: false}]\njobs: [{job: a, condition: \"${{ parameters.go }}\"}]", flow.Manual, "", "a?"},
		{"a parameter inside quotes", "parameters: [{name: go, default: x}]\njobs: [{job: a, condition: \"eq('${{ parameters.go }}y', 'xy')\"}]", flow.Main, "", "a"},
		{"a job behind ${{ if }} that the run decides", "jobs:\n- ${{ if eq(variables['Build.Reason'], 'Manual') }}:\n  - job: a\n- job: b", flow.Manual, "", "a b"},
		{"and in another run", "jobs:\n- ${{ if eq(variables['Build.Reason'], 'Manual') }}:\n  - job: a\n- ${{ else }}:\n  - job: b", flow.Main, "", "b"},
		{"a pull request is no branch", "jobs: [{job: a, condition: \"startsWith(variables['Build.SourceBranch'], 'refs/heads/')\"}]", flow.PullRequest, "", ""},
		{"a pull request from a fork", "jobs: [{job: a, condition: \"eq(variables['System.PullRequest.IsFork'], 'False')\"}]", flow.Fork, "", ""},
		{"a tag", "jobs: [{job: a, condition: \"startsWith(variables['Build.SourceBranch'], 'refs/tags/v')\"}]", flow.Tag, "", "a"},
		{"a condition with a macro is not known", "jobs: [{job: a, condition: \"eq('$(x)', 'y')\"}]", flow.Main, "", "a?"},
	} {
		t.Run(test.name, func(t *testing.T) {
			file, _, _ := read(t, "azure-pipelines.yml", test.text, nil)
			p := NewProvider(file, nil)
			state := outcomes(p, flow.Branches{}.RunOf(test.situation), strings.Fields(test.fails))
			got := []string{}
			for i, job := range file.Pipeline.Jobs {
				switch runs := state[i].Runs; {
				case runs.IsYes():
					got = append(got, job.ID)
				case runs.IsUnknown():
					got = append(got, job.ID+"?")
					if runs.Reason == "" {
						t.Errorf("job %s is unknown without a reason", job.ID)
					}
				}
			}
			if text := strings.Join(got, " "); text != test.want {
				t.Errorf("%s\ngot  %q\nwant %q", test.text, text, test.want)
			}
		})
	}
}

func TestProvider_Steps(t *testing.T) {
	const text = `
jobs:
- deployment: d
  strategy:
    runOnce:
      deploy:
        steps:
        - script: plain
        - script: always
          condition: always()
        - script: after failure
          condition: failed()
        - script: off
          enabled: false
        - script: tolerated
          continueOnError: true
      on:
        success: {steps: [{script: well}]}
        failure: {steps: [{script: badly}]}
`
	file, _, _ := read(t, "azure-pipelines.yml", text, nil)
	p := NewProvider(file, nil)
	run := flow.Branches{}.RunOf(flow.Main)
	ran := func(failed bool) []string {
		var names []string
		for i, step := range file.Pipeline.Jobs[0].Steps {
			if p.Step(run, flow.Place{Job: 0, Step: i}, failed).IsYes() {
				names = append(names, step.Script.Text)
			}
		}
		return names
	}
	if diff := cmp.Diff([]string{"plain", "always", "tolerated", "well"}, ran(false)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"always", "after failure", "badly"}, ran(true)); diff != "" {
		t.Error(diff)
	}
	for i, want := range []logic.Answer{logic.No, logic.No, logic.No, logic.No, logic.Yes} {
		if got := p.Tolerated(run, flow.Place{Job: 0, Step: i}); got != want {
			t.Errorf("step %d is tolerated: %v, want %v", i, got, want)
		}
	}
}

func TestProvider_Gate(t *testing.T) {
	file, _, _ := read(t, "azure-pipelines.yml", "stages: [{stage: A, jobs: [{job: a}]}, {stage: B, trigger: manual, jobs: [{job: b}]}]", nil)
	p := NewProvider(file, nil)
	run := flow.Branches{}.RunOf(flow.Main)
	if gate := p.Gate(run, 0); gate.Manual {
		t.Errorf("a plain stage: got %v", gate)
	}
	if gate := p.Gate(run, 1); !gate.Manual || !gate.Blocks.IsYes() {
		t.Errorf("a stage that a person starts: got %v", gate)
	}
}

func TestProvider_Values(t *testing.T) {
	const head = "name: 1.4.$(Rev:r)\nparameters: [{name: env, default: staging}]\nvariables: {repo: team/app, tag: '$(Build.SourceVersion)', loop: $(loop)x}\n"
	for _, test := range []struct {
		name      string
		situation flow.Situation
		text      string
		want      []string
	}{
		{"the commit", flow.Main, "$(repo):$(tag)", []string{"team/app:<sha>"}},
		{"a pull request's merge", flow.PullRequest, "$(tag)", []string{"<merge commit's sha>"}},
		{"the number of the run", flow.Main, "$(Build.BuildId)", []string{"<run-number>"}},
		{"the name of the run", flow.Main, "$(Build.BuildNumber)", []string{"1.4.<run-number>"}},
		{"the name of a branch is its last part", flow.Feature, "$(Build.SourceBranchName)", []string{"x"}},
		{"a tag", flow.Tag, "$(Build.SourceBranchName)", []string{"v1.2.3"}},
		{"a parameter", flow.Main, "${{ parameters.env }}", []string{"staging"}},
		{"a parameter that a person sets", flow.Manual, "${{ parameters.env }}", []string{"<input env>"}},
		{"a setting", flow.Main, "$(registry)/x", []string{"<setting registry>/x"}},
		{"a secret", flow.Main, "$(apiToken)", []string{"<secret apiToken>"}},
		{"a runtime expression", flow.Main, "$[ format('{0}-{1}', variables.repo, variables['Build.BuildId']) ]", []string{"team/app-<run-number>"}},
		{"the rows of a matrix", flow.Main, "node:$(node)-$(os)", []string{"node:20-a", "node:22-b"}},
		{"a variable that leads to itself", flow.Main, "$(loop)", []string{"<unknown>xxxxxxxx"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			file, _, _ := read(t, "azure-pipelines.yml", head+"jobs: [{job: a, strategy: {matrix: {one: {node: 20, os: a}, two: {node: 22, os: b}}}, steps: [{script: x}]}]", nil)
			p := NewProvider(file, nil)
			got := []string{}
			for _, v := range p.Values(flow.Branches{}.RunOf(test.situation), flow.Place{Job: 0, Step: 0}, test.text) {
				got = append(got, v.String())
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("%s\n%s", test.text, diff)
			}
		})
	}
}

// firstWord follows a script to its first word and no further.
type firstWord struct{ of Environment }

func (f firstWord) Values(int, *shell.Word) []symbol.Value {
	v, _ := f.of.Lookup("BUILD_BUILDID")
	return []symbol.Value{symbol.Join(f.of.Expression("$(Build.SourceVersion)"), symbol.Text("-"), v), symbol.Text("other")}
}

func TestProvider_AsksWhoFollowsScripts(t *testing.T) {
	file, _, _ := read(t, "azure-pipelines.yml", "steps: [{bash: push it}]", nil)
	asked := 0
	p := NewProvider(file, func(_ *pipeline.Script, e Environment) Trace {
		asked++
		return firstWord{e}
	})
	word := &file.Pipeline.Jobs[0].Steps[0].Script.Commands[0].Args[0]
	run := flow.Branches{}.RunOf(flow.Main)
	for range 2 {
		got := p.Operand(run, &pipeline.Activity{}, pipeline.Operand{Text: word.Text, Word: word})
		if len(got) != 2 || got[0].String() != "<sha>-<run-number>" || got[1].String() != "other" {
			t.Errorf("got %v", got)
		}
	}
	if asked != 1 {
		t.Errorf("the script was followed %d times, want once", asked)
	}
}

func TestProvider_IsBounded(t *testing.T) {
	doubling := "variables:\n"
	for i := range 40 {
		doubling += fmt.Sprintf("  a%d: $(a%d)$(a%d)$(a%d)$(a%d)\n", i, i+1, i+1, i+1, i+1)
	}
	script := ""
	for i := range 40 {
		script += fmt.Sprintf("B%d=$B%d$B%d$B%d\n", i, i+1, i+1, i+1)
	}
	text := doubling + "steps:\n- bash: |\n    " + strings.ReplaceAll(script, "\n", "\n    ") + "push $(a0) $B0\n"
	file, _, _ := read(t, "azure-pipelines.yml", text, nil)
	p := NewProvider(file, nil)
	commands := file.Pipeline.Jobs[0].Steps[0].Script.Commands
	last := commands[len(commands)-1]
	for i := range last.Args {
		got := p.Operand(flow.Branches{}.RunOf(flow.Main), &pipeline.Activity{Command: len(commands) - 1}, pipeline.Operand{Text: last.Args[i].Text, Word: &last.Args[i]})
		if len(got) != 1 || got[0].Reason() == "" {
			t.Errorf("%s: got %v, want one unknown value with its reason", last.Args[i].Text, len(got))
		}
	}
}

func TestProvider_ManyStagesAreBounded(t *testing.T) {
	text := "stages:\n"
	for i := range maxStages {
		text += fmt.Sprintf("- ${{ if eq(variables.x, %d) }}:\n  - stage: s%d\n    jobs: [{job: a}]\n", i, i)
	}
	file, _, _ := read(t, "azure-pipelines.yml", text, nil)
	p := NewProvider(file, nil)
	start := time.Now()
	for range 20 {
		for i, outcome := range outcomes(p, flow.Branches{}.RunOf(flow.Main), nil) {
			if !outcome.Runs.IsUnknown() || outcome.Runs.Reason == "" {
				t.Fatalf("job %d: got %v, want unknown with a reason", i, outcome.Runs)
			}
		}
	}
	if took := time.Since(start); took > time.Minute {
		t.Errorf("it took %s", took)
	}
}

func TestProvider_Words(t *testing.T) {
	const text = `
variables: {image.name: app, plain: p}
stages:
- stage: Build
  jobs:
  - job: one
    steps:
    - bash: |
        TAG=$(Build.BuildId)
        echo "##vso[task.setvariable variable=tag;isOutput=true]$TAG"
        echo "##vso[task.setvariable variable=later]$(plain)"
      name: say
    - bash: w $(later) $BUILD_SOURCEVERSION ${IMAGE_NAME} $PLAIN $MINE $OTHER '$PLAIN' $(git rev-parse HEAD) $(say.tag) a$TAG
      env: {MINE: '$(plain)2'}
- stage: Deploy
  variables: {tag: "$[ stageDependencies.Build.one.outputs['say.tag'] ]"}
  jobs:
  - job: two
    steps:
    - bash: w $(tag)
  - deployment: three
    variables: {gone: "$[ dependencies.two.outputs['say.nothing'] ]"}
    strategy: {runOnce: {deploy: {steps: [{bash: w $(gone)}]}}}
`
	file, _, _ := read(t, "azure-pipelines.yml", text, nil)
	p := NewProvider(file, nil)
	words := func(job, step int) []string {
		got := []string{}
		for _, command := range file.Pipeline.Jobs[job].Steps[step].Script.Commands {
			if command.Name != "w" {
				continue
			}
			for i := range command.Args {
				operand := pipeline.Operand{Text: command.Args[i].Text, Word: &command.Args[i]}
				for _, v := range p.Operand(flow.Branches{}.RunOf(flow.Main), &pipeline.Activity{Job: job, Step: step}, operand) {
					got = append(got, v.String())
				}
			}
		}
		return got
	}
	for _, test := range []struct {
		name      string
		job, step int
		want      string
	}{
		{"macros, variables of the environment and what only the shell knows", 0, 1, "p <sha> app p p2 <unknown> $PLAIN <unknown> <run-number> a<unknown>"},
		{"an output of another stage", 1, 0, "<run-number>"},
		{"an output that nothing sets", 2, 0, "<the output say.nothing>"},
	} {
		if got := fmt.Sprint(strings.Join(words(test.job, test.step), " ")); got != test.want {
			t.Errorf("%s\ngot  %s\nwant %s", test.name, got, test.want)
		}
	}
}
