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

	// Settings tells what else the forge says of an environment. Nil: nothing
	// was read.
	Settings func(environment string) pipeline.Settings

	// Forge is whose settings Approval and Settings tell, "github" or
	// "gitlab". Of what another one runs they say nothing.
	Forge string
}

// WithSettings returns the same with what a forge says of environments.
func (p Pipelines) WithSettings(forge string, settings func(environment string) pipeline.Settings) Pipelines {
	p.Forge, p.Settings = forge, settings
	p.Approval = func(environment string) logic.Answer {
		switch approval := settings(environment).Approval; approval.Holds {
		case "yes":
			return logic.Yes
		case "no":
			return logic.No
		default:
			return logic.Maybe(approval.Reason)
		}
	}
	return p
}

// of are what is known for the pipelines that a provider runs.
func (p Pipelines) of(provider string) Pipelines {
	if provider != p.Forge {
		p.Approval, p.Settings = nil, nil
	}
	return p
}

// runs plays the runs of a pipeline through. Of an action there are none: it
// runs where a workflow uses it.
func (l *loader) runs(d *Document, read providerFile) {
	p := read.pipeline
	known := l.options.Pipelines.of(p.Provider)
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
		Settings:     known.Settings,
	})
	read.adopt()
	flow.Join(p, l.source.File, flow.NewPushes(pushesOf(p, l.source.File)))
}

func pushesOf(p *pipeline.Pipeline, file string) []flow.Known {
	pushes := make([]flow.Known, len(p.Pushes))
	for i, pushed := range p.Pushes {
		pushes[i] = flow.Known{File: file, Pushed: pushed}
	}
	return pushes
}
