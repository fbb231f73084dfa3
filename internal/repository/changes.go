package repository

import (
	"strings"

	"github.com/sergi/go-diff/diffmatchpatch"
)

// Lines is a set of 1-based line numbers of a file as it is now.
type Lines map[int]bool

// ChangedLines returns which lines of current are not in before as they are:
// the added and the changed ones. Where lines were only removed, the line that
// follows counts, since what it means may have changed.
func ChangedLines(before, current string) Lines {
	dmp := diffmatchpatch.New()
	a, b, _ := dmp.DiffLinesToRunes(before, current)
	changed, line := Lines{}, 1
	for _, d := range dmp.DiffMainRunes(a, b, false) {
		count := len([]rune(d.Text))
		switch d.Type {
		case diffmatchpatch.DiffEqual:
			line += count
		case diffmatchpatch.DiffDelete:
			changed[min(line, max(1, strings.Count(current, "\n")+1))] = true
		case diffmatchpatch.DiffInsert:
			for i := range count {
				changed[line+i] = true
			}
			line += count
		}
	}
	return changed
}

// Overlaps tells whether any line from first to last is in the set. A zero
// first is the file as a whole.
func (l Lines) Overlaps(first, last int) bool {
	if first == 0 {
		return len(l) > 0
	}
	for n := first; n <= max(first, last); n++ {
		if l[n] {
			return true
		}
	}
	return false
}
