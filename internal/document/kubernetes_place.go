package document

import (
	"guard/internal/finding"
	"guard/internal/tree"
)

// place is a part of a document together with the path to it. The node is nil
// where there is nothing at the path.
type place struct {
	node *tree.Node
	path finding.Path
}

// get goes down by keys; the path grows whether or not there is something.
func (p place) get(keys ...string) place {
	path := make(finding.Path, len(p.path), len(p.path)+len(keys))
	copy(path, p.path)
	for _, key := range keys {
		path = append(path, finding.Key(key))
	}
	return place{p.node.Dig(keys...), path}
}

// item goes down to item i of a list.
func (p place) item(i int) place {
	return place{p.node.Item(i), p.path.With(i)}
}

// follow goes down a path of keys and indexes.
func (p place) follow(path finding.Path) place {
	node, found := p.node.At(path)
	if !found {
		node = nil
	}
	return place{node, append(p.path[:len(p.path):len(p.path)], path...)}
}
