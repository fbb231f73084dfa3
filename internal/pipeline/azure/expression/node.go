package expression

import (
	"fmt"
	"strings"
)

// Node is a part of an expression. It is immutable.
type Node struct {
	kind nodeKind
	text string  // of a literal, a name or a call
	args []*Node // of a call; operand and index of an access
}

type nodeKind uint8

const (
	textNode nodeKind = iota
	numberNode
	wordNode // true, false, null
	nameNode
	accessNode // a['b'], a.b
	starNode   // a.*
	callNode
	parsedNode // the text that its argument yields, read as an expression
)

// Text is the expression of a text: 'a'.
func Text(text string) *Node { return &Node{kind: textNode, text: text} }

// Word is the expression true or false.
func Word(value bool) *Node {
	if value {
		return &Node{kind: wordNode, text: "true"}
	}
	return &Node{kind: wordNode, text: "false"}
}

// Call is a function with its arguments.
func Call(name string, args ...*Node) *Node { return &Node{kind: callNode, text: name, args: args} }

// Parsed is the expression that a text stands for which another yields: what
// ${{ … }} writes into a condition.
func Parsed(of *Node) *Node { return &Node{kind: parsedNode, args: []*Node{of}} }

// Literal is the text of an expression that is nothing but a text in quotes.
func (n *Node) Literal() (text string, ok bool) { return n.text, n.kind == textNode }

// Calls lists the functions of an expression by name, in lower case.
func (n *Node) Calls() []string {
	var names []string
	if n.kind == callNode {
		names = append(names, strings.ToLower(n.text))
	}
	for _, arg := range n.args {
		names = append(names, arg.Calls()...)
	}
	return names
}

// Chains lists what an expression reads, as names with dots:
// "variables.Build.SourceBranch", "parameters.tag", "variables" for the whole
// object. An index that is not written out is "*".
func (n *Node) Chains() []string {
	if chain := n.chain(); chain != "" {
		return append([]string{chain}, n.indexChains()...)
	}
	var chains []string
	for _, arg := range n.args {
		chains = append(chains, arg.Chains()...)
	}
	return chains
}

// indexChains lists what the indexes of a chain read.
func (n *Node) indexChains() []string {
	if n.kind != accessNode && n.kind != starNode {
		return nil
	}
	chains := n.args[0].indexChains()
	if n.kind == accessNode && n.args[1].kind != textNode {
		chains = append(chains, n.args[1].Chains()...)
	}
	return chains
}

func (n *Node) chain() string {
	switch n.kind {
	case nameNode:
		return n.text
	case accessNode, starNode:
		before := n.args[0].chain()
		if before == "" {
			return ""
		}
		if n.kind == accessNode && (n.args[1].kind == textNode || n.args[1].kind == numberNode) {
			return before + "." + n.args[1].text
		}
		return before + ".*"
	}
	return ""
}

// Replace returns the expression with parts exchanged: change is asked for
// every part, the outermost first, and returns nil to leave it.
func (n *Node) Replace(change func(*Node) *Node) *Node {
	if other := change(n); other != nil {
		return other
	}
	if len(n.args) == 0 {
		return n
	}
	args := make([]*Node, len(n.args))
	for i, arg := range n.args {
		args[i] = arg.Replace(change)
	}
	return &Node{kind: n.kind, text: n.text, args: args}
}

// Size counts the parts of an expression.
func (n *Node) Size() int {
	size := 1
	for _, arg := range n.args {
		size += arg.Size()
	}
	return size
}

// String writes the expression so that it reads the same again.
func (n *Node) String() string {
	var b strings.Builder
	n.write(&b)
	return b.String()
}

func (n *Node) write(b *strings.Builder) {
	switch n.kind {
	case textNode:
		fmt.Fprintf(b, "'%s'", strings.ReplaceAll(n.text, "'", "''"))
	case callNode:
		b.WriteString(n.text + "(")
		for i, arg := range n.args {
			if i > 0 {
				b.WriteString(", ")
			}
			arg.write(b)
		}
		b.WriteString(")")
	case accessNode:
		n.args[0].writeOperand(b)
		if isName(n.args[1]) {
			b.WriteString("." + n.args[1].text)
			return
		}
		b.WriteString("[")
		n.args[1].write(b)
		b.WriteString("]")
	case starNode:
		n.args[0].writeOperand(b)
		b.WriteString(".*")
	case parsedNode:
		b.WriteString("${{ ")
		n.args[0].write(b)
		b.WriteString(" }}")
	default:
		b.WriteString(n.text)
	}
}

// writeOperand puts brackets around a literal of which something is asked.
func (n *Node) writeOperand(b *strings.Builder) {
	if n.kind == textNode || n.kind == numberNode || n.kind == wordNode {
		b.WriteString("(")
		n.write(b)
		b.WriteString(")")
		return
	}
	n.write(b)
}

// isName tells whether an index can stand behind a dot.
func isName(n *Node) bool {
	if n.kind != textNode || n.text == "" {
		return false
	}
	for i := range len(n.text) {
		if !isNameByte(n.text[i]) || i == 0 && !isNameStart(n.text[i]) {
			return false
		}
	}
	return true
}
