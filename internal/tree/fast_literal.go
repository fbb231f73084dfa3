package tree

import "strings"

// literal reads a block scalar behind |, in a value that is indented more than
// parent.
func (f *fastReader) literal(parent int) *Node {
	n := f.node(f.at, String)
	n.Style = Literal
	chomp, offset := f.chomping(f.at + 1)
	if offset < 0 {
		return nil
	}
	indent := f.literalIndent(offset)
	if indent <= parent || indent <= 0 {
		return nil
	}
	n.Indent = int32(indent)
	l := literalLines{text: f.text, indent: indent, offset: offset, line: f.line + 1}
	if !l.read() || !f.toLine(l.offset, l.line) || f.indent > parent {
		return nil
	}
	n.Text = l.value(chomp)
	return n
}

// chomping reads what stands behind | on its line; offset is that of the next
// line, or -1 where it is refused.
func (f *fastReader) chomping(at int) (chomp byte, offset int) {
	if at < len(f.text) && (f.text[at] == '-' || f.text[at] == '+') {
		chomp = f.text[at]
		at++
	}
	begin := at
	at = f.behindBlanks(at)
	if at > begin && at < len(f.text) && f.text[at] == '#' {
		at += lineLength(f.text[at:])
	}
	if at >= len(f.text) || f.text[at] != '\n' {
		return 0, -1
	}
	return chomp, at + 1
}

// literalIndent is the indentation of the first line from offset on that holds
// something; -1 where a blank line before it has more, or a tab.
func (f *fastReader) literalIndent(offset int) int {
	most := 0
	for {
		begin := offset
		for offset < len(f.text) && f.text[offset] == ' ' {
			offset++
		}
		indent := offset - begin
		offset = f.behindBlanks(offset)
		switch {
		case offset >= len(f.text) || f.text[offset] == '\t':
			return -1
		case f.text[offset] != '\n' && most > indent:
			return -1
		case f.text[offset] != '\n':
			return indent
		}
		most = max(most, indent)
		offset++
	}
}

// literalLines reads the lines of a literal.
type literalLines struct {
	text    string
	indent  int
	offset  int // of the line that comes next
	line    int // its number
	out     strings.Builder
	pending int  // line ends that are not written yet
	open    bool // the last line has no end
}

// read reads all lines; ok is false where one is indented by a tab.
func (l *literalLines) read() (ok bool) {
	for l.offset < len(l.text) {
		begin := l.offset
		for begin < len(l.text) && begin-l.offset < l.indent && l.text[begin] == ' ' {
			begin++
		}
		end := begin + lineLength(l.text[begin:])
		content := strings.TrimSuffix(l.text[begin:end], "\r")
		switch {
		case content == "":
		case begin-l.offset < l.indent:
			return content[0] != '\t'
		default:
			l.write(content)
		}
		l.open = end == len(l.text) && content != ""
		if end < len(l.text) {
			l.pending++
		}
		l.offset = min(end+1, len(l.text))
		l.line++
	}
	return true
}

func (l *literalLines) write(content string) {
	for ; l.pending > 0; l.pending-- {
		l.out.WriteByte('\n')
	}
	l.out.WriteString(content)
}

// value is the scalar's value: of the line ends behind the last line one
// stays, or all of them (+), or none (-).
func (l *literalLines) value(chomp byte) string {
	switch {
	case chomp == '+':
		l.write("")
	case chomp == 0 && l.pending > 0:
		l.out.WriteByte('\n')
	}
	return l.out.String()
}
