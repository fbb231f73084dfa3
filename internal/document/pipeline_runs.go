package document

import (
	"guard/internal/pipeline"
	"guard/internal/pipeline/activity"
	"guard/internal/pipeline/flow"
	"guard/internal/pipeline/logic"
)

// Pipelines is what an analysis of pipelines knows of the repository and its
// forge. The zero value knows nothing.
type Pipelines struct {
	DefaultBranch string             // "": unknown
	Environments  []flow.Environment // what environments are called
	Activities    []activity.Entry   // programs and actions of one's own

	// Approval tells whether an environment lets nobody in without a person's
	// consent. Nil: the settings of the forge were not read.
	Approval func(environment string) logic.Answer
}

// runs plays the runs of a pipeline through. Of an action there are none: it
// runs where a workflow uses it.
func (l *loader) runs(d *Document, read providerFile) {
	p, known := read.pipeline, l.options.Pipelines
	if p.Provider != "gitlab" {
		p.Lost = pipeline.FindLost(p)
	}
	if read.runs == nil {
		return
	}
	activities := activity.Find(read.whole, activity.Options{Files: pipelineParts{l, d}.lookup(), Table: known.Activities})
	flow.Analyse(read.whole, read.runs, activities, flow.Options{
		Branches:     flow.Branches{Main: known.DefaultBranch},
		Environments: known.Environments,
		Approval:     known.Approval,
	})
	read.adopt()
	flow.Join(p, l.source.File, pushesOf(p, l.source.File))
}

func pushesOf(p *pipeline.Pipeline, file string) []flow.Known {
	pushes := make([]flow.Known, len(p.Pushes))
	for i, pushed := range p.Pushes {
		pushes[i] = flow.Known{File: file, Pushed: pushed}
	}
	return pushes
}
