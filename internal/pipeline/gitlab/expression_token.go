package gitlab

import (
	"fmt"
	"strings"
)

// tokenKind says what a word of an expression is.
type tokenKind uint8

const (
	tokenVariable tokenKind = iota // $NAME
	tokenString                    // "…" or '…', without its quotes
	tokenPattern                   // /…/flags
	tokenNull
	tokenTrue
	tokenFalse
	tokenEquals
	tokenNotEquals
	tokenMatches
	tokenNotMatches
	tokenAnd
	tokenOr
	tokenOpen
	tokenClose
)

type token struct {
	kind tokenKind
	text string
}

// signs are the words that are always written the same.
var signs = []token{
	{tokenEquals, "=="}, {tokenNotEquals, "!="}, {tokenMatches, "=~"}, {tokenNotMatches, "!~"},
	{tokenAnd, "&&"}, {tokenOr, "||"}, {tokenOpen, "("}, {tokenClose, ")"},
	{tokenNull, "null"}, {tokenTrue, "true"}, {tokenFalse, "false"},
}

// blanks stand between tokens.
const blanks = " \t\r\n\f\v"

func tokenize(text string) ([]token, error) {
	var tokens []token
	rest := strings.TrimLeft(text, blanks)
	for rest != "" {
		if len(tokens) == maxTokens {
			return nil, errTokens
		}
		t, length := scan(rest)
		if length == 0 {
			return nil, fmt.Errorf("%q is neither a variable, a text, a pattern nor an operator", firstWord(rest))
		}
		tokens = append(tokens, t)
		rest = strings.TrimLeft(rest[length:], blanks)
	}
	return tokens, nil
}

// scan reads the first token; length is 0 where there is none.
func scan(text string) (t token, length int) {
	switch text[0] {
	case '$':
		n := 1
		for n < len(text) && isWord(text[n]) {
			n++
		}
		if n == 1 {
			return token{}, 0
		}
		return token{tokenVariable, text[:n]}, n
	case '"', '\'':
		end := strings.IndexByte(text[1:], text[0])
		if end < 0 {
			return token{}, 0
		}
		return token{tokenString, text[1 : 1+end]}, end + 2
	case '/':
		n := patternLength(text)
		return token{tokenPattern, text[:n]}, n
	}
	for _, sign := range signs {
		if strings.HasPrefix(text, sign.text) {
			return sign, len(sign.text)
		}
	}
	return token{}, 0
}

func isWord(c byte) bool {
	return c == '_' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}

// patternLength is how far a pattern at the start of text reaches, flags
// included; 0 where it does not end.
func patternLength(text string) int {
	for i := 1; i < len(text); i++ {
		switch {
		case text[i] == '\\':
			i++
		case text[i] == '/' && i > 1:
			for i++; i < len(text) && strings.IndexByte(patternFlags, text[i]) >= 0; {
				i++
			}
			return i
		}
	}
	return 0
}

// firstWord is the beginning of a text, for messages.
func firstWord(text string) string {
	if i := strings.IndexAny(text, blanks); i >= 0 {
		text = text[:i]
	}
	if len(text) > 40 {
		text = strings.ToValidUTF8(text[:40], "") + "…"
	}
	return text
}
