package azure

import (
	"slices"

	"guard/internal/pipeline"
)

// row is one job that a matrix makes: its variables by name in lower case.
type row map[string]string

// The limits of a matrix. Azure makes 256 jobs of one at most.
const (
	maxRows = 256
	maxAxis = 1000
)

// matrix reads the rows of a matrix, and the values of each variable over all
// rows. One that only a run knows has none.
func (r *reader) matrix(v *value) (axes []pipeline.Axis, rows []row) {
	axes = []pipeline.Axis{}
	for _, m := range v.list() {
		if !m.value.isMap() {
			continue
		}
		if len(rows) == maxRows {
			r.once(m.value.path, "a matrix of more than %d rows; this one and those behind it were not looked at", maxRows)
			break
		}
		made := row{}
		for _, variable := range m.value.list() {
			made[lower(variable.key)] = variable.value.scalar()
			axes = addValue(axes, variable.key, variable.value.scalar())
			r.defined[lower(variable.key)] = true
		}
		rows = append(rows, made)
	}
	return axes, rows
}

// addValue notes a value of a variable. The rows say which values go together.
func addValue(axes []pipeline.Axis, name, value string) []pipeline.Axis {
	i := slices.IndexFunc(axes, func(a pipeline.Axis) bool { return equalFold(a.Name, name) })
	if i < 0 {
		i = len(axes)
		axes = append(axes, pipeline.Axis{Name: name, Values: []string{}, Known: true, Included: true})
	}
	axes[i].Known = axes[i].Known && !hasExpression(value) && len(macrosIn(value)) == 0
	switch {
	case slices.Contains(axes[i].Values, value):
	case len(axes[i].Values) == maxAxis:
		axes[i].Known = false
	default:
		axes[i].Values = append(axes[i].Values, value)
	}
	return axes
}
