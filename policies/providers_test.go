package policies_test

import (
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"testing"

	"guard/internal/finding"
	"guard/internal/policy"
)

// providers are those whose pipelines every rule judges.
var providers = []string{"github", "gitlab", "azure"}

// withoutProvider names the rules about something that a provider does not
// have, and why.
var withoutProvider = map[string]map[string]string{
	"build/dead-tag-rule": {
		"gitlab": "docker/metadata-action, whose rules these are, is GitHub's",
		"azure":  "docker/metadata-action, whose rules these are, is GitHub's",
	},
	"build/merge-commit-sha": {
		"gitlab": "a merge request's pipeline builds a commit of its branch, unless the project is set to try the merge",
	},
	"deploy/approval-self-review": {"azure": "approvals are checks of the environment, which are not read"},
	"deploy/concurrency-missing":  {"azure": "an exclusive lock is a check of the environment, which no file holds"},
	"deploy/condition-vacuous": {
		"gitlab": "every event may start a pipeline; only of GitHub the file says all that do",
		"azure":  "people start it on any branch, and schedules may be set outside of the file",
	},
	"deploy/credentials-missing": {"gitlab": "the runner's machine may always bring the access along"},
	"deploy/environment-branch-policy": {
		"gitlab": "an environment does not say which branches may deploy to it",
		"azure":  "branch control is a check of the environment, which is not read",
	},
	"deploy/manual-gate-not-blocking": {
		"github": "there are no jobs that somebody has to start",
		"azure":  "a stage that somebody has to start always holds back those that depend on it",
	},
	"deploy/manual-gate-open-to-all": {
		"github": "there are no jobs that somebody has to start",
		"azure":  "who may start a stage is a setting, which is not read",
	},

	"pipeline/action-unpinned": {
		"gitlab": "what comes from elsewhere is included, which pipeline/include-unpinned is about",
		"azure":  "a task is named by its major version, and cannot be pinned",
	},
	"pipeline/dangerous-trigger": {
		"gitlab": "a fork's pipeline runs in the fork, with what that may do",
		"azure":  "what a fork's run is given is a setting of the pipeline, which no file holds",
	},
	"pipeline/deprecated-command": {
		"gitlab": "a job's log holds no commands",
		"azure":  "no command of the log was ever switched off",
	},
	"pipeline/include-unpinned": {"github": "a workflow of another repository is used, which pipeline/action-unpinned is about"},
	"pipeline/permissions-broad": {
		"gitlab": "what a job's token may do is a setting of the project",
		"azure":  "what a job's token may do is a setting of the project",
	},
	"pipeline/step-env-lost":   {"gitlab": "one shell runs the whole script of a job"},
	"pipeline/timeout-missing": {"gitlab": "the project's own limit, by default an hour, ends every job"},
	"secret/inherited": {
		"gitlab": "every job is given all variables of its project, and no file says otherwise",
		"azure":  "a secret is handed over by its own name only",
	},
	"secret/inline-in-script": {"gitlab": "the value is handed over in a variable of the shell, never in the text"},
}

// asksProviders tells whether a rule must be shown on the input of every
// provider.
func asksProviders(r finding.Rule) bool { return asksAnswers(r) && readsPipelines(r) }

// checkProviders wants a bad and a good example of every provider, except of
// those that a table says have no such thing.
func checkProviders(t *testing.T, evaluator *policy.Evaluator, examples fs.FS, id string, without map[string]string) []string {
	t.Helper()
	var problems []string
	for _, kind := range []string{"bad", "good"} {
		shown := shownOn(t, evaluator, examples, path.Join(id, kind))
		for _, provider := range providers {
			switch reason := without[provider]; {
			case reason == "" && !shown[provider]:
				problems = append(problems, fmt.Sprintf("testdata/rules/%s/%s holds no pipeline of %s that shows it", id, kind, provider))
			case reason != "" && shown[provider] && kind == "bad":
				problems = append(problems, fmt.Sprintf("testdata/rules/%s/%s shows it on %s, and it is exempt: %s", id, kind, provider, reason))
			}
		}
	}
	for _, provider := range slices.Sorted(maps.Keys(without)) {
		if !slices.Contains(providers, provider) {
			problems = append(problems, "there is no provider "+provider)
		}
	}
	return problems
}

// shownOn lists the providers whose pipelines a directory of examples shows a
// rule on: under bad those in which something is found.
func shownOn(t *testing.T, evaluator *policy.Evaluator, examples fs.FS, dir string) map[string]bool {
	t.Helper()
	shown := map[string]bool{}
	for _, file := range exampleFiles(t, examples, dir) {
		for _, doc := range loadExample(t, examples, dir, file) {
			if doc.Pipeline == nil {
				continue
			}
			results, err := evaluator.Evaluate(t.Context(), doc)
			if err != nil {
				t.Fatal(err)
			}
			if path.Base(dir) == "good" || len(results) > 0 {
				shown[doc.Pipeline.Provider] = true
			}
		}
	}
	return shown
}
