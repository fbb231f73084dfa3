package tree

import (
	"sort"
	"strings"
)

// Source is the text of a file with an index of its lines. It turns nodes and
// paths into regions. Text is UTF-8 without a byte order mark; lines end in
// \n or \r\n.
type Source struct {
	File  string // relative to the root of the check, with forward slashes
	Text  string
	lines []int // byte offset of each line's first byte
	runes runeIndex
}

// NewSource indexes the lines of text.
func NewSource(file, text string) *Source {
	return &Source{File: file, Text: text, lines: lineStarts(text), runes: newRuneIndex(text)}
}

// lineStarts returns the offset of each line; a line end at the very end
// starts no further line.
func lineStarts(text string) []int {
	lines := make([]int, 1, strings.Count(text, "\n")+1)
	for offset := 0; ; {
		i := strings.IndexByte(text[offset:], '\n')
		if i < 0 || offset+i+1 == len(text) {
			return lines
		}
		offset += i + 1
		lines = append(lines, offset)
	}
}

// Lines returns how many lines the text has, at least one.
func (s *Source) Lines() int { return len(s.lines) }

// Line returns line n (1-based) without its end, or "" where there is none.
func (s *Source) Line(n int) string {
	if n < 1 || n > len(s.lines) {
		return ""
	}
	return s.Text[s.lines[n-1]:s.lineEnd(n)]
}

// lineEnd is the offset behind the last character of line n.
func (s *Source) lineEnd(n int) int {
	end := len(s.Text)
	if n < len(s.lines) {
		end = s.lines[n]
	}
	return s.lines[n-1] + len(strings.TrimRight(s.Text[s.lines[n-1]:end], "\r\n"))
}

// Position turns a byte offset into a 1-based line and column.
func (s *Source) Position(offset int) (line, column int) {
	offset = max(0, min(offset, len(s.Text)))
	line = sort.SearchInts(s.lines, offset+1)
	return line, s.runes.count(s.Text, offset) - s.runes.count(s.Text, s.lines[line-1]) + 1
}

// Offset turns a 1-based line and column into a byte offset, clamped to the
// line.
func (s *Source) Offset(line, column int) int {
	if line < 1 {
		return 0
	}
	if line > len(s.lines) {
		return len(s.Text)
	}
	start := s.lines[line-1]
	wanted := s.runes.count(s.Text, start) + max(column, 1) - 1
	return min(s.runes.offset(s.Text, wanted), s.lineEnd(line))
}
