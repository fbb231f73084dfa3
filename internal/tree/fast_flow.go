package tree

// flowList reads a list in flow style that ends on this line.
func (f *fastReader) flowList() *Node {
	n := f.enter(List, f.at)
	if n == nil {
		return nil
	}
	base := len(f.items)
	for more := f.flowOpen(']'); more; more = f.flowNext(']') {
		item := f.flowToken()
		if item == nil {
			return nil
		}
		f.items = append(f.items, item)
	}
	n.Items = f.nodes.list(f.items[base:])
	f.items = f.items[:base]
	return f.flowClose(n, ']')
}

// flowMap reads a map in flow style that ends on this line.
func (f *fastReader) flowMap() *Node {
	n := f.enter(Map, f.at)
	if n == nil {
		return nil
	}
	o := f.maps.open()
	for more := f.flowOpen('}'); more; more = f.flowNext('}') {
		m, ok := f.flowMember()
		if !ok {
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
	if m.Key == nil || !f.isKey(m.Key, begin) {
		return m, false
	}
	f.at++
	f.skipBlanks()
	m.Value = f.flowToken()
	return m, m.Value != nil
}

func (f *fastReader) skipBlanks() {
	for f.at < len(f.text) && f.text[f.at] == ' ' {
		f.at++
	}
}

// flowOpen passes the opening bracket; more tells whether something stands
// before the closing one.
func (f *fastReader) flowOpen(closing byte) (more bool) {
	f.at++
	f.skipBlanks()
	return f.at >= len(f.text) || f.text[f.at] != closing
}

// flowNext passes a comma, if there is one.
func (f *fastReader) flowNext(byte) (more bool) {
	f.skipBlanks()
	if f.at >= len(f.text) || f.text[f.at] != ',' {
		return false
	}
	f.at++
	f.skipBlanks()
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

// flowEndsAt tells whether what stands at offset ends a plain scalar in a way
// that both versions of YAML see alike.
func (f *fastReader) flowEndsAt(offset int) bool {
	switch f.text[offset] {
	case ',', ']', '}':
		return true
	case ':':
		return f.blankAt(offset + 1)
	}
	return false
}
