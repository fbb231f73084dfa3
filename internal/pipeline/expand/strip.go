package expand

import (
	"regexp"
	"strings"

	"guard/internal/pipeline/shell"
	"guard/internal/pipeline/symbol"
)

// maxMatched is how long a text may be, in bytes, for patterns to be tried at
// every place of it.
const maxMatched = 512

// patternCost is how many steps the reading of a pattern counts for.
const patternCost = 100

// stripped is ${X#pattern} and its kin.
func (f *follower) stripped(env *binding, value symbol.Value, e *shell.Expansion) symbol.Value {
	pattern, readable := f.pattern(env, e.Word).Known()
	if !readable {
		return symbol.Derived(value, "the rest")
	}
	prefix := e.Operation == shell.StripPrefix || e.Operation == shell.StripLongest
	longest := e.Operation == shell.StripLongest || e.Operation == shell.StripLongSuf
	if text, ok := value.Known(); ok && len(text) <= maxMatched && f.spend(patternCost+len(text)*len(text)/64) {
		return symbol.Text(stripText(text, pattern, prefix, longest))
	}
	if cut, ok := stripValue(value, pattern, prefix, longest); ok {
		return cut
	}
	return symbol.Derived(value, "${…"+string(e.Operation)+pattern+"}")
}

// stripText takes the shortest or longest part that matches from one end.
func stripText(text, pattern string, prefix, longest bool) string {
	expr, err := regexp.Compile("^(?s:" + symbol.Regexp(pattern) + ")$")
	if err != nil {
		return text
	}
	for n := range len(text) + 1 {
		size := n
		if longest {
			size = len(text) - n
		}
		if prefix && expr.MatchString(text[:size]) {
			return text[size:]
		}
		if !prefix && expr.MatchString(text[len(text)-size:]) {
			return text[:len(text)-size]
		}
	}
	return text
}

// stripValue does so with a value of which only parts are known; ok is false
// where that cannot be done for certain.
func stripValue(value symbol.Value, pattern string, prefix, longest bool) (cut symbol.Value, ok bool) {
	if literal, plain := unescaped(pattern); plain {
		return stripLiteral(value, literal, prefix)
	}
	separator, wild := strings.CutPrefix(pattern, "*")
	if !prefix {
		separator, wild = strings.CutSuffix(pattern, "*")
	}
	literal, plain := unescaped(separator)
	if !wild || !plain || len(literal) != 1 {
		return nil, false
	}
	before, after, found, sure := value.CutAt(literal, prefix == longest)
	switch {
	case !sure:
		return nil, false
	case !found:
		return value, true
	case prefix:
		return after, true
	}
	return before, true
}

func stripLiteral(value symbol.Value, literal string, prefix bool) (cut symbol.Value, ok bool) {
	end, pattern := value[len(value)-1], "*"+escaped(literal)
	if prefix {
		end, pattern = value[0], escaped(literal)+"*"
	}
	if end.Kind == symbol.Literal && prefix && strings.HasPrefix(end.Text, literal) {
		return symbol.Join(symbol.Text(end.Text[len(literal):]), value[1:]), true
	}
	if end.Kind == symbol.Literal && !prefix && strings.HasSuffix(end.Text, literal) {
		return symbol.Join(value[:len(value)-1], symbol.Text(strings.TrimSuffix(end.Text, literal))), true
	}
	return value, symbol.Like(value, pattern).IsNo()
}
