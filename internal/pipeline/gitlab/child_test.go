package gitlab

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"guard/internal/pipeline"
	"guard/internal/pipeline/flow"
)

var downstream = map[string]string{
	"ci/deploy.yml": `
stages: [check, ship]
check: {stage: check, script: [make check]}
ship: {stage: ship, script: [./deploy $IMAGE $TARGET], environment: production, rules: [{if: $CI_PIPELINE_SOURCE == "parent_pipeline" && $TARGET == "live"}]}
other: {stage: ship, script: [x], rules: [{if: $CI_PIPELINE_SOURCE == "push"}]}
`,
	"ci/tags.yml":   "workflow: {rules: [{if: $CI_COMMIT_TAG}]}\nship: {script: [x]}",
	"ci/nested.yml": "down: {trigger: {include: ci/tags.yml}}",
	"ci/loop.yml":   "down: {trigger: {include: ci/loop.yml}}",
	"ci/gated.yml":  "gate: {stage: build, script: [x], when: manual, allow_failure: false}\nship: {stage: deploy, script: [x]}",
}

// familyOf plays a push to the default branch through: every job with what its
// failure keeps from starting.
func familyOf(t *testing.T, text string, run flow.Run) (*File, []string) {
	t.Helper()
	file := open(t, ".gitlab-ci.yml", text, downstream)
	provider := NewRuns(file, flow.Branches{})
	var activities []pipeline.Activity
	for i, job := range file.Whole.Jobs {
		activities = append(activities, pipeline.Activity{Kind: pipeline.Test, Job: i, Step: -1, Command: -1, Path: job.Path})
		activities = append(activities, pipeline.Activity{Kind: pipeline.Deploy, Job: i, Step: -1, Command: -1, Path: job.Path})
	}
	flow.Analyse(file.Whole, provider, activities, flow.Options{})
	var lines []string
	for _, r := range file.Whole.Runs {
		if r.ID != run.ID() {
			continue
		}
		for _, job := range r.Jobs {
			lines = append(lines, fmt.Sprintf("%s %s", job.Job, job.Runs))
		}
	}
	return file, lines
}

func pushOf(s flow.Situation) flow.Run {
	run := flow.Branches{}.RunOf(s)
	run.Event = eventPush
	return run
}

func TestFamily_WhichJobsOfAStartedPipelineRun(t *testing.T) {
	for _, test := range []struct{ name, text, want string }{
		{"its jobs run behind the job that starts it",
			"variables: {TARGET: live}\ntest: {stage: test, script: [x]}\ndown: {stage: deploy, trigger: {include: ci/deploy.yml}}", "test yes, down yes, check yes, ship yes"},
		{"variables of the job", "down: {variables: {TARGET: none}, trigger: {include: ci/deploy.yml}}", "down yes, check yes"},
		{"variables of the file that are not handed over", "variables: {TARGET: live}\ndown: {inherit: {variables: false}, variables: {TARGET: x}, trigger: {include: ci/deploy.yml}}", "down yes, check yes"},
		{"no variables are forwarded", "variables: {TARGET: live}\ndown: {trigger: {include: ci/deploy.yml, forward: {yaml_variables: false}}}", "down yes, check yes, ship unknown"},
		{"a list of files", "down: {trigger: {include: [{local: ci/tags.yml}, {local: ci/deploy.yml}]}}", "down yes"},
		{"a pipeline that starts another", "down: {trigger: {include: ci/nested.yml}}", "down yes, down yes"},
		{"a job that does not run", "a: {script: [x]}\ndown: {rules: [{if: $CI_COMMIT_TAG}], trigger: {include: ci/deploy.yml}}", "a yes"},
	} {
		t.Run(test.name, func(t *testing.T) {
			file, got := familyOf(t, test.text, pushOf(flow.Main))
			if text := strings.Join(got, ", "); text != test.want || len(file.Pipeline.Incomplete) > 0 {
				t.Errorf("got %s %v, want %s", text, file.Pipeline.Incomplete, test.want)
			}
		})
	}
}

func TestFamily_WhatWaitsForWhat(t *testing.T) {
	const text = "stages: [a, b, c]\nfirst: {stage: a, script: [x]}\ndown: {stage: b, trigger: {include: ci/gated.yml%s}}\nlast: {stage: c, script: [x]}"
	for _, test := range []struct {
		name, strategy, failing string
		played                  bool
		want                    string
	}{
		{"nobody waits for a pipeline that is only started", "", "", false, "first yes, down yes, gate yes, ship yes, last yes"},
		{"its failure is nobody's", "", "gate", true, "first yes, down yes, gate yes, ship no, last yes"},
		{"a job that waits fails with it", ", strategy: depend", "gate", true, "first yes, down yes, gate yes, ship no, last no"},
		{"also by its last job", ", strategy: mirror", "ship", true, "first yes, down yes, gate yes, ship yes, last no"},
		{"what stands before the job stands before the pipeline", "", "first", true, "first yes, down no, gate no, ship no, last no"},
		{"a job that waits and may fail", ", strategy: depend}, allow_failure: true, x: {", "ship", true, "first yes, down yes, gate yes, ship yes, last yes"},
	} {
		t.Run(test.name, func(t *testing.T) {
			file := open(t, ".gitlab-ci.yml", fmt.Sprintf(text, test.strategy), downstream)
			p := NewRuns(file, flow.Branches{})
			if got := outcomesOf(p, file.Whole.Jobs, pushOf(flow.Main), test.failing); got != test.want {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
		})
	}
}

// outcomesOf plays a run through in which one job fails.
func outcomesOf(p flow.Provider, jobs []pipeline.Job, run flow.Run, failing string) string {
	state, done := make(flow.State, len(jobs)), make([]bool, len(jobs))
	var visit func(int)
	visit = func(i int) {
		if done[i] {
			return
		}
		done[i] = true
		for _, before := range p.Before(i) {
			visit(before)
		}
		state[i].Runs = p.Job(run, i, state)
		state[i].Failed = jobs[i].ID == failing && !state[i].Runs.IsNo()
	}
	lines := map[string]string{}
	for i := range jobs {
		visit(i)
		lines[jobs[i].ID] = jobs[i].ID + " " + state[i].Runs.Truth.String()
	}
	var all []string
	for _, id := range []string{"first", "down", "gate", "ship", "last"} {
		all = append(all, lines[id])
	}
	return strings.Join(all, ", ")
}

func TestFamily_ApprovalsAndTests(t *testing.T) {
	const text = "stages: [test, deploy, last]\ntest: {stage: test, script: [make test]}\ndown: {stage: deploy, %strigger: {include: ci/gated.yml%s}}\nlast: {stage: last, script: [x]}"
	for _, test := range []struct{ name, job, strategy, want string }{
		{"a job that somebody plays", "when: manual, allow_failure: false, ", "", "ship yes, last yes"},
		{"a job of the pipeline that somebody plays", "", "", "ship yes, last no"},
		{"such a job of a pipeline that is waited for", "", ", strategy: depend", "ship yes, last yes"},
	} {
		t.Run(test.name, func(t *testing.T) {
			file := open(t, ".gitlab-ci.yml", fmt.Sprintf(text, test.job, test.strategy), downstream)
			var activities []pipeline.Activity
			for i, job := range file.Whole.Jobs {
				kind := map[string]pipeline.ActivityKind{"test": pipeline.Test, "ship": pipeline.Deploy, "last": pipeline.Deploy}[job.ID]
				activities = append(activities, pipeline.Activity{Kind: kind, Job: i, Step: -1, Command: -1, Path: job.Path})
			}
			flow.Analyse(file.Whole, NewRuns(file, flow.Branches{}), activities, flow.Options{})
			file.Adopt()
			got := map[string]string{}
			for _, deploy := range file.Pipeline.Deploys {
				for _, reach := range deploy.Runs {
					if reach.Situation == string(flow.Main) {
						id := file.Pipeline.Jobs[activities[deploy.Activity].Job].ID
						got[id] = id + " " + reach.After.Approval.Holds
						if reach.After.Test.Holds != "yes" {
							t.Errorf("%s: a test before it: %v", id, reach.After.Test)
						}
					}
				}
			}
			if text := got["ship"] + ", " + got["last"]; text != test.want {
				t.Errorf("approvals: got %s, want %s", text, test.want)
			}
		})
	}
}

func TestOpen_StartedPipelinesThatAreNotPlayed(t *testing.T) {
	for _, test := range []struct{ name, text, want string }{
		{"another project's", "down: {trigger: {include: [{project: a/b, file: c.yml}]}}", `down.trigger.include[0].project: the included project "a/b" was not read`},
		{"in part another project's", "down: {trigger: {include: [{local: ci/tags.yml}, {project: a/b, file: c.yml}]}}",
			`down.trigger.include[1].project: the included project "a/b" was not read, down.trigger.include[0].local: the pipeline of "ci/tags.yml", which a job starts, was not played through: not all of its files are of this project`},
		{"an artifact", "a: {script: [x]}\ndown: {trigger: {include: [{artifact: c.yml, job: a}]}}",
			`down.trigger.include[0].artifact: the pipeline of "c.yml", which a job starts, was not played through: another job makes its file`},
		{"a file that is not there", "down: {trigger: {include: c.yml}}",
			`down.trigger.include: the included local "c.yml" was not read: there is no such file, down.trigger.include: the pipeline of "c.yml", which a job starts, was not played through: it was not read`},
		{"a matrix", "down: {parallel: {matrix: [{A: [b, c]}]}, trigger: {include: ci/tags.yml}}",
			`down.trigger.include: the pipeline of "ci/tags.yml", which a job starts, was not played through: a matrix multiplies it`},
		{"without end", "down: {trigger: {include: ci/loop.yml}}",
			`down.trigger.include: the pipeline of "ci/loop.yml", which a job starts, was not played through: pipelines start each other more than 2 deep`},
	} {
		t.Run(test.name, func(t *testing.T) {
			var got []string
			for _, problem := range open(t, ".gitlab-ci.yml", test.text, downstream).Pipeline.Incomplete {
				got = append(got, problem.Path.String()+": "+problem.Message)
			}
			if diff := cmp.Diff(test.want, strings.Join(got, ", ")); diff != "" {
				t.Error(diff)
			}
		})
	}
}
