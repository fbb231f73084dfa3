package document

import (
	"encoding/json"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/parser"
)

// dockerWord is one word of an instruction, at an offset of its line.
type dockerWord struct {
	text   string
	start  int
	quoted bool // a string of a JSON array
}

// dockerWords splits what stands behind the keyword of a node: flags, and
// then the words that the builder sees, in its order.
type dockerWords struct {
	line  *dockerLine
	flags []dockerWord
	args  []dockerWord
	rest  int // offset of the first argument
}

// splitWords splits an instruction whose keyword stands at offset start.
func splitWords(line *dockerLine, node *parser.Node, start int) *dockerWords {
	w := &dockerWords{line: line, rest: line.skipBlank(start + len(node.Value))}
	for _, flag := range node.Flags {
		w.flag(flag)
	}
	if node.Attributes["json"] {
		w.json(node)
		return w
	}
	at := w.rest
	for n := node.Next; n != nil; n = n.Next {
		if n.Value == "" || len(n.Children) > 0 {
			continue
		}
		at = line.find(n.Value, at)
		w.args = append(w.args, dockerWord{text: n.Value, start: at})
		at += len(n.Value)
	}
	return w
}

// flag finds one flag; its text has lost its quotes.
func (w *dockerWords) flag(text string) {
	w.flags = append(w.flags, dockerWord{text: text, start: w.rest})
	end := w.rest
	for quote := byte(0); end < len(w.line.text); end++ {
		switch c := w.line.text[end]; {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'':
			quote = c
		case c == ' ' || c == '\t':
			w.rest = w.line.skipBlank(end)
			return
		}
	}
	w.rest = end
}

// json finds the strings of a JSON array. What stands before it, as in
// HEALTHCHECK CMD, is a word of its own.
func (w *dockerWords) json(node *parser.Node) {
	at := w.rest
	if open := w.line.find("[", at); open > at {
		word := strings.TrimSpace(w.line.text[at:open])
		w.args = append(w.args, dockerWord{text: word, start: at})
		at = open
	}
	decoder := json.NewDecoder(strings.NewReader(w.line.text[at:]))
	for {
		before := int(decoder.InputOffset())
		token, err := decoder.Token()
		if err != nil || token == json.Delim(']') {
			return
		}
		if text, ok := token.(string); ok {
			start := w.line.find(`"`, at+before)
			w.args = append(w.args, dockerWord{text: text, start: start, quoted: true})
		}
	}
}

// pair is one NAME=value of ENV, ARG or LABEL.
type dockerPair struct {
	key, value dockerWord
	set        bool // it has a value, maybe an empty one
}

// pairs splits the words of ENV, ARG and LABEL.
func (w *dockerWords) pairs(node *parser.Node) []dockerPair {
	if strings.EqualFold(node.Value, "ARG") {
		return w.argPairs()
	}
	var pairs []dockerPair
	at := w.rest
	for n := node.Next; n != nil && n.Next != nil && n.Next.Next != nil; n = n.Next.Next.Next {
		var p dockerPair
		p.key, at = w.take(n.Value, at)
		if n.Next.Next.Value == "=" {
			at++
		} else {
			at = w.line.skipBlank(at)
		}
		p.value, at = w.take(n.Next.Value, at)
		p.set = true
		pairs = append(pairs, p)
	}
	return pairs
}

func (w *dockerWords) take(text string, at int) (word dockerWord, end int) {
	start := w.line.find(text, at)
	return dockerWord{text: text, start: start}, start + len(text)
}

func (w *dockerWords) argPairs() []dockerPair {
	var pairs []dockerPair
	for _, word := range w.args {
		name, value, set := strings.Cut(word.text, "=")
		pairs = append(pairs, dockerPair{
			key:   dockerWord{text: name, start: word.start},
			value: dockerWord{text: value, start: word.start + len(name) + 1},
			set:   set,
		})
	}
	return pairs
}
