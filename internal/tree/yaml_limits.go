package tree

import (
	"fmt"
	"unicode/utf8"
)

// maxWeight bounds how many nodes a document may have before the library
// builds them, which takes it several times the memory that ours take.
const maxWeight = MaxNodes

// unreadable finds what would make the library fail without saying where, or
// take too much memory.
func unreadable(c chunk) *Error {
	if at := firstUnprintable(c.text); at >= 0 {
		r, _ := utf8.DecodeRuneInString(c.text[at:])
		return c.errorAt(at, fmt.Sprintf("character %U is not allowed in YAML", r))
	}
	if weight(c.text) > maxWeight {
		return limitError(c.start, 1, tooMany)
	}
	return nil
}

func (c chunk) errorAt(offset int, message string) *Error {
	err := errorAt(c.text, offset, message)
	err.Line, err.Message = err.Line+c.line-1, message
	return err
}

// firstUnprintable returns the offset of the first character that YAML does
// not allow, or -1.
func firstUnprintable(text string) int {
	for i := 0; i < len(text); {
		if b := text[i]; b < utf8.RuneSelf {
			if b < 0x20 && b != '\n' && b != '\t' && b != '\r' || b == 0x7F {
				return i
			}
			i++
			continue
		}
		r, size := utf8.DecodeRuneInString(text[i:])
		if !isPrintable(r, size) {
			return i
		}
		i += size
	}
	return -1
}

// isPrintable tells whether YAML allows a character beyond ASCII.
func isPrintable(r rune, size int) bool {
	invalid := r == utf8.RuneError && size == 1
	return (r >= 0xA0 || r == 0x85) && r != 0xFFFE && r != 0xFFFF && !invalid
}

// weight is how many nodes a document has at most, judged by its indicators
// wherever they stand.
func weight(text string) int {
	total := 0
	for i := 0; i < len(text); i++ {
		switch text[i] {
		case ',', '?', '[', ':':
			total += 2
		case '{':
			total += 3
		case '-':
			total++
		}
	}
	return total
}
