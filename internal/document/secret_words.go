package document

import (
	"slices"
	"strings"
)

// wordForms are the secrets of a file that are ordinary words. Each is
// replaced behind its name only, or behind the word value: password: postgres.
// A text is read once, however many there are.
type wordForms struct {
	byText  map[string]map[string]string // value in lower case -> name in lower case -> what is shown
	lengths []int                        // of the values, the longest first
	names   []int                        // lengths of the names, the longest first
}

func newWordForms(secrets []Secret) *wordForms {
	w := &wordForms{byText: map[string]map[string]string{}}
	for _, s := range secrets {
		for _, text := range []string{s.Value, s.Written} {
			if text != "" {
				w.add(lowerASCII(text), lowerASCII(clip(s.Name, maxNameLength)), s.Redacted)
			}
		}
	}
	for _, lengths := range []*[]int{&w.lengths, &w.names} {
		slices.Sort(*lengths)
		*lengths = slices.Compact(*lengths)
		slices.Reverse(*lengths)
	}
	return w
}

func (w *wordForms) add(text, name, shown string) {
	if w.byText[text] == nil {
		w.byText[text] = map[string]string{}
		w.lengths = append(w.lengths, len(text))
	}
	for _, n := range []string{name, "value"} {
		w.byText[text][n] = shown
		w.names = append(w.names, len(n))
	}
}

// redact replaces the words in a text.
func (w *wordForms) redact(text string) string {
	if len(w.byText) == 0 {
		return text
	}
	lower := lowerASCII(text)
	var b strings.Builder
	end := 0
	for i := 1; i < len(text); i++ {
		if !strings.ContainsRune(":= \t\"'", rune(text[i-1])) {
			continue
		}
		if length, shown, ok := w.at(lower, i); ok {
			b.WriteString(text[end:i] + shown)
			end = i + length
			i = end
		}
	}
	return b.String() + text[end:]
}

// at finds the longest word that stands at offset i of a text in lower case,
// behind a name of its own.
func (w *wordForms) at(lower string, i int) (length int, shown string, ok bool) {
	for _, n := range w.lengths {
		if i+n > len(lower) || i+n < len(lower) && (isWordByte(lower[i+n]) || lower[i+n] == '-') {
			continue
		}
		if names := w.byText[lower[i:i+n]]; names != nil {
			if shown, ok := w.named(names, lower[:i]); ok {
				return n, shown, true
			}
		}
	}
	return 0, "", false
}

// named finds the name that a text ends with, and what joins it to its value:
// blanks, a colon or an equals sign, quotes around either.
func (w *wordForms) named(names map[string]string, before string) (shown string, ok bool) {
	unquoted := withoutQuote(before)
	joined := strings.TrimRight(unquoted, " \t")
	joined = strings.TrimRight(withoutOne(joined, ":="), " \t")
	if len(joined) == len(unquoted) {
		return "", false
	}
	for _, end := range []string{joined, withoutQuote(joined)} {
		for _, n := range w.names {
			if n > len(end) {
				continue
			}
			start := len(end) - n
			if shown, ok := names[end[start:]]; ok && startsName(end, start) {
				return shown, true
			}
		}
	}
	return "", false
}

func startsName(text string, start int) bool {
	return start == 0 || start == len(text) || !isWordByte(text[start-1]) || !isWordByte(text[start])
}

func withoutQuote(text string) string { return withoutOne(text, `"'`) }

// withoutOne takes one of these characters from the end of a text.
func withoutOne(text, characters string) string {
	if text != "" && strings.IndexByte(characters, text[len(text)-1]) >= 0 {
		return text[:len(text)-1]
	}
	return text
}

// lowerASCII changes no offset, which strings.ToLower may.
func lowerASCII(text string) string {
	if strings.IndexFunc(text, func(r rune) bool { return r >= 'A' && r <= 'Z' }) < 0 {
		return text
	}
	lower := []byte(text)
	for i, c := range lower {
		if c >= 'A' && c <= 'Z' {
			lower[i] = c | 0x20
		}
	}
	return string(lower)
}
