package finding

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Path leads from the root of a document's value to one of its parts. It is
// immutable: [Path.With] copies. The empty path is the whole document.
type Path []Step

// Step is one part of a [Path]: a key of a map, an index into a list, or, as
// the last step only, a [Span] of lines inside a scalar.
type Step struct {
	key   string
	span  *Span // of a span step; most steps are none, and paths are many
	index int32
	kind  stepKind
}

type stepKind uint8

const (
	keyStep stepKind = iota
	indexStep
	spanStep
)

// Span is a region inside a scalar, such as a line of a script. Line and
// EndLine are 1-based and relative to the scalar's text; columns are 1-based
// characters within that line; zero means "the whole line".
type Span struct {
	Line      int `json:"line"`
	Column    int `json:"column,omitempty"`
	EndLine   int `json:"end_line,omitempty"`
	EndColumn int `json:"end_column,omitempty"`
}

// Key is the step to a member of a map.
func Key(name string) Step { return Step{kind: keyStep, key: name} }

// Index is the step to an item of a list, 0-based.
func Index(i int) Step { return Step{kind: indexStep, index: int32(i)} }

// Line is the step to line n (1-based) inside a scalar.
func Line(n int) Step { return Within(Span{Line: n}) }

// Within is the step to a region inside a scalar.
func Within(s Span) Step { return Step{kind: spanStep, span: &s} }

// Key returns the map key of the step; ok is false where the step is not one.
func (s Step) Key() (name string, ok bool) { return s.key, s.kind == keyStep }

// Index returns the list index of the step; ok is false where the step is not
// one.
func (s Step) Index() (i int, ok bool) { return int(s.index), s.kind == indexStep }

// Span returns the region of the step; ok is false where the step is not one.
func (s Step) Span() (span Span, ok bool) {
	if s.kind != spanStep {
		return Span{}, false
	}
	return *s.span, true
}

// NewPath builds a path from strings (keys), ints (indexes) and Spans. It
// panics on any other type, which only a programming error can bring.
func NewPath(steps ...any) Path {
	path := make(Path, len(steps))
	for i, step := range steps {
		switch step := step.(type) {
		case string:
			path[i] = Key(step)
		case int:
			path[i] = Index(step)
		case Span:
			path[i] = Within(step)
		default:
			panic(fmt.Sprintf("finding: a path has no step of type %T", step))
		}
	}
	return path
}

// With returns a new path with more steps, built as [NewPath] does, behind p.
func (p Path) With(steps ...any) Path {
	return append(p[:len(p):len(p)], NewPath(steps...)...)
}

// Equal tells whether two paths lead to the same part, columns included.
func (p Path) Equal(other Path) bool {
	return slices.EqualFunc(p, other, func(a, b Step) bool {
		spanA, _ := a.Span()
		spanB, _ := b.Span()
		return a.kind == b.kind && a.key == b.key && a.index == b.index && spanA == spanB
	})
}

// String writes the path for people: spec.containers[0].image; a key that is
// not a plain word is quoted in brackets: metadata.labels["app.kubernetes.io/name"];
// a line inside a scalar is run:3.
func (p Path) String() string {
	var b strings.Builder
	for i, step := range p {
		step.write(&b, i == 0)
	}
	return b.String()
}

func (s Step) write(b *strings.Builder, first bool) {
	switch {
	case s.kind == indexStep:
		fmt.Fprintf(b, "[%d]", s.index)
	case s.kind == spanStep:
		fmt.Fprintf(b, ":%d", s.span.Line)
	case !plainKey(s.key):
		b.WriteString("[" + strconv.Quote(s.key) + "]")
	case first:
		b.WriteString(s.key)
	default:
		b.WriteString("." + s.key)
	}
}

func plainKey(key string) bool {
	for i := 0; i < len(key); i++ {
		c := key[i]
		letter := c|0x20 >= 'a' && c|0x20 <= 'z' || c == '_' || c == '$'
		if !letter && (i == 0 || (c < '0' || c > '9') && c != '-') {
			return false
		}
	}
	return key != ""
}

// MarshalJSON writes the form that Rego rules see: keys as strings, indexes as
// numbers, a span as an object.
func (p Path) MarshalJSON() ([]byte, error) {
	steps := make([]any, len(p))
	for i, step := range p {
		switch step.kind {
		case keyStep:
			steps[i] = step.key
		case indexStep:
			steps[i] = step.index
		case spanStep:
			steps[i] = step.span
		}
	}
	return json.Marshal(steps)
}
