package tree

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// utf16Sample is how many bytes decide whether a text without a byte order
// mark is UTF-16.
const utf16Sample = 128

// utf16Order tells whether data is UTF-16, and its byte order. Without a mark
// it is where the first character is ASCII and most of the following are,
// which they are in every format that has keywords.
func utf16Order(data []byte) (order binary.ByteOrder, ok bool) {
	switch {
	case bytes.HasPrefix(data, []byte{0xFF, 0xFE}):
		return binary.LittleEndian, true
	case bytes.HasPrefix(data, []byte{0xFE, 0xFF}):
		return binary.BigEndian, true
	}
	sample := data[:min(len(data)&^1, utf16Sample)]
	if looksUTF16(sample, binary.LittleEndian) {
		return binary.LittleEndian, true
	}
	return binary.BigEndian, looksUTF16(sample, binary.BigEndian)
}

func looksUTF16(sample []byte, order binary.ByteOrder) bool {
	if len(sample) < 4 || !isASCIIText(order.Uint16(sample)) {
		return false
	}
	ascii := 0
	for i := 0; i < len(sample); i += 2 {
		if isASCIIText(order.Uint16(sample[i:])) {
			ascii++
		}
	}
	return 4*ascii > len(sample)
}

func isASCIIText(unit uint16) bool {
	return unit >= 0x20 && unit < 0x7F || unit == '\n' || unit == '\r' || unit == '\t'
}

func decodeUTF16(data []byte, order binary.ByteOrder) (string, *Error) {
	out := make([]byte, 0, len(data)/2+len(data)/8)
	for i := 0; i < len(data); {
		r, size := decodeUnit(data[i:], order)
		if size == 0 {
			before := strings.TrimPrefix(string(out), byteOrderMark)
			err := errorAt(before, len(before), "")
			err.Message = fmt.Sprintf("not valid UTF-16 (byte %d of the file)", i+1)
			return "", err
		}
		out = utf8.AppendRune(out, r)
		i += size
	}
	return string(out), nil
}

// decodeUnit decodes one character; size is 0 where there is none.
func decodeUnit(data []byte, order binary.ByteOrder) (r rune, size int) {
	if len(data) < 2 {
		return 0, 0
	}
	r = rune(order.Uint16(data))
	if !utf16.IsSurrogate(r) {
		return r, 2
	}
	if len(data) < 4 {
		return 0, 0
	}
	r = utf16.DecodeRune(r, rune(order.Uint16(data[2:])))
	if r == utf8.RuneError {
		return 0, 0
	}
	return r, 4
}
