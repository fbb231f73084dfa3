package tree

import (
	"fmt"
	"unicode/utf8"
)

// ParseJSON reads JSON as RFC 8259 defines it: one document, or several one
// after the other, as in JSON lines. A key that stands twice in an object is a
// problem. Nothing behind the first fault is read.
func ParseJSON(text string) []Part {
	if len(text) > MaxBytes {
		return []Part{{Line: 1, Err: limitError(1, 1, tooLarge)}}
	}
	if !utf8.ValidString(text) {
		at := firstInvalid([]byte(text))
		return []Part{{Line: 1, Err: errorAt(text, at, fmt.Sprintf("byte 0x%02X is not valid UTF-8", text[at]))}}
	}
	r := &jsonReader{text: text, line: 1}
	return r.documents()
}

// jsonReader walks over the text. A nil node means that err is set.
type jsonReader struct {
	text     string
	at       int // offset of the next byte
	line     int // number of its line
	start    int // offset of that line's first byte
	wide     int // bytes on the line, before at, that begin no character
	depth    int
	nodes    slab
	items    []*Node // of the lists that are being read
	maps     mapStack
	problems []Error
	err      *Error
}

func (r *jsonReader) documents() []Part {
	var parts []Part
	for r.skipBlank(); r.at < len(r.text); r.skipBlank() {
		part := Part{Line: r.line}
		if len(parts) == maxDocuments {
			part.Err = limitError(r.line, r.column(), tooOften)
			return append(parts, part)
		}
		part.Root = r.value()
		part.Problems, part.Err = r.problems, r.err
		r.problems = nil
		parts = append(parts, part)
		if r.err != nil {
			break
		}
	}
	return parts
}

func (r *jsonReader) skipBlank() {
	for ; r.at < len(r.text); r.at++ {
		switch r.text[r.at] {
		case ' ', '\t', '\r':
		case '\n':
			r.line++
			r.start, r.wide = r.at+1, 0
		default:
			return
		}
	}
}

func (r *jsonReader) column() int { return r.at - r.start - r.wide + 1 }

// fail notes the first fault; it returns nil to be returned as the node.
func (r *jsonReader) fail(message string) *Node {
	if r.err == nil {
		r.err = &Error{Line: r.line, Column: r.column(), Message: message}
	}
	return nil
}

// expected says what should stand here instead of what does.
func (r *jsonReader) expected(what string) *Node {
	if r.at >= len(r.text) {
		return r.fail("expected " + what + ", found the end of the text")
	}
	found, _ := utf8.DecodeRuneInString(r.text[r.at:])
	return r.fail(fmt.Sprintf("expected %s, found %q", what, found))
}

// node makes a node that stands here.
func (r *jsonReader) node(kind Kind) *Node {
	n := r.nodes.next()
	n.Kind, n.Line, n.Column = kind, int32(r.line), int32(r.column())
	if r.nodes.count > MaxNodes {
		r.err = limitError(r.line, r.column(), tooMany)
	}
	return n
}

func (r *jsonReader) value() *Node {
	if r.err != nil || r.at >= len(r.text) {
		return r.expected("a value")
	}
	switch c := r.text[r.at]; c {
	case '{':
		return r.nested(r.object)
	case '[':
		return r.nested(r.array)
	case '"':
		return r.str()
	case 't':
		return r.word(Bool, "true")
	case 'f':
		return r.word(Bool, "false")
	case 'n':
		return r.word(Null, "null")
	default:
		if c == '-' || c >= '0' && c <= '9' {
			return r.number()
		}
	}
	return r.expected("a value")
}

func (r *jsonReader) nested(read func() *Node) *Node {
	if r.depth++; r.depth > MaxDepth {
		r.err = limitError(r.line, r.column(), tooDeep)
		return nil
	}
	n := read()
	r.depth--
	return n
}

func (r *jsonReader) word(kind Kind, word string) *Node {
	end := min(r.at+len(word), len(r.text))
	if r.text[r.at:end] != word {
		return r.expected("a value")
	}
	n := r.node(kind)
	n.Text = r.text[r.at:end]
	r.at = end
	return n
}
