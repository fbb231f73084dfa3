package github

import (
	"fmt"
	"strconv"
	"strings"

	"guard/internal/pipeline/logic"
	"guard/internal/pipeline/symbol"

	"github.com/rhysd/actionlint"
)

// statusFunctions are those that ask how the run went so far. A condition
// without one of them holds only where all went well.
var statusFunctions = []string{"success", "failure", "always", "cancelled"}

// call evaluates a function.
func (e evaluator) call(n *actionlint.FuncCallNode, depth int) operand {
	name := strings.ToLower(n.Callee)
	for _, status := range statusFunctions {
		if name == status {
			return boolean(e.in.status(name))
		}
	}
	args := make([]operand, len(n.Args))
	for i, arg := range n.Args {
		args[i] = e.node(arg, depth+1)
	}
	return function(name, args)
}

func function(name string, args []operand) operand {
	switch {
	case name == "contains" && len(args) == 2:
		return boolean(contains(args[0], args[1]))
	case name == "startswith" && len(args) == 2:
		return boolean(affix(args[0], args[1], strings.HasPrefix, true))
	case name == "endswith" && len(args) == 2:
		return boolean(affix(args[0], args[1], strings.HasSuffix, false))
	case name == "format" && len(args) > 0:
		return format(args)
	case name == "join" && len(args) > 0:
		return join(args)
	case name == "fromjson" && len(args) == 1:
		return fromJSON(args[0])
	case name == "tojson" && len(args) == 1:
		return toJSON(args[0])
	case name == "case":
		return choose(args)
	}
	return unknown("the result of " + name + "() is known only in a run")
}

// choose evaluates case(condition, value, …, default).
func choose(args []operand) operand {
	for ; len(args) >= 2; args = args[2:] {
		switch holds := args[0].truth(); {
		case holds.IsYes():
			return args[1]
		case holds.IsUnknown():
			return unknown(holds.Reason)
		}
	}
	if len(args) == 1 {
		return args[0]
	}
	return null
}

// contains looks for a text in a text, or for an item in a list.
func contains(in, what operand) logic.Answer {
	if items, ok := in.object.([]any); ok {
		answers := make([]logic.Answer, len(items))
		for i, item := range items {
			answers[i] = equal(ofJSON(item), what)
		}
		return logic.Or(answers...)
	}
	if sub, known := what.known(); known && in.kind == textKind {
		return symbol.Contains(in.text.Lower(), strings.ToLower(sub))
	}
	return affix(in, what, strings.Contains, false)
}

// affix asks for a text in another; both are compared without regard to case.
// Where front is set the question is about the beginning, so that a text whose
// beginning is known can answer it.
func affix(in, what operand, holds func(s, sub string) bool, front bool) logic.Answer {
	sub, known := what.known()
	if !known {
		return logic.Maybe(orReason(what, "a text that is looked for is not known"))
	}
	if sub == "" {
		return logic.Yes
	}
	if text, known := in.known(); known {
		return logic.Is(holds(strings.ToLower(text), strings.ToLower(sub)))
	}
	if front && in.kind == textKind && len(in.text) > 0 && in.text[0].Kind == symbol.Literal {
		head := strings.ToLower(in.text[0].Text)
		if n := min(len(head), len(sub)); head[:n] != strings.ToLower(sub)[:n] {
			return logic.No
		} else if len(head) >= len(sub) {
			return logic.Yes
		}
	}
	return logic.Maybe(orReason(in, fmt.Sprintf("whether %s is in %s is not known", strconv.Quote(sub), in.value())))
}

func orReason(o operand, reason string) string {
	if o.reason != "" {
		return o.reason
	}
	if known := o.value().Reason(); known != "" {
		return known
	}
	return reason
}

// format puts arguments in the places of {0}, {1}.
func format(args []operand) operand {
	pattern, known := args[0].known()
	if !known {
		return unknown("the pattern of format() is not known")
	}
	var out []symbol.Value
	for len(pattern) > 0 {
		i := strings.IndexAny(pattern, "{}")
		if i < 0 {
			break
		}
		out, pattern = append(out, symbol.Text(pattern[:i])), pattern[i:]
		if strings.HasPrefix(pattern, "{{") || strings.HasPrefix(pattern, "}}") {
			out, pattern = append(out, symbol.Text(pattern[:1])), pattern[2:]
			continue
		}
		end := strings.IndexByte(pattern, '}')
		n, err := strconv.Atoi(strings.Trim(pattern[:end+1], "{}"))
		if err != nil || n < 0 || n+1 >= len(args) {
			return unknown("the pattern of format() is not valid")
		}
		out, pattern = append(out, args[n+1].value()), pattern[end+1:]
	}
	return textOf(symbol.Join(append(out, symbol.Text(pattern))...))
}

// join writes the items of a list with something between them.
func join(args []operand) operand {
	separator := symbol.Text(",")
	if len(args) > 1 {
		separator = args[1].value()
	}
	items, ok := args[0].object.([]any)
	if !ok {
		if args[0].kind == textKind {
			return args[0]
		}
		return unknown(orReason(args[0], "the list of join() is not known"))
	}
	var out []symbol.Value
	for i, item := range items {
		if i > 0 {
			out = append(out, separator)
		}
		out = append(out, ofJSON(item).value())
	}
	return textOf(symbol.Join(out...))
}

func toJSON(o operand) operand {
	if text, known := o.known(); known && o.kind == textKind {
		return literal(strconv.Quote(text))
	}
	return unknown("the JSON form of a value is not followed")
}
