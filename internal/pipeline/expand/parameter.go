package expand

import (
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"

	"guard/internal/pipeline/logic"
	"guard/internal/pipeline/shell"
	"guard/internal/pipeline/symbol"
)

// expansion is the value of $X or ${X…}.
func (f *follower) expansion(env *binding, p *shell.Part) symbol.Value {
	e := p.Variable
	if e == nil || e.Name == "" || e.Operation == shell.Unlisted {
		return symbol.Nobody(short(p.Text) + " is not worked out")
	}
	value, known := f.variable(env, e.Name)
	f.charge(value)
	switch e.Operation {
	case shell.Plain:
		return value
	case shell.DefaultEmpty, shell.Default, shell.AssignEmpty, shell.Assigned:
		return f.orDefault(env, value, known, e)
	case shell.AlternateEmpty, shell.Alternate:
		return f.alternative(env, value, known, e)
	case shell.RequireEmpty, shell.Require:
		return value
	case shell.Slice:
		return value.Slice(e.Offset, e.Length)
	case shell.Length:
		return lengthOf(value)
	case shell.LowerAll, shell.LowerFirst, shell.UpperAll, shell.UpperFirst:
		return changedCase(value, e)
	case shell.ReplaceFirst, shell.ReplaceAll:
		return f.replaced(env, value, e)
	}
	return f.stripped(env, value, e)
}

// isEmpty tells whether a value is the empty string.
func isEmpty(value symbol.Value, known bool) logic.Answer {
	switch {
	case !known:
		return logic.Maybe(value.Reason())
	case len(value) == 0:
		return logic.Yes
	}
	for _, p := range value {
		switch p.Kind {
		case symbol.Unknown, symbol.Input, symbol.Setting, symbol.Secret, symbol.Opaque:
		default:
			return logic.No
		}
	}
	return logic.Maybe(value.Reason())
}

// orDefault is ${X:-word}. The shell tells a variable that is empty from one
// that is not set, which is not known here: an empty one counts as not set.
func (f *follower) orDefault(env *binding, value symbol.Value, known bool, e *shell.Expansion) symbol.Value {
	empty := isEmpty(value, known)
	if empty.IsNo() {
		return value
	}
	fallback := f.word(env, e.Word)
	if empty.IsYes() {
		return fallback
	}
	if symbol.Compare(value, fallback).IsYes() {
		return value
	}
	if known && !value.Has(symbol.Unknown) && !fallback.Has(symbol.Unknown) {
		return symbol.Derived(symbol.Join(value, symbol.Text(" or "), fallback), "the first that is set")
	}
	return symbol.Nobody(fmt.Sprintf("%s, and with it whether %s is taken", empty.Reason, fallback))
}

// alternative is ${X:+word}.
func (f *follower) alternative(env *binding, value symbol.Value, known bool, e *shell.Expansion) symbol.Value {
	empty := isEmpty(value, known)
	switch {
	case empty.IsYes():
		return nil
	case empty.IsNo():
		return f.word(env, e.Word)
	}
	return symbol.Nobody(empty.Reason)
}

func lengthOf(value symbol.Value) symbol.Value {
	if text, ok := value.Known(); ok {
		return symbol.Text(fmt.Sprint(utf8.RuneCountInString(text)))
	}
	return symbol.Derived(value, "the length")
}

func changedCase(value symbol.Value, e *shell.Expansion) symbol.Value {
	text, plain := value.Known()
	switch {
	case e.Word != nil:
		return symbol.Derived(value, "a change of case")
	case e.Operation == shell.LowerAll:
		return value.Lower()
	case !plain:
		return symbol.Derived(value, "a change of case")
	case e.Operation == shell.UpperAll:
		return symbol.Text(strings.ToUpper(text))
	}
	_, size := utf8.DecodeRuneInString(text)
	if e.Operation == shell.UpperFirst {
		return symbol.Text(strings.ToUpper(text[:size]) + text[size:])
	}
	return symbol.Text(strings.ToLower(text[:size]) + text[size:])
}

// replaced is ${X/pattern/text}.
func (f *follower) replaced(env *binding, value symbol.Value, e *shell.Expansion) symbol.Value {
	pattern, readable := f.pattern(env, e.Word).Known()
	with, plain := f.word(env, e.With).Known()
	if !readable || !plain || pattern == "" {
		return symbol.Derived(value, "a replacement")
	}
	anchored := e.Operation == shell.ReplaceFirst && (pattern[0] == '#' || pattern[0] == '%')
	literal, isLiteral := unescaped(pattern)
	if !anchored && isLiteral {
		return replaceText(value, literal, with, e.Operation == shell.ReplaceAll)
	}
	how := fmt.Sprintf("a replacement of %s by %q", pattern, with)
	text, known := value.Known()
	if !known || len(text) > maxMatched || !f.spend(patternCost) {
		return symbol.Derived(value, how)
	}
	return symbol.Text(replacePattern(text, pattern, with, e.Operation == shell.ReplaceAll, anchored))
}

func replacePattern(text, pattern, with string, all, anchored bool) string {
	front, back := "", ""
	switch {
	case anchored && pattern[0] == '#':
		front, pattern = "^", pattern[1:]
	case anchored:
		back, pattern = "$", pattern[1:]
	}
	expr, err := regexp.Compile("(?s)" + front + "(?:" + symbol.Regexp(pattern) + ")" + back)
	if err != nil {
		return text
	}
	expr.Longest()
	left := 1
	if all {
		left = -1
	}
	return expr.ReplaceAllStringFunc(text, func(match string) string {
		if left == 0 || match == "" {
			return match
		}
		left--
		return with
	})
}

// replaceText replaces a text in a value: the first one, or all of them.
func replaceText(value symbol.Value, old, with string, all bool) symbol.Value {
	left := 1
	if all {
		left = -1
	}
	if text, ok := value.Known(); ok {
		return clipped(symbol.Text(strings.Replace(text, old, with, left)))
	}
	for _, p := range value {
		if p.Kind != symbol.Literal && !p.Lacks(old) {
			return symbol.Derived(value, fmt.Sprintf("a replacement of %q by %q", old, with))
		}
	}
	return clipped(value.Map(func(text string) string {
		count := strings.Count(text, old)
		replaced := strings.Replace(text, old, with, left)
		if left > 0 && count > 0 {
			left = 0
		}
		return replaced
	}))
}

// unescaped is the text that a pattern without wildcards stands for.
func unescaped(pattern string) (text string, literal bool) {
	var b strings.Builder
	for i := 0; i < len(pattern); i++ {
		switch c := pattern[i]; {
		case c == '\\' && i+1 < len(pattern):
			i++
			b.WriteByte(pattern[i])
		case strings.IndexByte("*?[", c) >= 0:
			return "", false
		default:
			b.WriteByte(c)
		}
	}
	return b.String(), true
}
