package expression

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"
)

type tokenSort uint8

const (
	textToken tokenSort = iota
	numberToken
	nameToken
	signToken
)

type token struct {
	sort tokenSort
	text string
}

// scan splits an expression into its tokens.
func scan(text string) ([]token, error) {
	var tokens []token
	for i := 0; i < len(text); {
		c := text[i]
		switch {
		case c == ' ' || c == '\t' || c == '\n' || c == '\r':
			i++
		case c == '\'':
			t, length, err := quoted(text[i:])
			if err != nil {
				return nil, err
			}
			tokens, i = append(tokens, t), i+length
		case isNameStart(c):
			length := run(text[i:], isNameByte)
			tokens, i = append(tokens, token{nameToken, text[i : i+length]}), i+length
		case isNumberStart(text[i:]):
			length := 1 + run(text[i+1:], isNumberByte)
			tokens, i = append(tokens, token{numberToken, text[i : i+length]}), i+length
		case strings.IndexByte("()[],.*", c) >= 0:
			tokens, i = append(tokens, token{signToken, string(c)}), i+1
		default:
			return nil, badCharacter(text[i:])
		}
	}
	return tokens, nil
}

func badCharacter(rest string) error {
	r, _ := utf8.DecodeRuneInString(rest)
	if r == '"' {
		return errors.New("text stands in single quotes, not in double quotes")
	}
	return fmt.Errorf("unexpected character %q", r)
}

// quoted reads a text in single quotes; two of them stand for one.
func quoted(rest string) (token, int, error) {
	var b strings.Builder
	for i := 1; i < len(rest); i++ {
		switch {
		case rest[i] != '\'':
			b.WriteByte(rest[i])
		case i+1 < len(rest) && rest[i+1] == '\'':
			b.WriteByte('\'')
			i++
		default:
			return token{textToken, b.String()}, i + 1, nil
		}
	}
	return token{}, 0, errors.New("a text has no closing quote")
}

// run counts the bytes at the beginning of which all are so.
func run(text string, is func(byte) bool) int {
	i := 0
	for i < len(text) && is(text[i]) {
		i++
	}
	return i
}

func isNameStart(c byte) bool { return c == '_' || c|0x20 >= 'a' && c|0x20 <= 'z' }

func isNameByte(c byte) bool { return isNameStart(c) || c == '-' || c >= '0' && c <= '9' }

// isNumberStart knows 1, -1 and .5; a dot before a name is none.
func isNumberStart(text string) bool {
	digit := func(i int) bool { return i < len(text) && text[i] >= '0' && text[i] <= '9' }
	return digit(0) || text[0] == '-' && (digit(1) || len(text) > 1 && text[1] == '.' && digit(2)) || text[0] == '.' && digit(1)
}

// isNumberByte knows the bytes of numbers and versions: 1.2.3.
func isNumberByte(c byte) bool { return c == '.' || c >= '0' && c <= '9' }
