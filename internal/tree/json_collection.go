package tree

// array reads a list, from its bracket on.
func (r *jsonReader) array() *Node {
	n := r.node(List)
	base := len(r.items)
	more := r.open(']')
	for more && r.err == nil {
		item := r.value()
		r.items = append(r.items, item)
		more = r.next(']', `"," or "]"`)
	}
	n.Items = r.nodes.list(r.items[base:])
	r.items = r.items[:base]
	return r.done(n)
}

// object reads a map, from its brace on.
func (r *jsonReader) object() *Node {
	n := r.node(Map)
	o := r.maps.open()
	more := r.open('}')
	for more && r.err == nil {
		r.member(&o)
		more = r.next('}', `"," or "}"`)
	}
	o.close(n, &r.nodes)
	return r.done(n)
}

func (r *jsonReader) done(n *Node) *Node {
	if r.err != nil {
		return nil
	}
	return n
}

// open passes the opening bracket; more tells whether something stands before
// the closing one.
func (r *jsonReader) open(closing byte) (more bool) {
	r.at++
	r.skipBlank()
	if r.at < len(r.text) && r.text[r.at] == closing {
		r.at++
		return false
	}
	return true
}

// next passes a comma, or the closing bracket.
func (r *jsonReader) next(closing byte, expected string) (more bool) {
	if r.err != nil {
		return false
	}
	r.skipBlank()
	switch {
	case r.at < len(r.text) && r.text[r.at] == ',':
		r.at++
		r.skipBlank()
		return true
	case r.at < len(r.text) && r.text[r.at] == closing:
		r.at++
	default:
		r.expected(expected)
	}
	return false
}

// member reads a key and its value.
func (r *jsonReader) member(o *openMap) {
	if r.at >= len(r.text) || r.text[r.at] != '"' {
		r.expected("a key in double quotes")
		return
	}
	key := r.str()
	r.skipBlank()
	if r.err == nil && (r.at >= len(r.text) || r.text[r.at] != ':') {
		r.expected(`":" behind the key`)
	}
	if r.err != nil {
		return
	}
	r.at++
	r.skipBlank()
	value := r.value()
	if value == nil {
		return
	}
	if first := o.add(Member{key, value}); first != nil {
		r.problems = append(r.problems, Error{Line: int(key.Line), Column: int(key.Column), Message: duplicateKey(first)})
	}
}
