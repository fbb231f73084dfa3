package gitlab

import (
	"fmt"
	"io/fs"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"guard/internal/pipeline/flow"
	"guard/internal/pipeline/logic"
	"guard/internal/tree"
)

// open reads a text as the pipeline of a project with some files.
func open(t testing.TB, file, text string, files map[string]string) *File {
	t.Helper()
	parts := tree.ParseYAML(text)
	if len(parts) == 0 || parts[0].Err != nil {
		t.Fatalf("the test's text is no YAML: %v\n%s", parts, text)
	}
	return Open(tree.NewSource(file, text), parts[0].Root, Options{Lookup: func(path string) ([]byte, error) {
		if text, ok := files[path]; ok {
			return []byte(text), nil
		}
		return nil, fs.ErrNotExist
	}, Repository: "acme/shop"})
}

func provider(t testing.TB, text string) *Provider {
	t.Helper()
	return NewProvider(open(t, ".gitlab-ci.yml", text, map[string]string{"Dockerfile": ""}), flow.Branches{})
}

// play works out which jobs run, each given those before it; some are said to
// fail or not to run.
func play(p *Provider, run flow.Run, failing, skipped string) flow.State {
	state := make(flow.State, len(p.file.Pipeline.Jobs))
	done := make([]bool, len(state))
	var visit func(int)
	visit = func(i int) {
		if done[i] {
			return
		}
		done[i] = true
		for _, before := range p.Before(i) {
			visit(before)
		}
		id := p.file.Pipeline.Jobs[i].ID
		state[i].Runs = p.Job(run, i, state)
		state[i].Failed = id == failing && !state[i].Runs.IsNo()
		if id == skipped {
			state[i] = flow.Outcome{Runs: logic.No}
		}
	}
	for i, job := range p.file.Pipeline.Jobs {
		if job.Hidden {
			state[i].Runs = logic.No
			done[i] = true
		}
	}
	for i := range state {
		visit(i)
	}
	return state
}

func indexOf(t testing.TB, p *Provider, id string) int {
	t.Helper()
	for i, job := range p.file.Pipeline.Jobs {
		if job.ID == id {
			return i
		}
	}
	t.Fatalf("there is no job %q", id)
	return -1
}

// table writes whether each situation starts a pipeline that runs job a:
// "fork yes", left out where it does not.
func table(t testing.TB, p *Provider) string {
	t.Helper()
	a := indexOf(t, p, "a")
	var lines []string
	for _, situation := range flow.Situations {
		for _, start := range p.Starts(flow.Branches{}.RunOf(situation)) {
			answer := logic.And(start.Answer, play(p, start.Run, "", "")[a].Runs)
			if answer.IsUnknown() && answer.Reason == "" {
				t.Errorf("%s is unknown without a reason", start.Run.ID())
			}
			if !answer.IsNo() {
				mark := map[logic.Truth]string{logic.True: "", logic.Unknown: "?"}[answer.Truth]
				lines = append(lines, start.Run.ID()+mark)
			}
		}
	}
	return strings.Join(lines, " ")
}

const (
	// pushes are the runs of branches and tags, in which a job without rules
	// is; merge requests show the pipeline of their branch then.
	pushes    = "pull-request-push feature develop main hotfix tag schedule manual"
	mergeOnly = "fork pull-request merge-queue"
	always    = "fork pull-request feature develop main hotfix tag schedule manual merge-queue"
)

func TestProvider_WhichPipelinesAJobIsIn(t *testing.T) {
	const mr = `$CI_PIPELINE_SOURCE == "merge_request_event"`
	for _, test := range []struct{ name, job, want string }{
		{"without rules a job is in those of branches and tags", ``, pushes},
		{"only: branches", `only: [branches]`, "pull-request-push feature develop main hotfix schedule manual"},
		{"only: tags", `only: [tags]`, "tag"},
		{"only: a name", `only: [main]`, "main schedule manual"},
		{"only: one name without a list", `only: main`, "main schedule manual"},
		{"only: a pattern", `only: [/^feature\//]`, "pull-request-push feature"},
		{"only: a pattern that matches tags, too", `only: [/^v/]`, "tag"},
		{"only: a pattern without regard to case", `only: [/^FEATURE/i]`, "pull-request-push feature"},
		{"only: a pattern that RE2 has not", `only: ['/^(?!main)/']`, "pull-request-push? feature? develop? main? hotfix? tag? schedule? manual?"},
		{"only: merge_requests", `only: [merge_requests]`, mergeOnly},
		{"only: merge requests and a branch", `only: [merge_requests, main]`, "fork pull-request main schedule manual merge-queue"},
		{"only: schedules", `only: [schedules]`, "schedule"},
		{"only: web", `only: [web]`, "manual"},
		{"only: pushes", `only: [pushes]`, "pull-request-push feature develop main hotfix tag"},
		{"only: what starts none of these", `only: [triggers, api, pipelines, chat, external]`, ""},
		{"only: a branch of the project", `only: [main@acme/shop]`, "main schedule manual"},
		{"only: a branch of another project", `only: [main@acme/blog]`, ""},
		{"except: tags", `except: [tags]`, "pull-request-push feature develop main hotfix schedule manual"},
		{"except: schedules and web", `except: [schedules, web]`, "pull-request-push feature develop main hotfix tag"},
		{"except: a branch", `except: [main]`, "pull-request-push feature develop hotfix tag"},
		{"except: branches", `except: [branches]`, "tag"},
		{"only: and except:", `{only: [branches], except: [main, schedules]}`, "pull-request-push feature develop hotfix"},
		{"only: refs:", `only: {refs: [main, tags]}`, "main tag schedule manual"},
		{"only: variables: beside the usual refs", `only: {variables: [$CI_COMMIT_TAG]}`, "tag"},
		{"only: refs: and variables: both", `only: {refs: [branches], variables: ['$CI_COMMIT_BRANCH == "develop"']}`, "develop"},
		{"only: one of several variables", `only: {variables: [$CI_COMMIT_TAG, '$CI_COMMIT_BRANCH == "main"']}`, "main tag schedule manual"},
		{"only: a setting", `only: {refs: [main], variables: [$DEPLOY]}`, "main? schedule? manual?"},
		{"only: changes:", `only: {changes: [src/**]}`, "pull-request-push? feature? develop? main? hotfix? tag schedule manual"},
		{"only: kubernetes:", `only: {refs: [main], kubernetes: active}`, "main? schedule? manual?"},
		{"except: variables:", `except: {variables: [$CI_COMMIT_TAG]}`, "pull-request-push feature develop main hotfix schedule manual"},
		{"except: a part of the map", `except: {refs: [tags], variables: ['$CI_COMMIT_BRANCH == "main"']}`, "pull-request-push feature develop hotfix"},

		{"a rule for merge requests", `rules: [{if: '` + mr + `'}]`, mergeOnly},
		{"a rule for the default branch", `rules: [{if: $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH}]`, "main schedule manual"},
		{"a rule for pushes to the default branch", `rules: [{if: '$CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH && $CI_PIPELINE_SOURCE == "push"'}]`, "main"},
		{"a rule for tags", `rules: [{if: $CI_COMMIT_TAG}]`, "tag"},
		{"a rule for releases", `rules: [{if: '$CI_COMMIT_TAG =~ /^v\d+\.\d+\.\d+$/'}]`, "tag"},
		{"a rule for other tags", `rules: [{if: '$CI_COMMIT_TAG =~ /^rc-/'}]`, ""},
		{"a rule for branches", `rules: [{if: $CI_COMMIT_BRANCH}]`, "pull-request-push feature develop main hotfix schedule manual"},
		{"a rule for schedules", `rules: [{if: '$CI_PIPELINE_SOURCE == "schedule"'}]`, "schedule"},
		{"a rule for web", `rules: [{if: '$CI_PIPELINE_SOURCE == "web"'}]`, "manual"},
		{"a rule for merge trains", `rules: [{if: '$CI_MERGE_REQUEST_EVENT_TYPE == "merge_train"'}]`, "merge-queue"},
		{"a rule for results of merges", `rules: [{if: '$CI_MERGE_REQUEST_EVENT_TYPE == "merged_result"'}]`, "fork? pull-request?"},
		{"a rule for the target of a merge request", `rules: [{if: '$CI_MERGE_REQUEST_TARGET_BRANCH_NAME == "main"'}]`, mergeOnly},
		{"a rule for the source of a merge request", `rules: [{if: '$CI_MERGE_REQUEST_SOURCE_BRANCH_NAME =~ /^hotfix/'}]`, ""},
		{"a rule for merge requests that are no forks'", `rules: [{if: '$CI_MERGE_REQUEST_SOURCE_PROJECT_PATH == $CI_MERGE_REQUEST_PROJECT_PATH'}]`, "pull-request feature develop main hotfix tag schedule manual merge-queue"},
		{"a merge request's number", `rules: [{if: $CI_MERGE_REQUEST_IID}]`, mergeOnly},
		{"never, then always", `rules: [{if: $CI_COMMIT_TAG, when: never}, {when: always}]`, "fork pull-request feature develop main hotfix schedule manual merge-queue"},
		{"no rule holds", `rules: [{if: '$CI_COMMIT_BRANCH == "other"'}]`, ""},
		{"no rules at all", `rules: []`, ""},
		{"a rule without a condition", `rules: [{when: on_success}]`, always},
		{"never", `rules: [{when: never}]`, ""},
		{"a manual rule", `rules: [{if: $CI_COMMIT_TAG, when: manual}]`, "tag"},
		{"a delayed rule", `rules: [{if: $CI_COMMIT_TAG, when: delayed, start_in: 1 hour}]`, "tag"},
		{"changes:", `rules: [{changes: [src/**]}]`, "fork? pull-request? pull-request-push? feature? develop? main? hotfix? tag schedule manual merge-queue?"},
		{"changes: paths:", `rules: [{if: $CI_COMMIT_BRANCH, changes: {paths: [src/**]}}]`, "pull-request-push? feature? develop? main? hotfix? schedule manual"},
		{"changes: compare_to:", `rules: [{if: $CI_COMMIT_TAG, changes: {paths: [src/**], compare_to: main}}]`, "tag?"},
		{"changes: of any file", `rules: [{changes: ['**/*']}]`, always},
		{"exists: a file that is there", `rules: [{exists: [Dockerfile]}]`, always},
		{"exists: a file that is not", `rules: [{exists: [Chart.yaml]}]`, ""},
		{"exists: one of two", `rules: [{exists: [Chart.yaml, ./Dockerfile]}]`, always},
		{"exists: paths:", `rules: [{exists: {paths: [Dockerfile]}}]`, always},
		{"exists: a pattern", `rules: [{if: $CI_COMMIT_TAG, exists: ['**/Dockerfile']}]`, "tag?"},
		{"exists: in another project", `rules: [{if: $CI_COMMIT_TAG, exists: {paths: [Dockerfile], project: acme/blog}}]`, "tag?"},
		{"a setting", `rules: [{if: '$DEPLOY == "yes" && $CI_COMMIT_TAG'}]`, "tag?"},
		{"a setting that keeps it out", `rules: [{if: $SKIP, when: never}, {if: $CI_COMMIT_TAG}]`, "tag?"},
		{"whether the branch is protected", `rules: [{if: '$CI_COMMIT_REF_PROTECTED == "true" && $CI_COMMIT_TAG'}]`, "tag?"},
		{"either of two settings", `rules: [{if: $ONE}, {if: $TWO}, {when: on_success}]`, always},
		{"an unknown rule in front of never", `rules: [{if: '$ONE && $CI_COMMIT_TAG'}, {when: never}]`, "tag?"},
		{"a variable of the job", `{variables: {GO: "1"}, rules: [{if: '$GO == "1" && $CI_COMMIT_TAG'}]}`, "tag"},
		{"a condition that cannot be read", `rules: [{if: '!$CI_COMMIT_TAG'}]`, "fork? pull-request? pull-request-push? feature? develop? main? hotfix? tag? schedule? manual? merge-queue?"},
		{"rules from another job", `rules: [!reference [.tags, rules]]`, "tag"},
		{"rules from a base", `extends: .tags`, "tag"},
		{"rules from another job and more", `rules: [!reference [.tags, rules], {if: $CI_COMMIT_BRANCH == "develop"}]`, "develop tag"},
		{"open merge requests", `rules: [{if: $CI_COMMIT_BRANCH && $CI_OPEN_MERGE_REQUESTS}]`, "pull-request-push"},
		{"an input in a condition", `rules: [{if: '"$[[ inputs.on ]]" == "yes" && $CI_COMMIT_TAG'}]`, "tag?"},
		{"an input that says when", `rules: [{if: $CI_COMMIT_TAG, when: '$[[ inputs.when ]]'}]`, "tag?"},
		{"slug", `rules: [{if: $CI_COMMIT_REF_SLUG == "feature-x"}]`, "fork pull-request feature merge-queue"},
	} {
		t.Run(test.name, func(t *testing.T) {
			text := ".tags: {rules: [{if: $CI_COMMIT_TAG}]}\na:\n  script: [x]\n"
			for _, key := range keysOf(t, test.job) {
				text += "  " + key + "\n"
			}
			if diff := cmp.Diff(test.want, table(t, provider(t, text))); diff != "" {
				t.Errorf("%s\n%s", text, diff)
			}
		})
	}
}

// keysOf are the lines of a job: one, or the members of a map in braces.
func keysOf(t testing.TB, job string) []string {
	if !strings.HasPrefix(job, "{") {
		return []string{job}
	}
	parts := tree.ParseYAML(job)
	if parts[0].Err != nil {
		t.Fatal(parts[0].Err)
	}
	var lines []string
	for _, m := range parts[0].Root.Members {
		value, err := m.Value.MarshalJSON()
		if err != nil {
			t.Fatal(err)
		}
		lines = append(lines, fmt.Sprintf("%s: %s", m.Key.Text, value))
	}
	return lines
}

func TestProvider_RulesOfThePipeline(t *testing.T) {
	const branchOrMerge = `{if: '$CI_PIPELINE_SOURCE == "merge_request_event"'}, {if: $CI_COMMIT_BRANCH && $CI_OPEN_MERGE_REQUESTS, when: never}, {if: $CI_COMMIT_BRANCH}`
	for _, test := range []struct{ name, text, want string }{
		{"branches or merge requests, never both", "workflow: {rules: [" + branchOrMerge + "]}", "fork pull-request feature develop main hotfix schedule manual merge-queue"},
		{"tags only", "workflow: {rules: [{if: $CI_COMMIT_TAG}]}", "tag"},
		{"all but tags", "workflow: {rules: [{if: $CI_COMMIT_TAG, when: never}, {when: always}]}", "fork pull-request feature develop main hotfix schedule manual merge-queue"},
		{"with rules of the pipeline, jobs without rules are in all", "workflow: {rules: [{when: always}]}", always},
		{"a name alone is no rule", "workflow: {name: x}", pushes},
		{"no rule holds", "workflow: {rules: [{if: $CI_COMMIT_BRANCH == 'none'}]}", ""},
		{"a setting", "workflow: {rules: [{if: $RUN}]}", "fork? pull-request? pull-request-push? feature? develop? main? hotfix? tag? schedule? manual? merge-queue?"},
		{"an included file that was not read", "include: [{project: acme/ci, file: x.yml}]", "pull-request-push? feature? develop? main? hotfix? tag? schedule? manual?"},
		{"a template of a single job", "include: [{template: Security/SAST.gitlab-ci.yml}]", pushes},
		{"a variable of the file", "variables: {RUN: 'yes'}\nworkflow: {rules: [{if: $RUN == 'yes' && $CI_COMMIT_TAG}]}", "tag"},
		{"a variable that a person may set", "variables: {RUN: {value: 'no', description: Whether}}\nworkflow: {rules: [{if: $RUN == 'yes'}]}", "manual?"},
		{"a variable that holds another", "variables: {ON: 'yes', RUN: $ON}\nworkflow: {rules: [{if: $RUN == 'yes' && $CI_COMMIT_TAG}]}", "tag?"},
		{"a variable with a dollar sign of its own", "variables: {RUN: {value: $ON, expand: false}}\nworkflow: {rules: [{if: $RUN == '$ON' && $CI_COMMIT_TAG}]}", "tag"},
	} {
		t.Run(test.name, func(t *testing.T) {
			text := test.text + "\na: {script: [x]}\n"
			if diff := cmp.Diff(test.want, table(t, provider(t, text))); diff != "" {
				t.Errorf("%s\n%s", text, diff)
			}
		})
	}
}

func TestProvider_VariablesOfThePipelinesRulesDecideOverJobs(t *testing.T) {
	const text = `
workflow:
  rules:
    - if: $CI_COMMIT_TAG
      variables: {RELEASE: "yes"}
    - when: always
variables: {RELEASE: "no"}
a: {script: [x], rules: [{if: $RELEASE == "yes"}]}
b: {script: [x]}
`
	if got := table(t, provider(t, text)); got != "tag" {
		t.Errorf("got %q, want it in the pipelines of tags", got)
	}
}

func TestProvider_NoPipelineWithoutJobs(t *testing.T) {
	for _, test := range []struct{ name, text, want string }{
		{"no job is in it", "a: {script: [x], only: [tags]}", "tag"},
		{"only jobs before and behind all stages are", "a: {script: [x], stage: .pre}\nb: {script: [x], only: [tags]}", "tag"},
		{"a job needs one that is not in it", "a: {script: [x], stage: deploy, needs: [b]}\nb: {script: [x], only: [tags]}", "tag"},
		{"a job may do without one", "a: {script: [x], stage: deploy, needs: [{job: b, optional: true}]}\nb: {script: [x], only: [tags]}", pushes},
		{"a job needs one of which that is not known", "a: {script: [x], stage: deploy, only: [tags], needs: [b]}\nb: {script: [x], rules: [{if: $B}]}", "tag?"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, table(t, provider(t, test.text))); diff != "" {
				t.Errorf("%s\n%s", test.text, diff)
			}
		})
	}
}

func TestProvider_WhatGoesOnBehindOtherJobs(t *testing.T) {
	for _, test := range []struct{ name, text, failing, skipped, want string }{
		{"all goes well", "b: {script: [x], stage: build}\na: {script: [x]}", "", "", "yes"},
		{"an earlier stage fails", "b: {script: [x], stage: build}\na: {script: [x]}", "b", "", "no"},
		{"a job of the same stage fails", "b: {script: [x]}\na: {script: [x]}", "b", "", "yes"},
		{"a later stage fails", "b: {script: [x], stage: deploy}\na: {script: [x]}", "b", "", "yes"},
		{"two stages before fails", "b: {script: [x], stage: .pre}\na: {script: [x], stage: .post}", "b", "", "no"},
		{"stages of the file", "stages: [test, build]\nb: {script: [x], stage: test}\na: {script: [x], stage: build}", "b", "", "no"},
		{"the usual stages the other way round", "stages: [test, build]\nb: {script: [x], stage: build}\na: {script: [x], stage: test}", "b", "", "yes"},
		{"it was allowed to fail", "b: {script: [x], stage: build, allow_failure: true}\na: {script: [x]}", "b", "", "yes"},
		{"it was allowed to fail in some ways", "b: {script: [x], stage: build, allow_failure: {exit_codes: 3}}\na: {script: [x]}", "b", "", "unknown"},
		{"its rule allows it to fail", "b: {script: [x], stage: build, rules: [{if: $CI_COMMIT_BRANCH, allow_failure: true}]}\na: {script: [x]}", "b", "", "yes"},
		{"another rule allows it to fail", "b: {script: [x], stage: build, rules: [{if: $CI_COMMIT_TAG, allow_failure: true}, {when: on_success}]}\na: {script: [x]}", "b", "", "no"},
		{"needs that go well", "b: {script: [x], stage: build}\nc: {script: [x], stage: build}\na: {script: [x], needs: [b]}", "c", "", "yes"},
		{"needs that fail", "b: {script: [x], stage: build}\na: {script: [x], needs: [b]}", "b", "", "no"},
		{"needs that may fail", "b: {script: [x], stage: build, allow_failure: true}\na: {script: [x], needs: [b]}", "b", "", "yes"},
		{"no needs", "b: {script: [x], stage: build}\na: {script: [x], needs: []}", "b", "", "yes"},
		{"needs of a chain", "c: {script: [x], stage: .pre}\nb: {script: [x], stage: build, needs: [c]}\na: {script: [x], needs: [b]}", "c", "", "no"},
		{"needs that are optional and fail", "b: {script: [x], stage: build}\na: {script: [x], needs: [{job: b, optional: true}]}", "b", "", "no"},
		{"needs of one part", "b: {script: [x], stage: build, parallel: {matrix: [{OS: [one, two]}]}}\na: {script: [x], needs: ['b: [one]']}", "b", "", "no"},
		{"needs of the same stage", "b: {script: [x]}\na: {script: [x], needs: [b]}", "b", "", "no"},
		{"needs by a rule", "c: {script: [x], stage: build}\nb: {script: [x], stage: build}\na: {script: [x], rules: [{if: $CI_COMMIT_BRANCH, needs: [b]}]}", "c", "", "yes"},
		{"needs by a rule that fail", "b: {script: [x], stage: build}\na: {script: [x], rules: [{if: $CI_COMMIT_BRANCH, needs: [b]}]}", "b", "", "no"},
		{"needs that are skipped", "b: {script: [x], stage: build}\na: {script: [x], needs: [b]}", "", "b", "no"},
		{"a stage is skipped", "b: {script: [x], stage: build}\na: {script: [x]}", "", "b", "yes"},
		{"on_failure where nothing fails", "b: {script: [x], stage: build}\na: {script: [x], when: on_failure}", "", "", "no"},
		{"on_failure where something fails", "b: {script: [x], stage: build}\na: {script: [x], when: on_failure}", "b", "", "yes"},
		{"on_failure where something fails that may", "b: {script: [x], stage: build, allow_failure: true}\na: {script: [x], when: on_failure}", "b", "", "no"},
		{"on_failure of a need", "b: {script: [x], stage: build}\na: {script: [x], when: on_failure, needs: [b]}", "b", "", "yes"},
		{"on_failure without anything before", "a: {script: [x], when: on_failure}", "", "", "no"},
		{"always where something fails", "b: {script: [x], stage: build}\na: {script: [x], when: always}", "b", "", "yes"},
		{"always where a need fails", "b: {script: [x], stage: build}\na: {script: [x], when: always, needs: [b]}", "b", "", "yes"},
		{"a manual job behind a failure", "b: {script: [x], stage: build}\na: {script: [x], when: manual}", "b", "", "no"},
		{"behind a manual job that is not played", "b: {script: [x], stage: build, when: manual}\na: {script: [x]}", "", "b", "yes"},
		{"behind a manual job that fails", "b: {script: [x], stage: build, when: manual}\na: {script: [x]}", "b", "", "yes"},
		{"behind a blocking manual job that is not played", "b: {script: [x], stage: build, when: manual, allow_failure: false}\na: {script: [x]}", "", "b", "no"},
		{"behind a blocking manual job that is played", "b: {script: [x], stage: build, when: manual, allow_failure: false}\na: {script: [x]}", "", "", "yes"},
		{"behind a manual rule, which blocks", "b: {script: [x], stage: build, rules: [{when: manual}]}\na: {script: [x]}", "", "b", "no"},
		{"behind a manual rule that does not block", "b: {script: [x], stage: build, rules: [{when: manual, allow_failure: true}]}\na: {script: [x]}", "", "b", "yes"},
		{"behind a manual job with rules, which does not block", "b: {script: [x], stage: build, when: manual, rules: [{if: $CI_COMMIT_BRANCH}]}\na: {script: [x]}", "", "b", "yes"},
		{"always waits for a blocking manual job, too", "b: {script: [x], stage: build, when: manual, allow_failure: false}\na: {script: [x], when: always}", "", "b", "no"},
		{"needs of a manual job that is not played", "b: {script: [x], stage: build, when: manual}\na: {script: [x], needs: [b]}", "", "b", "no"},
		{"needs of something else than the manual job", "b: {script: [x], stage: build, when: manual, allow_failure: false}\nc: {script: [x], stage: build}\na: {script: [x], needs: [c]}", "", "b", "yes"},
		{"a failure in front of a blocking manual job", "c: {script: [x], stage: .pre}\nb: {script: [x], stage: build, when: manual, allow_failure: false}\na: {script: [x], when: always}", "c", "", "yes"},
		{"a stage that nobody knows", "stages: [build]\nb: {script: [x], stage: build}\na: {script: [x], stage: other}", "", "", "unknown"},
		{"needs of a job of another file", "include: [{template: Security/SAST.gitlab-ci.yml}]\na: {script: [x], needs: [sast]}", "", "", "unknown"},
		{"needs of nothing", "b: {script: [x], stage: build}\na: {script: [x], needs: [c]}", "", "", "no"},
		{"needs in a circle end", "b: {script: [x], needs: [a]}\na: {script: [x], needs: [b]}", "", "", "yes"},
		{"a job of which a base is not known", "include: [{template: Security/SAST.gitlab-ci.yml}]\na: {extends: .sast, script: [x]}", "", "", "unknown"},
	} {
		t.Run(test.name, func(t *testing.T) {
			p := provider(t, test.text)
			run := flow.Run{Situation: flow.Feature, Event: eventPush, Branch: "feature/x"}
			got := play(p, run, test.failing, test.skipped)[indexOf(t, p, "a")].Runs
			if got.Truth.String() != test.want {
				t.Errorf("%s\ngot %s (%s), want %s", test.text, got.Truth, got.Reason, test.want)
			}
			if got.IsUnknown() && got.Reason == "" {
				t.Error("unknown without a reason")
			}
		})
	}
}

func TestProvider_Gates(t *testing.T) {
	for _, test := range []struct{ name, job, want string }{
		{"none", "{script: [x]}", "false no"},
		{"a manual job does not block", "{script: [x], when: manual}", "true no"},
		{"one that must not fail blocks", "{script: [x], when: manual, allow_failure: false}", "true yes"},
		{"a manual rule blocks", "{script: [x], rules: [{if: $CI_COMMIT_TAG, when: manual}]}", "true yes"},
		{"a manual rule that may fail does not", "{script: [x], rules: [{if: $CI_COMMIT_TAG, when: manual, allow_failure: true}]}", "true no"},
		{"a manual rule for other pipelines", "{script: [x], rules: [{if: $CI_COMMIT_BRANCH, when: manual}, {when: on_success}]}", "false no"},
		{"a manual rule of which nobody knows", "{script: [x], rules: [{if: $ASK, when: manual}, {when: on_success}]}", "false unknown"},
		{"a manual rule or not at all", "{script: [x], rules: [{if: $ASK, when: manual}]}", "true yes"},
		{"manual by the job, not by its rule", "{script: [x], when: manual, rules: [{if: $CI_COMMIT_TAG}]}", "true no"},
	} {
		t.Run(test.name, func(t *testing.T) {
			p := provider(t, "a: "+test.job)
			gate := p.Gate(flow.Run{Situation: flow.Tag, Event: eventPush, Tag: "v1.2.3"}, 0)
			if got := fmt.Sprintf("%v %s", gate.Manual, gate.Blocks.Truth); got != test.want {
				t.Errorf("got %s, want %s", got, test.want)
			}
		})
	}
}

func TestProvider_ScriptsThatFail(t *testing.T) {
	p := provider(t, "a: {before_script: [x], script: [y], after_script: [z]}")
	for step, want := range []string{"no no", "no no", "yes yes"} {
		at := flow.Place{Job: 0, Step: step}
		got := p.Step(flow.Run{}, at, true).Truth.String() + " " + p.Tolerated(flow.Run{}, at).Truth.String()
		if got != want {
			t.Errorf("step %d: runs behind a failure and may fail: got %s, want %s", step, got, want)
		}
	}
}

func TestProvider_OtherEvents(t *testing.T) {
	const text = `
a: {script: [x], rules: [{if: $CI_PIPELINE_SOURCE == "trigger"}, {if: $CI_PIPELINE_SOURCE == 'parent_pipeline', when: never}]}
b: {script: [x], only: [api, chat@acme/blog]}
`
	var got []string
	for _, start := range provider(t, text).Others(flow.Branches{}) {
		got = append(got, start.Run.ID()+" "+start.Answer.Truth.String())
	}
	if diff := cmp.Diff([]string{"other-trigger yes", "other-api yes"}, got); diff != "" {
		t.Error(diff)
	}
}

func TestProvider_OtherBranchesAndTags(t *testing.T) {
	many := ""
	for i := range 10 {
		many += fmt.Sprintf("{if: $CI_COMMIT_BRANCH == 'b%d'}, ", i)
	}
	for _, test := range []struct{ name, job, want string }{
		{"the usual ones", "rules: [{if: $CI_COMMIT_BRANCH == 'main'}, {if: $CI_COMMIT_BRANCH =~ /^feature/}, {if: $CI_COMMIT_TAG =~ /^v/}]", ""},
		{"a branch", "rules: [{if: $CI_COMMIT_BRANCH == 'production'}]", "other-push-production"},
		{"a branch that is left out", "rules: [{if: $CI_COMMIT_BRANCH == 'production', when: never}, {when: always}]", ""},
		{"all branches but one", "rules: [{if: $CI_COMMIT_BRANCH != 'production'}]", ""},
		{"a pattern of branches", "rules: [{if: '$CI_COMMIT_BRANCH =~ /^rel(ease)?-\\d+\\.[^0-9]+$/ && $X'}]", "other-push-release-1.x"},
		{"one of several", "rules: [{if: '$CI_COMMIT_BRANCH =~ /^(uat|test)$/i'}]", "other-push-UAT"},
		{"a tag", "rules: [{if: '$CI_COMMIT_TAG =~ /^\\d+/'}]", "other-push-tag-1.2.3"},
		{"another tag", "rules: [{if: '$CI_COMMIT_TAG == \"stable\"'}]", "other-push-tag-stable"},
		{"only:", "only: [branches, tags, uat, /^site-/]", "other-push-uat other-push-site-"},
		{"only: with a pattern of tags", "only: ['/^\\d+\\.\\d+$/', '/^release-\\d/']", "other-push-1.1 other-push-tag-release-1.2.3"},
		{"no name", "rules: [{if: '$CI_COMMIT_BRANCH =~ /^a b/'}]", "a: pushes of the branch \"/^a b/\" were not played through: no name that it lets through was found"},
		{"too many", "rules: [" + many + "{when: never}]", "other-push-b0 other-push-b1 other-push-b2 other-push-b3 other-push-b4 other-push-b5 other-push-b6 other-push-b7 " +
			"a: pushes of the branch \"b8\", and of 1 more, were not played through: beside the usual ones at most 8 are"},
	} {
		t.Run(test.name, func(t *testing.T) {
			p := provider(t, "a: {script: [x], "+test.job+"}\n")
			var got []string
			for _, start := range p.Others(flow.Branches{}) {
				got = append(got, start.Run.ID())
			}
			for _, problem := range p.Unplayed(flow.Branches{}) {
				got = append(got, problem.Path.String()+": "+problem.Message)
			}
			if diff := cmp.Diff(test.want, strings.Join(got, " ")); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestProvider_Vacuous(t *testing.T) {
	for condition, want := range map[string]string{
		`$CI_COMMIT_BRANCH == "main" || "develop"`:                                    "always",
		`$CI_COMMIT_BRANCH != "main" || $CI_COMMIT_BRANCH != "develop"`:               "always",
		`$CI_COMMIT_BRANCH == "main" && $CI_COMMIT_BRANCH == "develop"`:               "never",
		`$CI_COMMIT_BRANCH == "main" && $CI_COMMIT_TAG`:                               "never",
		`$CI_PIPELINE_SOURCE == "merge_request_event" && $CI_COMMIT_BRANCH == "main"`: "never",
		`$CI_PIPELINE_SOURCE == "push" && $CI_PIPELINE_SOURCE == "schedule" && $X`:    "never",
		`$CI_MERGE_REQUEST_IID && $CI_COMMIT_BRANCH == "main"`:                        "never",
		`$X == "a" || "b"`:            "always",
		`$CI_COMMIT_BRANCH == "main"`: "",
		`$CI_COMMIT_BRANCH == "main" || $CI_COMMIT_BRANCH == "develop"`:                                  "",
		`$CI_COMMIT_BRANCH != "main" && $CI_COMMIT_BRANCH != "develop"`:                                  "",
		`$CI_COMMIT_BRANCH || $CI_COMMIT_TAG || $CI_MERGE_REQUEST_IID`:                                   "",
		`$CI_COMMIT_BRANCH && $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH`:                                   "",
		`$CI_COMMIT_BRANCH == "main" && $CI_DEFAULT_BRANCH == "main"`:                                    "",
		`$CI_COMMIT_REF_NAME == "main" && $CI_COMMIT_TAG`:                                                "",
		`$CI_PIPELINE_SOURCE == "merge_request_event" && $CI_MERGE_REQUEST_TARGET_BRANCH_NAME == "main"`: "",
		`$CI_PIPELINE_SOURCE == "parent_pipeline" && $CI_MERGE_REQUEST_IID == "1"`:                       "",
		`$CI_PIPELINE_SOURCE == "pages" && $CI_COMMIT_BRANCH == "main"`:                                  "",
		`$CI_COMMIT_BRANCH =~ /a/ && $CI_COMMIT_BRANCH == "b"`:                                           "",
		`$DEPLOY == "yes" && $CI_COMMIT_BRANCH == "main"`:                                                "",
		`$CI_COMMIT_MESSAGE == "a" && $CI_COMMIT_BRANCH == "main"`:                                       "",
	} {
		p := provider(t, "variables: {DEPLOY: 'no'}\na: {script: [x], rules: [{if: '"+condition+"'}]}\nb: {script: [x]}\n")
		got := ""
		for _, v := range p.Vacuous(nil) {
			got += map[bool]string{true: "always", false: "never"}[v.Always]
			if v.Path.String() != "a.rules[0].if" || v.Holder != "job a" {
				t.Errorf("%s: got %s at %s", condition, v.Holder, v.Path)
			}
		}
		if got != want {
			t.Errorf("%s: got %q, want %q", condition, got, want)
		}
	}
}

func TestProvider_PartsStartNothingByThemselves(t *testing.T) {
	p := NewProvider(open(t, "ci/build.yml", "a: {script: [x]}", nil), flow.Branches{})
	if starts := p.Starts(flow.Branches{}.RunOf(flow.Main)); len(starts) > 0 {
		t.Errorf("got %v, want nothing", starts)
	}
}

func TestProvider_Unseen(t *testing.T) {
	const project = "include: [{project: acme/ci, file: a.yml}]\n"
	const unread = "jobs of acme/ci, which was not read, are not known"
	for _, test := range []struct{ name, file, text, want string }{
		{"a whole pipeline", ".gitlab-ci.yml", "a: {script: [x]}", ""},
		{"a part of one", "ci/a.yml", "a: {script: [x]}", "jobs of the pipeline that includes this file are not known"},
		{"a file of another project", ".gitlab-ci.yml", project + "a: {script: [x]}", unread},
		{"a template", ".gitlab-ci.yml", "include: [{template: Jobs/Test.gitlab-ci.yml}]\na: {script: [x]}", "jobs of Jobs/Test.gitlab-ci.yml, which was not read, are not known"},
		{"a job that needs nothing", ".gitlab-ci.yml", project + "a: {script: [x], needs: []}", ""},
		{"a job before all others", ".gitlab-ci.yml", project + "a: {script: [x], stage: .pre}", ""},
		{"a job that needs known ones", ".gitlab-ci.yml", project + "a: {script: [x], needs: [b]}\nb: {script: [x], needs: []}", ""},
		{"a job that needs one behind a stage", ".gitlab-ci.yml", project + "a: {script: [x], needs: [b]}\nb: {script: [x]}", unread},
		{"a job that needs another one", ".gitlab-ci.yml", project + "a: {script: [x], needs: [c]}", unread},
		{"a job with an unknown base", ".gitlab-ci.yml", project + "a: {extends: .c, script: [x], needs: []}", unread},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := NewProvider(open(t, test.file, test.text, nil), flow.Branches{}).Unseen(0); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}
