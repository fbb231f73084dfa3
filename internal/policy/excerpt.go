package policy

import (
	"strings"
	"unicode/utf8"
)

// maxExcerpt is how many characters of a line are shown.
const maxExcerpt = 160

// Excerpt is the line that the error is about and, where its column is known,
// a caret below the place. It is "" where the line is not known.
func (e *Error) Excerpt() string { return excerpt(e.Text, e.Column) }

// Excerpt is a line of a text by its number and, where column is not 0, a
// caret below it; "" where there is no such line.
func Excerpt(text string, line, column int) string { return excerpt(lineOf(text, line), column) }

func excerpt(line string, column int) string {
	if line == "" {
		return ""
	}
	runes := []rune(line)
	shown := string(runes[:min(len(runes), maxExcerpt)])
	if column < 1 || column > utf8.RuneCountInString(shown) {
		return shown
	}
	under := strings.Map(func(r rune) rune {
		if r == '\t' {
			return r
		}
		return ' '
	}, string(runes[:column-1]))
	return shown + "\n" + under + "^"
}

// result sorts the errors and quotes the lines that they are about.
func (lib *library) result(errs Errors) error {
	texts := map[string]string{}
	for _, m := range lib.modules {
		texts[m.file] = m.text
	}
	for _, err := range errs {
		err.Text = lineOf(texts[err.File], err.Line)
	}
	return errs.result()
}

// lineOf is a line of a text by its number, "" where there is none.
func lineOf(text string, number int) string {
	for n := 1; text != ""; n++ {
		line, rest, _ := strings.Cut(text, "\n")
		if n == number {
			return strings.TrimRight(line, " \t\r")
		}
		text = rest
	}
	return ""
}
