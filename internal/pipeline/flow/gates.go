package flow

import (
	"fmt"

	"guard/internal/pipeline"
	"guard/internal/pipeline/logic"
)

// after says what must have gone well before a place in a run.
func (a *analysis) after(s *scene, at spot) pipeline.After {
	of := func(kind pipeline.ActivityKind) pipeline.Fact {
		return fact(s.after(a.pipeline.Activities, at, isKind(kind, a.holder)))
	}
	return pipeline.After{
		Lint: of(pipeline.Lint), Typecheck: of(pipeline.Typecheck), Test: of(pipeline.Test), Coverage: of(pipeline.Coverage),
		Scan:     of(pipeline.Scan),
		Build:    fact(s.after(a.pipeline.Activities, at, a.isPush(s.run))),
		Staging:  fact(a.staging(s, at)),
		Approval: fact(a.approval(s, at, a.environments(s.run, at.Job)...)),
	}
}

// isKind tells whether an activity is of a kind. What cannot be seen into may
// be what its name speaks of.
func isKind(kind pipeline.ActivityKind, holder func(*pipeline.Activity) string) func(*pipeline.Activity) logic.Answer {
	return func(activity *pipeline.Activity) logic.Answer {
		if activity.Kind == pipeline.Opaque && activity.Like == string(kind) {
			return logic.Maybe(fmt.Sprintf("what %s does in %s cannot be seen", activity.Tool, holder(activity)))
		}
		return logic.Is(activity.Kind == kind)
	}
}

func (a *analysis) isPush(run Run) func(*pipeline.Activity) logic.Answer {
	opaque := isKind(pipeline.Push, a.holder)
	return func(activity *pipeline.Activity) logic.Answer {
		if activity.Kind == pipeline.Build || activity.Kind == pipeline.Push {
			return a.pushes(run, activity)
		}
		return logic.Or(opaque(activity), isKind(pipeline.Build, a.holder)(activity))
	}
}

// isStaging tells whether an activity deploys to an environment that is not
// production.
func (a *analysis) isStaging(run Run) func(*pipeline.Activity) logic.Answer {
	return func(activity *pipeline.Activity) logic.Answer {
		if activity.Kind != pipeline.Deploy {
			return isKind(pipeline.Deploy, a.holder)(activity)
		}
		answers := []logic.Answer{}
		for _, target := range a.targets(run, activity) {
			answers = append(answers, target.before())
		}
		return logic.Or(answers...)
	}
}

// approval tells whether a person must have agreed before a place is reached:
// to the job itself, which goes to the environments given, or to something
// that must have gone well before it.
func (a *analysis) approval(s *scene, at spot, environments ...environmentName) logic.Answer {
	answer := logic.Or(
		a.gated(s.run, at.Job, environments),
		s.after(a.pipeline.Activities, at, isKind(pipeline.Approval, a.holder)),
	)
	a.spend(jobCost * len(a.pipeline.Jobs))
	for job := range a.pipeline.Jobs {
		if a.left < 0 {
			return logic.Maybe(TooMuch)
		}
		if answer.IsYes() {
			return answer
		}
		if job == at.Job {
			continue
		}
		if gate := a.gated(s.run, job, a.environments(s.run, job)); !gate.IsNo() {
			answer = logic.Or(answer, logic.And(gate, logic.Not(s.runsIf(assumption{job: job, held: true}, at.Job))))
		}
	}
	return answer
}

// gated tells whether a job starts only when a person lets it.
func (a *analysis) gated(run Run, job int, environments []environmentName) logic.Answer {
	if a.provider.Gate(run, job).Manual {
		return logic.Yes
	}
	answers := []logic.Answer{}
	for _, name := range environments {
		answers = append(answers, a.approves(name))
	}
	return logic.And(answers...)
}

// settings are what the forge says of an environment.
func (a *analysis) settings(environment environmentName) pipeline.Settings {
	switch {
	case environment.unknown != "":
		return pipeline.UnreadSettings(environment.unknown)
	case environment.text == "":
		return pipeline.UnreadSettings("the job names no environment")
	case a.options.Settings == nil:
		return pipeline.UnreadSettings("the settings of the forge were not read")
	}
	return a.options.Settings(environment.text)
}

// approves asks the forge's settings about an environment.
func (a *analysis) approves(environment environmentName) logic.Answer {
	switch {
	case environment.unknown != "":
		return logic.Maybe(environment.unknown)
	case environment.text == "":
		return logic.No
	case a.options.Approval == nil:
		return logic.Maybe(fmt.Sprintf("whether environment %s waits for a reviewer is a setting of the forge, which was not read", environment.text))
	}
	return a.options.Approval(environment.text)
}
