package github

import (
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"strings"

	"guard/internal/pipeline/logic"
	"guard/internal/pipeline/symbol"

	"github.com/rhysd/actionlint"
)

// operand is a value of an expression.
type operand struct {
	kind   operandKind
	answer logic.Answer // of a boolean; of an unknown value, whether it is true
	number float64
	text   symbol.Value
	filled bool   // of a text: it is never empty
	object any    // of fromJSON: map[string]any, []any
	reason string // of an unknown value
}

type operandKind uint8

const (
	unknownKind operandKind = iota
	nullKind
	boolKind
	numberKind
	textKind
	objectKind
)

var null = operand{kind: nullKind}

func boolean(a logic.Answer) operand    { return operand{kind: boolKind, answer: a} }
func numeric(n float64) operand         { return operand{kind: numberKind, number: n} }
func textOf(v symbol.Value) operand     { return operand{kind: textKind, text: v} }
func literal(text string) operand       { return textOf(symbol.Text(text)) }
func part(p symbol.Part) operand        { return textOf(symbol.Of(p)) }
func unknown(reason string) operand     { return operand{reason: reason, answer: logic.Maybe(reason)} }
func unknownObject(name string) operand { return unknown(name + " is not known from the files") }

// truth tells whether GitHub takes the value for true.
func (o operand) truth() logic.Answer {
	switch o.kind {
	case nullKind:
		return logic.No
	case boolKind, unknownKind:
		return o.answer
	case numberKind:
		return logic.Is(o.number != 0 && !math.IsNaN(o.number))
	case textKind:
		return logic.Or(logic.Is(o.filled), isSet(o.text))
	default:
		return logic.Yes
	}
}

// isSet tells whether a text is not empty.
func isSet(v symbol.Value) logic.Answer {
	reason := ""
	for _, p := range v {
		switch p.Kind {
		case symbol.Secret, symbol.Input, symbol.Setting, symbol.Unknown, symbol.Opaque:
			reason = symbol.Of(p).Reason()
		default:
			return logic.Yes
		}
	}
	if reason != "" {
		return logic.Maybe(reason)
	}
	return logic.No
}

// value is the operand as text, as it is written in the place of ${{ }}.
func (o operand) value() symbol.Value {
	switch o.kind {
	case nullKind:
		return nil
	case boolKind:
		if o.answer.IsUnknown() {
			return symbol.Nobody(o.answer.Reason)
		}
		return symbol.Text(strconv.FormatBool(o.answer.IsYes()))
	case numberKind:
		return symbol.Text(strconv.FormatFloat(o.number, 'g', 15, 64))
	case textKind:
		return o.text
	case objectKind:
		return symbol.Text("Object")
	default:
		return symbol.Nobody(o.reason)
	}
}

// known is the text of an operand that is known; ok is false where it is not.
func (o operand) known() (text string, ok bool) {
	if o.kind == unknownKind || o.kind == objectKind {
		return "", false
	}
	return o.value().Known()
}

// compare answers ==, != and the orders as GitHub does: texts without regard
// to case, values of two types as numbers.
func compare(kind actionlint.CompareOpNodeKind, a, b operand) logic.Answer {
	switch kind {
	case actionlint.CompareOpNodeKindEq:
		return equal(a, b)
	case actionlint.CompareOpNodeKindNotEq:
		return logic.Not(equal(a, b))
	}
	return ordered(kind, a, b)
}

func equal(a, b operand) logic.Answer {
	switch {
	case a.kind == unknownKind:
		return logic.Maybe(a.reason)
	case b.kind == unknownKind:
		return logic.Maybe(b.reason)
	case a.kind == textKind && b.kind == textKind:
		return sameText(a.text, b.text)
	case a.kind == boolKind && b.kind == boolKind:
		return logic.Or(logic.And(a.answer, b.answer), logic.And(logic.Not(a.answer), logic.Not(b.answer)))
	case a.kind == nullKind && b.kind == nullKind:
		return logic.Yes
	case a.kind == objectKind || b.kind == objectKind:
		return logic.Maybe("an object is compared")
	}
	x, known := a.toNumber()
	y, alsoKnown := b.toNumber()
	if !known || !alsoKnown {
		return logic.Maybe("a value that is not known is compared")
	}
	return logic.Is(x == y)
}

// sameText compares without regard to case. What is not known is named as the
// file names it.
func sameText(a, b symbol.Value) logic.Answer {
	answer := symbol.Compare(a.Lower(), b.Lower())
	if as := symbol.Compare(a, b); answer.IsUnknown() && as.IsUnknown() {
		return as
	}
	return answer
}

func ordered(kind actionlint.CompareOpNodeKind, a, b operand) logic.Answer {
	x, known := a.toNumber()
	y, alsoKnown := b.toNumber()
	if !known || !alsoKnown {
		return logic.Maybe("a value that is not known is compared")
	}
	switch kind {
	case actionlint.CompareOpNodeKindLess:
		return logic.Is(x < y)
	case actionlint.CompareOpNodeKindLessEq:
		return logic.Is(x <= y)
	case actionlint.CompareOpNodeKindGreater:
		return logic.Is(x > y)
	case actionlint.CompareOpNodeKindGreaterEq:
		return logic.Is(x >= y)
	}
	return logic.Maybe("a comparison that is not known")
}

// toNumber is the value as a number; NaN where it is none.
func (o operand) toNumber() (n float64, known bool) {
	switch o.kind {
	case nullKind:
		return 0, true
	case numberKind:
		return o.number, true
	case boolKind:
		if o.answer.IsYes() {
			return 1, true
		}
		return 0, o.answer.IsNo()
	case textKind:
		if text, known := o.text.Known(); known {
			return textNumber(text), true
		}
		return math.NaN(), notNumber(o.text)
	}
	return 0, false
}

// notNumber tells whether a text whose value is not known can be no number.
func notNumber(v symbol.Value) bool {
	if len(v) > 0 && v[0].Kind == symbol.Literal {
		return strings.ContainsAny(v[0].Text, "/-_")
	}
	return len(v) == 1 && v[0].Kind == symbol.Repository // an owner, a slash and a name
}

func textNumber(text string) float64 {
	text = strings.TrimSpace(text)
	if text == "" {
		return 0
	}
	if n, err := strconv.ParseFloat(text, 64); err == nil {
		return n
	}
	return math.NaN()
}

// maxJSON bounds what fromJSON reads.
const maxJSON = 64 << 10

// fromJSON reads a text as JSON.
func fromJSON(o operand) operand {
	text, known := o.known()
	if !known || len(text) > maxJSON {
		return unknown(fmt.Sprintf("the JSON text %s is not known", o.value()))
	}
	var value any
	if err := json.Unmarshal([]byte(text), &value); err != nil {
		return unknown("fromJSON reads a text that is not JSON")
	}
	return ofJSON(value)
}

func ofJSON(value any) operand {
	switch v := value.(type) {
	case nil:
		return null
	case bool:
		return boolean(logic.Is(v))
	case float64:
		return numeric(v)
	case string:
		return literal(v)
	default:
		return operand{kind: objectKind, object: v}
	}
}

// member is a property of an object that was read from JSON.
func (o operand) member(name string) operand {
	members, ok := o.object.(map[string]any)
	if !ok {
		return o.missing(name)
	}
	for key, value := range members {
		if strings.EqualFold(key, name) {
			return ofJSON(value)
		}
	}
	return null
}

// index is an item of a list, or a property.
func (o operand) index(at operand) operand {
	if items, ok := o.object.([]any); ok && at.kind == numberKind {
		if i := int(at.number); i >= 0 && i < len(items) {
			return ofJSON(items[i])
		}
		return null
	}
	name, known := at.known()
	if !known {
		return unknown("an index is not known")
	}
	return o.member(name)
}

func (o operand) missing(name string) operand {
	if o.kind == unknownKind {
		return o
	}
	return unknown(name + " is not known")
}
