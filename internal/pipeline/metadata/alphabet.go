package metadata

import (
	"strings"

	"guard/internal/pipeline/symbol"
)

// The action treats its inputs as plain text: it cuts, joins, trims and
// replaces. So that the same can be done to text with symbolic parts, each
// part is one character of a range that no text of its own may use.
const (
	firstRune = 0x100000
	lastRune  = 0x10FFFD
)

// alphabet remembers which character stands for which part.
type alphabet struct {
	parts []symbol.Part
	runes map[symbol.Part]rune
}

func newAlphabet() *alphabet { return &alphabet{runes: map[symbol.Part]rune{}} }

// encode writes a value as text. Characters that would read as a part of it
// become one that is as foreign to tags as they are.
func (a *alphabet) encode(v symbol.Value) string {
	var b strings.Builder
	for _, p := range v {
		if p.Kind != symbol.Literal {
			b.WriteRune(a.rune(p))
			continue
		}
		b.WriteString(strings.Map(func(r rune) rune {
			if isPart(r) {
				return '\uFFFD'
			}
			return r
		}, p.Text))
	}
	return b.String()
}

// rune is the character of a part: the same for parts that are the same text.
func (a *alphabet) rune(p symbol.Part) rune {
	if p.Kind == symbol.SHA || p.Kind == symbol.MergeSHA {
		p.Source = ""
		if p.Length >= 40 {
			p.Length = 0
		}
	}
	if r, ok := a.runes[p]; ok && p.Kind != symbol.Unknown {
		return r
	}
	if firstRune+len(a.parts) >= lastRune {
		p = symbol.Part{Kind: symbol.Unknown, Reason: "too many parts of the inputs are not known"}
		a.parts = a.parts[:lastRune-firstRune-1]
	}
	r := rune(firstRune + len(a.parts))
	a.parts, a.runes[p] = append(a.parts, p), r
	return r
}

// decode is the value that a text stands for.
func (a *alphabet) decode(text string) symbol.Value {
	var values []symbol.Value
	start := 0
	for i, r := range text {
		if !isPart(r) {
			continue
		}
		values = append(values, symbol.Text(text[start:i]), symbol.Of(a.part(r)))
		start = i + len(string(r))
	}
	return symbol.Join(append(values, symbol.Text(text[start:]))...)
}

func (a *alphabet) part(r rune) symbol.Part {
	if i := int(r) - firstRune; i < len(a.parts) {
		return a.parts[i]
	}
	return symbol.Part{Kind: symbol.Unknown, Reason: "a part of the inputs is not known"}
}

// reason says why a text is not known; "" where it is.
func (a *alphabet) reason(text string) string {
	for _, r := range text {
		if !isPart(r) {
			continue
		}
		v := symbol.Of(a.part(r))
		if reason := v.Reason(); reason != "" {
			return reason
		}
		return v.String() + " is not known here"
	}
	return ""
}

// mayBeEmpty tells whether a text that is not empty can stand for nothing.
func (a *alphabet) mayBeEmpty(text string) bool {
	for _, r := range text {
		if !isPart(r) {
			return false
		}
		switch a.part(r).Kind {
		case symbol.Unknown, symbol.Input, symbol.Setting, symbol.Secret, symbol.Opaque:
		default:
			return false
		}
	}
	return true
}

func isPart(r rune) bool { return r >= firstRune && r <= lastRune }

// plain tells whether a text has no part that is not known.
func plain(text string) bool { return !strings.ContainsFunc(text, isPart) }
