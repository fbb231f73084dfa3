package azure

import (
	"guard/internal/pipeline"
	"guard/internal/tree"
)

// variable is one that the file sets at some level.
type variable struct {
	name string
	text string
	when *guard
}

// variablesOf reads variables: a map, or a list of names, groups and
// templates.
func (r *reader) variablesOf(v *value) (all []variable, model []pipeline.Variable) {
	model = []pipeline.Variable{}
	add := func(name string, at *value, when *guard) {
		all = append(all, variable{name, at.scalar(), when})
		model = append(model, r.variable(name, at))
		r.defined[lower(name)] = true
	}
	if v.isMap() && !v.has("template") {
		for _, m := range v.members {
			add(m.key, m.value, v.when.and(m.value.when))
		}
		return all, model
	}
	for _, item := range r.entries(v, "variables") {
		switch {
		case item.has("group"): // what it holds is a setting
		case item.has("name"):
			add(item.get("name").scalar(), item.get("value"), item.when)
		default: // a template may bring a map of names and values
			for _, m := range item.list() {
				if m.value.kind >= tree.Null && m.value.kind <= tree.String {
					add(m.key, m.value, item.when.and(m.value.when))
				}
			}
		}
	}
	return all, model
}

func (r *reader) variable(name string, at *value) pipeline.Variable {
	return pipeline.Variable{Name: name, Value: at.scalar(), Secrets: []string{}, Path: at.path}
}

// pairs reads a map of names and values: env:, inputs:.
func (r *reader) pairs(v *value) []pipeline.Variable {
	all := []pipeline.Variable{}
	for _, m := range v.list() {
		all = append(all, r.variable(m.key, m.value))
	}
	return all
}

func (r *reader) readVariables() {
	r.variables, r.out.Env = r.variablesOf(r.root.get("variables"))
}
