package github

import (
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
	if text == "" || node == nil || p.isCalled() || !speaksOfRun(node) || asksStatus(node) {
		return v, false
	}
	for _, run := range runs {
		if !evaluate(node, p.at(run, place)).truth().IsNo() {
			return v, false
		}
	}
	v.Reason = "no run that starts this workflow fulfils it"
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

// speaksOfRun tells whether a condition asks by what, and on which branch or
// tag, the workflow was started. Of that alone the runs that are played say
// all there is.
func speaksOfRun(node actionlint.ExprNode) bool {
	speaks := false
	for _, context := range contextsOf(node) {
		switch context {
		case "github.event_name", "github.ref_type":
			speaks = true
		default:
			return false
		}
	}
	return speaks
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
