package expression

import (
	"math"
	"strconv"
	"strings"

	"guard/internal/pipeline/logic"
	"guard/internal/pipeline/symbol"
)

// Kind says what a [Value] is.
type Kind uint8

// The kinds. The zero value is Null.
const (
	Null Kind = iota
	Bool
	Number
	String
	Composite // a list or a map
	Unknown   // nobody can say; Reason says why
)

// Value is what an expression yields.
type Value struct {
	Kind   Kind
	Truth  bool
	Number float64
	Text   symbol.Value // of a string, and of a number that is written otherwise than as is usual
	Object Object
	Reason string
}

// Object is a list or a map. Keys are compared without case.
type Object interface {
	// IsList tells whether it is a list; its keys are 0, 1, ….
	IsList() bool

	// Get returns a member; the zero value where there is none.
	Get(key string) Value

	// Each calls visit for every member until that returns false.
	Each(visit func(key string, v Value) bool)
}

// Scope tells what names and the functions that ask for the state of the run
// stand for.
type Scope interface {
	// Name is the value of a name at the beginning of a chain: variables,
	// parameters, dependencies.
	Name(name string) Value

	// Status is the answer of succeeded, failed, succeededOrFailed, always or
	// canceled, in lower case, with the names given to it.
	Status(function string, names []string) logic.Answer
}

// OfText is a string that is known.
func OfText(text string) Value { return Value{Kind: String, Text: symbol.Text(text)} }

// OfSymbol is a string that may be known by what it stands for. One that nobody
// knows in a part is still a string.
func OfSymbol(text symbol.Value) Value { return Value{Kind: String, Text: text} }

// OfBool is true or false.
func OfBool(truth bool) Value { return Value{Kind: Bool, Truth: truth} }

// OfNumber is a number.
func OfNumber(number float64) Value { return Value{Kind: Number, Number: number} }

// OfObject is a list or map.
func OfObject(object Object) Value { return Value{Kind: Composite, Object: object} }

// Nobody is a value that cannot be known, for a reason.
func Nobody(reason string) Value { return Value{Kind: Unknown, Reason: reason} }

// OfAnswer is true, false or not known.
func OfAnswer(a logic.Answer) Value {
	if a.IsUnknown() {
		return Nobody(a.Reason)
	}
	return OfBool(a.IsYes())
}

// Holds is what the value means as a condition. An empty string does not hold,
// any other does, even 'false'.
func (v Value) Holds() logic.Answer {
	switch v.Kind {
	case Null:
		return logic.No
	case Bool:
		return logic.Is(v.Truth)
	case Number:
		return logic.Is(v.Number != 0)
	case String:
		return notEmpty(v.Text)
	case Unknown:
		return logic.Maybe(v.Reason)
	}
	return logic.Yes
}

// notEmpty tells whether a string holds a character.
func notEmpty(text symbol.Value) logic.Answer {
	if known, ok := text.Known(); ok {
		return logic.Is(known != "")
	}
	if text.Has(symbol.Literal, symbol.SHA, symbol.MergeSHA, symbol.RunNumber, symbol.PRNumber, symbol.Date, symbol.Semver) {
		return logic.Yes
	}
	return logic.Maybe(text.Reason())
}

// Known tells whether the value is one that text can be made of without a
// symbol in it, and which.
func (v Value) Known() (text string, ok bool) {
	if v.Kind == Unknown || v.Kind == Composite {
		return "", false
	}
	return v.String().Known()
}

// String is the value as text stands for it: True and False begin with a
// capital, null is empty, and so is a list or map.
func (v Value) String() symbol.Value {
	switch v.Kind {
	case Bool:
		if v.Truth {
			return symbol.Text("True")
		}
		return symbol.Text("False")
	case Number:
		if v.Text != nil {
			return v.Text
		}
		return symbol.Text(strconv.FormatFloat(v.Number, 'f', -1, 64))
	case String:
		return v.Text
	case Unknown:
		return symbol.Nobody(v.Reason)
	}
	return nil
}

// number turns a value into a number; known is false where a symbol keeps it
// from being one.
func (v Value) number() (n float64, ok, known bool) {
	switch v.Kind {
	case Null:
		return 0, true, true
	case Bool:
		if v.Truth {
			return 1, true, true
		}
		return 0, true, true
	case Number:
		return v.Number, true, true
	case String:
		text, plain := v.Text.Known()
		if !plain {
			return 0, false, false
		}
		n, ok := parseNumber(text)
		return n, ok, true
	}
	return 0, false, v.Kind != Unknown
}

func parseNumber(text string) (n float64, ok bool) {
	text = strings.TrimSpace(text)
	if text == "" {
		return 0, true
	}
	n, err := strconv.ParseFloat(text, 64)
	if err != nil || math.IsNaN(n) || math.IsInf(n, 0) {
		return 0, false
	}
	return n, true
}
