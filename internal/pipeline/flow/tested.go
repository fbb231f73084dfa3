package flow

import (
	"guard/internal/pipeline"
	"guard/internal/pipeline/logic"
)

// changes are the situations in which a change of the default branch is made,
// or tried.
var changes = map[Situation]bool{Fork: true, PullRequest: true, Main: true, MergeQueue: true}

// tests tells whether a change runs a test, and whether the pipeline is one
// that ought to ask.
func (a *analysis) tests() {
	answer := logic.No
	for i := range a.pipeline.Includes {
		if include := &a.pipeline.Includes[i]; include.Kind != "local" {
			answer = logic.Or(answer, logic.Maybe("what "+include.Name+" does was not read"))
		}
	}
	tests := &a.pipeline.Tests
	for i := range a.pipeline.Activities {
		activity := &a.pipeline.Activities[i]
		switch activity.Kind {
		case pipeline.Test, pipeline.Coverage:
			answer = logic.Or(answer, a.inChanges(activity))
		case pipeline.Opaque:
			unseen := logic.Maybe("what " + activity.Tool + " does in " + a.holder(activity) + " cannot be seen")
			answer = logic.Or(answer, logic.And(a.inChanges(activity), unseen))
		case pipeline.Build, pipeline.Push, pipeline.Deploy:
			tests.Asked = tests.Asked || !a.inChanges(activity).IsNo()
		}
	}
	tests.Run = fact(answer)
}

// inChanges tells whether an activity takes place where a change is made or
// tried.
func (a *analysis) inChanges(activity *pipeline.Activity) logic.Answer {
	if !a.spend(len(a.played)) {
		return logic.Maybe(TooMuch)
	}
	answer := logic.No
	for _, s := range a.played {
		if changes[s.run.Situation] && !answer.IsYes() {
			answer = logic.Or(answer, logic.And(s.starts, s.reached(place(activity))))
		}
	}
	return answer
}

// Unread is what is known of the tests of a pipeline that could not be read.
func Unread(file string) pipeline.Fact {
	return fact(logic.Maybe("what " + file + " does was not read"))
}

// JoinTests is what two pipelines say together of whether changes are tested.
func JoinTests(a, b pipeline.Fact) pipeline.Fact {
	for _, holds := range []logic.Truth{logic.True, logic.Unknown} {
		for _, f := range []pipeline.Fact{a, b} {
			if f.Holds == holds.String() {
				return f
			}
		}
	}
	return fact(logic.No)
}
