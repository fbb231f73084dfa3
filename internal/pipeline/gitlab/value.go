package gitlab

import (
	"strings"

	"guard/internal/finding"
	"guard/internal/tree"
)

// value is a part of the configuration with the place it came from. A map that
// was merged from several has members of its own; everything else is a node.
// All of what another file brings stands where that file is included.
type value struct {
	node    *tree.Node
	path    finding.Path
	merged  []member
	foreign bool // of another file
}

type member struct {
	key   string
	value value
}

func (v value) isSet() bool { return v.node.IsSet() || v.merged != nil }

func (v value) isMap() bool { return v.merged != nil || v.node.Type() == tree.Map }

func (v value) isList() bool {
	return v.merged == nil && v.node.Type() == tree.List && v.node.Tag != reference
}

func (v value) scalar() string {
	if v.merged != nil {
		return ""
	}
	return v.node.Scalar()
}

// get returns a member; where there is none, its path is where it would stand.
func (v value) get(key string) value {
	for _, m := range v.merged {
		if m.key == key {
			return m.value
		}
	}
	if v.merged != nil {
		return value{path: v.within(key), foreign: v.foreign}
	}
	return value{node: v.node.Get(key), path: v.within(key), foreign: v.foreign}
}

// within is the path of a member or item.
func (v value) within(step any) finding.Path {
	if v.foreign {
		return v.path
	}
	return v.path.With(step)
}

// members lists the members of a map.
func (v value) members() []member {
	if v.merged != nil || v.node.Type() != tree.Map {
		return v.merged
	}
	members := make([]member, len(v.node.Members))
	for i, m := range v.node.Members {
		members[i] = member{m.Key.Text, value{node: m.Value, path: v.within(m.Key.Text), foreign: v.foreign}}
	}
	return members
}

// items lists the items of a list.
func (v value) items() []value {
	if !v.isList() {
		return nil
	}
	items := make([]value, len(v.node.Items))
	for i, item := range v.node.Items {
		items[i] = value{node: item, path: v.within(i), foreign: v.foreign}
	}
	return items
}

// has tells whether a text stands anywhere below the value.
func (v value) has(text string) bool {
	if v.merged != nil {
		for _, m := range v.merged {
			if m.value.has(text) {
				return true
			}
		}
		return false
	}
	found := false
	v.node.Walk(nil, func(_ finding.Path, n *tree.Node) bool {
		found = found || strings.Contains(n.Scalar(), text)
		return !found
	})
	return found
}
