package github

import (
	"guard/internal/finding"
	"guard/internal/pipeline"
	"guard/internal/tree"
)

// MaxJobs and MaxSteps bound what is read of one file. GitHub's own limits are
// far lower.
const (
	MaxJobs  = 2000
	MaxSteps = 5000
)

// Read reads a workflow, or an action.yml. It never fails: what GitHub refuses
// is in Invalid of the result, what could not be followed in Incomplete.
func Read(source *tree.Source, root *tree.Node) *pipeline.Pipeline {
	r := &reader{source: source, root: root, stepsLeft: MaxSteps, out: pipeline.New("github", "workflow")}
	r.out.Name = root.Get("name").Scalar()
	if IsAction(root) {
		r.action()
	} else {
		r.workflow()
	}
	r.expressions()
	return r.out
}

// IsAction tells whether a document is an action rather than a workflow.
func IsAction(root *tree.Node) bool {
	return root.Get("runs").Get("using").IsSet() && !root.Get("jobs").IsSet()
}

// reader reads one file.
type reader struct {
	source    *tree.Source
	root      *tree.Node
	out       *pipeline.Pipeline
	stepsLeft int
	scripts   pipeline.ScriptBudget
}

func (r *reader) workflow() {
	r.triggers()
	r.out.Permissions = permissions(r.root.Get("permissions"), finding.NewPath("permissions"))
	r.out.Env = r.variables(r.root.Get("env"), finding.NewPath("env"))
	r.out.Concurrency = concurrency(r.root.Get("concurrency"), finding.NewPath("concurrency"))
	r.jobs()
	r.syntax()
}

func (r *reader) incomplete(path finding.Path, message string) {
	r.out.Incomplete = append(r.out.Incomplete, pipeline.Problem{Message: message, Path: path})
}

func (r *reader) exceeded(path finding.Path, message string) {
	r.out.Exceeded = append(r.out.Exceeded, pipeline.Problem{Message: "limit exceeded: " + message, Path: path})
}

func (r *reader) invalid(path finding.Path, message string) {
	r.out.Invalid = append(r.out.Invalid, pipeline.Problem{Message: message, Path: path})
}

// text reads a scalar that may be unset; path is where it stands or would.
func text(n *tree.Node, path finding.Path) pipeline.Text {
	return pipeline.Text{Value: n.Scalar(), Path: path}
}

// variables reads a map of names and values.
func (r *reader) variables(n *tree.Node, path finding.Path) []pipeline.Variable {
	variables := []pipeline.Variable{}
	if n.Type() != tree.Map {
		return variables
	}
	for _, m := range n.Members {
		variables = append(variables, pipeline.Variable{
			Name:    m.Key.Text,
			Value:   m.Value.Scalar(),
			Secrets: secretsIn(m.Value.Scalar()),
			Path:    path.With(m.Key.Text),
		})
	}
	return variables
}
