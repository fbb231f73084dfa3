package tree

import "strings"

// fastReader reads the plain subset of YAML that nearly every file keeps to:
// block maps and lists, scalars, literals, comments, and collections in flow
// style on one line. It gives exactly what the library's path gives; whatever
// it is not sure of it refuses, and the library reads the document instead.
//
// Its methods return false, or nil, where they refuse. Behind a value the
// reader stands at the next line that holds something.
type fastReader struct {
	text     string
	at       int // offset of the next byte
	line     int // number of its line in the file
	start    int // offset of that line's first byte
	indent   int // blanks before the line's content; -1 at the end
	columns  columnCount
	depth    int
	left     int // nodes that may be made
	nodes    slab
	items    []*Node // of the lists that are being read
	maps     mapStack
	problems []Error
}

// readFast reads a chunk; ok is false where it is not in the subset.
func (r *yamlReader) readFast(c chunk) (ok bool) {
	wide, plain := fastCharacters(c.text)
	if !plain {
		return false
	}
	f := &fastReader{text: c.text, line: c.line, left: r.left, nodes: r.nodes}
	f.columns.wide = wide
	part := Part{Line: c.start}
	part.Root = f.document()
	switch {
	case f.full():
		part.Root, part.Err = nil, limitError(f.line, 1, tooMany)
	case part.Root == nil:
		r.nodes = slab{} // what was handed out of it is used up
		return false
	}
	r.left -= f.nodes.count
	f.nodes.count = 0
	r.nodes = f.nodes
	part.Problems = f.problems
	r.parts = append(r.parts, part)
	return true
}

// fastCharacters tells whether all characters of a text are in the subset, and
// whether some have more than one byte.
func fastCharacters(text string) (wide, plain bool) {
	for i := 0; i < len(text); i++ {
		switch fastClass[text[i]] {
		case classWide:
			wide = true
		case classReturn:
			if !strings.HasPrefix(text[i+1:], "\n") {
				return wide, false
			}
		case classOther:
			return wide, false
		}
	}
	return wide, !wide || fastWide(text)
}

// fastWide refuses what ends lines for the library, and what it does not
// allow.
func fastWide(text string) bool {
	for _, r := range text {
		if r >= 0x7F && (r < 0xA0 || r == 0x2028 || r == 0x2029 || r == 0xFEFF || r == 0xFFFD || r == 0xFFFE || r == 0xFFFF) {
			return false
		}
	}
	return true
}

type characterClass uint8

const (
	classPlain characterClass = iota
	classReturn
	classWide
	classOther
)

var fastClass = func() (table [256]characterClass) {
	for c := range table {
		switch {
		case c == '\r':
			table[c] = classReturn
		case c >= 0x80:
			table[c] = classWide
		case c < 0x20 && c != '\n' && c != '\t', c == 0x7F:
			table[c] = classOther
		}
	}
	return table
}()

// document reads the whole chunk.
func (f *fastReader) document() *Node {
	if !f.toLine(0, f.line) {
		return nil
	}
	if f.indent == 0 && isMarker(f.restOfLine(), "---") {
		f.at += len("---")
		if !f.endOfLine() {
			return nil
		}
	}
	if f.indent < 0 {
		return nil
	}
	root := f.block(-1)
	if root == nil || f.indent >= 0 {
		return nil
	}
	return root
}

func (f *fastReader) restOfLine() string {
	return f.text[f.at : f.at+lineLength(f.text[f.at:])]
}

// toLine goes to the first line from offset on that holds something; number is
// that of the line at offset.
func (f *fastReader) toLine(offset, number int) bool {
	for {
		f.start = offset
		for offset < len(f.text) && f.text[offset] == ' ' {
			offset++
		}
		if offset == len(f.text) {
			f.at, f.line, f.indent = offset, number, -1
			return true
		}
		switch f.text[offset] {
		case '\n', '\r', '#':
			offset += lineLength(f.text[offset:])
		case '\t':
			return false
		default:
			f.at, f.line, f.indent = offset, number, offset-f.start
			return f.notMarked()
		}
		if offset < len(f.text) {
			offset, number = offset+1, number+1
		}
	}
}

// notMarked refuses what has a meaning of its own at the beginning of a line,
// but for the marker before the document's content.
func (f *fastReader) notMarked() bool {
	if f.indent > 0 {
		return true
	}
	switch f.text[f.at] {
	case '%':
		return false
	case '.':
		return !isMarker(f.restOfLine(), "...")
	case '-':
		return !isMarker(f.restOfLine(), "---") || f.nodes.count == 0
	}
	return true
}

// endOfLine passes what is left of a line behind a value, and goes to the next
// one that holds something.
func (f *fastReader) endOfLine() bool {
	offset := f.at
	for offset < len(f.text) && f.text[offset] == ' ' {
		offset++
	}
	if offset < len(f.text) && f.text[offset] == '#' && offset > f.at {
		offset += lineLength(f.text[offset:])
	}
	if offset < len(f.text) && f.text[offset] == '\r' {
		offset++
	}
	if offset == len(f.text) {
		f.at, f.start, f.indent = offset, offset, -1
		return true
	}
	return f.text[offset] == '\n' && f.toLine(offset+1, f.line+1)
}

// node makes a node that stands at offset of this line.
func (f *fastReader) node(offset int, kind Kind) *Node {
	n := f.nodes.next()
	n.Kind, n.Line, n.Column = kind, int32(f.line), f.columns.at(f.text, f.start, offset)
	return n
}

// blankAt tells whether a blank or the end of the line is at offset.
func (f *fastReader) blankAt(offset int) bool {
	if offset >= len(f.text) {
		return true
	}
	c := f.text[offset]
	return c == ' ' || c == '\n' || c == '\r' || c == '\t'
}
