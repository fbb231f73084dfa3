package cli_test

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"guard/internal/finding"
)

// encodings are other ways to write a text, and two ways to damage it behind
// its end.
var encodings = map[string]func(text string) []byte{
	"UTF-8 with a mark":            func(text string) []byte { return []byte("\ufeff" + text) },
	"CRLF":                         func(text string) []byte { return []byte(strings.ReplaceAll(text, "\n", "\r\n")) },
	"UTF-16, little end first":     func(text string) []byte { return inUTF16(binary.LittleEndian, "\ufeff"+text) },
	"UTF-16, big end first":        func(text string) []byte { return inUTF16(binary.BigEndian, "\ufeff"+text) },
	"a NUL behind the end":         func(text string) []byte { return []byte(text + "\x00") },
	"invalid UTF-8 behind the end": func(text string) []byte { return []byte(text + "\xff\n") },
}

func inUTF16(order binary.AppendByteOrder, text string) []byte {
	var data []byte
	for _, unit := range utf16.Encode([]rune(text)) {
		data = order.AppendUint16(data, unit)
	}
	return data
}

// Reliability 40: of every bad example in every encoding guard finds what it
// finds in the plain one, or says that it could not look.
func TestCheck_FindsTheSameInEveryEncodingOrSaysThatItCannotRead(t *testing.T) {
	want := checkExamples(t, func(text string) []byte { return []byte(text) })
	if len(want.found) < 100 {
		t.Fatalf("only %d examples with findings", len(want.found))
	}
	for name, encode := range encodings {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := checkExamples(t, encode)
			for file, findings := range want.found {
				damaged := strings.Contains(name, "behind the end") && got.unread[file]
				if !damaged && !slices.Equal(got.found[file], findings) {
					t.Errorf("%s\ngot  %q\nwant %q", file, got.found[file], findings)
				}
			}
		})
	}
}

// checked is what a run says of each file.
type checked struct {
	found  map[string][]string
	unread map[string]bool
}

// checkExamples checks a copy of all bad examples of the rules.
func checkExamples(t *testing.T, encode func(text string) []byte) checked {
	t.Helper()
	dir := t.TempDir()
	examples := os.DirFS(filepath.Join("..", "..", "testdata", "rules"))
	err := fs.WalkDir(examples, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.Contains(name, "/bad/") {
			return err
		}
		text, err := fs.ReadFile(examples, name)
		if err == nil {
			writeFile(t, filepath.Join(dir, name), string(encode(string(text))))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	code, out := check(t, dir, "--profile", "strict", "-o", "json", ".")
	if code != 1 && code != 3 {
		t.Errorf("exit code %d, want 1 or 3", code)
	}
	return readChecked(t, out)
}

func readChecked(t *testing.T, out string) checked {
	t.Helper()
	var report finding.Report
	if err := json.Unmarshal([]byte(out), &report); err != nil {
		t.Fatal(err, out)
	}
	c := checked{map[string][]string{}, map[string]bool{}}
	for _, f := range report.Findings {
		c.found[f.File] = append(c.found[f.File], fmt.Sprintf("%d:%d %s %s", f.Line, f.Column, f.Rule, f.Message))
		if f.Rule == "analysis/unparsable" {
			c.unread[f.File] = true
		}
	}
	for file := range c.found {
		slices.Sort(c.found[file])
	}
	return c
}
