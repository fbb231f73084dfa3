package symbol

import "strings"

// Image is an image reference, taken apart.
type Image struct {
	Name   Value // registry and repository
	Tag    Value // empty where none is given
	Digest Value // with its algorithm; empty where none is given
}

// SplitImage takes an image reference apart: the digest behind the last @, the
// tag behind the last : that no slash follows. What the symbols in it hold is
// taken to bring along neither.
func SplitImage(v Value) Image {
	var image Image
	image.Name = v
	if before, after, ok := cutLast(v, '@', ""); ok {
		image.Name, image.Digest = before, after
	}
	if before, after, ok := cutLast(image.Name, ':', "/"); ok {
		image.Name, image.Tag = before, after
	}
	return image
}

// cutLast splits a value at the last separator in its literals, if none of the
// barriers stands behind it.
func cutLast(v Value, separator byte, barriers string) (before, after Value, ok bool) {
	for i := len(v) - 1; i >= 0; i-- {
		if v[i].Kind != Literal {
			if barriers != "" && v[i].Kind == Repository {
				return v, nil, false // a path holds a slash
			}
			continue
		}
		text := v[i].Text
		at := strings.LastIndexAny(text, string(separator)+barriers)
		if at < 0 {
			continue
		}
		if text[at] != separator {
			return v, nil, false
		}
		return Join(v[:i], Text(text[:at])), Join(Text(text[at+1:]), v[i+1:]), true
	}
	return v, nil, false
}

// WithoutPrefix takes a text off the front; the value stays as it is where it
// does not begin with it.
func (v Value) WithoutPrefix(prefix string) Value {
	if len(v) == 0 || v[0].Kind != Literal || !strings.HasPrefix(v[0].Text, prefix) {
		return v
	}
	return Join(Text(v[0].Text[len(prefix):]), v[1:])
}

// WithoutSuffix takes a text off the end; the value stays as it is where it
// does not end with it.
func (v Value) WithoutSuffix(suffix string) Value {
	n := len(v) - 1
	if n < 0 || v[n].Kind != Literal || !strings.HasSuffix(v[n].Text, suffix) {
		return v
	}
	return Join(v[:n], Text(strings.TrimSuffix(v[n].Text, suffix)))
}

// Between takes a text off the front and one off the end; ok is false where
// the value does not begin and end with them.
func (v Value) Between(prefix, suffix string) (part Value, ok bool) {
	if prefix != "" && (len(v) == 0 || v[0].Kind != Literal || !strings.HasPrefix(v[0].Text, prefix)) {
		return nil, false
	}
	v = v.WithoutPrefix(prefix)
	if n := len(v) - 1; suffix != "" && (n < 0 || v[n].Kind != Literal || !strings.HasSuffix(v[n].Text, suffix)) {
		return nil, false
	}
	return v.WithoutSuffix(suffix), true
}
