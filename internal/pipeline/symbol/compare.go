package symbol

import (
	"fmt"
	"strings"

	"guard/internal/pipeline/logic"
)

// Compare tells whether two values of one and the same run are the same
// string. It is yes where their parts are the same and have one meaning in a
// run, no where no string could be both, and unknown otherwise.
func Compare(a, b Value) logic.Answer {
	if reason := cmpReason(a, b); reason == "" && same(a, b) {
		return logic.Yes
	}
	if apart(cellsOf(a), cellsOf(b)) || forkAndOwn(a, b) {
		return logic.No
	}
	if reason := cmpReason(a, b); reason != "" {
		return logic.Maybe(reason)
	}
	return logic.Maybe(fmt.Sprintf("%s and %s may or may not be the same", a, b))
}

// cmpReason says why a value may be another one at every place it stands.
func cmpReason(values ...Value) string {
	for _, v := range values {
		for _, p := range v {
			if p.Kind == Unknown {
				return p.Reason
			}
		}
	}
	return ""
}

func same(a, b Value) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		x, y := a[i], b[i]
		x.Source, y.Source = "", ""
		if x.Kind == SHA && x.Length >= 40 {
			x.Length = 0
		}
		if y.Kind == SHA && y.Length >= 40 {
			y.Length = 0
		}
		if x != y {
			return false
		}
	}
	return true
}

// cell is one character of a value, or a run of characters of no known length.
type cell struct {
	set  string // the characters it may be; "" for any
	many bool   // none, one or more of them
}

const (
	hexDigits = "0123456789abcdef"
	digits    = "0123456789"
)

// cellsOf writes a value character by character. The two commits of a pull
// request differ, but not in their shape.
func cellsOf(v Value) []cell {
	var cells []cell
	for _, p := range v {
		switch p.Kind {
		case Literal:
			for _, c := range p.Text {
				cells = append(cells, cell{set: string(c)})
			}
		case SHA, MergeSHA:
			for range len(abbreviated(sampleSHA, p.Length)) {
				cells = append(cells, cell{set: hexDigits})
			}
		case RunNumber, PRNumber:
			cells = append(cells, cell{set: digits}, cell{set: digits, many: true})
		case Digest:
			cells = append(cells, cellsOf(Text("sha256:"))...)
			for range 64 {
				cells = append(cells, cell{set: hexDigits})
			}
		case Date:
			cells = append(cells, cell{set: digits + "-:TZ.+"}, cell{set: digits + "-:TZ.+_", many: true})
		case Semver:
			cells = append(cells, cell{set: digits}, cell{many: true})
		default:
			cells = append(cells, cell{many: true})
		}
	}
	return cells
}

// apart tells whether no string is in both: they differ at a place that both
// fix, seen from the front or from the back, or in their length.
func apart(a, b []cell) bool {
	if fixed(a) && fixed(b) && len(a) != len(b) {
		return true
	}
	if fixed(a) && leastLength(b) > len(a) || fixed(b) && leastLength(a) > len(b) {
		return true
	}
	return conflict(a, b) || conflict(reversed(a), reversed(b))
}

func fixed(cells []cell) bool { return leastLength(cells) == len(cells) }

func leastLength(cells []cell) int {
	n := 0
	for _, c := range cells {
		if !c.many {
			n++
		}
	}
	return n
}

func conflict(a, b []cell) bool {
	for i := 0; i < len(a) && i < len(b); i++ {
		if a[i].many || b[i].many {
			return false
		}
		if a[i].set != "" && b[i].set != "" && !strings.ContainsAny(a[i].set, b[i].set) {
			return true
		}
	}
	return false
}

func reversed(cells []cell) []cell {
	out := make([]cell, len(cells))
	for i, c := range cells {
		out[len(cells)-1-i] = c
	}
	return out
}

// ForkPath is the name of the Repository part that is a fork's path, which is
// never the repository's own.
const ForkPath = "fork's path"

func forkAndOwn(a, b Value) bool {
	if len(a) != 1 || len(b) != 1 || a[0].Kind != Repository || b[0].Kind != Repository {
		return false
	}
	return strings.HasSuffix(a[0].Name, ForkPath) != strings.HasSuffix(b[0].Name, ForkPath)
}

// Contains tells whether a text stands in the value.
func Contains(v Value, text string) logic.Answer {
	open := ""
	for _, p := range v {
		if p.Kind == Literal && strings.Contains(p.Text, text) {
			return logic.Yes
		}
		if p.Kind == Literal {
			continue
		}
		if chars, known := alphabet(p); !known || strings.ContainsAny(text, chars) {
			open = fmt.Sprintf("whether %q stands in %s is not known", text, v)
		}
	}
	if open != "" {
		return logic.Maybe(open)
	}
	return logic.No
}

// alphabet is the characters that a part is made of.
func alphabet(p Part) (chars string, known bool) {
	switch p.Kind {
	case SHA, MergeSHA:
		return hexDigits, true
	case RunNumber, PRNumber:
		return digits, true
	}
	return "", false
}
