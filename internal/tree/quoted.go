package tree

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// quotedLength is the length in bytes of the quoted scalar at the start of
// text, or of its first line where the quote is not closed.
func quotedLength(text string) int {
	if text == "" {
		return 0
	}
	quote := text[0]
	for i := 1; i < len(text); i++ {
		switch {
		case text[i] == '\\' && quote == '"':
			i++
		case text[i] == quote && quote == '\'' && i+1 < len(text) && text[i+1] == quote:
			i++
		case text[i] == quote:
			return i + 1
		}
	}
	return lineLength(text)
}

// propertyLength is the length of the anchor, alias or tag at the start of
// text.
func propertyLength(text string) int {
	if strings.HasPrefix(text, "&") || strings.HasPrefix(text, "*") {
		return 1 + nameLength(text[1:])
	}
	if strings.HasPrefix(text, "!<") {
		if end := strings.IndexByte(text, '>'); end >= 0 {
			return end + 1
		}
	}
	if end := strings.IndexAny(text, " \t\r\n,[]{}"); end >= 0 {
		return end
	}
	return len(text)
}

// nameLength is the length of the name of an anchor.
func nameLength(text string) int {
	for i := 0; i < len(text); i++ {
		c := text[i]
		if (c|0x20 < 'a' || c|0x20 > 'z') && (c < '0' || c > '9') && c != '_' && c != '-' {
			return i
		}
	}
	return len(text)
}

// escapeLength is how many bytes of text, which starts with a backslash, are
// one escape.
func escapeLength(text string) int {
	if len(text) < 2 {
		return len(text)
	}
	length := 2
	switch text[1] {
	case 'x':
		length = 4
	case 'u':
		length = 6
		if isSurrogatePair(text) {
			length = 12
		}
	case 'U':
		length = 10
	default:
		_, size := utf8.DecodeRuneInString(text[1:])
		length = 1 + size
	}
	return min(length, len(text))
}

// isSurrogatePair tells whether text starts with \uD8xx\uDCxx, as JSON writes
// characters beyond U+FFFF.
func isSurrogatePair(text string) bool {
	if len(text) < 12 || text[6] != '\\' || text[7] != 'u' {
		return false
	}
	high, err := strconv.ParseUint(text[2:6], 16, 16)
	low, err2 := strconv.ParseUint(text[8:12], 16, 16)
	return err == nil && err2 == nil && high>>10 == 0xD800>>10 && low>>10 == 0xDC00>>10
}
