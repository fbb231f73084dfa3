package report

import (
	"cmp"
	"strings"
	"unicode/utf8"

	"guard/internal/finding"
)

// marked is a source line in three parts, the middle one being what a finding
// is about. All parts are clean.
type marked struct {
	Number              int // of the line, 1-based
	Before, Mark, After string
	indent, length      int // columns of Before and Mark
}

// firstLine returns the line on which the finding begins, cut to so many
// columns around its region; ok is false if the excerpt does not hold it.
func firstLine(f finding.Finding, columns int, ellipsis string) (line marked, ok bool) {
	i := f.Line - f.Excerpt.Line
	if f.Line == 0 || i < 0 || i >= len(f.Excerpt.Lines) {
		return marked{}, false
	}
	return mark(shown(f), f.Line, f.Excerpt.Lines[i], columns, ellipsis), true
}

// allLines returns every line of the finding's excerpt, marked and cut alike.
func allLines(f finding.Finding, columns int) []marked {
	lines := make([]marked, len(f.Excerpt.Lines))
	for i, line := range f.Excerpt.Lines {
		lines[i] = mark(shown(f), f.Excerpt.Line+i, line, columns, "…")
	}
	return lines
}

// shown is where a finding stands in the lines of its excerpt.
func shown(f finding.Finding) finding.Location {
	l := f.Location
	l.Column = cmp.Or(f.Excerpt.Column, l.Column)
	l.EndColumn = cmp.Or(f.Excerpt.EndColumn, l.EndColumn)
	return l
}

// dedent takes away the blanks with which all lines begin.
func dedent(lines []marked) []marked {
	common := -1
	for _, m := range lines {
		text := m.Before + m.Mark + m.After
		if blanks := len(text) - len(strings.TrimLeft(text, " ")); text != "" && (common < 0 || blanks < common) {
			common = blanks
		}
	}
	for i := range lines {
		if n := min(len(lines[i].Before), common); n > 0 {
			lines[i].Before = lines[i].Before[n:]
		} else if lines[i].Before == "" && lines[i].Mark == "" && common > 0 {
			lines[i].After = lines[i].After[min(common, len(lines[i].After)):]
		}
	}
	return lines
}

// mark splits a line at the region of l and cuts it to the columns.
func mark(l finding.Location, number int, line string, columns int, ellipsis string) marked {
	s := stretch{text: line}
	s.from, s.to = region(l, number, utf8.RuneCountInString(line))
	s = s.near().skipBlanks()
	drawn := cells(s.text)
	drawn, from, to := cut(drawn, s.from, s.to, columns, ellipsis)
	m := marked{Number: number}
	m.Before, m.indent = join(drawn[:from])
	m.Mark, m.length = join(drawn[from:to])
	m.After, _ = join(drawn[to:])
	m.After = strings.TrimRight(m.After, " ")
	return m
}

// region says which characters of a line of n characters l covers: those from
// index from up to, not including, to. It is at least one character wide on the
// line where l begins, unless that is empty.
func region(l finding.Location, number, n int) (from, to int) {
	last := max(l.Line, l.EndLine)
	if l.Line == 0 || number < l.Line || number > last {
		return 0, 0
	}
	to = n
	if number == l.Line {
		from = min(max(l.Column-1, 0), n)
	}
	if number == last && l.EndColumn > 0 {
		to = min(l.EndColumn-1, n)
	}
	if to <= from {
		to = min(from+1, n)
	}
	return min(from, to), to
}

// stretch is a part of a line with a region in it, counted in characters.
type stretch struct {
	text     string
	from, to int
}

// nearby is how many bytes around the start of a region are looked at; lines
// may be megabytes long.
const nearby = 2048

// near drops what is far from the start of the region.
func (s stretch) near() stretch {
	start := byteOffset(s.text, s.from)
	if first := start - nearby; first > 0 {
		for first < start && !utf8.RuneStart(s.text[first]) {
			first++
		}
		dropped := utf8.RuneCountInString(s.text[:first])
		s = stretch{s.text[first:], s.from - dropped, s.to - dropped}
		start -= first
	}
	if last := start + 2*nearby; last < len(s.text) {
		s.text = s.text[:last]
	}
	s.to = min(s.to, utf8.RuneCountInString(s.text))
	return s
}

// byteOffset returns where character n of s begins.
func byteOffset(s string, n int) int {
	offset := 0
	for ; n > 0 && offset < len(s); n-- {
		_, size := utf8.DecodeRuneInString(s[offset:])
		offset += size
	}
	return offset
}

// skipBlanks takes leading white space out of a region, as in the lines of a
// block.
func (s stretch) skipBlanks() stretch {
	rest := s.text[byteOffset(s.text, s.from):byteOffset(s.text, s.to)]
	if blanks := len(rest) - len(strings.TrimLeft(rest, " \t")); blanks < len(rest) {
		s.from += blanks
	}
	return s
}
