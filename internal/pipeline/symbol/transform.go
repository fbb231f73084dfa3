package symbol

import (
	"fmt"
	"strings"
)

// Slice is the value from the character at start on, length characters of it;
// a negative length means all the rest. What the parts are of no known length
// before the cut makes the result unknown.
func (v Value) Slice(start, length int) Value {
	if text, ok := v.Known(); ok {
		return Text(sliceText(text, start, length))
	}
	if len(v) == 1 && start == 0 && length > 0 && (v[0].Kind == SHA || v[0].Kind == MergeSHA) {
		part := v[0]
		if full := len(abbreviated(sampleSHA, part.Length)); length < full {
			part.Length = length
		}
		return Of(part)
	}
	if start == 0 && length < 0 {
		return v
	}
	return Nobody(fmt.Sprintf("a part of %s is not known", v))
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
	parts := make([]Value, len(v))
	for i, p := range v {
		parts[i] = Of(p)
		if p.Kind == Literal {
			parts[i] = Text(change(p.Text))
		}
	}
	return Join(parts...)
}

// Lower is the value in lower case. The repository's name may hold upper case,
// so its lower form is another part than its own.
func (v Value) Lower() Value {
	out := v.Map(strings.ToLower)
	for i := range out {
		if out[i].Kind == Repository && !strings.HasPrefix(out[i].Name, "lower ") {
			out[i].Name = "lower " + out[i].Name
		}
	}
	return out
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
