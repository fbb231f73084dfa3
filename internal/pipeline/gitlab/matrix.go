package gitlab

import (
	"slices"
	"strings"

	"guard/internal/pipeline"
)

// matrix reads the variables of parallel: matrix:, a list of maps whose values
// are one text or a list of texts.
func (r *reader) matrix(v value) []pipeline.Axis {
	axes := []pipeline.Axis{}
	v, _ = r.follow(v, 0)
	for _, combination := range r.flat(v, 0) {
		for _, m := range combination.members() {
			axes = r.axis(axes, m)
		}
	}
	return axes
}

func (r *reader) axis(axes []pipeline.Axis, m member) []pipeline.Axis {
	i := slices.IndexFunc(axes, func(a pipeline.Axis) bool { return a.Name == m.key })
	if i < 0 {
		i = len(axes)
		axes = append(axes, pipeline.Axis{Name: m.key, Values: []string{}, Known: true})
	}
	texts := []string{m.value.scalar()}
	if m.value.isList() {
		texts = nil
		for _, item := range r.flat(m.value, 0) {
			texts = append(texts, item.scalar())
		}
	}
	for _, text := range texts {
		axes[i].Known = axes[i].Known && !strings.Contains(text, "$")
		if !slices.Contains(axes[i].Values, text) && len(axes[i].Values) < maxAxis {
			axes[i].Values = append(axes[i].Values, text)
		}
	}
	return axes
}

// maxAxis bounds the values of one variable; GitLab makes 200 jobs of a matrix
// at most.
const maxAxis = 1000
