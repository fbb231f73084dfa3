package tree

import "guard/internal/finding"

// Locate answers where the part of root that path leads to stands. A path to
// something missing is answered by its deepest existing ancestor. For a
// member of a map that is itself a map, a list or null, and for an ancestor of
// something missing, the region is the key's. With a nil root a span counts
// from the beginning of the text.
func (s *Source) Locate(root *Node, path finding.Path) finding.Location {
	node, holder := root, (*Node)(nil)
	for _, step := range path {
		if span, ok := step.Span(); ok {
			return s.within(node, span)
		}
		next, key := follow(node, step)
		if next == nil {
			break
		}
		node, holder = next, key
	}
	if holder != nil && holder.Line > 0 && (!node.IsScalar() || node.Kind == Null) {
		node = holder
	}
	if node == nil || node.Line == 0 {
		return finding.Location{File: s.File}
	}
	return s.between(s.extent(node))
}

// follow follows one step; key is the key's node where the step was one.
func follow(node *Node, step finding.Step) (next, key *Node) {
	if name, ok := step.Key(); ok {
		return node.Get(name), node.Key(name)
	}
	i, _ := step.Index()
	return node.Item(i), nil
}

// between is the region from one offset to another.
func (s *Source) between(start, end int) finding.Location {
	loc := finding.Location{File: s.File}
	loc.Line, loc.Column = s.Position(start)
	loc.EndLine, loc.EndColumn = s.Position(max(start, end))
	return loc
}
