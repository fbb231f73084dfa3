package document

import (
	"guard/internal/finding"
	"guard/internal/tree"
)

// place is a part of a document together with the path to it. The node is nil
// where there is nothing at the path.
type place struct {
	node  *tree.Node
	path  finding.Path
	steps *stepSlab // what paths below it are cut from; nil: each is made alone
}

// get goes down by keys; the path grows whether or not there is something.
func (p place) get(keys ...string) place {
	path := p.steps.grow(p.path, len(keys))
	for i, key := range keys {
		path[len(p.path)+i] = finding.Key(key)
	}
	return place{p.node.Dig(keys...), path, p.steps}
}

// item goes down to item i of a list.
func (p place) item(i int) place {
	path := p.steps.grow(p.path, 1)
	path[len(p.path)] = finding.Index(i)
	return place{p.node.Item(i), path, p.steps}
}

// stepSlab is a stock of steps. The Pods of a file have hundreds of paths that
// live and die together, so they are not made one by one.
type stepSlab struct{ free finding.Path }

// slabSteps is how many steps are made at once.
const slabSteps = 512

// grow returns a path with room for n more steps behind those of path.
func (s *stepSlab) grow(path finding.Path, n int) finding.Path {
	length := len(path) + n
	if s == nil {
		s = &stepSlab{free: make(finding.Path, length)}
	}
	if len(s.free) < length {
		s.free = make(finding.Path, max(slabSteps, length))
	}
	grown := s.free[:length:length]
	s.free = s.free[length:]
	copy(grown, path)
	return grown
}

// follow goes down a path of keys and indexes.
func (p place) follow(path finding.Path) place {
	node, found := p.node.At(path)
	if !found {
		node = nil
	}
	return place{node, append(p.path[:len(p.path):len(p.path)], path...), p.steps}
}
