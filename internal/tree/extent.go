package tree

import "strings"

// extent is where a node begins and ends in the text. Of a collection in block
// style it is the first entry, as far as it stands on the same line.
func (s *Source) extent(n *Node) (start, end int) {
	start = s.Offset(int(n.Line), int(n.Column))
	switch {
	case n.IsScalar():
		end = s.scalarEnd(n, start)
	case strings.HasPrefix(s.Text[start:], "[") || strings.HasPrefix(s.Text[start:], "{"):
		end = s.flowEnd(n, start)
	default:
		end = s.firstEntryEnd(n, start)
	}
	return start, end
}

func (s *Source) restOfLine(offset int) int {
	line, _ := s.Position(offset)
	return max(offset, s.lineEnd(line))
}

func (s *Source) scalarEnd(n *Node, start int) int {
	rest := s.Text[start:]
	switch {
	case n.Style == Literal || n.Style == Folded:
		return s.blockEnd(n, start)
	case n.Style == SingleQuoted || n.Style == DoubleQuoted:
		return start + quotedLength(rest)
	case strings.HasPrefix(rest, n.Text):
		return start + len(n.Text)
	case strings.HasPrefix(rest, "*"):
		return start + propertyLength(rest)
	}
	if pieces := s.pieces(n); len(pieces) > 0 {
		return pieces[len(pieces)-1].sourceEnd()
	}
	return s.restOfLine(start)
}

// blockEnd is the end of a block scalar's last line that is not blank.
func (s *Source) blockEnd(n *Node, start int) int {
	if pieces := s.pieces(n); len(pieces) > 0 {
		return pieces[len(pieces)-1].sourceEnd()
	}
	return s.restOfLine(start)
}

// flowEnd is the offset behind the bracket that closes a flow collection.
func (s *Source) flowEnd(n *Node, start int) int {
	at := start + 1
	if last := n.last(); last != nil && last.Line > 0 {
		_, at = s.extent(last)
	}
	at = skipSeparators(s.Text, at)
	if at > start && at < len(s.Text) && (s.Text[at] == ']' || s.Text[at] == '}') {
		return at + 1
	}
	return s.restOfLine(start)
}

// last is the node of a collection that is written last; of a member without a
// value that is its key.
func (n *Node) last() *Node {
	if len(n.Items) > 0 {
		return n.Items[len(n.Items)-1]
	}
	if len(n.Members) == 0 {
		return nil
	}
	m := n.Members[len(n.Members)-1]
	if m.Value.Type() <= Null && m.Value.text() == "" {
		return m.Key
	}
	return m.Value
}

func (n *Node) text() string {
	if n == nil {
		return ""
	}
	return n.Text
}

// skipSeparators passes blanks, line ends, commas, colons and comments.
func skipSeparators(text string, at int) int {
	for at < len(text) {
		switch text[at] {
		case ' ', '\t', '\r', '\n', ',', ':':
			at++
		case '#':
			at += lineLength(text[at:])
		default:
			return at
		}
	}
	return at
}

func lineLength(text string) int {
	if end := strings.IndexByte(text, '\n'); end >= 0 {
		return end
	}
	return len(text)
}

// firstEntryEnd is the end of the first entry of a collection in block style,
// or of its key where the value stands on another line.
func (s *Source) firstEntryEnd(n *Node, start int) int {
	line, _ := s.Position(start)
	for _, entry := range n.firstEntry() {
		if int(entry.Line) != line {
			continue
		}
		if _, end := s.extent(entry); end >= start && end <= s.lineEnd(line) {
			return end
		}
	}
	return s.restOfLine(start)
}

// firstEntry lists the nodes of the first entry, the last one first.
func (n *Node) firstEntry() []*Node {
	switch {
	case len(n.Items) > 0:
		return n.Items[:1]
	case len(n.Members) > 0 && n.Members[0].Value.Type() > Null:
		return []*Node{n.Members[0].Value, n.Members[0].Key}
	case len(n.Members) > 0:
		return []*Node{n.Members[0].Key}
	}
	return nil
}
