package tree

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// str reads a string, from its quote on.
func (r *jsonReader) str() *Node {
	n := r.node(String)
	n.Style = DoubleQuoted
	begin, escaped := r.at+1, false
	for r.at++; r.at < len(r.text); r.at++ {
		switch c := r.text[r.at]; {
		case c == '"':
			n.Text = r.unescape(r.text[begin:r.at], escaped)
			r.at++
			return r.done(n)
		case c == '\\':
			escaped = true
			if !r.escape() {
				return r.fail(`unknown escape in a string; write "\\" for a backslash`)
			}
		case c < 0x20:
			return r.fail(fmt.Sprintf("a string cannot hold the character %q as it is; write %s", c, jsonEscape(c)))
		case !utf8.RuneStart(c):
			r.wide++
		}
	}
	return r.expected("the closing quote of a string")
}

// jsonEscape is how JSON writes a control character.
func jsonEscape(c byte) string {
	if short := strings.IndexByte("\b\t\n\f\r", c); short >= 0 {
		return `\` + "btnfr"[short:short+1]
	}
	return fmt.Sprintf(`\u%04x`, c)
}

// escape passes an escape but for its last byte.
func (r *jsonReader) escape() bool {
	rest := r.text[r.at:]
	switch {
	case len(rest) >= 2 && strings.IndexByte(`"\/bfnrt`, rest[1]) >= 0:
		r.at++
		return true
	case len(rest) >= 6 && rest[1] == 'u' && strings.Trim(rest[2:6], "0123456789abcdefABCDEF") == "":
		r.at += 5
		return true
	}
	return false
}

// unescape decodes a string that escape found good.
func (r *jsonReader) unescape(text string, escaped bool) string {
	if !escaped {
		return text
	}
	out := make([]byte, 0, len(text))
	for i := 0; i < len(text); {
		if text[i] != '\\' {
			out = append(out, text[i])
			i++
			continue
		}
		c, size := unescapeOne(text[i:])
		out = utf8.AppendRune(out, c)
		i += size
	}
	return string(out)
}

// unescapeOne decodes the escape at the start of text. Half a surrogate pair
// is U+FFFD, as in encoding/json.
func unescapeOne(text string) (c rune, size int) {
	if text[1] != 'u' {
		return rune("\b\f\n\r\t\"\\/"[strings.IndexByte(`bfnrt"\/`, text[1])]), 2
	}
	c = hexRune(text[2:6])
	if !utf16.IsSurrogate(c) {
		return c, 6
	}
	if isSurrogatePair(text) {
		return utf16.DecodeRune(c, hexRune(text[8:12])), 12
	}
	return utf8.RuneError, 6
}

func hexRune(digits string) rune {
	n, _ := strconv.ParseUint(digits, 16, 32)
	return rune(n)
}

// number reads a number; its text stays as written.
func (r *jsonReader) number() *Node {
	length := numberLength(r.text[r.at:])
	if length == 0 {
		return r.fail("this is not a number as JSON writes it: no leading zero or plus, digits on both sides of the point")
	}
	n := r.node(Number)
	n.Text = r.text[r.at : r.at+length]
	r.at += length
	return n
}

// numberLength is the length of the JSON number at the start of text, or 0.
func numberLength(text string) int {
	i := 0
	if strings.HasPrefix(text, "-") {
		i++
	}
	whole := digitCount(text[i:])
	if whole == 0 || whole > 1 && text[i] == '0' {
		return 0
	}
	i += whole
	if strings.HasPrefix(text[i:], ".") {
		fraction := digitCount(text[i+1:])
		if fraction == 0 {
			return 0
		}
		i += 1 + fraction
	}
	if i == len(text) || text[i]|0x20 != 'e' {
		return i
	}
	return i + exponentLength(text[i:], i)
}

// exponentLength is the length of the exponent at the start of text, or -i so
// that the number as a whole has none.
func exponentLength(text string, i int) int {
	n := 1
	if len(text) > 1 && (text[1] == '+' || text[1] == '-') {
		n++
	}
	digits := digitCount(text[n:])
	if digits == 0 {
		return -i
	}
	return n + digits
}

func digitCount(text string) int {
	return len(text) - len(strings.TrimLeft(text, "0123456789"))
}
