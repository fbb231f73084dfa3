package tree

import "strings"

// token reads a scalar of one line, or a collection in flow style, and stops
// right behind it.
func (f *fastReader) token() *Node {
	switch c := f.text[f.at]; c {
	case '"':
		return f.doubleQuoted()
	case '\'':
		return f.singleQuoted()
	case '[':
		return f.flowList()
	case '{':
		return f.flowMap()
	case '-', ':':
		if f.blankAt(f.at + 1) {
			return nil
		}
	default:
		if fastIndicator[c] {
			return nil
		}
	}
	end := f.plainEnd(f.at)
	if end < 0 {
		return nil
	}
	return f.plain(end)
}

// fastIndicator holds the characters that no plain scalar of the subset begins
// with.
var fastIndicator = tableOf("?,[]{}#&*!|>'\"%@`\t\r\n ")

func tableOf(characters string) (table [256]bool) {
	for i := range characters {
		table[characters[i]] = true
	}
	return table
}

// plain makes a plain scalar from here to end.
func (f *fastReader) plain(end int) *Node {
	n := f.node(f.at, String)
	n.Text = f.text[f.at:end]
	n.Kind = plainKind(n.Text)
	f.at = end
	return n
}

// plainStop holds the characters at which a plain scalar may end.
var plainStop = tableOf(":#\n\r\t")

// plainEnd is the end of the plain scalar that begins at offset, without the
// blanks behind it; -1 where it is refused.
func (f *fastReader) plainEnd(offset int) int {
	i := offset
	for i < len(f.text) && (!plainStop[f.text[i]] || !f.plainStopsAt(i)) {
		i++
	}
	if i < len(f.text) && f.text[i] == '\t' {
		return -1
	}
	for i > offset && f.text[i-1] == ' ' {
		i--
	}
	return i
}

func (f *fastReader) plainStopsAt(i int) bool {
	switch f.text[i] {
	case ':':
		return f.blankAt(i + 1)
	case '#':
		return f.text[i-1] == ' '
	}
	return true
}

func (f *fastReader) singleQuoted() *Node {
	begin, escaped := f.at+1, false
	for i := begin; i < len(f.text) && f.text[i] != '\n'; i++ {
		if f.text[i] != '\'' {
			continue
		}
		if i+1 < len(f.text) && f.text[i+1] == '\'' {
			escaped = true
			i++
			continue
		}
		n := f.node(f.at, String)
		n.Style, n.Text = SingleQuoted, f.text[begin:i]
		if escaped {
			n.Text = strings.ReplaceAll(n.Text, "''", "'")
		}
		f.at = i + 1
		return n
	}
	return nil
}

func (f *fastReader) doubleQuoted() *Node {
	begin, escaped := f.at+1, false
	for i := begin; i < len(f.text); i++ {
		switch f.text[i] {
		case '\n':
			return nil
		case '\\':
			escaped = true
			i++
		case '"':
			n := f.node(f.at, String)
			n.Style, n.Text = DoubleQuoted, f.text[begin:i]
			f.at = i + 1
			if escaped && !unescapeSimple(n) {
				return nil
			}
			return n
		}
	}
	return nil
}

// simpleEscapes are the escapes of the subset and what they stand for.
const simpleEscapes, simpleMeanings = `nt"\/rb`, "\n\t\"\\/\r\b"

// unescapeSimple replaces the escapes in a scalar; ok is false where there is
// another one.
func unescapeSimple(n *Node) (ok bool) {
	out := make([]byte, 0, len(n.Text))
	for i := 0; i < len(n.Text); i++ {
		if n.Text[i] != '\\' {
			out = append(out, n.Text[i])
			continue
		}
		i++
		meaning := strings.IndexByte(simpleEscapes, n.Text[i])
		if meaning < 0 {
			return false
		}
		out = append(out, simpleMeanings[meaning])
	}
	n.Text = string(out)
	return true
}
