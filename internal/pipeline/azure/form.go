package azure

import (
	"path"
	"regexp"
	"slices"
	"strings"

	"guard/internal/tree"
)

// IsName tells whether a file's name says that it is a pipeline of Azure:
// azure-pipelines.yml, azure-pipelines-release.yaml.
func IsName(file string) bool { return pipelineName.MatchString(strings.ToLower(path.Base(file))) }

var pipelineName = regexp.MustCompile(`^azure-pipelines?(?:[-._][\w.-]*)?\.ya?ml$`)

// inDirectory knows the directories where pipelines and templates usually lie.
func inDirectory(file string) bool {
	for part := range strings.SplitSeq(strings.ToLower(path.Dir(file)), "/") {
		if slices.Contains([]string{".azure-pipelines", "azure-pipelines", ".azuredevops", ".azure-devops", ".azdo", ".pipelines", ".vsts"}, part) {
			return true
		}
	}
	return false
}

// topKeys are the keys of a pipeline, of one that has but one job, and of
// templates.
var topKeys = []string{
	"name", "trigger", "pr", "schedules", "resources", "parameters", "variables", "pool", "stages", "jobs", "steps", "extends",
	"lockBehavior", "appendCommitMessageToRunName", "strategy", "container", "services", "workspace", "continueOnError",
	"timeoutInMinutes", "cancelTimeoutInMinutes", "condition", "displayName", "dependsOn", "demands", "queue", "server", "phases",
}

// IsPipeline tells whether a document is a pipeline of Azure or a template of
// one: by its name, or by content that no other tool's files have.
func IsPipeline(file string, root *tree.Node) bool {
	if IsName(file) {
		return true
	}
	if root.Type() != tree.Map {
		return false
	}
	for _, m := range root.Members {
		if !slices.Contains(topKeys, m.Key.Text) && !isDirective(m.Key.Text) {
			return false
		}
	}
	return hasPipelineContent(root, inDirectory(file))
}

// hasPipelineContent looks for what only pipelines of Azure have. In one of
// their usual directories less is enough.
func hasPipelineContent(root *tree.Node, usual bool) bool {
	e := evidence{left: 2000}
	if root.Get("extends").Type() == tree.Map || isPool(root.Get("pool")) {
		return true
	}
	for _, key := range []string{"stages", "jobs", "steps"} {
		e.list(root.Get(key))
	}
	if usual {
		e.sure = e.sure || e.likely || root.Get("variables").Type() == tree.List
	}
	return e.sure
}

func isPool(n *tree.Node) bool {
	return n.Get("vmImage").IsSet() || n.Get("demands").IsSet() && n.Get("name").IsSet()
}

// evidence is what the lists of a file say of its being a pipeline.
type evidence struct {
	sure   bool // no other tool has that
	likely bool // others have it too
	left   int  // entries that are still looked at
}

func (e *evidence) list(n *tree.Node) {
	if n.Type() != tree.List {
		return
	}
	for _, item := range n.Items {
		if e.left--; e.left < 0 || e.sure {
			return
		}
		if item.Type() == tree.Map {
			e.entry(item)
		}
	}
}

func (e *evidence) entry(n *tree.Node) {
	for _, m := range n.Members {
		if isDirective(m.Key.Text) {
			e.list(m.Value)
		}
	}
	switch {
	case taskName.MatchString(n.Get("task").Scalar()):
		e.sure = true
	case n.Get("template").IsSet():
		e.sure = e.sure || isYAML(n.Get("template").Scalar())
	case n.Key("job") != nil || n.Key("deployment") != nil:
		e.sure = e.sure || n.Get("steps").Type() == tree.List || n.Get("strategy").IsSet() || isPool(n.Get("pool"))
	case n.Key("stage") != nil && n.Get("jobs").Type() == tree.List:
		e.list(n.Get("jobs"))
		e.likely = true
	case hasAny(n, "script", "bash", "pwsh", "powershell", "checkout"):
		e.sure = e.sure || n.Get("displayName").IsSet()
		e.likely = true
	}
}

var taskName = regexp.MustCompile(`^[\w.-]+@\d+(?:\.[\d.]+)?$`)

func isYAML(name string) bool {
	name, _, _ = strings.Cut(name, "@")
	return strings.HasSuffix(name, ".yml") || strings.HasSuffix(name, ".yaml")
}

func isDirective(key string) bool {
	_, special := directiveOf(key)
	return special
}

func hasAny(n *tree.Node, keys ...string) bool {
	return slices.ContainsFunc(keys, func(key string) bool { return n.Key(key) != nil })
}

// formOf tells a pipeline, which something starts, from a template, which
// others insert. Uncertain says why a pipeline may be a template after all.
func formOf(file string, root *tree.Node) (form, uncertain string) {
	starts := hasAny(root, "trigger", "pr", "schedules", "resources", "extends", "name", "lockBehavior")
	switch {
	case starts || IsName(file):
		return "pipeline", ""
	case hasAny(root, "parameters") || !hasAny(root, "stages", "jobs", "steps"):
		return "template", ""
	case strings.Contains(strings.ToLower(file), "template"):
		return "template", ""
	}
	return "pipeline", "nothing says whether the file is a pipeline or a template"
}
