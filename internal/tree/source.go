package tree

import (
	"sort"
	"strings"
	"unicode/utf8"

	"guard/internal/finding"
)

// Source is the text of a file with an index of its lines. It turns nodes and
// paths into regions. Text is UTF-8 without a byte order mark; lines end in
// \n or \r\n.
type Source struct {
	File  string // relative to the root of the check, with forward slashes
	Text  string
	lines []int // byte offset of each line's first byte
}

// NewSource indexes the lines of text.
func NewSource(file, text string) *Source {
	lines := make([]int, 1, strings.Count(text, "\n")+1)
	for i := 0; i < len(text); i++ {
		if text[i] == '\n' && i+1 < len(text) {
			lines = append(lines, i+1)
		}
	}
	return &Source{File: file, Text: text, lines: lines}
}

// Lines returns how many lines the text has, at least one.
func (s *Source) Lines() int { return len(s.lines) }

// Line returns line n (1-based) without its end, or "" where there is none.
func (s *Source) Line(n int) string {
	if n < 1 || n > len(s.lines) {
		return ""
	}
	end := len(s.Text)
	if n < len(s.lines) {
		end = s.lines[n]
	}
	return strings.TrimRight(s.Text[s.lines[n-1]:end], "\r\n")
}

// Position turns a byte offset into a 1-based line and column.
func (s *Source) Position(offset int) (line, column int) {
	line = sort.SearchInts(s.lines, offset+1)
	start := s.lines[line-1]
	return line, utf8.RuneCountInString(s.Text[start:min(offset, len(s.Text))]) + 1
}

// Offset turns a 1-based line and column into a byte offset, clamped to the
// text.
func (s *Source) Offset(line, column int) int {
	if line < 1 {
		return 0
	}
	if line > len(s.lines) {
		return len(s.Text)
	}
	offset := s.lines[line-1]
	for ; column > 1 && offset < len(s.Text) && s.Text[offset] != '\n'; column-- {
		_, size := utf8.DecodeRuneInString(s.Text[offset:])
		offset += size
	}
	return offset
}

// Locate answers where the part of root that path leads to stands. A path to
// something missing is answered by its deepest existing ancestor. For a
// member of a map that is itself a map or list, and for an ancestor of
// something missing, the region is the key's.
func (s *Source) Locate(root *Node, path finding.Path) finding.Location {
	node, holder := root, (*Node)(nil)
	for _, step := range path {
		next := node
		if key, ok := step.Key(); ok {
			next = node.Get(key)
			if next != nil {
				holder = node.Key(key)
			}
		} else if i, ok := step.Index(); ok {
			next = node.Item(i)
			if next != nil {
				holder = nil
			}
		} else if span, ok := step.Span(); ok {
			return s.locateSpan(node, span)
		}
		if next == nil {
			break
		}
		node = next
	}
	if holder != nil && holder.Line > 0 && (!node.IsScalar() || node.Kind == Null) {
		return s.region(holder)
	}
	if node == nil {
		return finding.Location{File: s.File}
	}
	return s.region(node)
}

// region is the extent of a scalar, or the first line of a collection.
func (s *Source) region(n *Node) finding.Location {
	loc := finding.Location{File: s.File, Line: int(n.Line), Column: int(n.Column)}
	if n.Line == 0 {
		return loc
	}
	loc.EndLine, loc.EndColumn = s.end(n)
	return loc
}

func (s *Source) end(n *Node) (line, column int) {
	line, column = int(n.Line), int(n.Column)
	start := s.Offset(line, column)
	switch {
	case n.Kind == List || n.Kind == Map:
		return line, utf8.RuneCountInString(s.Line(line)) + 1
	case n.Style == Literal || n.Style == Folded:
		return line, utf8.RuneCountInString(s.Line(line)) + 1
	case n.Style == SingleQuoted || n.Style == DoubleQuoted:
		return s.Position(start + quotedLength(s.Text[start:]))
	case strings.HasPrefix(s.Text[start:], n.Text):
		return s.Position(start + len(n.Text))
	default:
		return line, utf8.RuneCountInString(s.Line(line)) + 1
	}
}

// quotedLength is the length in bytes of the quoted scalar at the start of
// text, or of its first line where the quote is not closed.
func quotedLength(text string) int {
	if text == "" {
		return 0
	}
	quote := text[0]
	for i := 1; i < len(text); i++ {
		switch {
		case text[i] == '\\' && quote == '"':
			i++
		case text[i] == quote && quote == '\'' && i+1 < len(text) && text[i+1] == quote:
			i++
		case text[i] == quote:
			return i + 1
		}
	}
	if end := strings.IndexByte(text, '\n'); end >= 0 {
		return end
	}
	return len(text)
}

// locateSpan places a region inside a scalar. Only in block literals, and in
// text that was not read from YAML, do lines of the value stand on lines of
// their own; elsewhere the scalar as a whole is the answer.
func (s *Source) locateSpan(n *Node, span finding.Span) finding.Location {
	if n == nil {
		return finding.Location{File: s.File, Line: span.Line, Column: span.Column, EndLine: span.EndLine, EndColumn: span.EndColumn}
	}
	first := int(n.Line)
	switch {
	case n.Style == Literal || n.Style == Folded:
		first++
	case n.Line > 0 && !strings.Contains(n.Text, "\n") && n.Style == Plain && span.Column > 0:
		loc := finding.Location{File: s.File, Line: first, Column: int(n.Column) + span.Column - 1, EndLine: first, EndColumn: int(n.Column) + span.EndColumn - 1}
		if span.EndColumn == 0 {
			loc.EndLine, loc.EndColumn = s.end(n)
		}
		return loc
	default:
		return s.region(n)
	}
	line := first + span.Line - 1
	text := s.Line(line)
	indent := min(int(n.Indent), len(text))
	loc := finding.Location{File: s.File, Line: line, EndLine: line, EndColumn: utf8.RuneCountInString(text) + 1}
	loc.Column = indent + max(span.Column, 1)
	if span.Column == 0 {
		loc.Column += len(text[indent:]) - len(strings.TrimLeft(text[indent:], " \t"))
	}
	if span.EndLine > span.Line {
		loc.EndLine = first + span.EndLine - 1
		loc.EndColumn = utf8.RuneCountInString(s.Line(loc.EndLine)) + 1
	}
	if span.EndColumn > 0 {
		loc.EndColumn = indent + span.EndColumn
	}
	return loc
}
