package flow

import (
	"slices"
	"strings"

	"guard/internal/pipeline"
	"guard/internal/pipeline/logic"
)

// staging tells whether a deployment to an environment before production must
// have gone well before a place. Where the run has none, but another run has,
// what this run deploys may have been there before.
func (a *analysis) staging(s *scene, at spot) logic.Answer {
	must := s.after(a.pipeline.Activities, at, a.isStaging(s.run))
	if !must.IsNo() || a.stages(s).IsYes() {
		return must
	}
	for _, other := range a.played {
		if a.left < 0 {
			return logic.Maybe(TooMuch)
		}
		if !a.stages(other).IsNo() {
			return logic.Maybe("what is deployed may have come to another environment by a run of its own (" + other.run.Title() + ")")
		}
	}
	return must
}

// stages tells whether a run deploys to an environment before production. Of
// the environments that an input chooses from, a run goes to one.
func (a *analysis) stages(s *scene) logic.Answer {
	if known, done := a.staged[s]; done {
		return known
	}
	is, answers := a.isStaging(s.run), []logic.Answer{}
	a.spend(len(a.pipeline.Activities))
	for i := range a.pipeline.Activities {
		activity := &a.pipeline.Activities[i]
		answer := is(activity)
		if answer.IsYes() && strings.Contains(a.pipeline.Jobs[activity.Job].Environment.Value, "inputs.") {
			answer = logic.Maybe("which environment is deployed to is chosen when the run is started")
		}
		if !answer.IsNo() {
			answers = append(answers, logic.And(answer, s.starts, s.reached(place(activity))))
		}
	}
	a.staged[s] = logic.Or(answers...)
	return a.staged[s]
}

// Stages tells whether an analysed pipeline deploys to an environment before
// production.
func Stages(p *pipeline.Pipeline) bool {
	for _, d := range p.Deploys {
		if d.Tier != Production && (d.Tier != "" || d.Environment != "" && d.EnvironmentUnknown == "") {
			return true
		}
	}
	return false
}

// StagedElsewhere notes that another pipeline deploys to an environment before
// production. A branch that this one only builds may be deployed by that; and
// whether this one's deployments have been there is not known, if it has no
// such environment itself.
func StagedElsewhere(p *pipeline.Pipeline, file string) {
	p.Undeployed = slices.DeleteFunc(p.Undeployed, func(u pipeline.Undeployed) bool { return !slices.Equal(u.Environments, []string{Production}) })
	if Stages(p) {
		return
	}
	for i := range p.Deploys {
		for j := range p.Deploys[i].Runs {
			if staging := &p.Deploys[i].Runs[j].After.Staging; staging.Holds == logic.False.String() {
				*staging = fact(logic.Maybe("what is deployed may have come to another environment by " + file))
			}
		}
	}
}
