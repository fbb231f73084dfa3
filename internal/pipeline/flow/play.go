package flow

import (
	"guard/internal/pipeline"
	"guard/internal/pipeline/logic"
)

// player plays runs of one pipeline through.
type player struct {
	pipeline *pipeline.Pipeline
	provider Provider
	order    []int // of the jobs, each behind those before it
	cost     int   // of playing all jobs once
	left     int   // work that may still be done
}

// maxWork bounds the work that is done for one pipeline, in what it takes to
// look at one activity. A pipeline of twenty jobs takes some ten thousand.
const (
	maxWork      = 10_000_000
	jobCost      = 10 // of playing one job, and as much for every hundred bytes of its condition
	precedesCost = 10 // of asking whether one step must precede another
)

// TooMuch says that a pipeline was not played through in all its runs.
const TooMuch = "limit exceeded: the pipeline has more jobs and steps than can be played through"

// spend counts work; ok is false where it becomes too much.
func (p *player) spend(work int) (ok bool) {
	if p.left >= 0 {
		p.left -= work
	}
	return p.left >= 0
}

func newPlayer(p *pipeline.Pipeline, provider Provider) *player {
	cost := 0
	for _, job := range p.Jobs {
		cost += jobCost + jobCost*len(job.Condition.Value)/100
	}
	return &player{pipeline: p, provider: provider, order: ordered(len(p.Jobs), provider.Before), cost: cost, left: maxWork}
}

// ordered sorts jobs so that each stands behind those before it, and else in
// the order of the file.
func ordered(jobs int, before func(int) []int) []int {
	order, placed := make([]int, 0, jobs), make([]bool, jobs)
	type frame struct {
		job  int
		rest []int
	}
	for first := range jobs {
		stack := []frame{{first, nil}}
		if placed[first] {
			continue
		}
		placed[first], stack[0].rest = true, before(first)
		for len(stack) > 0 {
			top := &stack[len(stack)-1]
			if len(top.rest) == 0 {
				order = append(order, top.job)
				stack = stack[:len(stack)-1]
				continue
			}
			next := top.rest[0]
			top.rest = top.rest[1:]
			if !placed[next] {
				placed[next] = true
				stack = append(stack, frame{next, before(next)})
			}
		}
	}
	return order
}

// assumption is what is made of one job in a run, against what it would do.
type assumption struct {
	job     int  // -1: nothing is assumed
	fails   bool // it runs and fails
	skipped bool // it does not run at all
	held    bool // no person lets it go
}

var nothing = assumption{job: -1}

// play works out what becomes of every job in a run. Every job that runs goes
// well, save for what is assumed. Exhausted is true where the limit is reached;
// then nothing is known.
func (p *player) play(run Run, assumed assumption) (state State, exhausted bool) {
	state = make(State, len(p.pipeline.Jobs))
	if !p.spend(p.cost) {
		return nil, true
	}
	for _, job := range p.order {
		state[job] = p.outcome(run, job, state, assumed)
	}
	return state, false
}

func (p *player) outcome(run Run, job int, state State, assumed assumption) Outcome {
	if p.pipeline.Jobs[job].Hidden {
		return Outcome{Runs: logic.No, Held: logic.No}
	}
	held := p.held(job, state)
	runs := logic.And(logic.Not(held), p.provider.Job(run, job, state))
	switch {
	case job != assumed.job || runs.IsNo():
		return Outcome{Runs: runs, Held: held}
	case assumed.held:
		return Outcome{Runs: logic.No, Held: p.holds(run, job)}
	case assumed.skipped:
		return Outcome{Runs: logic.No, Held: held}
	}
	return Outcome{Runs: runs, Failed: assumed.fails, Held: held}
}

// held tells whether a job waits for one that waits for a person.
func (p *player) held(job int, state State) logic.Answer {
	answers := []logic.Answer{}
	for _, before := range p.provider.Before(job) {
		answers = append(answers, state[before].Held)
	}
	return logic.Or(answers...)
}

// holds tells whether jobs behind a job wait for the person it waits for.
// What an environment asks for, the whole run waits for.
func (p *player) holds(run Run, job int) logic.Answer {
	if gate := p.provider.Gate(run, job); gate.Manual {
		return gate.Blocks
	}
	return logic.Yes
}
