package github

import (
	"guard/internal/finding"
	"guard/internal/pipeline"
	"guard/internal/tree"
)

// details fills what a job says of its environment, and what GitHub's jobs
// never say.
func details(job *pipeline.Job, n *tree.Node, path finding.Path) {
	unset := text(nil, path)
	job.Coverage, job.Retry, job.Interruptible, job.Release = unset, unset, unset, unset
	job.Reports = []pipeline.Report{}
	if job.Environment.Value == "" {
		return
	}
	at := path.With("environment")
	job.Deployment = &pipeline.Deployment{
		Action: "start", Deploys: true,
		URL: text(n.Get("environment").Get("url"), at.With("url")), OnStop: unset, AutoStop: unset, Path: at,
	}
}
