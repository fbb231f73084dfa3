package symbol

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// Slice is the value from the character at start on, length characters of it;
// a negative length means all the rest, a negative start counts from the end.
// What cannot be cut, since the parts before are of no known length, is
// [Derived].
func (v Value) Slice(start, length int) Value {
	if text, ok := v.Known(); ok {
		return Text(sliceText(text, start, length))
	}
	if start == 0 && length < 0 {
		return v
	}
	if cut, ok := v.slice(start, length); ok {
		return cut
	}
	if length < 0 {
		return Derived(v, fmt.Sprintf("what follows character %d", start))
	}
	return Derived(v, fmt.Sprintf("characters %d to %d", start, start+length))
}

// slice cuts parts of known length: text, and commits that are cut behind
// their beginning.
func (v Value) slice(start, length int) (cut Value, ok bool) {
	if start < 0 {
		return nil, false
	}
	for i, p := range v {
		size, fixed := p.size()
		switch {
		case length == 0:
			return cut, true
		case start == 0 && length < 0:
			return Join(cut, v[i:]), true
		case !fixed:
			return nil, false
		case start >= size:
			start -= size
			continue
		}
		piece, ok := p.slice(start, length)
		if !ok {
			return nil, false
		}
		if length > 0 {
			length -= min(length, size-start)
		}
		cut, start = Join(cut, piece), 0
	}
	return cut, true
}

// size is how many characters a part has, where that is known.
func (p Part) size() (n int, fixed bool) {
	switch p.Kind {
	case Literal:
		return utf8.RuneCountInString(p.Text), true
	case SHA, MergeSHA:
		return len(abbreviated(sampleSHA, p.Length)), true
	}
	return 0, false
}

func (p Part) slice(start, length int) (piece Value, ok bool) {
	if p.Kind == Literal {
		return Text(sliceText(p.Text, start, length)), true
	}
	if start > 0 {
		return nil, false
	}
	if size, _ := p.size(); length >= 0 && length < size {
		p.Length = length
	}
	return Of(p), true
}

// mostDerived bounds the name of a derived value, in bytes.
const mostDerived = 200

// Derived is what an operation that cannot be worked out makes of a value:
// the same text wherever the same is done to the same value in one run. How
// names the operation so that "<how> of <value>" can be read: "the first
// field".
func Derived(v Value, how string) Value {
	if reason := cmpReason(v); reason != "" {
		return Nobody(reason)
	}
	name := how + " of " + v.identity()
	if len(name) > mostDerived {
		return Nobody(how + " of a long text is not known")
	}
	return Of(Part{Kind: Opaque, Name: name})
}

func sliceText(text string, start, length int) string {
	runes := []rune(text)
	if start < 0 {
		start = max(0, len(runes)+start)
	}
	start = min(start, len(runes))
	end := len(runes)
	if length >= 0 {
		end = min(end, start+length)
	}
	return string(runes[start:end])
}

// Map changes the literal parts; all others stay as they are. It is right for
// changes that leave hex digits, numbers and lower-case names alone.
func (v Value) Map(change func(string) string) Value {
	out := make(Value, 0, len(v))
	for _, p := range v {
		if p.Kind == Literal {
			p.Text = change(p.Text)
		}
		if p.Kind != Literal || p.Text != "" {
			out = append(out, p)
		}
	}
	return Join(out)
}

// identity names a value so that values that differ have other names.
func (v Value) identity() string {
	var b strings.Builder
	for _, p := range v {
		b.WriteString(Value{p}.String())
		if p.Kind != Literal && !strings.Contains(p.label(), p.Name) {
			b.WriteString("(" + p.Name + ")")
		}
	}
	return b.String()
}

// Lower is the value in lower case. A name may hold upper case, so its lower
// form is another part than its own: its Name begins with "lower".
func (v Value) Lower() Value {
	out := v.Map(strings.ToLower)
	for i := range out {
		if !out[i].mayHoldUpper() || strings.HasPrefix(out[i].Name, lower) {
			continue
		}
		out[i].Name = strings.TrimSpace(lower + " " + out[i].Name)
	}
	return out
}

const lower = "lower"

func (p Part) mayHoldUpper() bool {
	switch p.Kind {
	case Repository, Branch, GitTag, Actor, Secret, Input, Setting, Opaque:
		return true
	}
	return false
}

// Lacks tells whether a part surely holds none of some characters.
func (p Part) Lacks(characters string) bool {
	var may string
	switch p.Kind {
	case Literal:
		return !strings.ContainsAny(p.Text, characters)
	case SHA, MergeSHA:
		may = hexDigits
	case RunNumber, PRNumber:
		may = digits
	case Digest:
		may = hexDigits + "sha256:"
	default:
		return false
	}
	return !strings.ContainsAny(may, characters)
}

// CutAt splits the value at the first sep, or at the last one. Unlike [Value.Cut]
// it minds what stands for more text: sure is false where such a part may hold
// a sep of its own that would be the one to cut at.
func (v Value) CutAt(sep string, last bool) (before, after Value, found, sure bool) {
	for n := range v {
		i := n
		if last {
			i = len(v) - 1 - n
		}
		p := v[i]
		if p.Kind != Literal {
			if !p.Lacks(sep) {
				return v, nil, false, false
			}
			continue
		}
		at := strings.Index(p.Text, sep)
		if last {
			at = strings.LastIndex(p.Text, sep)
		}
		if at >= 0 {
			return Join(v[:i], Text(p.Text[:at])), Join(Text(p.Text[at+len(sep):]), v[i+1:]), true, true
		}
	}
	return v, nil, false, true
}

// Cut splits the value at the first literal sep; ok is false where no literal
// part holds it.
func (v Value) Cut(sep string) (before, after Value, ok bool) {
	for i, p := range v {
		if p.Kind != Literal {
			continue
		}
		if head, tail, found := strings.Cut(p.Text, sep); found {
			return Join(v[:i], Text(head)), Join(Text(tail), v[i+1:]), true
		}
	}
	return v, nil, false
}

// Split splits the value at every literal sep. At most limit pieces are made;
// the last one is the rest.
func (v Value) Split(sep string, limit int) []Value {
	var pieces []Value
	for rest := v; ; {
		before, after, ok := rest.Cut(sep)
		if !ok || len(pieces) == limit-1 {
			return append(pieces, rest)
		}
		pieces, rest = append(pieces, before), after
	}
}

// Trim is the value without white space at both ends of its text.
func (v Value) Trim() Value {
	if len(v) == 0 {
		return v
	}
	out := append(Value{}, v...)
	if first := &out[0]; first.Kind == Literal {
		first.Text = strings.TrimLeft(first.Text, " \t\r\n")
	}
	if last := &out[len(out)-1]; last.Kind == Literal {
		last.Text = strings.TrimRight(last.Text, " \t\r\n")
	}
	return Join(dropEmpty(out))
}

func dropEmpty(v Value) Value {
	var out Value
	for _, p := range v {
		if p.Kind != Literal || p.Text != "" {
			out = append(out, p)
		}
	}
	return out
}
