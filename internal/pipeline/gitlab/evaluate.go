package gitlab

import (
	"fmt"
	"regexp"
	"strings"

	"guard/internal/pipeline/logic"
	"guard/internal/pipeline/symbol"
)

// worth is what an operand is worth in one run: null, a text, a truth, or one
// of several, of which nobody knows which. The zero value is null.
type worth struct {
	kind  worthKind
	text  symbol.Value // of a text
	truth logic.Answer // of a comparison
	of    []worth      // of one of several
}

type worthKind uint8

const (
	isNull worthKind = iota
	isText
	isTruth
	isOneOf
)

func textWorth(v symbol.Value) worth { return worth{kind: isText, text: v} }

func plain(text string) worth { return textWorth(symbol.Text(text)) }

func oneOf(of ...worth) worth { return worth{kind: isOneOf, of: of} }

// evaluate answers whether a condition holds; lookup says what a variable is
// worth.
func (e *expression) evaluate(lookup func(name string) worth) logic.Answer {
	if e.err != nil {
		return logic.Maybe(fmt.Sprintf("the condition %s cannot be read: %s", e.text, e.err))
	}
	return evaluator{lookup}.worth(e.root).present()
}

// written is a text of the file; one with an input in it is not known.
func written(text string) worth {
	if strings.Contains(text, "$[[") {
		return textWorth(symbol.Nobody("an input of the file is not known here"))
	}
	return plain(text)
}

// evaluator evaluates one expression.
type evaluator struct {
	lookup func(string) worth
}

func (e evaluator) worth(n *node) worth {
	switch n.op {
	case tokenVariable:
		return e.lookup(n.text[1:])
	case tokenString, tokenPattern:
		return written(n.text)
	case tokenNull:
		return worth{}
	case tokenTrue, tokenFalse:
		return worth{kind: isTruth, truth: logic.Is(n.op == tokenTrue)}
	case tokenAnd, tokenOr:
		return e.logical(n)
	}
	return worth{kind: isTruth, truth: e.compared(n)}
}

// logical yields one of the operands, as Ruby does: an empty text counts as
// true there.
func (e evaluator) logical(n *node) worth {
	left := e.worth(n.left)
	goesOn := left.truthy()
	if n.op == tokenOr {
		goesOn = logic.Not(goesOn)
	}
	switch {
	case goesOn.IsNo():
		return left
	case goesOn.IsYes():
		return e.worth(n.right)
	}
	right := e.worth(n.right).present()
	if n.op == tokenAnd {
		return worth{kind: isTruth, truth: logic.And(left.present(), right)}
	}
	return worth{kind: isTruth, truth: logic.Or(left.present(), right)}
}

func (e evaluator) compared(n *node) logic.Answer {
	left, right := e.worth(n.left), e.worth(n.right)
	switch n.op {
	case tokenEquals:
		return equal(left, right)
	case tokenNotEquals:
		return logic.Not(equal(left, right))
	case tokenMatches:
		return matched(left, right)
	}
	if right.kind == isNull {
		return logic.Yes
	}
	return logic.Not(matched(left, right))
}

// each asks about every possible worth.
func (w worth) each(ask func(worth) logic.Answer) logic.Answer {
	if w.kind != isOneOf || len(w.of) == 0 {
		return ask(w)
	}
	result := w.of[0].each(ask)
	for _, other := range w.of[1:] {
		next := other.each(ask)
		if result.Truth != next.Truth && !result.IsUnknown() && !next.IsUnknown() {
			return logic.Maybe(w.reason())
		}
		result = logic.Both(result, next)
	}
	return result
}

// reason says why it is not known which of several a worth is.
func (w worth) reason() string {
	for _, one := range w.of {
		if reason := one.text.Reason(); reason != "" {
			return reason
		}
	}
	return "it depends on what started the pipeline"
}

// truthy is the truth within && and ||: only null and false are not.
func (w worth) truthy() logic.Answer {
	return w.each(func(w worth) logic.Answer {
		switch w.kind {
		case isNull:
			return logic.No
		case isTruth:
			return w.truth
		}
		return orUnset(logic.Yes, w.text)
	})
}

// present is the truth of a whole condition: a blank text does not hold.
func (w worth) present() logic.Answer {
	return w.each(func(w worth) logic.Answer {
		switch w.kind {
		case isNull:
			return logic.No
		case isTruth:
			return w.truth
		}
		return filled(w.text)
	})
}

// orUnset is an answer that holds where a text is set at all; a setting may
// not be.
func orUnset(a logic.Answer, v symbol.Value) logic.Answer {
	if reason := unset(v); reason != "" {
		return logic.Maybe(reason)
	}
	return a
}

// unset says why it is not known whether a variable is set; "" where it is
// known.
func unset(v symbol.Value) string {
	if len(v) == 1 && (v[0].Kind == symbol.Setting || v[0].Kind == symbol.Secret || v[0].Kind == symbol.Unknown) {
		return v.Reason()
	}
	return ""
}

// filled tells whether a text has more than blanks.
func filled(v symbol.Value) logic.Answer {
	result := logic.No
	for _, p := range v {
		switch p.Kind {
		case symbol.Literal:
			result = logic.Or(result, logic.Is(strings.TrimSpace(p.Text) != ""))
		case symbol.Unknown, symbol.Setting, symbol.Secret, symbol.Input:
			result = logic.Or(result, logic.Maybe(v.Reason()))
		default:
			return logic.Yes
		}
	}
	return result
}

func equal(a, b worth) logic.Answer {
	return a.each(func(a worth) logic.Answer {
		return b.each(func(b worth) logic.Answer { return equalOne(a, b) })
	})
}

func equalOne(a, b worth) logic.Answer {
	switch {
	case a.kind == isNull && b.kind == isNull:
		return logic.Yes
	case a.kind == isText && b.kind == isText:
		return equalTexts(a.text, b.text)
	case a.kind == isTruth && b.kind == isTruth:
		return logic.Or(logic.And(a.truth, b.truth), logic.And(logic.Not(a.truth), logic.Not(b.truth)))
	case a.kind == isText && b.kind == isNull:
		return orUnset(logic.No, a.text)
	case a.kind == isNull && b.kind == isText:
		return orUnset(logic.No, b.text)
	}
	return logic.No
}

func equalTexts(a, b symbol.Value) logic.Answer {
	left, known := a.Known()
	right, both := b.Known()
	if known && both {
		return logic.Is(left == right)
	}
	if answer, known := equalPaths(a, b); known {
		return answer
	}
	for _, v := range []symbol.Value{a, b} {
		if reason := unset(v); reason != "" && !a.Has(symbol.Unknown) && !b.Has(symbol.Unknown) {
			if symbol.Compare(a, b).IsYes() {
				return logic.Yes
			}
			return logic.Maybe(reason)
		}
	}
	return symbol.Compare(a, b)
}

func matched(text, by worth) logic.Answer {
	return by.each(func(by worth) logic.Answer {
		if by.kind == isNull || by.kind == isTruth && by.truth.IsNo() {
			return logic.No
		}
		source, known := by.text.Known()
		if by.kind != isText || !known {
			return logic.Maybe("the pattern " + by.text.String() + " is not known here")
		}
		if !isPattern(source) {
			return text.each(func(text worth) logic.Answer { return containedOne(text, source) })
		}
		re, err := pattern(source)
		if err != nil {
			return logic.Maybe(err.Error())
		}
		return text.each(func(text worth) logic.Answer { return matchedOne(text, re) })
	})
}

// containedOne is a match with a text that is no pattern: GitLab looks for the
// left side in it.
func containedOne(text worth, in string) logic.Answer {
	known, ok := text.text.Known()
	if text.kind == isTruth || !ok {
		return logic.Maybe(fmt.Sprintf("whether %q holds %s is not known", in, text.text))
	}
	return logic.Is(strings.Contains(in, known))
}

// matchedOne matches null as the empty text.
func matchedOne(text worth, re *regexp.Regexp) logic.Answer {
	if text.kind == isTruth {
		return logic.Maybe("a comparison is matched with a pattern")
	}
	known, ok := text.text.Known()
	if !ok {
		return logic.Maybe(fmt.Sprintf("whether %s matches /%s/ is not known", text.text, re))
	}
	return logic.Is(re.MatchString(known))
}

// equalPaths compares the path or the owner of the project, or of a fork of
// it, with each other or with a text; known is false where that says nothing.
func equalPaths(a, b symbol.Value) (answer logic.Answer, known bool) {
	if len(a) == 1 && a[0].Kind == symbol.Literal {
		a, b = b, a
	}
	if len(a) != 1 || len(b) != 1 || a[0].Kind != symbol.Repository {
		return logic.Answer{}, false
	}
	x, y := a[0], b[0]
	foreign := func(p symbol.Part) bool { return p.Name == forkOwnPath || p.Name == forkOwner }
	switch {
	case y.Kind == symbol.Repository && foreign(x) != foreign(y):
		return logic.No, true
	case y.Kind != symbol.Literal || x.Text == "":
		return logic.Answer{}, false
	case !foreign(x):
		return logic.Is(x.Text == y.Text), true
	case x.Text == y.Text:
		return logic.No, true
	}
	return logic.Answer{}, false
}
