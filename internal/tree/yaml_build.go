package tree

import (
	"fmt"

	"gopkg.in/yaml.v3"
)

// yamlBuilder turns the library's nodes into ours, once per node.
type yamlBuilder struct {
	place    *placer
	built    map[*yaml.Node]*built // anchored nodes only
	problems []Error
	left     int // nodes that may still be used, every alias expanded
}

// built is a node with how many nodes it stands for, every alias expanded.
type built struct {
	node *Node
	size int
}

func (b *yamlBuilder) build(y *yaml.Node, depth int) (built, *Error) {
	if depth > MaxDepth {
		return built{}, b.limit(y, tooDeep)
	}
	if y.Kind == yaml.AliasNode {
		return b.alias(y)
	}
	out := built{node: b.node(y), size: 1}
	if y.Anchor != "" {
		b.built[y] = nil // known, not finished: an alias inside is a loop
	}
	if err := b.fill(&out, y, depth); err != nil {
		return built{}, err
	}
	if y.Anchor != "" {
		b.built[y] = &out
	}
	return out, nil
}

func (b *yamlBuilder) node(y *yaml.Node) *Node {
	node := &Node{Anchor: y.Anchor != ""}
	node.Line, node.Column = b.place.place(y)
	if y.Style&yaml.TaggedStyle != 0 {
		node.Tag = y.Tag
	}
	return node
}

// fill reads what the node holds.
func (b *yamlBuilder) fill(out *built, y *yaml.Node, depth int) *Error {
	switch y.Kind {
	case yaml.SequenceNode:
		out.node.Kind = List
		return b.list(out, y, depth)
	case yaml.MappingNode:
		out.node.Kind = Map
		return b.mapping(out, y, depth)
	}
	b.scalar(out.node, y)
	return nil
}

func (b *yamlBuilder) alias(y *yaml.Node) (built, *Error) {
	target := b.built[y.Alias]
	if target == nil {
		line, column := b.place.place(y)
		return built{}, &Error{Line: int(line), Column: int(column), Message: fmt.Sprintf("anchor %q contains itself", y.Value)}
	}
	return *target, nil
}

// grow counts the nodes of a child, and fails where they become too many.
func (b *yamlBuilder) grow(out *built, y *yaml.Node, by int) *Error {
	out.size += by
	if out.size > b.left {
		return b.limit(y, tooMany)
	}
	return nil
}

func (b *yamlBuilder) limit(y *yaml.Node, message string) *Error {
	line, column := b.place.place(y)
	return limitError(int(line), int(column), message)
}

func (b *yamlBuilder) problem(n *Node, message string) {
	b.problems = append(b.problems, Error{Line: int(n.Line), Column: int(n.Column), Message: message})
}

func (b *yamlBuilder) list(out *built, y *yaml.Node, depth int) *Error {
	out.node.Items = make([]*Node, 0, len(y.Content))
	for _, item := range y.Content {
		child, err := b.build(item, depth+1)
		if err == nil {
			err = b.grow(out, item, child.size)
		}
		if err != nil {
			return err
		}
		out.node.Items = append(out.node.Items, child.node)
	}
	return nil
}
