package tree

// maxSimpleKey is how many bytes a key may have that is not marked by "?".
const maxSimpleKey = 1000

// maxFastDepth is how deep collections may be nested before the library
// decides whether that is too deep.
const maxFastDepth = MaxDepth / 2

// block reads the value that begins at the content of this line and is
// indented more than parent.
func (f *fastReader) block(parent int) *Node {
	switch {
	case f.isItem():
		return f.sequence(f.at - f.start)
	case f.isBlockScalar():
		return f.blockScalar(parent)
	}
	begin := f.at
	n := f.token()
	if n != nil && f.isColon() {
		return f.mapping(begin-f.start, begin, n)
	}
	return f.finish(parent, n)
}

// isItem tells whether a list's dash is here.
func (f *fastReader) isItem() bool {
	return f.at < len(f.text) && f.text[f.at] == '-' && f.blankAt(f.at+1)
}

func (f *fastReader) isBlockScalar() bool {
	return f.text[f.at] == '|' || f.text[f.at] == '>'
}

// isColon tells whether the colon behind a key is here.
func (f *fastReader) isColon() bool {
	return f.at < len(f.text) && f.text[f.at] == ':' && f.blankAt(f.at+1)
}

// full tells whether there are more nodes than there may be.
func (f *fastReader) full() bool { return f.nodes.count > f.left }

// enter makes a collection that begins at offset; nil where it would be
// nested too deep, or is one node too many.
func (f *fastReader) enter(kind Kind, offset int) *Node {
	f.depth++
	if f.depth > maxFastDepth || f.full() {
		return nil
	}
	return f.node(offset, kind)
}

// sequence reads a list whose dashes stand at column.
func (f *fastReader) sequence(column int) *Node {
	n := f.enter(List, f.at)
	if n == nil {
		return nil
	}
	base := len(f.items)
	for more := true; more; more = f.indent == column && f.isItem() {
		item := f.item(column)
		if item == nil || f.full() {
			return nil
		}
		f.items = append(f.items, item)
	}
	n.Items = f.nodes.list(f.items[base:])
	f.items = f.items[:base]
	f.depth--
	if f.indent > column {
		return nil
	}
	return n
}

// item reads what stands behind a dash.
func (f *fastReader) item(column int) *Node {
	f.at++
	line, here := f.line, f.columns.at(f.text, f.start, f.at)
	switch f.inline() {
	case inlineValue:
		return f.block(column)
	case inlineRefused:
		return nil
	}
	if f.indent > column {
		return f.block(column)
	}
	return f.null(line, here)
}

// mapping reads a map whose keys stand at column; the first one was read and
// began at offset begin.
func (f *fastReader) mapping(column, begin int, key *Node) *Node {
	n := f.enter(Map, begin)
	if n == nil {
		return nil
	}
	o := f.maps.open()
	for {
		if !f.isKey(key, begin) {
			return nil
		}
		value := f.member(column)
		if value == nil || f.full() {
			return nil
		}
		f.add(&o, Member{key, value})
		if f.indent < column {
			break
		}
		if f.indent > column || f.isItem() {
			return nil
		}
		begin = f.at
		key = f.token()
	}
	o.close(n, &f.nodes)
	f.depth--
	return n
}

// isKey tells whether the token that was read is the key of a map.
func (f *fastReader) isKey(key *Node, begin int) bool {
	return key != nil && key.IsScalar() && key.Text != "<<" && f.isColon() && f.at-begin <= maxSimpleKey
}

func (f *fastReader) add(o *openMap, m Member) {
	if first := o.add(m); first != nil {
		f.problems = append(f.problems, Error{Line: int(m.Key.Line), Column: int(m.Key.Column), Message: duplicateKey(first)})
	}
}

// member reads what stands behind the colon of a key at column.
func (f *fastReader) member(column int) *Node {
	f.at++
	line, here := f.line, f.columns.at(f.text, f.start, f.at)
	switch f.inline() {
	case inlineValue:
		return f.value(column)
	case inlineRefused:
		return nil
	}
	switch {
	case f.indent > column:
		return f.block(column)
	case f.indent == column && f.isItem():
		return f.sequence(column)
	}
	return f.null(line, here)
}

// value reads a value that stands on the line of its key.
func (f *fastReader) value(column int) *Node {
	switch {
	case f.isItem():
		return nil
	case f.isBlockScalar():
		return f.blockScalar(column)
	}
	return f.finish(column, f.token())
}

// inlineState says what stands behind a dash or colon on the same line.
type inlineState uint8

const (
	inlineNothing inlineState = iota // the reader stands at the next line
	inlineValue                      // the reader stands at the value
	inlineRefused
)

func (f *fastReader) inline() inlineState {
	offset := f.at
	for offset < len(f.text) && f.text[offset] == ' ' {
		offset++
	}
	if offset < len(f.text) && f.text[offset] == '\t' {
		return inlineRefused
	}
	if offset < len(f.text) && !f.blankAt(offset) && (f.text[offset] != '#' || offset == f.at) {
		f.at = offset
		return inlineValue
	}
	if !f.endOfLine() {
		return inlineRefused
	}
	return inlineNothing
}

func (f *fastReader) null(line int, column int32) *Node {
	n := f.nodes.next()
	n.Kind, n.Line, n.Column = Null, int32(line), column
	return n
}

// finish ends the line behind a value, which no line that is indented more
// than parent may follow, unless it goes on with a plain scalar.
func (f *fastReader) finish(parent int, n *Node) *Node {
	if n == nil {
		return nil
	}
	line, end := f.line, f.at
	if !f.endOfLine() {
		return nil
	}
	if f.indent <= parent {
		return n
	}
	if n.Style != Plain || !n.IsScalar() || parent < 0 {
		return nil
	}
	return f.folded(parent, n, line, end)
}
