package tree

import (
	"bytes"
	"encoding/binary"
	"strings"
	"testing"
	"unicode/utf16"
)

// inUTF16 encodes text, with a byte order mark or without.
func inUTF16(order binary.AppendByteOrder, text string) []byte {
	var out []byte
	for _, unit := range utf16.Encode([]rune(text)) {
		out = order.AppendUint16(out, unit)
	}
	return out
}

// Reliability 40
func TestDecode_GivesTheSameTextForEveryEncoding(t *testing.T) {
	const text = "kind: Pod # ä€😀\nimage: nginx\n"
	tests := []struct {
		name string
		data []byte
	}{
		{"UTF-8", []byte(text)},
		{"UTF-8 with a byte order mark", []byte("\uFEFF" + text)},
		{"UTF-16, little end first", inUTF16(binary.LittleEndian, text)},
		{"UTF-16, big end first", inUTF16(binary.BigEndian, text)},
		{"UTF-16 with a mark, little end first", inUTF16(binary.LittleEndian, "\uFEFF"+text)},
		{"UTF-16 with a mark, big end first", inUTF16(binary.BigEndian, "\uFEFF"+text)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := Decode(tt.data)
			if err != nil || got != text {
				t.Errorf("got %q, %v", got, err)
			}
			if IsBinary(tt.data) {
				t.Error("taken for a binary file")
			}
		})
	}
}

// Reliability 40
func TestDecode_NamesWhatIsNoText(t *testing.T) {
	tests := []struct {
		name string
		data []byte
		want string
	}{
		{"a NUL", []byte("a: 1\nb: \x00\n"), "line 2, column 4: NUL byte in the text; is this a binary file? (byte 9 of the file)"},
		{"a NUL in UTF-16", inUTF16(binary.LittleEndian, "\uFEFFa\nb\x00"), "line 2, column 2: NUL byte in the text; is this a binary file? (byte 4 of the file)"},
		{"Latin-1", []byte("ok\nn\xe4he\n"), "line 2, column 2: byte 0xE4 is not valid UTF-8 (byte 5 of the file)"},
		{"a cut character", []byte("€\xe2\x82"), "line 1, column 2: byte 0xE2 is not valid UTF-8 (byte 4 of the file)"},
		{"half a pair in UTF-16", append(inUTF16(binary.LittleEndian, "\uFEFFabc\n"), 0x00, 0xD8), "line 2, column 1: not valid UTF-16 (byte 11 of the file)"},
		{"an odd byte in UTF-16", append(inUTF16(binary.BigEndian, "\uFEFFabc"), 0), "line 1, column 4: not valid UTF-16 (byte 9 of the file)"},
		{"UTF-32", []byte{0xFF, 0xFE, 0, 0, 'a', 0, 0, 0}, "line 1, column 1: the text is UTF-32, expected UTF-8 or UTF-16"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			text, err := Decode(tt.data)
			if err == nil || err.Error() != tt.want || text != "" {
				t.Errorf("data %q\ngot  %q, %v\nwant %s", tt.data, text, err, tt.want)
			}
		})
	}
}

func TestIsBinary(t *testing.T) {
	tests := []struct {
		name string
		head string
		want bool
	}{
		{"nothing", "", false},
		{"a text", "FROM scratch\n", false},
		{"a text with one NUL", "FROM scratch\nUSER root\x00\n", false},
		{"a text in Latin-1", strings.Repeat("\xe4\xf6\xfc ", 100), false},
		{"a text with colours", "\x1b[31mred\x1b[0m\n", false},
		{"a text that is cut inside a character", strings.Repeat("a", 100) + "\xe2\x82", false},
		{"an ELF header", "\x7fELF\x02\x01\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x03\x00\x3e\x00", true},
		{"a PNG header", "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x01\x00\x00\x00\x01\x00\x08\x06\x00\x00\x00", true},
		{"a gzip header", "\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\xed\xbd\x07\x60", true},
		{"zeros", strings.Repeat("\x00", 512), true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := IsBinary([]byte(tt.head)); got != tt.want {
				t.Errorf("got %v want %v", got, tt.want)
			}
		})
	}
}

func FuzzDecode(f *testing.F) {
	f.Add([]byte("a: b\r\n"))
	f.Add(inUTF16(binary.LittleEndian, "\uFEFFa: b\n"))
	f.Add([]byte("\xff\xfe\x00\xd8"))
	f.Fuzz(func(t *testing.T, data []byte) {
		IsBinary(data)
		text, err := Decode(data)
		switch {
		case err != nil && (text != "" || err.Line < 1 || err.Column < 1):
			t.Errorf("an error without a place, or with a text: %q, %+v", text, err)
		case err == nil && strings.IndexByte(text, 0) >= 0:
			t.Errorf("NUL in %q", text)
		case err == nil && bytes.Equal([]byte(text), data):
		case err == nil && len(data) < 2:
			t.Errorf("text %q from %q", text, data)
		}
	})
}
