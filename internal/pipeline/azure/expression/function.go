package expression

import (
	"encoding/json"
	"strconv"
	"strings"

	"guard/internal/pipeline/logic"
	"guard/internal/pipeline/symbol"
)

// function is one that needs its arguments only.
type function struct {
	least int // arguments
	of    func(args []Value) Value
}

var functions = map[string]function{
	"not":           {1, func(a []Value) Value { return OfAnswer(logic.Not(a[0].Holds())) }},
	"xor":           {2, exclusive},
	"eq":            {2, func(a []Value) Value { return OfAnswer(equal(a[0], a[1])) }},
	"ne":            {2, func(a []Value) Value { return OfAnswer(logic.Not(equal(a[0], a[1]))) }},
	"in":            {1, func(a []Value) Value { return OfAnswer(among(a)) }},
	"notin":         {1, func(a []Value) Value { return OfAnswer(logic.Not(among(a))) }},
	"gt":            {2, ordered(func(n int) bool { return n > 0 })},
	"ge":            {2, ordered(func(n int) bool { return n >= 0 })},
	"lt":            {2, ordered(func(n int) bool { return n < 0 })},
	"le":            {2, ordered(func(n int) bool { return n <= 0 })},
	"startswith":    {2, texts(begins)},
	"endswith":      {2, texts(ends)},
	"contains":      {2, texts(holds)},
	"containsvalue": {2, containsValue},
	"lower":         {1, mapped(symbol.Value.Lower)},
	"upper":         {1, mapped(func(v symbol.Value) symbol.Value { return knownOnly(v, strings.ToUpper) })},
	"trim":          {1, mapped(symbol.Value.Trim)},
	"replace":       {3, replace},
	"format":        {1, format},
	"join":          {2, join},
	"split":         {2, split},
	"length":        {1, length},
	"converttojson": {1, toJSON},
}

func exclusive(a []Value) Value {
	x, y := a[0].Holds(), a[1].Holds()
	switch {
	case x.IsUnknown():
		return Nobody(x.Reason)
	case y.IsUnknown():
		return Nobody(y.Reason)
	}
	return OfBool(x != y)
}

func among(a []Value) logic.Answer {
	answers := []logic.Answer{}
	for _, other := range a[1:] {
		answers = append(answers, equal(a[0], other))
	}
	return logic.Or(answers...)
}

func ordered(is func(int) bool) func([]Value) Value {
	return func(a []Value) Value {
		n, reason := order(a[0], a[1])
		if reason != "" {
			return Nobody(reason)
		}
		return OfBool(is(n))
	}
}

// texts makes a function of one that compares two texts.
func texts(compare func(a, b symbol.Value) logic.Answer) func([]Value) Value {
	return func(a []Value) Value {
		for _, v := range a[:2] {
			if v.Kind == Unknown {
				return Nobody(v.Reason)
			}
		}
		return OfAnswer(compare(a[0].String(), a[1].String()))
	}
}

// mapped makes a function of one that changes a text.
func mapped(change func(symbol.Value) symbol.Value) func([]Value) Value {
	return func(a []Value) Value {
		if a[0].Kind == Unknown {
			return Nobody(a[0].Reason)
		}
		return OfSymbol(change(a[0].String()))
	}
}

// knownOnly changes a text that is known; any other is not known then.
func knownOnly(v symbol.Value, change func(string) string) symbol.Value {
	if text, ok := v.Known(); ok {
		return symbol.Text(change(text))
	}
	return symbol.Nobody("a changed form of " + v.String() + " is not known")
}

func containsValue(a []Value) Value {
	if a[0].Kind == Unknown {
		return Nobody(a[0].Reason)
	}
	if a[0].Kind != Composite {
		return OfBool(false)
	}
	answer := logic.No
	a[0].Object.Each(func(_ string, v Value) bool {
		answer = logic.Or(answer, equal(a[1], v))
		return !answer.IsYes()
	})
	return OfAnswer(answer)
}

func replace(a []Value) Value {
	old, known := a[1].Known()
	by, both := a[2].Known()
	if a[0].Kind == Unknown || !known || !both {
		return Nobody(reasonOf(symbol.Join(a[0].String(), a[1].String(), a[2].String())))
	}
	text := a[0].String()
	if plain, ok := text.Known(); ok {
		if old == "" || len(plain)*(len(by)+1) > maxResult {
			return OfText(plain)
		}
		return OfText(strings.ReplaceAll(plain, old, by))
	}
	if reason := text.Reason(); reason != "" || strings.Trim(old, "0123456789abcdefABCDEF-:.") == "" {
		return Nobody(reasonOf(text))
	}
	return OfSymbol(text.Map(func(part string) string { return strings.ReplaceAll(part, old, by) }))
}

func literals(text symbol.Value) string {
	var b strings.Builder
	for _, p := range text {
		if p.Kind == symbol.Literal {
			b.WriteString(p.Text)
		}
	}
	return b.String()
}

// format writes values into {0}, {1}, …; {{ and }} are brackets, and {0:…}
// changes a value in a way that is not followed.
func format(a []Value) Value {
	pattern, known := a[0].Known()
	if !known {
		return Nobody(reasonOf(a[0].String()))
	}
	out, size := []symbol.Value{}, 0
	for rest := pattern; rest != "" && size <= maxResult; {
		piece, after := formatPiece(rest, a[1:])
		out, rest = append(out, piece), after
		size += len(piece.String())
	}
	if size > maxResult {
		return Nobody("a text is too long to be followed")
	}
	return OfSymbol(symbol.Join(out...))
}

func formatPiece(rest string, args []Value) (piece symbol.Value, after string) {
	switch {
	case strings.HasPrefix(rest, "{{") || strings.HasPrefix(rest, "}}"):
		return symbol.Text(rest[:1]), rest[2:]
	case rest[0] != '{':
		end := strings.IndexAny(rest[1:], "{}") + 1
		if end == 0 {
			end = len(rest)
		}
		return symbol.Text(rest[:end]), rest[end:]
	}
	end := strings.IndexByte(rest, '}')
	if end < 0 {
		return symbol.Text(rest), ""
	}
	number, style, _ := strings.Cut(rest[1:end], ":")
	i, err := strconv.Atoi(number)
	if err != nil || i < 0 || i >= len(args) {
		return symbol.Nobody("a format names no argument"), rest[end+1:]
	}
	return formatted(args[i].String(), style), rest[end+1:]
}

func formatted(v symbol.Value, style string) symbol.Value {
	if style == "" {
		return v
	}
	if v.Has(symbol.Date) {
		return symbol.Of(symbol.Part{Kind: symbol.Date, Name: style})
	}
	return symbol.Nobody("a formatted number or date is not followed")
}

func join(a []Value) Value {
	if a[1].Kind != Composite {
		return OfSymbol(a[1].String())
	}
	parts, size := []symbol.Value{}, 0
	a[1].Object.Each(func(_ string, v Value) bool {
		if len(parts) > 0 {
			parts = append(parts, a[0].String())
		}
		parts = append(parts, v.String())
		size += len(v.String().String()) + 1
		return size <= maxResult
	})
	if size > maxResult {
		return Nobody("a text is too long to be followed")
	}
	return OfSymbol(symbol.Join(parts...))
}

func split(a []Value) Value {
	sep, known := a[1].Known()
	if !known || sep == "" || a[0].Kind == Unknown {
		return Nobody("the parts of a text are not known")
	}
	items := list{}
	for _, piece := range a[0].String().Split(sep, 1000) {
		items = append(items, OfSymbol(piece))
	}
	return OfObject(&items)
}

// list is a list that a function made.
type list []Value

func (l *list) IsList() bool { return true }

func (l *list) Get(key string) Value {
	i, err := strconv.Atoi(key)
	if err != nil || i < 0 || i >= len(*l) {
		return Value{}
	}
	return (*l)[i]
}

func (l *list) Each(visit func(string, Value) bool) {
	for i, v := range *l {
		if !visit(strconv.Itoa(i), v) {
			return
		}
	}
}

func length(a []Value) Value {
	if a[0].Kind == Unknown {
		return Nobody(a[0].Reason)
	}
	if a[0].Kind == Composite {
		n := 0
		a[0].Object.Each(func(string, Value) bool { n++; return true })
		return OfNumber(float64(n))
	}
	text, known := a[0].Known()
	if !known {
		return Nobody("the length of a text is not known")
	}
	return OfNumber(float64(len([]rune(text))))
}

// toJSON writes what is known; a list or map is not followed.
func toJSON(a []Value) Value {
	switch a[0].Kind {
	case Null:
		return OfText("null")
	case Bool:
		return OfText(strings.ToLower(literals(a[0].String())))
	case Number:
		return OfSymbol(a[0].String())
	case String:
		if text, known := a[0].Known(); known {
			quoted, _ := json.Marshal(text) // a string is always written
			return OfText(string(quoted))
		}
	}
	return Nobody("the JSON form of a list or map is not followed")
}
