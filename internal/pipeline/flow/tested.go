package flow

import (
	"fmt"

	"guard/internal/finding"
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

// doubts collects what could not be answered, to be told once for all places
// with the same reason.
type doubts struct {
	order []string
	by    map[string]*doubt
}

// doubt is one reason.
type doubt struct {
	what, reason string // "whether job a pushes"
	path         finding.Path
	more         int // further places
}

func (d *doubts) add(path finding.Path, topic, what, reason string) {
	key := topic + "\x00" + reason
	if known := d.by[key]; known != nil {
		if known.path.String() != path.String() {
			known.more++
		}
		return
	}
	if d.by == nil {
		d.by = map[string]*doubt{}
	}
	d.order, d.by[key] = append(d.order, key), &doubt{what: what, reason: reason, path: path}
}

// doubtful says of a push what of it could not be answered.
func (a *analysis) doubtful(pushed *pipeline.Pushed) {
	for i := range pushed.Runs {
		run := &pushed.Runs[i]
		switch unknown := logic.Unknown.String(); {
		case run.Reached.Holds == unknown:
			a.doubts.add(pushed.Path, "reached", "whether "+pushed.Holder+" pushes", run.Reached.Reason)
		case run.After.Test.Holds == unknown:
			a.doubts.add(pushed.Path, "test", "whether a test has to pass before "+pushed.Holder+" pushes", run.After.Test.Reason)
		}
	}
}

// tellDoubts writes the doubts into Incomplete.
func (a *analysis) tellDoubts() {
	for _, key := range a.doubts.order {
		d := a.doubts.by[key]
		more := ""
		if d.more > 0 {
			more = fmt.Sprintf(", and the same of %d more", d.more)
		}
		a.unknown(d.path, d.what+more+" is not known: "+d.reason)
	}
}
