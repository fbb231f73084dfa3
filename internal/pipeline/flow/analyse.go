package flow

import (
	"fmt"
	"slices"

	"guard/internal/finding"
	"guard/internal/pipeline"
	"guard/internal/pipeline/logic"
)

// Options says what an analysis knows besides the pipeline. The zero value is
// good.
type Options struct {
	Branches     Branches
	Environments []Environment // what environments are called; nil: nothing is production

	// Approval tells whether an environment lets nobody in without a person's
	// consent, as the forge is set. Nil: the settings were not read.
	Approval func(environment string) logic.Answer

	// Settings tells what else the forge says of an environment. Nil: nothing
	// was read.
	Settings func(environment string) pipeline.Settings
}

// Environment is a kind of environment that is deployed to.
type Environment struct {
	Key      string   // "production"
	Names    []string // what pipelines call it
	Branches []string // branches that may reach it; path.Match patterns
	Tags     []string // Git tags that may reach it; path.Match patterns
	Approval string   // what it asks for before a deployment: none, required, proved
}

// Production is the key of the environment that asks for most.
const Production = "production"

// Analyse plays the runs of a pipeline through and writes what it finds into
// Activities, Runs, Pushes and Deploys of p. What cannot be answered is added
// to Incomplete.
func Analyse(p *pipeline.Pipeline, provider Provider, activities []pipeline.Activity, o Options) {
	a := &analysis{player: newPlayer(p, provider), options: o, told: map[string]bool{}, befores: map[int][]bool{}, staged: map[*scene]logic.Answer{}}
	p.Activities = activities
	for job := range p.Jobs {
		p.Waits = append(p.Waits, provider.Before(job))
	}
	a.scenes()
	a.tellUnplayed()
	for i := range activities {
		a.activity(i)
	}
	a.tellDoubts()
	a.tests()
	a.heldJobs()
	a.undeployed()
	if tags, ok := provider.(tagRules); ok && len(a.played) > 0 {
		p.DeadTags = tags.DeadTags(a.runs())
	}
	if conditions, ok := provider.(conditions); ok && len(a.played) > 0 {
		p.Vacuous = conditions.Vacuous(a.runs())
	}
	if a.left < 0 {
		p.Exceeded = append(p.Exceeded, pipeline.Problem{Message: TooMuch, Path: finding.Path{}})
	}
}

// tagRules is a provider with rules that give images their tags.
type tagRules interface {
	DeadTags(runs []Run) []pipeline.DeadTag
}

// conditions is a provider that can tell of conditions that decide nothing.
type conditions interface {
	Vacuous(runs []Run) []pipeline.Vacuous
}

func (a *analysis) runs() []Run {
	runs := make([]Run, len(a.played))
	for i, s := range a.played {
		runs[i] = s.run
	}
	return runs
}

// analysis is the state of one analysis.
type analysis struct {
	doubts doubts
	*player
	options Options
	played  []*scene
	told    map[string]bool // what is in Incomplete already
	befores map[int][]bool
	staged  map[*scene]logic.Answer // whether a run deploys to an environment before production
}

// scenes plays every run that may start.
func (a *analysis) scenes() {
	var starts []Start
	for _, s := range Situations {
		starts = append(starts, a.provider.Starts(a.options.Branches.RunOf(s))...)
	}
	starts = append(starts, a.provider.Others(a.options.Branches)...)
	for _, start := range starts {
		if slices.ContainsFunc(a.played, func(s *scene) bool { return s.run == start.Run }) || start.Answer.IsNo() {
			continue
		}
		s, ok := a.scene(start.Run)
		if !ok {
			return
		}
		s.starts = start.Answer
		a.played = append(a.played, s)
		a.pipeline.Runs = append(a.pipeline.Runs, s.describe())
	}
}

func (s *scene) describe() pipeline.Run {
	run := pipeline.Run{
		ID: s.run.ID(), Title: s.run.Title(), Situation: string(s.run.Situation), Event: s.run.Event,
		Branch: s.run.Branch, Tag: s.run.Tag, Starts: s.starts.Truth.String(), Reason: s.starts.Reason,
		Jobs: []pipeline.RunJob{},
	}
	for i, outcome := range s.happy {
		if !outcome.Runs.IsNo() {
			run.Jobs = append(run.Jobs, pipeline.RunJob{
				Job: s.pipeline.Jobs[i].ID, Index: i, Runs: outcome.Runs.Truth.String(), Reason: outcome.Runs.Reason,
				Manual: s.provider.Gate(s.run, i).Manual,
			})
		}
	}
	return run
}

func (a *analysis) unknown(path finding.Path, message string) {
	if a.told[message] {
		return
	}
	a.told[message] = true
	a.pipeline.Incomplete = append(a.pipeline.Incomplete, pipeline.Problem{Message: message, Path: path})
}

func (a *analysis) activity(i int) {
	if a.left < 0 {
		return
	}
	switch activity := &a.pipeline.Activities[i]; activity.Kind {
	case pipeline.Build, pipeline.Push:
		a.push(i, activity)
	case pipeline.Deploy:
		a.deploy(i, activity)
	}
}

// place is where an activity takes place.
func place(a *pipeline.Activity) Place { return Place{a.Job, a.Step} }

// holder says for messages who does an activity.
func (a *analysis) holder(activity *pipeline.Activity) string {
	job := &a.pipeline.Jobs[activity.Job]
	if activity.Step < 0 || activity.Step >= len(job.Steps) {
		return "job " + job.ID
	}
	return fmt.Sprintf("job %s, %s", job.ID, job.Steps[activity.Step].Holder)
}

// reaches tells for every run whether a place is reached in it, those left out
// in which it is not.
func (a *analysis) reaches(at Place) []reach {
	var all []reach
	for _, s := range a.played {
		if reached := logic.And(s.starts, s.reached(at)); !reached.IsNo() {
			all = append(all, reach{s, reached})
		}
	}
	return all
}

// reach is a run in which a place is reached.
type reach struct {
	scene  *scene
	answer logic.Answer
}

func (r reach) describe(after pipeline.After) pipeline.Reach {
	run := r.scene.run
	return pipeline.Reach{
		Run: run.ID(), Title: run.Title(), Situation: string(run.Situation), Branch: run.Branch, Tag: run.Tag,
		Reached: fact(r.answer), After: after,
	}
}

func fact(a logic.Answer) pipeline.Fact {
	return pipeline.Fact{Holds: a.Truth.String(), Reason: a.Reason}
}
