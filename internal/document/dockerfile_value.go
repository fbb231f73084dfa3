package document

import (
	"strings"

	"guard/internal/tree"
)

// dockerValue builds the value tree of a Dockerfile. Every node stands where
// its text does.
type dockerValue struct {
	source *tree.Source
	lex    *dockerLex
}

// node makes a string that stands at an offset of the file.
func (v *dockerValue) node(text string, offset int) *tree.Node {
	line, column := v.source.Position(offset)
	return &tree.Node{Kind: tree.String, Text: text, Line: int32(line), Column: int32(column)}
}

func (v *dockerValue) word(line *dockerLine, word dockerWord) *tree.Node {
	node := v.node(word.text, line.at(word.start))
	if word.quoted {
		node.Style = tree.DoubleQuoted
	}
	return node
}

// value is the node of a value of ENV, ARG or LABEL, without its quotes.
func (v *dockerValue) value(line *dockerLine, word dockerWord) *tree.Node {
	node := v.word(line, word)
	node.Text = v.lex.unquote(word.text)
	node.Style = quoteStyle(word.text)
	return node
}

// quoteStyle is the style of a word that is one quoted string.
func quoteStyle(text string) tree.Style {
	if len(text) < 2 || text[0] != text[len(text)-1] || strings.Count(text, text[:1]) != 2 {
		return tree.Plain
	}
	switch text[0] {
	case '"':
		return tree.DoubleQuoted
	case '\'':
		return tree.SingleQuoted
	}
	return tree.Plain
}

// list makes a list that stands where its first item does, or at offset.
func (v *dockerValue) list(items []*tree.Node, offset int) *tree.Node {
	node := v.node("", offset)
	node.Kind, node.Items = tree.List, items
	return node
}

// mapping makes a map of names and values, all of which stand at offset
// themselves.
func (v *dockerValue) mapping(offset int, members ...tree.Member) *tree.Node {
	node := v.node("", offset)
	node.Kind, node.Members = tree.Map, members
	return node
}

// member makes a member of a map. Its key is no text of the file.
func member(key string, value *tree.Node) tree.Member {
	return tree.Member{Key: &tree.Node{Kind: tree.String, Text: key}, Value: value}
}
