package gitlab

import (
	"guard/internal/finding"
	"guard/internal/tree"
)

// value is a part of the configuration with the place it came from. A map that
// was merged from several has members of its own; everything else is a node.
type value struct {
	node   *tree.Node
	path   finding.Path
	merged []member
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
		return value{path: v.path.With(key)}
	}
	return value{node: v.node.Get(key), path: v.path.With(key)}
}

// members lists the members of a map.
func (v value) members() []member {
	if v.merged != nil || v.node.Type() != tree.Map {
		return v.merged
	}
	members := make([]member, len(v.node.Members))
	for i, m := range v.node.Members {
		members[i] = member{m.Key.Text, value{node: m.Value, path: v.path.With(m.Key.Text)}}
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
		items[i] = value{node: item, path: v.path.With(i)}
	}
	return items
}
