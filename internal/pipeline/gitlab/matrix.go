package gitlab

import (
	"maps"
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
		switch {
		case slices.Contains(axes[i].Values, text):
		case len(axes[i].Values) == maxAxis:
			axes[i].Known = false
		default:
			axes[i].Values = append(axes[i].Values, text)
		}
	}
	return axes
}

// maxAxis bounds the values of one variable; GitLab makes 200 jobs of a matrix
// at most.
const maxAxis = 1000

// combinations lists the values that each part of a job gets from its matrix,
// as far as they are not too many.
func (r *reader) combinations(v value) (all []map[string]string, cut bool) {
	v, _ = r.follow(v, 0)
	for _, item := range r.flat(v, 0) {
		some := []map[string]string{{}}
		for _, m := range item.members() {
			some, cut = r.multiplied(some, m, cut)
		}
		all = append(all, some...)
		if len(all) > maxValues {
			return all[:maxValues], true
		}
	}
	if len(all) == 0 {
		all = append(all, map[string]string{})
	}
	return all, cut
}

// multiplied combines what there is with each value of one more variable.
func (r *reader) multiplied(before []map[string]string, m member, cut bool) ([]map[string]string, bool) {
	texts := []string{m.value.scalar()}
	if m.value.isList() {
		texts = r.texts(m.value)
	}
	var all []map[string]string
	for _, one := range before {
		for _, text := range texts {
			if len(all) == maxValues {
				return all, true
			}
			more := maps.Clone(one)
			more[m.key] = text
			all = append(all, more)
		}
	}
	return all, cut
}
