package github

import (
	"fmt"
	"strings"

	"guard/internal/finding"
	"guard/internal/pipeline"
	"guard/internal/tree"
)

func (r *reader) jobs() {
	jobs := r.root.Get("jobs")
	if jobs.Type() != tree.Map {
		return
	}
	for i, m := range jobs.Members {
		path := finding.NewPath("jobs", m.Key.Text)
		if i == MaxJobs {
			r.exceeded(path, fmt.Sprintf("more than %d jobs; this one and those behind it were not read", MaxJobs))
			return
		}
		if m.Value.Type() == tree.Map {
			r.out.Jobs = append(r.out.Jobs, r.job(m.Key.Text, m.Value, path))
		}
	}
}

func (r *reader) job(id string, n *tree.Node, path finding.Path) pipeline.Job {
	job := pipeline.Job{
		ID:          id,
		Name:        n.Get("name").Scalar(),
		Path:        path,
		Needs:       needs(n.Get("needs"), path.With("needs")),
		Condition:   text(n.Get("if"), path.With("if")),
		Runner:      runner(n.Get("runs-on")),
		Permissions: permissions(n.Get("permissions"), path.With("permissions")),
		Timeout:     text(n.Get("timeout-minutes"), path.With("timeout-minutes")),
		Environment: environment(n.Get("environment"), path.With("environment")),
		Container:   r.container(n.Get("container"), path.With("container")),
		Services:    r.services(n.Get("services"), path.With("services")),
		SecretsPath: path.With("secrets"),
		With:        r.variables(n.Get("with"), path.With("with")),
		Env:         r.variables(n.Get("env"), path.With("env")),
		Matrix:      matrix(n.Get("strategy").Get("matrix")),
		Steps:       []pipeline.Step{},
		Outputs:     r.variables(n.Get("outputs"), path.With("outputs")),
		MayFail:     text(n.Get("continue-on-error"), path.With("continue-on-error")),
		Concurrency: concurrency(n.Get("concurrency"), path.With("concurrency")),
		Secrets:     r.secretsRead(n, path),
		UsesToken:   usesToken(n),
	}
	details(&job, n, path)
	if n.Get("secrets").Scalar() == "inherit" {
		job.SecretsPassed = "inherit"
	}
	if uses := n.Get("uses"); uses.IsSet() {
		job.Uses = use(uses.Scalar(), path.With("uses"), "workflow")
	} else if job.Timeout.Value == "" {
		job.Endless = "six hours" // GitHub's own limit
	}
	shell := jobShell{root: r.root, job: n}
	r.steps(&job, n.Get("steps"), path.With("steps"), shell)
	pipeline.FollowSecrets(&job, r.secretScope(&job))
	return job
}

// needs reads one name or a list.
func needs(n *tree.Node, path finding.Path) []pipeline.Need {
	list := []pipeline.Need{}
	if n.Type() != tree.List {
		if n.Scalar() != "" {
			list = append(list, pipeline.Need{Job: n.Scalar(), Path: path})
		}
		return list
	}
	for i, item := range n.Items {
		list = append(list, pipeline.Need{Job: item.Scalar(), Path: path.With(i)})
	}
	return list
}

// runner reads the labels of runs-on:, or those of a group.
func runner(n *tree.Node) []string {
	if n.Type() == tree.Map {
		return append(scalars(n.Get("labels")), scalars(n.Get("group"))...)
	}
	return scalars(n)
}

// concurrency reads the name of a group, or a map with one; nil where there is
// none.
func concurrency(n *tree.Node, path finding.Path) *pipeline.Concurrency {
	switch {
	case n.Type() == tree.Map:
		return &pipeline.Concurrency{Group: n.Get("group").Scalar(), Cancel: n.Get("cancel-in-progress").Scalar(), Path: path}
	case n.Scalar() != "":
		return &pipeline.Concurrency{Group: n.Scalar(), Path: path}
	}
	return nil
}

// environment reads a name, or a map with a name.
func environment(n *tree.Node, path finding.Path) pipeline.Text {
	if n.Type() == tree.Map {
		return text(n.Get("name"), path.With("name"))
	}
	return text(n, path)
}

// container reads an image, or a map with an image; nil where there is none.
func (r *reader) container(n *tree.Node, path finding.Path) *pipeline.Image {
	image := r.image("", n, path)
	if image.Raw == "" {
		return nil
	}
	return &image
}

func (r *reader) services(n *tree.Node, path finding.Path) []pipeline.Image {
	images := []pipeline.Image{}
	if n.Type() != tree.Map {
		return images
	}
	for _, m := range n.Members {
		if image := r.image(m.Key.Text, m.Value, path.With(m.Key.Text)); image.Raw != "" {
			images = append(images, image)
		}
	}
	return images
}

func (r *reader) image(name string, n *tree.Node, path finding.Path) pipeline.Image {
	if n.Type() != tree.Map {
		return pipeline.Image{Name: name, Raw: strings.TrimPrefix(n.Scalar(), "docker://"), Path: path, Env: []pipeline.Variable{}}
	}
	return pipeline.Image{
		Name: name,
		Raw:  strings.TrimPrefix(n.Get("image").Scalar(), "docker://"),
		Path: path.With("image"),
		Env:  r.variables(n.Get("env"), path.With("env")),
	}
}
