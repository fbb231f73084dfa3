package tree

import "strings"

// folded goes on with the plain scalar n, which ended at offset end of a line,
// with the lines that are indented more than parent.
func (f *fastReader) folded(parent int, n *Node, line, end int) *Node {
	var b strings.Builder
	b.WriteString(n.Text)
	at := f.behindBlanks(end)
	for at < len(f.text) && f.text[at] == '\n' {
		next, column, breaks := f.nextFilled(at)
		if next == len(f.text) || column <= parent || f.text[next] == '#' {
			break
		}
		until := f.plainEnd(next)
		if until < 0 || f.text[next] == '\t' {
			return nil
		}
		b.WriteString(foldedBreak(breaks))
		b.WriteString(f.text[next:until])
		line += breaks
		at = f.behindBlanks(until)
	}
	n.Text = b.String()
	n.Kind = plainKind(n.Text)
	return f.foldedEnd(parent, n, line, at)
}

// foldedEnd ends the last line of a scalar, from offset on.
func (f *fastReader) foldedEnd(parent int, n *Node, line, offset int) *Node {
	if offset < len(f.text) && f.text[offset] == '#' {
		offset += lineLength(f.text[offset:])
	}
	if offset < len(f.text) && f.text[offset] != '\n' {
		return nil
	}
	if !f.toLine(min(offset+1, len(f.text)), line+1) || f.indent > parent {
		return nil
	}
	return n
}

// nextFilled finds the first line behind the line end at offset that holds
// more than blanks: where its content begins, in which column from 0, and how
// many line ends are before it.
func (f *fastReader) nextFilled(offset int) (next, column, breaks int) {
	for offset < len(f.text) && f.text[offset] == '\n' {
		start := offset + 1
		offset = f.behindBlanks(start)
		column = offset - start
		breaks++
	}
	return offset, column, breaks
}

// foldedBreak is what line ends become between the lines of a scalar.
func foldedBreak(breaks int) string {
	if breaks == 1 {
		return " "
	}
	return strings.Repeat("\n", breaks-1)
}

// behindBlanks is the offset of the first byte from offset on that is neither
// a blank nor the first half of a line end.
func (f *fastReader) behindBlanks(offset int) int {
	for offset < len(f.text) && (f.text[offset] == ' ' || f.text[offset] == '\r') {
		offset++
	}
	return offset
}
