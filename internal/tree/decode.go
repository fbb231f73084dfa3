package tree

import (
	"bytes"
	"fmt"
	"strings"
	"unicode/utf8"
)

const byteOrderMark = "\uFEFF"

// Decode turns the bytes of a text file into UTF-8 without a byte order mark.
// UTF-16 is recognised by its byte order mark, or by how it writes the first
// characters. Line ends stay as they are. What is not text is an error that
// names the line and the byte.
func Decode(data []byte) (text string, err *Error) {
	if hasUTF32Mark(data) {
		return "", &Error{Line: 1, Column: 1, Message: "the text is UTF-32, expected UTF-8 or UTF-16"}
	}
	if order, ok := utf16Order(data); ok {
		text, err = decodeUTF16(data, order)
	} else {
		text, err = decodeUTF8(data)
	}
	if err != nil {
		return "", err
	}
	text = strings.TrimPrefix(text, byteOrderMark)
	if at := strings.IndexByte(text, 0); at >= 0 {
		return "", errorAt(text, at, "NUL byte in the text; is this a binary file?")
	}
	return text, nil
}

func decodeUTF8(data []byte) (string, *Error) {
	if utf8.Valid(data) {
		return string(data), nil
	}
	at := firstInvalid(data)
	return "", errorAt(string(data[:at]), at, fmt.Sprintf("byte 0x%02X is not valid UTF-8", data[at]))
}

func firstInvalid(data []byte) int {
	at := 0
	for at < len(data) {
		r, size := utf8.DecodeRune(data[at:])
		if r == utf8.RuneError && size == 1 {
			break
		}
		at += size
	}
	return at
}

// errorAt is an error at a byte offset of text, with the position in the
// message's words.
func errorAt(text string, offset int, message string) *Error {
	before := text[:offset]
	start := strings.LastIndexByte(before, '\n') + 1
	return &Error{
		Line:    strings.Count(before, "\n") + 1,
		Column:  utf8.RuneCountInString(before[start:]) + 1,
		Message: fmt.Sprintf("%s (byte %d of the file)", message, offset+1),
	}
}

func hasUTF32Mark(data []byte) bool {
	return bytes.HasPrefix(data, []byte{0xFF, 0xFE, 0, 0}) || bytes.HasPrefix(data, []byte{0, 0, 0xFE, 0xFF})
}
