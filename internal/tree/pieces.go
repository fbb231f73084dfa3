package tree

import (
	"sort"
	"strings"
	"unicode/utf8"
)

// piece is a run of a scalar's value that stands in the file without a break.
// Where both lengths are the same, so are the bytes; elsewhere the piece is an
// escape.
type piece struct {
	value, valueLength   int
	source, sourceLength int
}

func (p piece) sourceEnd() int { return p.source + p.sourceLength }

// pieces says where the parts of a scalar's value stand in the text. It is
// nil where that cannot be told.
func (s *Source) pieces(n *Node) []piece {
	start := s.Offset(int(n.Line), int(n.Column))
	switch n.Style {
	case Literal, Folded:
		return s.linePieces(n.Text, int(n.Line)+1, func(line string) string { return unindent(line, int(n.Indent)) })
	case SingleQuoted, DoubleQuoted:
		return quotedPieces(n.Text, s.Text, start)
	}
	if strings.HasPrefix(s.Text[start:], n.Text) {
		return []piece{{0, len(n.Text), start, len(n.Text)}}
	}
	return s.plainPieces(n, start)
}

func (s *Source) plainPieces(n *Node, start int) []piece {
	first := strings.TrimRight(s.Text[start:s.restOfLine(start)], " \t")
	if first == "" || !strings.HasPrefix(n.Text, first) {
		return nil
	}
	rest := s.linePieces(n.Text[len(first):], int(n.Line)+1, strings.TrimSpace)
	if rest == nil {
		return nil
	}
	pieces := []piece{{0, len(first), start, len(first)}}
	for _, p := range rest {
		p.value += len(first)
		pieces = append(pieces, p)
	}
	return pieces
}

// linePieces finds the content of each line, from line on, in value, where
// nothing but blanks and line ends stands between them. The last line may hold
// more than the value.
func (s *Source) linePieces(value string, line int, content func(string) string) []piece {
	var pieces []piece
	at := 0
	for ; line <= len(s.lines) && strings.Trim(value[at:], " \n") != ""; line++ {
		text := content(s.Line(line))
		if text == "" {
			continue
		}
		skip := strings.Index(value[at:], text)
		if skip < 0 {
			text = strings.TrimLeft(value[at:], " \n")
			skip = len(value[at:]) - len(text)
		}
		column := strings.Index(s.Line(line), text)
		if column < 0 || strings.Trim(value[at:at+skip], " \n") != "" {
			return nil
		}
		pieces = append(pieces, piece{at + skip, len(text), s.lines[line-1] + column, len(text)})
		at += skip + len(text)
	}
	return pieces
}

// unindent takes up to n blanks off the front.
func unindent(line string, n int) string {
	for n > 0 && strings.HasPrefix(line, " ") {
		line, n = line[1:], n-1
	}
	return line
}

// quotedPieces follows the quoted scalar at offset start.
func quotedPieces(value, text string, start int) []piece {
	end := start + quotedLength(text[start:])
	var pieces []piece
	at := 0
	for offset := start + 1; offset < end-1 && at < len(value); {
		p := nextQuoted(value, text[:end-1], at, offset, text[start])
		if p.valueLength > 0 {
			pieces = append(pieces, p)
		}
		at, offset = p.value+p.valueLength, p.sourceEnd()
	}
	return pieces
}

// nextQuoted is the piece at offset of a quoted scalar: an escape, a folded
// line end, or characters that are written as they are.
func nextQuoted(value, text string, at, offset int, quote byte) piece {
	rest := text[offset:]
	switch {
	case quote == '"' && rest[0] == '\\':
		return escapePiece(value, rest, at, offset)
	case quote == '\'' && strings.HasPrefix(rest, "''"):
		return piece{at, 1, offset, 2}
	}
	if blank := len(rest) - len(strings.TrimLeft(rest, " \t\r\n")); strings.Contains(rest[:blank], "\n") {
		return piece{at, foldedLength(value[at:], rest[:blank]), offset, blank}
	}
	length := 1
	for length < len(rest) && at+length < len(value) && rest[length] == value[at+length] && !strings.ContainsRune("\\' \t\r\n", rune(rest[length])) {
		length++
	}
	return piece{at, min(length, len(value)-at), offset, length}
}

func escapePiece(value, rest string, at, offset int) piece {
	length := escapeLength(rest)
	if strings.HasPrefix(rest, "\\\n") || strings.HasPrefix(rest, "\\\r") {
		length += len(rest[1:]) - len(strings.TrimLeft(rest[1:], " \t\r\n")) - (length - 1)
		return piece{at, 0, offset, length}
	}
	_, size := utf8.DecodeRuneInString(value[at:])
	return piece{at, size, offset, length}
}

// foldedLength is how many bytes of the value a line break in a quoted scalar
// became: a blank, or a line end for each further line.
func foldedLength(value, blank string) int {
	lines := strings.Count(blank, "\n")
	if lines == 1 {
		return min(1, len(value))
	}
	return min(lines-1, len(value))
}

// sourceOffset is where the byte of the value at offset stands. An offset
// between two pieces, such as a line end, stands at the end of the first.
func sourceOffset(pieces []piece, offset int) int {
	i := sort.Search(len(pieces), func(i int) bool { return pieces[i].value > offset }) - 1
	if i < 0 {
		return pieces[0].source
	}
	p := pieces[i]
	switch inside := offset - p.value; {
	case inside >= p.valueLength:
		return p.sourceEnd()
	case p.valueLength == p.sourceLength:
		return p.source + inside
	default:
		return p.source
	}
}
