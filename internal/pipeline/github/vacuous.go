package github

import (
	"cmp"
	"slices"
	"strings"

	"guard/internal/finding"
	"guard/internal/pipeline"
	"guard/internal/pipeline/flow"
	"guard/internal/pipeline/logic"

	"github.com/rhysd/actionlint"
)

// Vacuous lists the conditions of jobs and steps that decide nothing. One that
// somebody has switched off in so many words is meant to.
func (p *Provider) Vacuous(runs []flow.Run) []pipeline.Vacuous {
	found := []pipeline.Vacuous{}
	for i := range p.pipeline.Jobs {
		job := &p.pipeline.Jobs[i]
		if p.origins[i].call != nil {
			continue // the file that it stands in says it
		}
		if v, is := p.vacuous(job.Condition, flow.Place{Job: i, Step: -1}, runs); is {
			v.Holder = "job " + job.ID
			found = append(found, v)
		}
		for j := range job.Steps {
			if !p.isOwn(i, j) {
				continue
			}
			if v, is := p.vacuous(job.Steps[j].Condition, flow.Place{Job: i, Step: j}, runs); is {
				v.Holder = "job " + job.ID + ", " + job.Steps[j].Holder
				found = append(found, v)
			}
		}
	}
	return found
}

func (p *Provider) vacuous(condition pipeline.Text, place flow.Place, runs []flow.Run) (pipeline.Vacuous, bool) {
	text := strings.TrimSpace(condition.Value)
	v := pipeline.Vacuous{Text: text, Path: condition.Path}
	if v.Path == nil {
		v.Path = finding.Path{}
	}
	if isSpliced(text) {
		v.Always, v.Reason = true, "text stands around the expression, and a text that is not empty is true"
		return v, true
	}
	node := p.parse(text)
	if text == "" || node == nil || p.isCalled() {
		return v, false
	}
	told, missing := p.isTold(node, place)
	if !told {
		return v, false
	}
	for _, run := range runs {
		at := p.at(run, place)
		at.blind = true
		if !evaluate(node, at).truth().IsNo() {
			return v, false
		}
	}
	v.Reason = "no run that starts this workflow fulfils it"
	if missing != "" {
		v.Reason = "no step before it has the id " + missing
	}
	return v, len(runs) > 0
}

// isCalled tells whether other workflows may call this one.
func (p *Provider) isCalled() bool {
	return slices.ContainsFunc(p.pipeline.Triggers, func(t pipeline.Trigger) bool { return t.Event == "workflow_call" })
}

// isSpliced tells whether a condition has text around its expressions.
func isSpliced(text string) bool {
	if !strings.Contains(text, "${{") {
		return false
	}
	found := scan(text, nil)
	if len(found) == 0 || found[0].problem != "" {
		return false
	}
	return found[0].start > 0 || found[0].end < len(text)
}

// isTold tells whether a condition asks for nothing but what the runs that are
// played say all there is of: by what, and on which kind of ref, the workflow
// was started, and what steps yielded that do not exist. Missing is the id of
// the first of these.
func (p *Provider) isTold(node actionlint.ExprNode, place flow.Place) (told bool, missing string) {
	for _, context := range contextsOf(node) {
		told = true
		if context == "github.event_name" || context == "github.ref_type" {
			continue
		}
		id, isStep := strings.CutPrefix(context, "steps.")
		id, _, _ = strings.Cut(id, ".")
		if !isStep || id == "*" || place.Step < 0 || p.stepBefore(place, id) {
			return false, ""
		}
		missing = cmp.Or(missing, id)
	}
	return told, missing
}

// stepBefore tells whether a step before a place has an id.
func (p *Provider) stepBefore(place flow.Place, id string) bool {
	return slices.ContainsFunc(p.pipeline.Jobs[place.Job].Steps[:place.Step], func(s pipeline.Step) bool { return strings.EqualFold(s.ID, id) })
}

// spliced is the truth of a condition with text around its expressions.
func (p *Provider) spliced(text string, at *moment) logic.Answer {
	if isSpliced(text) {
		return at.status("success")
	}
	return logic.Maybe("the condition " + text + " cannot be read")
}

// isOwn tells whether a step stands in the file itself.
func (p *Provider) isOwn(job, step int) bool {
	origin := p.origins[job]
	return origin.call == nil && origin.steps[step].action == nil
}
