package document

import (
	"bufio"
	"io"
	"unicode"

	"guard/internal/tree"
)

// maxLargeHead is how much of a file that is too large is looked at for what
// says its kind, and maxLargeJSON how much of JSON, whose kind the names in its
// outer objects tell for sure.
const (
	maxLargeHead = 8 << 10
	maxLargeJSON = 256 << 20
)

// TooLarge is the document of a file that is larger than any reader takes, of
// which text is read once more in bounded memory. It is unparsable where the
// file may be of a kind that rules look at, and incomplete where it is none:
// JSON that is data, or a text whose name and beginning say nothing.
func TooLarge(file string, text io.Reader, reason string) []*Document {
	in := bufio.NewReaderSize(text, maxLargeHead)
	head, _ := in.Peek(maxLargeHead) // at an error, what there is
	l := &loader{source: tree.NewSource(file, string(head)), options: &Options{}}
	whole := l.file()
	whole.Text.Text = "" // too little of it is known
	problem := Problem{Message: "not looked at: " + reason, Beyond: true}
	if l.mayHaveKind(in) {
		whole.Unparsable = append(whole.Unparsable, problem)
	} else {
		whole.Incomplete = append(whole.Incomplete, problem)
	}
	return l.finished([]*Document{whole})
}

// mayHaveKind tells whether a file, of which the source is only the beginning,
// may be of a kind that rules look at.
func (l *loader) mayHaveKind(all io.Reader) bool {
	first := firstCharacter(l.source.Text)
	switch endingOf(l.source.File) {
	case ".yaml", ".yml":
		return true
	case ".json":
		return first != '{' && first != '[' || mayHoldObjects(all)
	}
	if first == '{' && !knownByName(l.source.File) {
		return mayHoldObjects(all)
	}
	return l.hinted()
}

// firstCharacter is the first character that is neither blank nor a byte order
// mark; 0 where there is none.
func firstCharacter(text string) rune {
	for _, r := range text {
		if !unicode.IsSpace(r) && r != '\uFEFF' {
			return r
		}
	}
	return 0
}
