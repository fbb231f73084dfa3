package azure

import "guard/internal/pipeline/azure/expression"

// guard is a condition of ${{ if }} that the files alone do not decide. It
// speaks of the parameters and variables of the pipeline itself, whatever
// template it stands in. Nil holds always.
type guard struct {
	holds *expression.Node
	outer *guard
}

// and puts the conditions of another guard below these.
func (g *guard) and(inner *guard) *guard {
	if g == nil || inner == nil {
		if g == nil {
			return inner
		}
		return g
	}
	return &guard{holds: inner.holds, outer: g.and(inner.outer)}
}

// all lists the conditions.
func (g *guard) all() []*expression.Node {
	var nodes []*expression.Node
	for ; g != nil; g = g.outer {
		nodes = append(nodes, g.holds)
	}
	return nodes
}
