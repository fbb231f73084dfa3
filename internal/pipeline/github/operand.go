package github

import (
	"guard/internal/pipeline"
	"guard/internal/pipeline/flow"
	"guard/internal/pipeline/symbol"
)

// Operand lists what a word of a command, or an input of an action, can be in
// a run.
func (p *Provider) Operand(run flow.Run, activity *pipeline.Activity, operand pipeline.Operand) []symbol.Value {
	place := flow.Place{Job: activity.Job, Step: activity.Step}
	return p.spread(p.at(run, place), func(m *moment) symbol.Value {
		return m.text(operand.Text).value()
	})
}
