package check

import (
	"slices"

	"guard/internal/document"
)

// kindCount is how many documents of a kind a file has.
type kindCount struct {
	kind document.Kind
	n    int
}

func countKinds(documents []*document.Document) []kindCount {
	var counts []kindCount
	for _, d := range documents {
		i := slices.IndexFunc(counts, func(c kindCount) bool { return c.kind == d.Kind })
		if i < 0 {
			i, counts = len(counts), append(counts, kindCount{kind: d.Kind})
		}
		counts[i].n++
	}
	return counts
}

// evaluated is on how many documents each rule was evaluated that could find
// something.
func (r *run) evaluated() map[string]int {
	seen := map[document.Kind]int{document.KindProject: 1}
	for _, e := range r.entries {
		for _, c := range e.kinds {
			seen[c.kind] += c.n
		}
	}
	counts := map[string]int{}
	for _, kind := range document.Kinds {
		for _, id := range r.Evaluator.Active(kind) {
			counts[id] += seen[kind]
		}
	}
	return counts
}
