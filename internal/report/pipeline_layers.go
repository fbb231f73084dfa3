package report

import (
	"slices"

	"guard/internal/finding"
)

// mostDrawn bounds the jobs and edges of a graph that is drawn.
const (
	mostDrawn = 200
	mostEdges = 450 // Mermaid refuses more than 500
)

// layers are the jobs of a pipeline by how many stand before them at most.
type layers struct {
	of    []int   // layer of each job, from 0
	order []int   // all jobs, by layer and then in the order of the file
	edges [][]int // by job: the jobs before it, in range, none of them itself
}

// layered sorts the jobs of a pipeline. Jobs that wait for each other in a
// circle, which no run gets past, count as waiting for nobody.
func layered(p finding.Pipeline) layers {
	l := layers{of: make([]int, len(p.Jobs)), order: make([]int, len(p.Jobs)), edges: make([][]int, len(p.Jobs))}
	behind, waiting := make([][]int, len(p.Jobs)), make([]int, len(p.Jobs))
	for i, job := range p.Jobs {
		l.order[i] = i
		for _, before := range job.After {
			if before >= 0 && before < len(p.Jobs) && before != i && !slices.Contains(l.edges[i], before) {
				l.edges[i] = append(l.edges[i], before)
				behind[before] = append(behind[before], i)
				waiting[i]++
			}
		}
	}
	l.rank(behind, waiting)
	slices.SortStableFunc(l.order, func(a, b int) int { return l.of[a] - l.of[b] })
	return l
}

// rank puts every job one layer behind the last of those before it.
func (l *layers) rank(behind [][]int, waiting []int) {
	var ready []int
	for i, n := range waiting {
		if n == 0 {
			ready = append(ready, i)
		}
	}
	for len(ready) > 0 {
		next := ready[0]
		ready = ready[1:]
		for _, later := range behind[next] {
			l.of[later] = max(l.of[later], l.of[next]+1)
			if waiting[later]--; waiting[later] == 0 {
				ready = append(ready, later)
			}
		}
	}
}

// count is the number of edges.
func (l *layers) count() int {
	n := 0
	for _, edges := range l.edges {
		n += len(edges)
	}
	return n
}

// undrawn says why there is no graph of a pipeline; "" where there is one.
func (l *layers) undrawn() string {
	switch {
	case len(l.of) > mostDrawn:
		return count(len(l.of), "job") + ", which is too many to draw"
	case l.count() > mostEdges:
		return count(l.count(), "edge") + " between the jobs, which is too many to draw"
	}
	return ""
}
