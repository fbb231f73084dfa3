package github

import (
	"strings"

	"guard/internal/pipeline"
	"guard/internal/pipeline/flow"
	"guard/internal/pipeline/shell"
	"guard/internal/pipeline/symbol"
)

// Operand lists what a word of a command, or an input of an action, can be in
// a run. An input with several lines, or with commas, is several values.
func (p *Provider) Operand(run flow.Run, activity *pipeline.Activity, operand pipeline.Operand) []symbol.Value {
	m := p.at(run, flow.Place{Job: activity.Job, Step: activity.Step})
	switch {
	case operand.File != "" && strings.Contains(operand.Text, "$"):
		return []symbol.Value{symbol.Nobody("the variables of " + operand.File + " are not known")}
	case operand.Word != nil && activity.Command >= 0 && activity.Step >= 0 && operand.File == "":
		return p.word(m, activity.Command, operand.Word)
	}
	values := []symbol.Value{}
	for _, value := range p.spread(m, func(m *moment) symbol.Value { return m.text(operand.Text).value() }) {
		values = add(values, listed(value)...)
	}
	if len(values) == 0 {
		return []symbol.Value{nil}
	}
	return values
}

// word lists what a word of a command can be.
func (p *Provider) word(m *moment, command int, word *shell.Word) []symbol.Value {
	values := []symbol.Value{}
	for _, value := range m.trace().Values(command, word) {
		spread := []symbol.Value{value}
		if m.openAxis(value) != nil {
			spread = p.spread(m, func(m *moment) symbol.Value { return m.trace().Word(command, word) })
		}
		for _, value := range spread {
			values = add(values, p.choices(value)...)
		}
	}
	return values
}

// listed splits what holds one value a line, or several with commas.
func listed(value symbol.Value) []symbol.Value {
	var values []symbol.Value
	for _, line := range value.Split("\n", maxValues) {
		for _, item := range line.Split(",", maxValues) {
			if item = item.Trim(); len(item) > 0 {
				values = append(values, item)
			}
		}
	}
	return values
}
