package azure

import (
	"guard/internal/pipeline/azure/expression"
	"guard/internal/pipeline/logic"
)

// settled is a text in which the pipeline's own parameters have their
// defaults. It is for what must have one name in all runs.
func (r *reader) settled(text string) string {
	if !hasExpression(text) {
		return text
	}
	return settle(text, defaultScope{r.defaults})
}

// settle replaces the expressions of a text that are known in a scope.
func settle(text string, scope expression.Scope) string {
	out := ""
	for _, p := range pieces(text) {
		if !p.expression {
			out += p.text
			continue
		}
		known, ok := expression.Evaluate(parse(p.text), scope).Known()
		if !ok {
			known = text[p.start:p.end]
		}
		out += known
	}
	return out
}

// defaultScope knows the defaults of the pipeline's own parameters.
type defaultScope struct{ of map[string]parameter }

// Name knows parameters only.
func (s defaultScope) Name(name string) expression.Value {
	if lower(name) != "parameters" {
		return expression.Nobody(name + " is known only in a run")
	}
	return expression.OfObject(defaultParameters(s))
}

// Status is not known.
func (defaultScope) Status(function string, _ []string) logic.Answer {
	return logic.Maybe(function + " is known only in a run")
}

type defaultParameters struct{ of map[string]parameter }

func (defaultParameters) IsList() bool { return false }

func (d defaultParameters) Get(key string) expression.Value {
	p, known := d.of[lower(key)]
	switch {
	case !known:
		return expression.Value{}
	case !p.given:
		return expression.Nobody(p.reason(key))
	}
	return p.value.asExpression(p.kind)
}

func (d defaultParameters) Each(visit func(string, expression.Value) bool) {
	for _, key := range sortedKeys(d.of) {
		if !visit(key, d.Get(key)) {
			return
		}
	}
}
