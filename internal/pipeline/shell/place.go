package shell

import (
	"sort"
	"unicode/utf8"

	"guard/internal/finding"
)

// lines finds lines and columns of byte offsets in a text.
type lines struct {
	text   string
	starts []int // offset of each line's first byte
	runes  []int // how many characters stand before each block of blockBytes
}

const blockBytes = 128

func newLines(text string) *lines {
	l := &lines{text: text, starts: []int{0}}
	count := 0
	for i := range len(text) {
		if i%blockBytes == 0 {
			l.runes = append(l.runes, count)
		}
		if utf8.RuneStart(text[i]) {
			count++
		}
		if text[i] == '\n' {
			l.starts = append(l.starts, i+1)
		}
	}
	return l
}

// place returns the 1-based line and column, in characters, of an offset.
func (l *lines) place(offset int) (line, column int) {
	offset = min(max(offset, 0), len(l.text))
	line = sort.SearchInts(l.starts, offset+1)
	return line, l.before(offset) - l.before(l.starts[line-1]) + 1
}

// before counts the characters that start before an offset.
func (l *lines) before(offset int) int {
	if len(l.runes) == 0 {
		return 0
	}
	block := min(offset/blockBytes, len(l.runes)-1)
	count := l.runes[block]
	for i := block * blockBytes; i < offset; i++ {
		if utf8.RuneStart(l.text[i]) {
			count++
		}
	}
	return count
}

// path is the place of the bytes from start to end of a script.
func (w *walker) path(s *script, start, end int) finding.Path {
	var span finding.Span
	span.Line, span.Column = w.reader.Place(s.start(start))
	span.EndLine, span.EndColumn = w.reader.Place(s.end(end))
	return w.base.With(span)
}
