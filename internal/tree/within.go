package tree

import (
	"strings"

	"guard/internal/finding"
)

// within places a region inside a scalar. Where the text does not show how the
// value is written, the answer is the scalar as a whole.
func (s *Source) within(n *Node, span finding.Span) finding.Location {
	switch {
	case n == nil:
		return s.lineSpan(1, 0, span)
	case n.Line == 0:
		return finding.Location{File: s.File}
	case n.Style == Literal:
		return s.lineSpan(int(n.Line)+1, int(n.Indent), span)
	}
	start, end, ok := spanOffsets(n.Text, span)
	pieces := s.pieces(n)
	if !ok || len(pieces) == 0 {
		return s.between(s.extent(n))
	}
	return s.between(sourceOffset(pieces, start), sourceOffset(pieces, end))
}

// lineSpan places a span in lines that stand in the file as they are but for
// their indentation, the first being line first.
func (s *Source) lineSpan(first, indent int, span finding.Span) finding.Location {
	line := first + max(span.Line, 1) - 1
	text := s.Line(line)
	blank := len(text) - len(strings.TrimLeft(text, " \t"))
	column := indent + span.Column
	if span.Column == 0 {
		column = blank + 1
	}
	endLine := max(line, first+span.EndLine-1)
	endColumn := indent + span.EndColumn
	if span.EndColumn == 0 {
		endColumn = len(s.Line(endLine)) + 1
	}
	return s.between(s.Offset(line, column), s.Offset(endLine, endColumn))
}

// spanOffsets turns a span into offsets of the value; ok is false where the
// value has no such line.
func spanOffsets(value string, span finding.Span) (start, end int, ok bool) {
	start, length, ok := valueLine(value, span.Line)
	if !ok {
		return 0, 0, false
	}
	endStart, endLength, ok := valueLine(value, max(span.Line, span.EndLine))
	if !ok {
		return 0, 0, false
	}
	end = endStart + endLength
	if span.EndColumn > 0 {
		end = endStart + columnOffset(value[endStart:end], span.EndColumn)
	}
	return start + columnOffset(value[start:start+length], max(span.Column, 1)), end, true
}

// valueLine is the offset and length of line n (1-based) of a value.
func valueLine(value string, n int) (start, length int, ok bool) {
	for ; n > 1; n-- {
		end := strings.IndexByte(value[start:], '\n')
		if end < 0 {
			return 0, 0, false
		}
		start += end + 1
	}
	return start, lineLength(value[start:]), true
}

// columnOffset is the offset of a 1-based column, counted in characters.
func columnOffset(line string, column int) int {
	for offset := range line {
		if column--; column == 0 {
			return offset
		}
	}
	return len(line)
}
