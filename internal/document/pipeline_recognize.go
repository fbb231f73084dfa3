package document

import (
	"path"
	"slices"
	"strings"

	"guard/internal/pipeline/azure"
	"guard/internal/pipeline/github"
	"guard/internal/pipeline/gitlab"
	"guard/internal/tree"
)

// pipelineProvider tells whose pipeline a document is: "github", "gitlab",
// "azure", or "" where it is none. Content decides, and the name where content leaves it
// open.
func pipelineProvider(file string, root *tree.Node) string {
	switch {
	case isKubernetes(root):
		return ""
	case isGitHubAction(root): // a workflow may use it wherever it lies
		return "github"
	case isVendored(file):
		return ""
	case isWorkflow(file, root):
		return "github"
	case gitlab.IsPlain(root), isGitLab(file, root):
		return "gitlab"
	case azure.IsPipeline(file, root):
		return "azure"
	}
	return ""
}

// isVendored tells whether a file came with a dependency: its pipelines run
// where that is developed.
func isVendored(file string) bool {
	parts := strings.Split(path.Dir(file), "/")
	for i, part := range parts {
		host := part == "vendor" && i+1 < len(parts) && strings.Contains(parts[i+1], ".")
		if host || part == "node_modules" {
			return true
		}
	}
	return false
}

// besideWorkflows tells whether a file lies where GitHub would look for
// workflows if it were in another directory: .github/disabled/ci.yml.
func besideWorkflows(file string) bool {
	return strings.Contains("/"+path.Dir(file)+"/", "/.github/") && !inWorkflows(file)
}

// IsPipelineName tells whether a file must be a pipeline for its name alone,
// whatever it holds: .github/workflows/ci.yml, .gitlab-ci.yml.
func IsPipelineName(file string) bool {
	return !isVendored(file) && (inWorkflows(file) || isGitLabName(file))
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
	return on != nil && !besideWorkflows(file) && jobs.Type() == tree.Map && slices.ContainsFunc(jobs.Members, isWorkflowJob)
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

// isGitLab: by name, where a file so named holds any map; elsewhere a map
// whose keys are GitLab's own or jobs, and which has something that only
// GitLab has. Files that lie in a directory of GitLab's are believed sooner.
func isGitLab(file string, root *tree.Node) bool {
	if isGitLabName(file) {
		return true
	}
	if root.Type() != tree.Map {
		return false
	}
	keys := jobHints
	if inGitLab(file) {
		keys = jobKeys
	}
	sure := hasGitLabInclude(root.Get("include"))
	for _, m := range root.Members {
		job := hasAny(m.Value, keys)
		if !job && !gitlab.IsKeyword(m.Key.Text) && !strings.HasPrefix(m.Key.Text, ".") {
			return false
		}
		sure = sure || job && (inGitLab(file) || hasAny(m.Value, onlyGitLab) && m.Value.Get("script").IsSet())
	}
	return sure
}

// isGitLabName knows .gitlab-ci.yml and build.gitlab-ci.yml.
func isGitLabName(file string) bool {
	name := strings.ToLower(path.Base(file))
	return strings.HasSuffix(name, ".gitlab-ci.yml") || strings.HasSuffix(name, ".gitlab-ci.yaml")
}

// inGitLab knows the directories where files to include usually lie.
func inGitLab(file string) bool {
	for part := range strings.SplitSeq(path.Dir(file), "/") {
		if part == ".gitlab" || strings.HasPrefix(part, ".gitlab-ci") {
			return true
		}
	}
	return false
}

var (
	// jobHints are keys of a job that make it probable.
	jobHints = []string{"script", "trigger", "extends", "before_script", "run"}

	// jobKeys are keys of a job that are enough in a directory of GitLab's.
	jobKeys = append([]string{"image", "services", "variables", "tags", "rules", "only", "except", "stage", "needs", "cache", "retry"}, jobHints...)

	// onlyGitLab are keys that jobs of other tools with scripts do not have.
	onlyGitLab = []string{"stage", "before_script", "after_script", "rules", "only", "except", "artifacts", "tags", "extends"}
)

func hasAny(n *tree.Node, keys []string) bool {
	return slices.ContainsFunc(keys, func(key string) bool { return n.Get(key).IsSet() })
}

// hasGitLabInclude tells whether include: names files as only GitLab does.
func hasGitLabInclude(include *tree.Node) bool {
	if include.Type() != tree.List {
		return hasAny(include, []string{"project", "template", "component", "remote"})
	}
	return slices.ContainsFunc(include.Items, func(item *tree.Node) bool {
		return hasAny(item, []string{"project", "template", "component", "remote"})
	})
}
