package tree

import "strings"

// flowList reads a list in flow style.
func (f *fastReader) flowList() *Node {
	n := f.enter(List, f.at)
	if n == nil {
		return nil
	}
	base := len(f.items)
	for more := f.flowOpen(']'); more; more = f.flowNext() {
		item := f.flowToken()
		if item == nil || f.full() {
			return nil
		}
		f.items = append(f.items, item)
	}
	n.Items = f.nodes.list(f.items[base:])
	f.items = f.items[:base]
	return f.flowClose(n, ']')
}

// flowMap reads a map in flow style.
func (f *fastReader) flowMap() *Node {
	n := f.enter(Map, f.at)
	if n == nil {
		return nil
	}
	o := f.maps.open()
	for more := f.flowOpen('}'); more; more = f.flowNext() {
		m, ok := f.flowMember()
		if !ok || f.full() {
			return nil
		}
		f.add(&o, m)
	}
	o.close(n, &f.nodes)
	return f.flowClose(n, '}')
}

func (f *fastReader) flowMember() (m Member, ok bool) {
	begin := f.at
	m.Key = f.flowToken()
	if !f.isFlowKey(m.Key, begin) {
		return m, false
	}
	f.at++
	f.skipFlow()
	m.Value = f.flowToken()
	return m, m.Value != nil
}

// isFlowKey tells whether the token that was read is a key. Behind a quoted one
// the colon needs no blank, which is how JSON is written.
func (f *fastReader) isFlowKey(key *Node, begin int) bool {
	if key == nil || key.Style == Plain || key.Text == "<<" {
		return f.isKey(key, begin)
	}
	return f.at < len(f.text) && f.text[f.at] == ':' && f.at-begin <= maxSimpleKey
}

// skipFlow passes blanks, comments and line ends. Where it refuses a line end it
// stops before it, which nothing that may follow takes.
func (f *fastReader) skipFlow() {
	for f.at < len(f.text) {
		switch c := f.text[f.at]; {
		case c == ' ', c == '\r':
			f.at++
		case c == '#' && f.text[f.at-1] == ' ':
			f.at += lineLength(f.text[f.at:])
		case c == '\n' && f.flowGoesOn(f.at+1):
			f.at++
			f.line, f.start = f.line+1, f.at
		default:
			return
		}
	}
}

// flowGoesOn tells whether the line at offset may stand inside a collection in
// flow style: it is indented, blank, or begins with the closing bracket.
func (f *fastReader) flowGoesOn(offset int) bool {
	if offset >= len(f.text) {
		return false
	}
	c := f.text[offset]
	return c == ' ' || c == '\n' || c == '\r' || c == ']' || c == '}'
}

// flowOpen passes the opening bracket; more tells whether something stands
// before the closing one.
func (f *fastReader) flowOpen(closing byte) (more bool) {
	f.at++
	f.skipFlow()
	return f.at >= len(f.text) || f.text[f.at] != closing
}

// flowNext passes a comma, if there is one.
func (f *fastReader) flowNext() (more bool) {
	f.skipFlow()
	if f.at >= len(f.text) || f.text[f.at] != ',' {
		return false
	}
	f.at++
	f.skipFlow()
	return true
}

func (f *fastReader) flowClose(n *Node, closing byte) *Node {
	f.depth--
	if f.at >= len(f.text) || f.text[f.at] != closing {
		return nil
	}
	f.at++
	return n
}

// flowToken reads a value inside a collection in flow style.
func (f *fastReader) flowToken() *Node {
	if f.at >= len(f.text) {
		return nil
	}
	switch c := f.text[f.at]; {
	case c == '"' || c == '\'' || c == '[' || c == '{':
		return f.token()
	case c == ':' || c == '-' && f.flowEndAt(f.at+1) || fastIndicator[c]:
		return nil
	}
	end := f.flowPlainEnd(f.at)
	if end < 0 {
		return nil
	}
	return f.plain(end)
}

// flowEndAt tells whether no plain scalar of the subset goes on at offset.
func (f *fastReader) flowEndAt(offset int) bool {
	return f.blankAt(offset) || flowStop[f.text[offset]]
}

// flowStop holds the characters at which a plain scalar in flow style may end.
var flowStop = tableOf(",[]{}:#?\n\r\t")

// flowPlainEnd is the end of the plain scalar that begins at offset, without
// the blanks behind it; -1 where it is refused.
func (f *fastReader) flowPlainEnd(offset int) int {
	i := offset
	for i < len(f.text) && (!flowStop[f.text[i]] || f.text[i] == ':' && !f.flowEndAt(i+1)) {
		i++
	}
	if i == len(f.text) || !f.flowEndsAt(i) {
		return -1
	}
	for i > offset && f.text[i-1] == ' ' {
		i--
	}
	return i
}

// flowEndsAt tells whether what stands at offset ends a plain scalar for sure.
// A line end does where a bracket or comma is next, or a comment.
func (f *fastReader) flowEndsAt(offset int) bool {
	switch f.text[offset] {
	case ',', ']', '}':
		return true
	case ':':
		return f.blankAt(offset + 1)
	case '#':
		return f.text[offset-1] == ' '
	case '\n', '\r':
		next, _, _ := f.nextFilled(offset)
		return next < len(f.text) && strings.IndexByte(",]}", f.text[next]) >= 0
	}
	return false
}
