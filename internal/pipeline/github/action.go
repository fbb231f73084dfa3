package github

import (
	"strings"

	"guard/internal/finding"
	"guard/internal/pipeline"
	"guard/internal/tree"
)

// action reads an action.yml: one job that holds the steps of a composite
// action, or the image of a Docker action as its one step.
func (r *reader) action() {
	r.out.Form = "action"
	r.inputs("action", r.root.Get("inputs"), finding.NewPath("inputs"))
	runs, path := r.root.Get("runs"), finding.NewPath("runs")
	job := pipeline.Job{
		ID: "runs", Name: r.out.Name, Path: path,
		Needs:       []pipeline.Need{},
		Runner:      []string{},
		Condition:   text(nil, path),
		Timeout:     text(nil, path),
		Environment: text(nil, path),
		Services:    []pipeline.Image{},
		SecretsPath: path,
		Env:         r.variables(runs.Get("env"), path.With("env")),
		Matrix:      []pipeline.Axis{},
		Steps:       []pipeline.Step{},
		Outputs:     actionOutputs(r.root.Get("outputs")),
		With:        []pipeline.Variable{},
		MayFail:     text(nil, path),
		Secrets:     r.secretsRead(runs, path),
		UsesToken:   usesToken(runs),
	}
	details(&job, runs, path)
	r.steps(&job, runs.Get("steps"), path.With("steps"), jobShell{})
	r.dockerAction(&job, runs.Get("image"), path.With("image"))
	pipeline.FollowSecrets(&job, r.secretScope(&job))
	r.out.Jobs = append(r.out.Jobs, job)
}

// dockerAction adds the image that a Docker action runs in. An image that is
// built from a Dockerfile is named by that file, and read there.
func (r *reader) dockerAction(job *pipeline.Job, image *tree.Node, path finding.Path) {
	if strings.HasPrefix(image.Scalar(), "docker://") {
		job.Steps = append(job.Steps, pipeline.Step{
			MayFail: pipeline.Text{Path: path},
			Holder:  "the action", Path: finding.NewPath("runs"), Condition: text(nil, path),
			Uses: use(image.Scalar(), path, "action"), With: []pipeline.Variable{}, Env: []pipeline.Variable{},
		})
	}
}

// actionOutputs are what a composite action gives to the step that uses it.
func actionOutputs(n *tree.Node) []pipeline.Variable {
	outputs := []pipeline.Variable{}
	for _, m := range mapMembers(n) {
		outputs = append(outputs, pipeline.Variable{
			Name: m.Key.Text, Value: m.Value.Get("value").Scalar(), Secrets: []string{}, Path: finding.NewPath("outputs", m.Key.Text, "value"),
		})
	}
	return outputs
}
