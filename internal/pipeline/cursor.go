package pipeline

import (
	"strings"
	"unicode/utf8"

	"guard/internal/finding"
)

// Cursor turns growing offsets of a text into lines and columns, 1-based.
type Cursor struct {
	text                 string
	offset, line, column int
}

// NewCursor stands at the beginning of a text.
func NewCursor(text string) *Cursor { return &Cursor{text: text, line: 1, column: 1} }

// Span is a part of the text, of which the bytes from start up to end are
// given. Start is never before what the last call asked for.
func (c *Cursor) Span(start, end int) finding.Span {
	var s finding.Span
	s.Line, s.Column = c.move(start)
	s.EndLine, s.EndColumn = c.move(end)
	return s
}

func (c *Cursor) move(to int) (line, column int) {
	between := c.text[c.offset:to]
	if last := strings.LastIndexByte(between, '\n'); last >= 0 {
		c.line += strings.Count(between, "\n")
		c.column = 1
		between = between[last+1:]
	}
	c.column += utf8.RuneCountInString(between)
	c.offset = to
	return c.line, c.column
}
