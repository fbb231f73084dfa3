package imageref

import "strings"

func isLower(c byte) bool     { return c >= 'a' && c <= 'z' }
func isUpper(c byte) bool     { return c >= 'A' && c <= 'Z' }
func isDigit(c byte) bool     { return c >= '0' && c <= '9' }
func isAlnum(c byte) bool     { return isLower(c) || isUpper(c) || isDigit(c) }
func isSeparator(c byte) bool { return c == '.' || c == '_' || c == '-' }
func isTagByte(c byte) bool   { return isAlnum(c) || isSeparator(c) }

// isDigits tells whether s is one decimal digit or more, and nothing else.
func isDigits(s string) bool {
	return s != "" && digitsAt(s) == len(s)
}

// digitsAt counts the decimal digits that s begins with.
func digitsAt(s string) int {
	for i := 0; i < len(s); i++ {
		if !isDigit(s[i]) {
			return i
		}
	}
	return len(s)
}

// isHex tells whether s is between least and most hex digits, and nothing
// else.
func isHex(s string, least, most int) bool {
	if len(s) < least || len(s) > most {
		return false
	}
	for i := 0; i < len(s); i++ {
		if c := s[i] | 0x20; !isDigit(s[i]) && (c < 'a' || c > 'f') {
			return false
		}
	}
	return true
}

// shorten cuts what a message quotes.
func shorten(s string) string {
	const most = 64
	if len(s) <= most {
		return strings.ReplaceAll(s, string(rune(mask)), "*")
	}
	return s[:most] + "…"
}
