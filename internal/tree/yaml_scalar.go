package tree

import (
	"strings"

	"gopkg.in/yaml.v3"
)

func (b *yamlBuilder) scalar(node *Node, y *yaml.Node) {
	node.Text = y.Value
	node.Style = styleOf(y)
	node.Kind = kindOf(y.ShortTag())
	if node.Style == Literal || node.Style == Folded {
		node.Indent = b.place.indentation(node)
	}
}

func styleOf(y *yaml.Node) Style {
	switch {
	case y.Style&yaml.LiteralStyle != 0:
		return Literal
	case y.Style&yaml.FoldedStyle != 0:
		return Folded
	case y.Style&yaml.SingleQuotedStyle != 0:
		return SingleQuoted
	case y.Style&yaml.DoubleQuotedStyle != 0:
		return DoubleQuoted
	}
	return Plain
}

func kindOf(tag string) Kind {
	switch tag {
	case "!!null":
		return Null
	case "!!bool":
		return Bool
	case "!!int", "!!float":
		return Number
	}
	return String
}

// indentation is how many blanks the lines of a block scalar lost: the
// difference between its first line with something in it and that line of the
// value, which holds for indentation indicators too.
func (p *placer) indentation(n *Node) int32 {
	value := firstFilled(n.Text)
	if value == "" {
		return 0
	}
	offset := p.lineOffset(int(n.Line) - p.line + 2)
	written := firstFilled(p.text[offset:])
	return int32(leadingBlanks(written) - leadingBlanks(value))
}

// lineOffset is where line n of the text, counted from 1, begins.
func (p *placer) lineOffset(n int) int {
	p.index()
	if n > len(p.source.lines) {
		return len(p.text)
	}
	return p.source.lines[n-1]
}

// firstFilled returns the first line that holds more than blanks.
func firstFilled(text string) string {
	for len(text) > 0 {
		line := text[:lineLength(text)]
		if strings.Trim(line, " \r") != "" {
			return line
		}
		text = text[min(len(line)+1, len(text)):]
	}
	return ""
}

func leadingBlanks(line string) int {
	return len(line) - len(strings.TrimLeft(line, " "))
}
