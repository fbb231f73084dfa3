package github

import (
	"fmt"

	"guard/internal/finding"
	"guard/internal/pipeline"
	"guard/internal/tree"
)

// steps appends the steps of a list to a job. The steps of a parallel: group
// follow one another as any others.
func (r *reader) steps(job *pipeline.Job, n *tree.Node, path finding.Path, shell jobShell) {
	if n.Type() != tree.List {
		return
	}
	for i, item := range n.Items {
		at := path.With(i)
		if r.stepsLeft == 0 {
			r.exceeded(at, fmt.Sprintf("more than %d steps; this one and those behind it were not read", MaxSteps))
			return
		}
		r.stepsLeft--
		if group := item.Get("parallel"); group.Type() == tree.List {
			r.steps(job, group, at.With("parallel"), shell)
			continue
		}
		job.Steps = append(job.Steps, r.step(item, at, len(job.Steps)+1, shell))
	}
}

func (r *reader) step(n *tree.Node, path finding.Path, number int, shell jobShell) pipeline.Step {
	step := pipeline.Step{
		ID:        n.Get("id").Scalar(),
		Name:      n.Get("name").Scalar(),
		Path:      path,
		Condition: text(n.Get("if"), path.With("if")),
		With:      r.variables(n.Get("with"), path.With("with")),
		Env:       r.variables(n.Get("env"), path.With("env")),
		MayFail:   text(n.Get("continue-on-error"), path.With("continue-on-error")),
	}
	step.Holder = stepHolder(step, number)
	if uses := n.Get("uses"); uses.IsSet() {
		step.Uses = use(uses.Scalar(), path.With("uses"), "action")
	}
	if run := n.Get("run"); run.IsSet() {
		step.Script = r.script(run.Scalar(), path.With("run"), shell.of(n))
		step.Directory = shell.directory(n)
	}
	return step
}

func stepHolder(step pipeline.Step, number int) string {
	switch {
	case step.Name != "":
		return fmt.Sprintf("step %q", step.Name)
	case step.ID != "":
		return "step " + step.ID
	default:
		return fmt.Sprintf("step %d", number)
	}
}
