package tree

import "strings"

// blockScalar reads a scalar behind | or >, in a value that is indented more
// than parent.
func (f *fastReader) blockScalar(parent int) *Node {
	n := f.node(f.at, String)
	n.Style = Literal
	if f.text[f.at] == '>' {
		n.Style = Folded
	}
	chomp, offset := f.chomping(f.at + 1)
	if offset < 0 {
		return nil
	}
	indent := f.blockIndent(offset)
	if indent <= parent || indent <= 0 {
		return nil
	}
	n.Indent = int32(indent)
	l := blockLines{text: f.text, folded: n.Style == Folded, indent: indent, offset: offset, line: f.line + 1}
	if !l.read() || !f.toLine(l.offset, l.line) || f.indent > parent {
		return nil
	}
	n.Text = l.value(chomp)
	return n
}

// chomping reads what stands behind | or > on its line; offset is that of the next
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

// blockIndent is the indentation of the first line from offset on that holds
// something; -1 where a blank line before it has more, or a tab.
func (f *fastReader) blockIndent(offset int) int {
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

// blockLines reads the lines of a block scalar.
type blockLines struct {
	text    string
	folded  bool
	indent  int
	offset  int // of the line that comes next
	line    int // its number
	out     strings.Builder
	pending int  // line ends that are not written yet
	begun   bool // a line is written
	deeper  bool // the last line begins with a blank
}

// read reads all lines; ok is false where one is indented by a tab.
func (l *blockLines) read() (ok bool) {
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
		if end < len(l.text) {
			l.pending++
		}
		l.offset = min(end+1, len(l.text))
		l.line++
	}
	return true
}

// write writes a line and the line ends before it. In a folded scalar one of
// them becomes a blank, or goes where there are more, between lines that do
// not begin with blanks.
func (l *blockLines) write(content string) {
	deeper := content[0] == ' ' || content[0] == '\t'
	if l.folded && l.begun && !l.deeper && !deeper {
		if l.pending--; l.pending == 0 {
			l.out.WriteByte(' ')
		}
	}
	l.writeEnds()
	l.out.WriteString(content)
	l.begun, l.deeper = true, deeper
}

func (l *blockLines) writeEnds() {
	for ; l.pending > 0; l.pending-- {
		l.out.WriteByte('\n')
	}
}

// value is the scalar's value: of the line ends behind the last line one
// stays, or all of them (+), or none (-).
func (l *blockLines) value(chomp byte) string {
	switch {
	case chomp == '+':
		l.writeEnds()
	case chomp == 0 && l.pending > 0:
		l.out.WriteByte('\n')
	}
	return l.out.String()
}
