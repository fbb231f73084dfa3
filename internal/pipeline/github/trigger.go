package github

import (
	"fmt"

	"guard/internal/finding"
	"guard/internal/pipeline"
	"guard/internal/tree"
)

// triggerKeys are the spellings of on: that files have. A tool that takes YAML
// 1.1 at its word writes the key as true.
var triggerKeys = []string{"on", "true"}

// Triggers returns the value of on: and its key, or nil.
func Triggers(root *tree.Node) (value *tree.Node, key string) {
	for _, key := range triggerKeys {
		if value := root.Get(key); value.IsSet() {
			return value, key
		}
	}
	return nil, ""
}

// triggers reads on: in its three forms: one event, a list, a map.
func (r *reader) triggers() {
	on, key := Triggers(r.root)
	path := finding.NewPath(key)
	switch on.Type() {
	case tree.List:
		for i, item := range on.Items {
			r.trigger(item.Scalar(), nil, path.With(i))
		}
	case tree.Map:
		for _, m := range on.Members {
			r.trigger(m.Key.Text, m.Value, path.With(m.Key.Text))
			r.inputs(m.Key.Text, m.Value.Get("inputs"), path.With(m.Key.Text, "inputs"))
		}
	default:
		r.trigger(on.Scalar(), nil, path)
	}
}

// trigger adds an event; filter is the map behind it, if there is one.
func (r *reader) trigger(event string, filter *tree.Node, path finding.Path) {
	if event == "" {
		return
	}
	r.out.Triggers = append(r.out.Triggers, pipeline.Trigger{
		Event:    event,
		Branches: r.patterns(filter, "branches", path), BranchesIgnore: r.patterns(filter, "branches-ignore", path),
		Tags: r.patterns(filter, "tags", path), TagsIgnore: r.patterns(filter, "tags-ignore", path),
		Types: scalars(filter.Get("types")), Workflows: scalars(filter.Get("workflows")),
		Path: path,
	})
}

// maxPatterns bounds the patterns of one filter.
const maxPatterns = 100

// patterns reads the patterns of a filter.
func (r *reader) patterns(filter *tree.Node, key string, path finding.Path) []string {
	patterns := scalars(filter.Get(key))
	if len(patterns) <= maxPatterns {
		return patterns
	}
	r.exceeded(path.With(key), fmt.Sprintf("more than %d patterns; the rest was not looked at", maxPatterns))
	return patterns[:maxPatterns]
}

// inputs reads the inputs of workflow_dispatch, workflow_call or an action.
func (r *reader) inputs(event string, n *tree.Node, path finding.Path) {
	if n.Type() != tree.Map {
		return
	}
	for _, m := range n.Members {
		kind := m.Value.Get("type").Scalar()
		options := scalars(m.Value.Get("options"))
		r.out.Inputs = append(r.out.Inputs, pipeline.Input{
			Name:    m.Key.Text,
			Event:   event,
			Options: options,
			Default: m.Value.Get("default").Scalar(),
			Free:    kind != "boolean" && kind != "number" && kind != "environment" && len(options) == 0,
			Path:    path.With(m.Key.Text),
		})
	}
}

// scalars returns the texts of a list of scalars, or of one scalar.
func scalars(n *tree.Node) []string {
	texts := []string{}
	if n.IsScalar() && n.IsSet() {
		return append(texts, n.Scalar())
	}
	if n.Type() == tree.List {
		for _, item := range n.Items {
			texts = append(texts, item.Scalar())
		}
	}
	return texts
}
