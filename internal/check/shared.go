package check

import (
	"fmt"

	"guard/internal/document"
	"guard/internal/finding"
	"guard/internal/policy"
	"guard/internal/tree"
)

// once keeps one of the results of a rule that are about one and the same
// value: a YAML anchor that many others refer to is one fault, mended at one
// place. The one that is kept says how many more there are.
func once(d *document.Document, results []policy.Result) []policy.Result {
	type place struct {
		rule   string
		value  *tree.Node
		region finding.Span
	}
	first, more := map[place]int{}, map[int]int{}
	var kept []policy.Result
	for _, r := range results {
		value, exact := d.Value.At(r.At)
		key := place{r.Rule, value, region(r.At)}
		i, seen := first[key]
		if exact && seen && kept[i].Path != r.Path {
			more[i]++
			continue
		}
		if exact && !seen {
			first[key] = len(kept)
		}
		kept = append(kept, r)
	}
	for i, n := range more {
		kept[i].Message += fmt.Sprintf(" (used %d more %s through its anchor)", n, times(n))
	}
	return kept
}

// region is the part of a scalar that a path ends at; zero for all of it. Two
// lines of one script are two places.
func region(path finding.Path) finding.Span {
	if len(path) == 0 {
		return finding.Span{}
	}
	span, _ := path[len(path)-1].Span()
	return span
}

func times(n int) string {
	if n == 1 {
		return "time"
	}
	return "times"
}
