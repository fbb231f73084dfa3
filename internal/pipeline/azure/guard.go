package azure

import "guard/internal/pipeline/azure/expression"

// guard is a condition of ${{ if }} that the files alone do not decide. It
// speaks of the parameters and variables of the pipeline itself, whatever
// template it stands in. Nil holds always.
type guard struct {
	holds *expression.Node
	size  int // of the expression, in parts
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
	return &guard{holds: inner.holds, size: inner.size, outer: g.and(inner.outer)}
}

// guardOf is one condition.
func guardOf(holds *expression.Node) *guard { return &guard{holds: holds, size: holds.Size()} }
