package tree

import (
	"fmt"

	"gopkg.in/yaml.v3"
)

func (b *yamlBuilder) mapping(out *built, y *yaml.Node, depth int) *Error {
	out.node.Members = make([]Member, 0, len(y.Content)/2)
	var merges []*Node
	for i := 0; i+1 < len(y.Content); i += 2 {
		m, err := b.member(out, y.Content[i], y.Content[i+1], depth)
		switch {
		case err != nil:
			return err
		case isMerge(y.Content[i]):
			merges = append(merges, m.Value)
		default:
			b.addMember(out.node, m)
		}
	}
	for _, from := range merges {
		b.merge(out.node, from)
	}
	return nil
}

func isMerge(key *yaml.Node) bool {
	return key.Kind == yaml.ScalarNode && key.Value == "<<" && key.ShortTag() == "!!merge"
}

func (b *yamlBuilder) member(out *built, key, value *yaml.Node, depth int) (Member, *Error) {
	k, err := b.build(key, depth+1)
	if err != nil {
		return Member{}, err
	}
	v, err := b.build(value, depth+1)
	if err != nil {
		return Member{}, err
	}
	if key.Kind == yaml.AliasNode {
		k.node = b.useOf(k.node, key)
	}
	return Member{k.node, v.node}, b.grow(out, key, k.size+v.size)
}

// useOf is a key that is an alias: it stands where it is used.
func (b *yamlBuilder) useOf(target *Node, y *yaml.Node) *Node {
	key := *target
	key.Style, key.Indent, key.Anchor = Plain, 0, false
	key.Line, key.Column = b.place.place(y)
	return &key
}

// addMember adds a member as written. Of a key that stands twice the last
// value is kept, as most readers do, and the fault is told.
func (b *yamlBuilder) addMember(node *Node, m Member) {
	if !m.Key.IsScalar() {
		b.problem(m.Key, "a key of a map must be a scalar, found "+m.Key.Kind.String())
		return
	}
	at, added := node.add(m)
	if added {
		return
	}
	b.problem(m.Key, duplicateKey(node.Members[at].Key))
	node.Members[at] = m
}

// maxShownKey bounds how much of a key a message repeats.
const maxShownKey = 64

func duplicateKey(first *Node) string {
	name := first.Text
	if len(name) > maxShownKey {
		name = name[:maxShownKey] + "…"
	}
	return fmt.Sprintf("key %q stands twice in this map, first on line %d", name, first.Line)
}

// merge adds the members of what a merge key names; a map's own members win,
// and of several merged maps the first.
func (b *yamlBuilder) merge(node, from *Node) {
	switch from.Kind {
	case Map:
		for _, m := range from.Members {
			node.add(m)
		}
	case List:
		for _, item := range from.Items {
			if item.Kind != Map {
				b.problem(item, "a merge key takes a map or a list of maps, found "+item.Kind.String())
				continue
			}
			b.merge(node, item)
		}
	default:
		b.problem(from, "a merge key takes a map or a list of maps, found "+from.Kind.String())
	}
}
