package github

import (
	"slices"
	"strings"

	"guard/internal/pipeline"
	"guard/internal/pipeline/flow"
	"guard/internal/pipeline/symbol"
)

// Values lists what a text of a job or step can be in a run: one value for
// each of the matrix's values, and each choice of an input, that it holds.
func (p *Provider) Values(run flow.Run, place flow.Place, text string) []symbol.Value {
	return p.spread(p.at(run, place), func(m *moment) symbol.Value { return m.text(text).value() })
}

// spread evaluates something for every value of the matrix's variables that it
// depends on. Where include: ties variables together only one is spread, since
// nobody knows which values go with which.
func (p *Provider) spread(m *moment, evaluate func(*moment) symbol.Value) []symbol.Value {
	values := []symbol.Value{}
	open := []*moment{m}
	for len(open) > 0 && len(values)+len(open) <= maxValues {
		next := open[0]
		open = open[1:]
		value := evaluate(next)
		axis := next.openAxis(value)
		if axis == nil || len(axis.Values)+len(open)+len(values) > maxValues || len(next.matrix) > 0 && joined(m.job()) {
			values = add(values, p.choices(value)...)
			continue
		}
		for _, chosen := range axis.Values {
			open = append(open, next.choosing(axis.Name, chosen))
		}
	}
	for _, rest := range open {
		values = add(values, evaluate(rest))
	}
	return values
}

func add(values []symbol.Value, more ...symbol.Value) []symbol.Value {
	for _, v := range more {
		if !slices.ContainsFunc(values, func(known symbol.Value) bool { return slices.Equal(known, v) }) {
			values = append(values, v)
		}
	}
	return values
}

// matrixSource marks a part that waits for a value of the matrix.
const matrixSource = "matrix."

// openAxis is the matrix's variable that a value waits for.
func (m *moment) openAxis(value symbol.Value) *pipeline.Axis {
	for _, p := range value {
		name, waits := strings.CutPrefix(p.Source, matrixSource)
		if p.Kind != symbol.Unknown || !waits {
			continue
		}
		for i := range m.job().Matrix {
			axis := &m.job().Matrix[i]
			if strings.EqualFold(axis.Name, name) && axis.Known && len(axis.Values) > 0 {
				return axis
			}
		}
	}
	return nil
}

// choosing chooses a value of the matrix.
func (m *moment) choosing(name, value string) *moment {
	next := *m
	next.matrix = map[string]string{strings.ToLower(name): value}
	for name, value := range m.matrix {
		next.matrix[name] = value
	}
	return &next
}

// choices makes of a value one for each choice of the inputs in it that take
// only certain values.
func (p *Provider) choices(value symbol.Value) []symbol.Value {
	values := []symbol.Value{value}
	for _, part := range value {
		options := p.options(part)
		if len(options) == 0 || len(values)*len(options) > maxValues {
			continue
		}
		var chosen []symbol.Value
		for _, v := range values {
			for _, option := range options {
				chosen = add(chosen, replacedPart(v, part, symbol.Text(option)))
			}
		}
		values = chosen
	}
	return values
}

// replacedPart puts a value in the place of every part that is like one.
func replacedPart(v symbol.Value, part symbol.Part, by symbol.Value) symbol.Value {
	parts := make([]symbol.Value, len(v))
	for i, p := range v {
		parts[i] = symbol.Of(p)
		if p == part {
			parts[i] = by
		}
	}
	return symbol.Join(parts...)
}

// options are the only values that an input takes; none where it takes any.
func (p *Provider) options(part symbol.Part) []string {
	if part.Kind != symbol.Input {
		return nil
	}
	for _, in := range p.pipeline.Inputs {
		if strings.EqualFold(in.Name, part.Name) {
			return in.Options
		}
	}
	return nil
}
