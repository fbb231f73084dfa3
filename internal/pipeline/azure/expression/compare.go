package expression

import (
	"strings"
	"unicode"

	"guard/internal/pipeline/logic"
	"guard/internal/pipeline/symbol"
)

// equal is eq: the right value becomes one of the left one's kind, and is
// another where it cannot.
func equal(left, right Value) logic.Answer {
	switch {
	case left.Kind == Unknown:
		return logic.Maybe(left.Reason)
	case right.Kind == Unknown:
		return logic.Maybe(right.Reason)
	case left.Kind == Composite || right.Kind == Composite:
		return logic.Maybe("a list or map is compared")
	}
	switch left.Kind {
	case Null:
		return isNull(right)
	case Bool:
		return sameTruth(left.Truth, right)
	case Number:
		n, ok, known := right.number()
		if !known {
			return logic.Maybe(right.Text.Reason())
		}
		return logic.Is(ok && n == left.Number)
	}
	return sameText(left.Text, right.String())
}

// isNull tells whether a value becomes null: only null and the empty string do.
func isNull(v Value) logic.Answer {
	switch v.Kind {
	case Null:
		return logic.Yes
	case String:
		return logic.Not(notEmpty(v.Text))
	}
	return logic.No
}

func sameTruth(truth bool, v Value) logic.Answer {
	if holds := v.Holds(); !truth {
		return logic.Not(holds)
	} else {
		return holds
	}
}

// sameText compares without case.
func sameText(a, b symbol.Value) logic.Answer {
	x, known := a.Known()
	y, both := b.Known()
	if known && both {
		return logic.Is(strings.EqualFold(x, y))
	}
	return symbol.Compare(a.Lower(), b.Lower())
}

// begins tells whether a text starts with another, without case.
func begins(text, prefix symbol.Value) logic.Answer {
	want, known := prefix.Known()
	if !known {
		return logic.Maybe(prefix.Reason())
	}
	head, whole := literalHead(text)
	switch {
	case hasPrefixFold(head, want):
		return logic.Yes
	case whole || !hasPrefixFold(want, head):
		return logic.No
	}
	return undecided(text, want)
}

// literalHead is the literal that a text begins with; whole tells whether that
// is all of it.
func literalHead(text symbol.Value) (head string, whole bool) {
	if len(text) == 0 {
		return "", true
	}
	if text[0].Kind != symbol.Literal {
		return "", false
	}
	return text[0].Text, len(text) == 1
}

func literalTail(text symbol.Value) (tail string, whole bool) {
	if len(text) == 0 {
		return "", true
	}
	last := text[len(text)-1]
	if last.Kind != symbol.Literal {
		return "", false
	}
	return last.Text, len(text) == 1
}

// ends tells whether a text ends in another, without case.
func ends(text, suffix symbol.Value) logic.Answer {
	want, known := suffix.Known()
	if !known {
		return logic.Maybe(suffix.Reason())
	}
	tail, whole := literalTail(text)
	switch {
	case hasSuffixFold(tail, want):
		return logic.Yes
	case whole || !hasSuffixFold(want, tail):
		return logic.No
	}
	return undecided(text, want)
}

// holds tells whether a text has another in it, without case.
func holds(text, part symbol.Value) logic.Answer {
	want, known := part.Known()
	if !known {
		return logic.Maybe(part.Reason())
	}
	if whole, ok := text.Known(); ok {
		return logic.Is(strings.Contains(strings.ToLower(whole), strings.ToLower(want)))
	}
	for _, p := range text {
		if p.Kind == symbol.Literal && strings.Contains(strings.ToLower(p.Text), strings.ToLower(want)) {
			return logic.Yes
		}
	}
	return undecided(text, want)
}

// undecided is no where everything of the text that is not literal is made of
// digits, and the wanted text, which has none, is not in the rest.
func undecided(text symbol.Value, want string) logic.Answer {
	var b strings.Builder
	for _, p := range text {
		switch p.Kind {
		case symbol.Literal:
			b.WriteString(strings.ToLower(p.Text))
		case symbol.RunNumber, symbol.PRNumber:
			b.WriteByte('0')
		default:
			return logic.Maybe(reasonOf(text))
		}
	}
	if strings.ContainsFunc(want, unicode.IsDigit) || strings.Contains(b.String(), strings.ToLower(want)) {
		return logic.Maybe(reasonOf(text))
	}
	return logic.No
}

func reasonOf(text symbol.Value) string {
	if reason := text.Reason(); reason != "" {
		return reason
	}
	return text.String() + " is not known here"
}

func hasPrefixFold(text, prefix string) bool {
	return len(text) >= len(prefix) && strings.EqualFold(text[:len(prefix)], prefix)
}

func hasSuffixFold(text, suffix string) bool {
	return len(text) >= len(suffix) && strings.EqualFold(text[len(text)-len(suffix):], suffix)
}

// order compares two values as gt and its kin do: less than, equal or greater
// than zero; a reason where that is not known.
func order(left, right Value) (n int, reason string) {
	if left.Kind == Number {
		y, ok, known := right.number()
		if !known || !ok {
			return 0, "a text is compared with a number"
		}
		return compareNumbers(left.Number, y), ""
	}
	x, a := left.String().Known()
	y, b := right.String().Known()
	if !a || !b {
		return 0, reasonOf(append(left.String(), right.String()...))
	}
	return strings.Compare(strings.ToLower(x), strings.ToLower(y)), ""
}

func compareNumbers(x, y float64) int {
	switch {
	case x < y:
		return -1
	case x > y:
		return 1
	}
	return 0
}
