package report

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/width"
)

// tabStop is the distance of tab stops in excerpts.
const tabStop = 4

// cell is one character of a source line as it is drawn.
type cell struct {
	text  string // safe to show
	width int    // columns it takes
}

// cells draws a source line, one cell for each code point, so that columns of
// a location are indexes into it.
func cells(line string) []cell {
	out := make([]cell, 0, len(line))
	column := 0
	for len(line) > 0 {
		r, size := utf8.DecodeRuneInString(line)
		c := draw(r, line[:size], column)
		out = append(out, c)
		column += c.width
		line = line[size:]
	}
	return disarm(out)
}

func draw(r rune, raw string, column int) cell {
	if r == '\t' {
		n := tabStop - column%tabStop
		return cell{strings.Repeat(" ", n), n}
	}
	text := visible(r, raw)
	if text != raw {
		return cell{text, len(text)}
	}
	return cell{text, runeWidth(r)}
}

// disarm does to cells what [Clean] does to commands for build logs.
func disarm(line []cell) []cell {
	hashes := 0
	for i := range line {
		if line[i].text != "#" {
			hashes = 0
			continue
		}
		if hashes++; hashes > 1 && commandFollows(line[i+1:]) {
			line[i] = cell{`\x23`, 4}
		}
	}
	return line
}

// commandFollows reports whether letters and a bracket follow a ##.
func commandFollows(rest []cell) bool {
	for _, c := range rest {
		if c.text == "[" {
			return true
		}
		if len(c.text) != 1 || c.text[0]|0x20 < 'a' || c.text[0]|0x20 > 'z' {
			return false
		}
	}
	return false
}

// runeWidth is the number of columns that a printable character takes.
func runeWidth(r rune) int {
	if r < 0x300 {
		return 1
	}
	if unicode.In(r, unicode.Mn, unicode.Me) {
		return 0
	}
	switch width.LookupRune(r).Kind() {
	case width.EastAsianWide, width.EastAsianFullwidth:
		return 2
	default:
		return 1
	}
}

// textWidth is the number of columns that clean text takes.
func textWidth(s string) int {
	n := 0
	for _, r := range s {
		n += runeWidth(r)
	}
	return n
}

// join writes cells one after the other, with the columns they take.
func join(line []cell) (text string, columns int) {
	var b strings.Builder
	for _, c := range line {
		b.WriteString(c.text)
		columns += c.width
	}
	return b.String(), columns
}
