package authoring

import (
	"regexp"
	"regexp/syntax"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// ExampleKind says what a rule makes of an example.
type ExampleKind string

// The kinds of examples, which are the names of their directories.
const (
	ExampleBad     ExampleKind = "bad"     // the rule finds something
	ExampleGood    ExampleKind = "good"    // it finds nothing
	ExampleUnknown ExampleKind = "unknown" // it finds nothing, since nobody can know
)

// Example is an example file without the comments that are for tests, for people
// to read.
type Example struct {
	Kind  ExampleKind
	File  string // below the directory of its kind
	Lines []ExampleLine
	Whole []string // what is said of the file as a whole, as in a line's Marks
	Cut   int      // lines that are left out at its end
}

// ExampleLine is one line.
type ExampleLine struct {
	Text  string
	Marks []string // what is found here, or not known; a … stands for what the expectation leaves open
}

// The bounds of what is shown of one example.
const (
	maxShownLines  = 400
	maxShownColumn = 400 // bytes of a line
)

// newExample takes the comments that are for tests out of a text, and marks the
// lines that they are about: those at which the rule id finds something, or
// something is not known.
func newExample(id string, kind ExampleKind, file, text string, wants []*Want) Example {
	e := Example{Kind: kind, File: file}
	marks := map[int][]string{}
	for _, w := range wants {
		if w.Rule == id {
			marks[w.Line] = append(marks[w.Line], readable(w.Message))
		}
	}
	lines := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
	if kind == ExampleUnknown {
		markUnknown(lines, marks)
	}
	e.Whole = marks[0]
	for i, line := range lines {
		line, comment := withoutMarks(strings.TrimSuffix(line, "\r"), kind)
		if comment {
			continue
		}
		if len(e.Lines) == maxShownLines {
			e.Cut++
			continue
		}
		e.Lines = append(e.Lines, ExampleLine{shortened(line), marks[i+1]})
	}
	return e
}

// unknownComment is # unknown "regexp" at the end of the line at which something
// is not known, or # unknown-next "regexp" above it.
var unknownComment = lazily(`#\s*unknown(-next)?\s+("(?:[^"\\]|\\.)*")`)

func markUnknown(lines []string, marks map[int][]string) {
	for i, line := range lines {
		for _, m := range unknownComment().FindAllStringSubmatch(line, -1) {
			at := i + 1
			if m[1] != "" {
				at++
			}
			said, err := strconv.Unquote(m[2])
			if err != nil {
				continue
			}
			if message, err := regexp.Compile(said); err == nil {
				marks[at] = append(marks[at], readable(message))
			}
		}
	}
}

// withoutMarks removes from a line what tests read; comment tells that it holds
// nothing else.
func withoutMarks(line string, kind ExampleKind) (rest string, comment bool) {
	first := len(line)
	for _, pattern := range []*regexp.Regexp{wantComment(), unknownComment()} {
		if at := pattern.FindStringIndex(line); at != nil && (pattern == wantComment() || kind == ExampleUnknown) {
			first = min(first, at[0])
		}
	}
	if first == len(line) {
		return line, false
	}
	rest = strings.TrimRight(line[:first], " \t")
	return rest, rest == ""
}

func shortened(line string) string {
	if len(line) <= maxShownColumn {
		return line
	}
	return strings.ToValidUTF8(line[:maxShownColumn], "") + "…"
}

// readable is what a pattern says for certain, with … for the rest.
func readable(pattern *regexp.Regexp) string {
	parsed, err := syntax.Parse(pattern.String(), syntax.Perl)
	if err != nil {
		return "…"
	}
	var b strings.Builder
	spell(&b, parsed)
	return repeated().ReplaceAllString(b.String(), "…")
}

var repeated = lazily(`…+`)

func spell(b *strings.Builder, r *syntax.Regexp) {
	switch r.Op {
	case syntax.OpLiteral:
		b.WriteString(string(r.Rune))
	case syntax.OpConcat:
		for i, part := range r.Sub {
			if part.Op == syntax.OpAnyCharNotNL && 0 < i && i+1 < len(r.Sub) && joins(r.Sub[i-1], r.Sub[i+1]) {
				b.WriteString(".")
				continue
			}
			spell(b, part)
		}
	case syntax.OpCapture:
		spell(b, r.Sub[0])
	case syntax.OpBeginLine, syntax.OpEndLine, syntax.OpBeginText, syntax.OpEndText, syntax.OpWordBoundary, syntax.OpNoWordBoundary, syntax.OpEmptyMatch:
	default:
		b.WriteString("…")
	}
}

// joins tells whether a full stop between two parts is hardly anything else, as in
// example.com, although it stands for any character.
func joins(before, after *syntax.Regexp) bool {
	wordy := func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }
	return before.Op == syntax.OpLiteral && after.Op == syntax.OpLiteral && wordy(before.Rune[len(before.Rune)-1]) && wordy(after.Rune[0])
}

// Found tells whether a line of the example is marked, or the whole.
func (e Example) Found() bool {
	return len(e.Whole) > 0 || slices.ContainsFunc(e.Lines, func(l ExampleLine) bool { return len(l.Marks) > 0 })
}
