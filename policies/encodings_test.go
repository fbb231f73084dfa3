package policies_test

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"testing"
	"unicode/utf16"

	"guard/internal/policy"
)

// encodings are other ways to write the same text, and texts that are damaged
// where it does not matter.
var encodings = map[string]func(text string) []byte{
	"byte order mark": func(text string) []byte { return append([]byte("\ufeff"), text...) },
	"CRLF":            func(text string) []byte { return bytes.ReplaceAll([]byte(text), []byte("\n"), []byte("\r\n")) },
	"UTF-16LE":        func(text string) []byte { return utf16Text(text, binary.LittleEndian) },
	"UTF-16BE":        func(text string) []byte { return utf16Text(text, binary.BigEndian) },
	"NUL":             func(text string) []byte { return append([]byte(text), "# \x00\n"...) },
	"invalid UTF-8":   func(text string) []byte { return append([]byte(text), "# \xff\n"...) },
}

func utf16Text(text string, order binary.AppendByteOrder) []byte {
	data := order.AppendUint16(nil, 0xfeff)
	for _, unit := range utf16.Encode([]rune(text)) {
		data = order.AppendUint16(data, unit)
	}
	return data
}

// checkEncodings wants every bad example to be found in every encoding, or to
// be called unreadable. Reliability 40
func checkEncodings(t *testing.T, evaluator *policy.Evaluator, examples fs.FS, id string) {
	dir := path.Join(id, "bad")
	for _, file := range exampleFiles(t, examples, dir) {
		text, err := fs.ReadFile(examples, path.Join(dir, file))
		if err != nil {
			t.Fatal(err)
		}
		want, _ := foundIn(t, evaluator, examples, dir, file, text)
		for name, encode := range encodings {
			t.Run(file+" as "+name, func(t *testing.T) {
				got, readable := foundIn(t, evaluator, examples, dir, file, encode(string(text)))
				if readable && !slices.Equal(got, want) {
					t.Errorf("got  %q\nwant %q", got, want)
				}
			})
		}
	}
}

// foundIn returns what is found where, and whether everything could be read.
func foundIn(t *testing.T, evaluator *policy.Evaluator, examples fs.FS, dir, file string, text []byte) (found []string, readable bool) {
	t.Helper()
	readable = true
	for _, doc := range documentsOf(t, examples, dir, file, text) {
		readable = readable && len(doc.Unparsable) == 0
		results, err := evaluator.Evaluate(t.Context(), doc)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range results {
			found = append(found, fmt.Sprintf("%d:%d %s", r.Line, r.Column, r.Message))
		}
	}
	slices.Sort(found)
	return found, readable
}
