package gitlab

import (
	"slices"

	"guard/internal/pipeline"
	"guard/internal/pipeline/flow"
	"guard/internal/pipeline/logic"
	"guard/internal/pipeline/symbol"
)

// sourceParent is what started a pipeline that a job of another one starts.
const sourceParent = "parent_pipeline"

// family answers for a pipeline together with those that its jobs start. The
// jobs of these stand behind its own, and each behind the job that starts it.
type family struct {
	*Provider
	own    int // number of its own jobs
	kids   []*kid
	before [][]int
}

// kid is a pipeline that a job starts, with the place of its jobs.
type kid struct {
	*child
	provider    flow.Provider
	created     func(flow.Run) logic.Answer
	first, jobs int
}

// NewRuns answers for the whole of a file: its own jobs, and those of the
// pipelines that they start.
func NewRuns(f *File, branches flow.Branches) flow.Provider {
	return runsOf(NewProvider(f, branches), branches)
}

func runsOf(p *Provider, branches flow.Branches) flow.Provider {
	if len(p.file.children) == 0 {
		return p
	}
	f := &family{Provider: p, own: len(p.file.Pipeline.Jobs)}
	first := f.own
	for _, c := range p.file.children {
		inner := NewProvider(c.file, branches)
		inner.world.source, inner.given, inner.budget = sourceParent, slices.Concat(c.given, p.given), p.budget
		k := &kid{child: c, provider: runsOf(inner, branches), created: inner.created, first: first, jobs: len(c.file.Whole.Jobs)}
		f.kids = append(f.kids, k)
		first += k.jobs
	}
	for job := range first {
		f.before = append(f.before, f.waitsFor(job))
	}
	return f
}

// of finds the pipeline that brings a job; nil for a job of the family's head.
func (f *family) of(job int) *kid {
	for _, k := range f.kids {
		if job >= k.first && job < k.first+k.jobs {
			return k
		}
	}
	return nil
}

// waitsFor lists the jobs before a job.
func (f *family) waitsFor(job int) []int {
	if k := f.of(job); k != nil {
		before := append([]int{k.trigger}, f.waitsFor(k.trigger)...)
		for _, i := range k.provider.Before(job - k.first) {
			before = append(before, k.first+i)
		}
		return before
	}
	before := slices.Clone(f.Provider.Before(job))
	for _, k := range f.kids {
		if k.depend && slices.Contains(before, k.trigger) {
			for i := range k.jobs {
				before = append(before, k.first+i)
			}
		}
	}
	return before
}

// Before lists the jobs before a job: also the one that starts its pipeline, and
// all of a pipeline that a job before it waits for.
func (f *family) Before(job int) []int { return f.before[job] }

// Job tells whether a job starts. One of a pipeline that is started does where
// the job that starts it went well, and its own pipeline wants it.
func (f *family) Job(run flow.Run, job int, state flow.State) logic.Answer {
	k := f.of(job)
	if k == nil {
		return f.Provider.Job(run, job, f.ended(run, state))
	}
	started := state[k.trigger]
	if started.Failed || started.Runs.IsNo() {
		return logic.No
	}
	return logic.And(started.Runs, k.created(run), k.provider.Job(run, job-k.first, state[k.first:k.first+k.jobs]))
}

// ended is the outcomes of the head's own jobs. One that waits for the pipeline
// that it starts fails with it.
func (f *family) ended(run flow.Run, state flow.State) flow.State {
	own := state[:f.own]
	copied := false
	for _, k := range f.kids {
		if !k.depend || !k.failed(run, state) {
			continue
		}
		if !copied {
			own, copied = slices.Clone(own), true
		}
		own[k.trigger].Failed = true
	}
	return own
}

// failed tells whether a job of a pipeline that is started has failed in a way
// that may count.
func (k *kid) failed(run flow.Run, state flow.State) bool {
	for i := range k.jobs {
		if state[k.first+i].Failed && !k.provider.Tolerated(run, flow.Place{Job: i, Step: -1}).IsYes() {
			return true
		}
	}
	return false
}

// Step tells whether a script of a job runs.
func (f *family) Step(run flow.Run, at flow.Place, failed bool) logic.Answer {
	provider, at := f.at(at)
	return provider.Step(run, at, failed)
}

// Tolerated tells whether a job or a script of it may fail.
func (f *family) Tolerated(run flow.Run, at flow.Place) logic.Answer {
	provider, at := f.at(at)
	return provider.Tolerated(run, at)
}

// Gate tells whether somebody has to play a job.
func (f *family) Gate(run flow.Run, job int) flow.Gate {
	provider, at := f.at(flow.Place{Job: job, Step: -1})
	return provider.Gate(run, at.Job)
}

// Values lists what a text of a job can be in a run.
func (f *family) Values(run flow.Run, at flow.Place, text string) []symbol.Value {
	provider, at := f.at(at)
	return provider.Values(run, at, text)
}

// Operand lists what the word of a script that holds an operand can be.
func (f *family) Operand(run flow.Run, activity *pipeline.Activity, operand pipeline.Operand) []symbol.Value {
	provider, at := f.at(flow.Place{Job: activity.Job, Step: activity.Step})
	own := *activity
	own.Job = at.Job
	return provider.Operand(run, &own, operand)
}

// Unseen says why a job that is not known may have to go well before a job.
func (f *family) Unseen(job int) string {
	k := f.of(job)
	if k == nil {
		return f.Provider.Unseen(job)
	}
	if reason := f.Provider.Unseen(k.trigger); reason != "" {
		return reason
	}
	return k.provider.(interface{ Unseen(int) string }).Unseen(job - k.first)
}

// Vacuous lists the conditions of all of its pipelines that decide nothing.
func (f *family) Vacuous(runs []flow.Run) []pipeline.Vacuous {
	found := f.Provider.Vacuous(runs)
	for _, k := range f.kids {
		found = append(found, k.provider.(interface {
			Vacuous([]flow.Run) []pipeline.Vacuous
		}).Vacuous(runs)...)
	}
	return found
}

// at finds who answers for a place, and how that is called there.
func (f *family) at(place flow.Place) (flow.Provider, flow.Place) {
	if k := f.of(place.Job); k != nil {
		return k.provider, flow.Place{Job: place.Job - k.first, Step: place.Step}
	}
	return f.Provider, place
}
