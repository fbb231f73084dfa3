package azure

import (
	"guard/internal/pipeline/azure/expression"
	"guard/internal/pipeline/flow"
	"guard/internal/pipeline/logic"
)

// Job tells whether a job starts: its stage must run, and its own condition
// hold, given what became of those before.
func (p *Provider) Job(run flow.Run, job int, state flow.State) logic.Answer {
	if p.left == 0 {
		return logic.Maybe(tooOften)
	}
	info := &p.file.jobs[job]
	at := p.at(run, flow.Place{Job: job, Step: -1}, nil)
	at.state = state
	inserted := logic.And(at.stageThere(info.stage), at.guarded(info.when))
	if inserted.IsNo() {
		return logic.No
	}
	outer := *at
	outer.level = ofStage
	return logic.And(inserted, outer.condition(p.conditions.stages[info.stage]), at.condition(p.conditions.jobs[job]))
}

// Step tells whether a step runs, given whether an earlier one has failed.
func (p *Provider) Step(run flow.Run, place flow.Place, failed bool) logic.Answer {
	if p.left == 0 {
		return logic.Maybe(tooOften)
	}
	info := &p.file.jobs[place.Job].steps[place.Step]
	at := p.at(run, place, nil)
	at.level, at.failed = ofStep, failed
	allowed := logic.And(at.guarded(info.when), at.hooked(info.hook), p.enabled(run, place, info.enabled))
	if allowed.IsNo() {
		return logic.No
	}
	return logic.And(allowed, at.condition(p.conditions.steps[place.Job][place.Step]))
}

func (p *Provider) enabled(run flow.Run, place flow.Place, text string) logic.Answer {
	if text == "" {
		return logic.Yes
	}
	return p.says(run, place, text)
}

// hooked is about the steps of a deployment that wait for how it ends. They are
// jobs of their own, in which nothing has failed yet.
func (s *scope) hooked(hook string) logic.Answer {
	failed := s.failed
	switch hook {
	case "on.failure":
		s.failed = false
		return logic.Is(failed)
	case "on.success":
		s.failed = false
		return logic.Is(!failed)
	}
	return logic.Yes
}

// guarded tells whether the conditions of ${{ if }} insert something.
func (s *scope) guarded(g *guard) logic.Answer {
	answer := logic.Yes
	for ; g != nil; g = g.outer {
		if !s.provider.work(g.size) {
			return logic.Maybe(tooOften)
		}
		answer = logic.And(answer, expression.Evaluate(g.holds, s).Holds())
	}
	return answer
}

// condition tells whether a condition holds.
func (s *scope) condition(c condition) logic.Answer {
	switch {
	case c.unknown != "":
		return logic.Maybe(c.unknown)
	case c.node == nil:
		return s.Status("succeeded", nil)
	case !s.provider.work(c.size):
		return logic.Maybe(tooOften)
	}
	return expression.Evaluate(c.node, s).Holds()
}

// Status answers succeeded(), failed() and their kin.
func (s *scope) Status(function string, names []string) logic.Answer {
	switch function {
	case "always":
		return logic.Yes
	case "canceled":
		return logic.No
	case "succeededorfailed":
		return logic.Yes
	}
	if s.level == ofStep {
		return logic.Is(s.failed == (function == "failed"))
	}
	answer := logic.Is(function == "succeeded")
	earlierOnes := s.earlier(names)
	if !s.provider.work(len(earlierOnes)) {
		return logic.Maybe(tooOften)
	}
	for _, earlier := range earlierOnes {
		if function == "succeeded" {
			answer = logic.And(answer, earlier.Runs, logic.Is(!earlier.Failed))
		} else {
			answer = logic.Or(answer, logic.And(earlier.Runs, logic.Is(earlier.Failed)))
		}
	}
	return answer
}

// earlier lists what became of the stages or jobs before, or of those named.
// Those that are not inserted in this run do not count.
func (s *scope) earlier(names []string) []flow.Outcome {
	var all []flow.Outcome
	job := &s.file().jobs[s.place.Job]
	if s.level == ofStage {
		for _, i := range s.stagesBefore(job.stage) {
			stage := &s.file().stages[i]
			if among(stage.name, names) && !s.stageThere(i).IsNo() {
				all = append(all, s.stageOutcome(i))
			}
		}
		return all
	}
	for _, i := range s.jobsBefore(s.place.Job) {
		other := &s.file().jobs[i]
		if among(other.name, names) && !s.guarded(other.when).IsNo() {
			all = append(all, s.outcome(i))
		}
	}
	return all
}

// among tells whether a name is one of some; of none, every name is.
func among(name string, names []string) bool {
	for _, other := range names {
		if equalFold(name, other) {
			return true
		}
	}
	return len(names) == 0
}

// outcome is what became of a job; nothing is known of it where no run is
// played.
func (s *scope) outcome(job int) flow.Outcome {
	if job >= len(s.state) {
		return flow.Outcome{Runs: logic.Maybe("what became of job " + s.file().jobs[job].name + " is not known here")}
	}
	return s.state[job]
}

// stageOutcome is what became of a stage: it ran where one of its jobs did.
func (s *scope) stageOutcome(stage int) flow.Outcome {
	whole := flow.Outcome{Runs: logic.No}
	s.provider.work(len(s.file().stages[stage].jobs))
	for _, job := range s.file().stages[stage].jobs {
		one := s.outcome(job)
		whole.Runs = logic.Or(whole.Runs, one.Runs)
		whole.Failed = whole.Failed || one.Failed
	}
	if len(s.file().stages[stage].jobs) == 0 {
		whole.Runs = logic.Yes
	}
	return whole
}
