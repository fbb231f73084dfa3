package document

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"
)

// FuzzLoadDockerfile reads any text as a Dockerfile. Nothing recovers here.
func FuzzLoadDockerfile(f *testing.F) {
	files, _ := filepath.Glob("testdata/dockerfile/*.Dockerfile")
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(text))
	}
	f.Add("FROM a\nENV A=${B:-$C} 'D=e' \"F\\\"\"\nUSER ${A%%x}\nONBUILD RUN <<-E sh\n\tb\n\tE\n")
	f.Add("# escape=`\nFROM a AS b\nRUN [\"a\", \"\\u0041'\\\"\", \"b\"]\nCOPY --from=b --chown=1 [\"x y\", \"z\"]\n")
	f.Fuzz(func(t *testing.T, text string) {
		if strings.ContainsRune(text, 0) || !utf8.ValidString(text) { // no text, which never gets here
			return
		}
		isDockerfile("x", text)
		d := readDockerfile(t, text)
		lines := len(strings.Split(text, "\n"))
		for line := range strings.Lines(outline(d)) {
			at := line[strings.LastIndexByte(line, '@')+1:]
			if n := lineNumber(at); n < 0 || n > lines {
				t.Errorf("%q stands outside the %d lines of %q", line, lines, text)
			}
		}
	})
}

// lineNumber reads the first number of 3:5-3:9.
func lineNumber(at string) int {
	n := 0
	for _, c := range at {
		if c < '0' || c > '9' {
			return n
		}
		n = n*10 + int(c-'0')
	}
	return n
}

func BenchmarkLoad_Dockerfile(b *testing.B) {
	text, err := os.ReadFile("testdata/dockerfile/stages.Dockerfile")
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		readDockerfile(b, string(text))
	}
}
