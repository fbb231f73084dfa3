package azure

import (
	"strconv"
	"strings"

	"guard/internal/pipeline/azure/expression"
)

// hasExpression tells whether a text may hold an expression.
func hasExpression(text string) bool { return strings.Contains(text, "${{") }

// piece is a part of a text: literal, or an expression of ${{ … }}.
type piece struct {
	text       string // of an expression: what stands between the brackets
	expression bool
	start, end int // bytes of the text
}

// maxPieces bounds the expressions of one text.
const maxPieces = 2000

// pieces splits a text at its expressions. One that never ends is literal.
func pieces(text string) []piece {
	var found []piece
	at := 0
	for at < len(text) && len(found) < maxPieces {
		start := strings.Index(text[at:], "${{")
		if start < 0 {
			break
		}
		start += at
		end := closing(text, start+len("${{"))
		if end < 0 {
			break
		}
		if start > at {
			found = append(found, piece{text: text[at:start], start: at, end: start})
		}
		inside := strings.TrimSpace(text[start+len("${{") : end])
		at = end + len("}}")
		found = append(found, piece{text: inside, expression: true, start: start, end: at})
	}
	if at < len(text) {
		found = append(found, piece{text: text[at:], start: at, end: len(text)})
	}
	return found
}

// closing is where the }} of an expression stands, outside of its texts.
func closing(text string, from int) int {
	quoted := false
	for i := from; i < len(text); i++ {
		switch {
		case text[i] == '\'':
			quoted = !quoted
		case !quoted && text[i] == '}' && i+1 < len(text) && text[i+1] == '}':
			return i
		}
	}
	return -1
}

// nodeOf is a text with expressions in it as one expression.
func nodeOf(text string) *expression.Node {
	parts := pieces(text)
	if len(parts) == 1 && parts[0].expression {
		return parse(parts[0].text)
	}
	var pattern strings.Builder
	args := []*expression.Node{nil}
	for _, p := range parts {
		if !p.expression {
			pattern.WriteString(strings.NewReplacer("{", "{{", "}", "}}").Replace(p.text))
			continue
		}
		pattern.WriteString("{" + strconv.Itoa(len(args)-1) + "}")
		args = append(args, parse(p.text))
	}
	if len(args) == 1 {
		return expression.Text(text)
	}
	args[0] = expression.Text(pattern.String())
	return expression.Call("format", args...)
}

// parse reads an expression; one that is wrong, which is told elsewhere, is
// never known.
func parse(text string) *expression.Node {
	node, err := expression.Parse(text)
	if err != nil {
		return unreadable
	}
	return node
}

// unreadable is the expression of what cannot be followed.
var unreadable = expression.Call("unreadable")
