package gitlab

import (
	"guard/internal/pipeline"
)

// variables reads a map of names and values; a value may be a map that holds
// it together with a description.
func (r *reader) variables(v value) []pipeline.Variable {
	variables := []pipeline.Variable{}
	v, ok := r.follow(v, 0)
	if !ok {
		return variables
	}
	for _, m := range v.members() {
		at, known := r.follow(m.value, 0)
		if !known {
			continue
		}
		if at.isMap() {
			at = at.get("value")
		}
		variables = append(variables, pipeline.Variable{
			Name: m.key, Value: at.scalar(), Secrets: []string{}, Path: at.path,
		})
	}
	return variables
}

// specInputs are the inputs in the header of a file.
func (r *reader) specInputs(v value) {
	for _, m := range v.members() {
		options := r.texts(m.value.get("options"))
		kind := m.value.get("type").scalar()
		r.out.Inputs = append(r.out.Inputs, pipeline.Input{
			Name: m.key, Event: "spec", Options: options, Path: m.value.path,
			Free: len(options) == 0 && kind != "boolean" && kind != "number",
		})
	}
}

// inputs are the variables that a person is asked for when they start a
// pipeline: those with a description.
func (r *reader) inputs(v value) {
	for _, m := range v.members() {
		if !m.value.get("description").isSet() {
			continue
		}
		options := []string{}
		for _, option := range m.value.get("options").items() {
			options = append(options, option.scalar())
		}
		r.out.Inputs = append(r.out.Inputs, pipeline.Input{
			Name: m.key, Event: "variable", Options: options, Free: len(options) == 0, Path: m.value.path,
		})
	}
}
