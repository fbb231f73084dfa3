package document

import (
	"strings"

	"guard/internal/tree"

	"github.com/moby/buildkit/frontend/dockerfile/parser"
)

// dockerLine is one instruction as it stands in the file: its lines joined as
// the builder joins them, with the offset in the file of every byte.
type dockerLine struct {
	text   string
	origin []int
	start  int // offset in the file of the keyword
	end    int // offset behind the last line, here-documents included
	last   int // number of the last line before the here-documents
}

// newDockerLine joins the lines of a node.
func newDockerLine(source *tree.Source, node *parser.Node, escape rune) *dockerLine {
	j := &lineJoiner{source: source, escape: byte(escape)}
	j.add(node.StartLine, true)
	line := node.StartLine
	for j.open && line < node.EndLine {
		line++
		j.continued(line)
	}
	text := j.text.String()
	l := &dockerLine{text: text, origin: j.origin, last: line}
	l.start = source.Offset(node.StartLine, 1)
	if len(j.origin) > 0 {
		l.start = j.origin[0]
	}
	l.end = max(l.start, source.Offset(node.EndLine, 1)+len(source.Line(node.EndLine)))
	return l
}

// lineJoiner joins continued lines.
type lineJoiner struct {
	source *tree.Source
	escape byte
	text   strings.Builder
	origin []int
	open   bool // the last line added is continued
}

// continued adds a further line, which may be a comment or blank.
func (j *lineJoiner) continued(n int) {
	line := strings.TrimLeft(j.source.Line(n), " \t\v\f\r")
	if line != "" && line[0] != '#' {
		j.add(n, false)
	}
}

func (j *lineJoiner) add(n int, trim bool) {
	line, at := j.source.Line(n), j.source.Offset(n, 1)
	if trim {
		blank := len(line) - len(strings.TrimLeft(line, " \t\v\f\r"))
		line, at = line[blank:], at+blank
	}
	line, j.open = j.cutEscape(line)
	j.text.WriteString(line)
	for i := range len(line) {
		j.origin = append(j.origin, at+i)
	}
}

// cutEscape takes the escape character off the end of a line that is
// continued. A doubled one is a character like any other.
func (j *lineJoiner) cutEscape(line string) (rest string, continued bool) {
	trimmed := strings.TrimRight(line, " \t")
	end := len(trimmed) - 1
	if end < 0 || trimmed[end] != j.escape || end > 0 && trimmed[end-1] == j.escape {
		return line, false
	}
	return trimmed[:end], true
}

// at is the offset in the file of the byte at i.
func (l *dockerLine) at(i int) int {
	switch {
	case len(l.origin) == 0:
		return l.start
	case i >= len(l.origin):
		return l.origin[len(l.origin)-1] + 1
	}
	return l.origin[i]
}

// find returns where word stands at or after from, or from where it does not.
func (l *dockerLine) find(word string, from int) int {
	if i := strings.Index(l.text[min(from, len(l.text)):], word); i >= 0 {
		return from + i
	}
	return min(from, len(l.text))
}

// skipBlank returns the first place at or after i that is not blank.
func (l *dockerLine) skipBlank(i int) int {
	for i < len(l.text) && strings.IndexByte(" \t\v\f\r\n", l.text[i]) >= 0 {
		i++
	}
	return i
}
