package document

import (
	"errors"
	"strings"
)

// standIn stands for hiddenValue where a text with that could not be read: in
// YAML a star begins an alias.
const standIn = "xxxx"

// RedactFile returns the text of a loaded file as it may be kept: its secrets
// are replaced as in all that guard shows of it, and everything else stays.
// Rules about the values of secrets see less of such a text. Where
// secrets may be unknown, since a limit was reached, or where the text would
// mean something else without them, there is an error. Options are those that
// the documents were loaded with.
func RedactFile(documents []*Document, options Options) (string, error) {
	whole := documents[0]
	if whole.Concealed() {
		return "", errors.New("a limit was reached, so secrets of it may be unknown")
	}
	text := whole.Redact(whole.Source.Text)
	if text == whole.Source.Text {
		return text, nil
	}
	for _, candidate := range []string{text, strings.ReplaceAll(text, hiddenValue, standIn)} {
		if alike(documents, Load(whole.File, []byte(candidate), options)) {
			return candidate, nil
		}
	}
	return "", errors.New("without its secrets it would be read as something else")
}

// alike tells whether two files hold the same things, all of which can be read.
func alike(a, b []*Document) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i].Kind != b[i].Kind || a[i].Object != b[i].Object || len(a[i].Unparsable) != len(b[i].Unparsable) || len(a[i].Images) != len(b[i].Images) {
			return false
		}
	}
	return true
}
