package flow

import (
	"guard/internal/pipeline"
	"guard/internal/pipeline/logic"
)

// scene is one run of a pipeline, with what was found out about it.
type scene struct {
	*player
	run    Run
	starts logic.Answer         // whether the run takes place
	happy  State                // where nothing fails
	sad    map[assumption]State // where something does; nil where the limit was reached
}

func (p *player) scene(run Run) (s *scene, ok bool) {
	happy, exhausted := p.play(run, nothing)
	return &scene{player: p, run: run, happy: happy, sad: map[assumption]State{}}, !exhausted
}

// reached tells whether a step runs where all goes well.
func (s *scene) reached(at Place) logic.Answer {
	runs := s.happy[at.Job].Runs
	if runs.IsNo() || at.Step < 0 {
		return runs
	}
	return logic.And(runs, s.provider.Step(s.run, at, false))
}

// spot is the place of an activity, and its index among all: those of one step
// follow each other in that order.
type spot struct {
	Place
	order int
}

// precedes tells whether later can take place only after earlier went well.
func (s *scene) precedes(earlier, later spot) logic.Answer {
	if !s.spend(precedesCost) {
		return logic.Maybe(TooMuch)
	}
	takes := s.reached(earlier.Place)
	if takes.IsNo() {
		return logic.No
	}
	if earlier.Job == later.Job {
		return s.precedesInJob(earlier, later, takes)
	}
	return s.precedesJob(earlier.Place, later.Place, takes)
}

// precedesInJob is about two steps of one job, or two commands of one step.
// What ignores that the earlier one fails is not asked about.
func (s *scene) precedesInJob(earlier, later spot, takes logic.Answer) logic.Answer {
	switch {
	case earlier.Step > later.Step:
		return logic.No
	case earlier.Step == later.Step:
		return logic.And(takes, logic.Is(earlier.order < later.order))
	}
	stops := logic.And(
		logic.Not(s.provider.Tolerated(s.run, earlier.Place)),
		logic.Not(s.provider.Step(s.run, later.Place, true)),
	)
	return logic.And(takes, stops)
}

// precedesJob is about steps of two jobs: the later job must not start where
// the earlier one fails, nor where it does not run at all. Of a job that may
// or may not run, both have to hold.
func (s *scene) precedesJob(earlier, later Place, takes logic.Answer) logic.Answer {
	counts := logic.And(
		logic.Not(s.provider.Tolerated(s.run, earlier)),
		logic.Not(s.provider.Tolerated(s.run, Place{earlier.Job, -1})),
	)
	whereItFails := logic.And(counts, logic.Not(s.runsIf(assumption{job: earlier.Job, fails: true}, later.Job)))
	runs := s.happy[earlier.Job].Runs
	if !runs.IsUnknown() {
		return logic.And(takes, whereItFails)
	}
	whereItRuns := logic.And(s.inJob(earlier), whereItFails)
	whereItDoesNot := logic.Not(s.runsIf(assumption{job: earlier.Job, skipped: true}, later.Job))
	if whereItRuns.Truth == whereItDoesNot.Truth {
		return whereItRuns
	}
	return logic.Maybe(runs.Reason)
}

// inJob tells whether a step runs, given that its job does.
func (s *scene) inJob(at Place) logic.Answer {
	if at.Step < 0 {
		return logic.Yes
	}
	return s.provider.Step(s.run, at, false)
}

// runsIf tells whether a job starts under an assumption.
func (s *scene) runsIf(assumed assumption, job int) logic.Answer {
	state, known := s.sad[assumed]
	if !known {
		state, _ = s.play(s.run, assumed)
		s.sad[assumed] = state
	}
	if state == nil {
		return logic.Maybe(TooMuch)
	}
	return state[job].Runs
}

// after tells whether one of some activities must have gone well before a
// place. What cannot be seen into may be any of them.
func (s *scene) after(activities []pipeline.Activity, at spot, is func(*pipeline.Activity) logic.Answer) logic.Answer {
	if !s.spend(len(activities)) {
		return logic.Maybe(TooMuch)
	}
	result := logic.No
	for i := range activities {
		a := &activities[i]
		answer := is(a)
		if answer.IsNo() {
			continue
		}
		if a.Ignored != "" {
			continue
		}
		result = logic.Or(result, logic.And(answer, s.precedes(spot{place(a), i}, at)))
		if result.IsYes() {
			return result
		}
	}
	return logic.Or(result, s.unseen(at.Job))
}

// partial is a provider of a pipeline of which not all jobs may be known.
type partial interface {
	// Unseen says why a job that is not known may have to go well before a
	// job starts; "" where none can.
	Unseen(job int) string
}

// unseen tells whether what is asked for may be done by a job that is not
// known.
func (s *scene) unseen(job int) logic.Answer {
	if p, ok := s.provider.(partial); ok {
		if reason := p.Unseen(job); reason != "" {
			return logic.Maybe(reason)
		}
	}
	return logic.No
}
