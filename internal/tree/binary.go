package tree

import (
	"slices"
	"unicode/utf8"
)

// IsBinary tells whether the first bytes of a file show that it is no text. A
// text that a few bytes make unreadable (a NUL in the middle) stays text, so
// that [Decode] can name them and nothing is skipped in silence.
func IsBinary(head []byte) bool {
	if _, ok := utf16Order(head); ok || hasUTF32Mark(head) {
		return false
	}
	if !slices.ContainsFunc(head, func(b byte) bool { return isControl(rune(b)) }) {
		return false
	}
	controls, invalid := 0, 0
	for rest := head; len(rest) > 0; {
		r, size := utf8.DecodeRune(rest)
		switch {
		case isControl(r):
			controls++
		case r == utf8.RuneError && size == 1 && len(rest) >= utf8.UTFMax:
			invalid++
		}
		rest = rest[size:]
	}
	return controls > 0 && 10*(controls+invalid) > len(head)
}

// isControl tells whether r is a control character that no text file has.
func isControl(r rune) bool {
	switch r {
	case '\t', '\n', '\r', '\f', '\b', 0x1B:
		return false
	}
	return r < 0x20 || r == 0x7F
}
