package github

import (
	"cmp"
	"slices"
	"strings"

	"guard/internal/finding"
	"guard/internal/pipeline"
	"guard/internal/tree"

	"github.com/rhysd/actionlint"
)

// syntax asks actionlint's parser for what GitHub refuses, and checks needs.
// Expressions are checked where they are read.
func (r *reader) syntax() {
	if _, errs := actionlint.Parse([]byte(r.document())); len(errs) > 0 {
		places := newPlaces(r.root)
		for _, err := range withoutEchoes(errs) {
			r.refused(err, places)
		}
	}
	r.out.Invalid = append(r.out.Invalid, pipeline.CheckNeeds(r.out.Jobs, pipeline.NeedsOptions{IgnoreCase: true})...)
}

// withoutEchoes leaves out what only follows from a merge key: that a job
// lacks what the key would have brought.
func withoutEchoes(errs []*actionlint.Error) []*actionlint.Error {
	merges := slices.ContainsFunc(errs, func(err *actionlint.Error) bool { return strings.Contains(err.Message, "merge key") })
	if !merges {
		return errs
	}
	return slices.DeleteFunc(errs, func(err *actionlint.Error) bool { return strings.Contains(err.Message, "section is missing in job") })
}

// document is the text of the file with the documents before this one blank,
// so that lines keep their numbers.
func (r *reader) document() string {
	first := int(r.root.Line)
	if first <= 1 {
		return r.source.Text
	}
	return strings.Repeat("\n", first-1) + r.source.Text[r.source.Offset(first, 1):]
}

// refused notes one error of actionlint, where GitHub makes it one too.
func (r *reader) refused(err *actionlint.Error, places places) {
	message, ok := refusal(err.Message)
	if !ok {
		return
	}
	path := places.find(err)
	node, _ := r.root.At(path)
	if accepted(err.Message, path, node) {
		return
	}
	if name := lastKey(path); node.Type() == tree.Null && name != "" && !isUnknownKey(err.Message) {
		message = name + " is empty"
	}
	r.invalid(path, message)
}

// aboutMap are the beginnings of messages that stand at a map's first key and
// mean the map.
var aboutMap = []string{"step must run", `"on" section`, `"jobs" section`}

// find is the path of what an error is about. Where nothing stands at its
// place, such as a merge key, that is what stands before it.
func (p places) find(err *actionlint.Error) finding.Path {
	path, known := p[position{err.Line, err.Column}]
	if !known {
		return p.before(position{err.Line, err.Column})
	}
	for _, start := range aboutMap {
		if strings.HasPrefix(err.Message, start) && len(path) > 0 {
			return path[:len(path)-1]
		}
	}
	return path
}

func (p places) before(at position) finding.Path {
	best, path := position{}, finding.Path{}
	for place, candidate := range p {
		if place.compare(at) <= 0 && place.compare(best) > 0 {
			best, path = place, candidate
		}
	}
	return path
}

func lastKey(path finding.Path) string {
	if len(path) == 0 {
		return ""
	}
	key, _ := path[len(path)-1].Key()
	return key
}

// position is a 1-based line and column.
type position struct{ line, column int }

func (p position) compare(q position) int {
	return cmp.Or(p.line-q.line, p.column-q.column)
}

// places tells which path leads to what stands at a position.
type places map[position]finding.Path

// newPlaces indexes keys and values. A map stands where its first key does, and
// is found by that key's path; an alias stands at its anchor, and is found by
// the path that comes first.
func newPlaces(root *tree.Node) places {
	p, seen := places{}, map[*tree.Node]bool{}
	root.Walk(finding.Path{}, func(path finding.Path, n *tree.Node) bool {
		if seen[n] {
			return false
		}
		seen[n] = true
		p.add(n, path)
		for i, m := range n.Members {
			if i == 0 && m.Key.Line == n.Line && m.Key.Column == n.Column {
				delete(p, position{int(n.Line), int(n.Column)})
			}
			p.add(m.Key, path.With(m.Key.Text))
		}
		return true
	})
	return p
}

func (p places) add(n *tree.Node, path finding.Path) {
	at := position{int(n.Line), int(n.Column)}
	if _, taken := p[at]; !taken {
		p[at] = path
	}
}
