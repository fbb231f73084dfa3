package document

import (
	"path"
	"slices"
	"strings"

	"guard/internal/pipeline/github"
	"guard/internal/pipeline/gitlab"
	"guard/internal/tree"
)

// pipelineProvider tells whose pipeline a document is: "github", "gitlab", or
// "" where it is none. Content decides, and the name where content leaves it
// open.
func pipelineProvider(file string, root *tree.Node) string {
	switch {
	case isKubernetes(root):
		return ""
	case isGitHubAction(root), isWorkflow(file, root):
		return "github"
	case isGitLab(file, root):
		return "gitlab"
	}
	return ""
}

// inWorkflows tells whether GitHub takes a file at this place for a workflow.
func inWorkflows(file string) bool {
	directory := path.Dir("/" + file)
	return strings.HasSuffix(directory, "/.github/workflows") && isYAML(file)
}

func isYAML(file string) bool {
	return strings.HasSuffix(file, ".yml") || strings.HasSuffix(file, ".yaml")
}

// isWorkflow: a workflow says when it runs, and has jobs that say where. At
// GitHub's own place any file is one.
func isWorkflow(file string, root *tree.Node) bool {
	if inWorkflows(file) {
		return true
	}
	on, _ := github.Triggers(root)
	jobs := root.Get("jobs")
	return on != nil && jobs.Type() == tree.Map && slices.ContainsFunc(jobs.Members, isWorkflowJob)
}

func isWorkflowJob(m tree.Member) bool {
	return m.Value.Get("runs-on").IsSet() || m.Value.Get("uses").IsSet()
}

// isGitHubAction: what an action runs with is one of a few words.
func isGitHubAction(root *tree.Node) bool {
	if !github.IsAction(root) {
		return false
	}
	using := root.Dig("runs", "using").Scalar()
	return using == "composite" || using == "docker" || strings.HasPrefix(using, "node")
}

// isGitLab: by name, where a file so named holds any map; elsewhere a file
// whose top-level keys are GitLab's own or jobs, of which at least one has a
// script that is a list or text, and something that only GitLab's jobs have.
func isGitLab(file string, root *tree.Node) bool {
	if isGitLabName(file) {
		return true
	}
	if root.Type() != tree.Map {
		return false
	}
	sure := false
	for _, m := range root.Members {
		switch {
		case gitlab.IsKeyword(m.Key.Text):
			sure = sure || m.Key.Text == "stages" && m.Value.Type() == tree.List
		case isGitLabJob(m.Value):
			sure = sure || onlyGitLab(m.Value)
		case !strings.HasPrefix(m.Key.Text, "."):
			return false
		}
	}
	return sure && slices.ContainsFunc(root.Members, func(m tree.Member) bool { return m.Value.Get("script").IsSet() })
}

// isGitLabName knows .gitlab-ci.yml and build.gitlab-ci.yml.
func isGitLabName(file string) bool {
	name := strings.ToLower(path.Base(file))
	return strings.HasSuffix(name, ".gitlab-ci.yml") || strings.HasSuffix(name, ".gitlab-ci.yaml")
}

func isGitLabJob(job *tree.Node) bool {
	for _, key := range []string{"script", "trigger", "extends", "before_script", "run"} {
		if job.Get(key).IsSet() {
			return true
		}
	}
	return false
}

// onlyGitLab looks for keys of a job that other tools with scripts do not have.
func onlyGitLab(job *tree.Node) bool {
	if !job.Get("script").IsSet() {
		return false
	}
	for _, key := range []string{"stage", "before_script", "after_script", "rules", "only", "except", "artifacts", "tags", "extends"} {
		if job.Get(key).IsSet() {
			return true
		}
	}
	return false
}
