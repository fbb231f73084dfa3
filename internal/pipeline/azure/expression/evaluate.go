package expression

import (
	"fmt"
	"strconv"
	"strings"

	"guard/internal/pipeline/logic"
	"guard/internal/pipeline/symbol"
)

// maxResult bounds the parts and bytes of a text that a function makes.
const maxResult = 64 << 10

// Evaluate works an expression out. What cannot be known is in the result.
func Evaluate(n *Node, scope Scope) Value { return evaluator{scope}.value(n) }

type evaluator struct{ scope Scope }

func (e evaluator) value(n *Node) Value {
	switch n.kind {
	case textNode:
		return OfText(n.text)
	case numberNode:
		return literalNumber(n.text)
	case wordNode:
		if n.text == "null" {
			return Value{}
		}
		return OfBool(n.text == "true")
	case nameNode:
		return e.scope.Name(n.text)
	case accessNode:
		return e.access(n)
	case parsedNode:
		return e.parsed(e.value(n.args[0]))
	case starNode:
		return Nobody("a list of all the members of something is not followed")
	}
	return e.call(n)
}

// literalNumber keeps how a number is written; a version, 1.2.3, is a text.
func literalNumber(text string) Value {
	n, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return OfText(text)
	}
	return Value{Kind: Number, Number: n, Text: symbol.Text(text)}
}

// parsed reads a value as an expression. A boolean is one already.
func (e evaluator) parsed(v Value) Value {
	if v.Kind == Bool || v.Kind == Unknown {
		return v
	}
	text, known := v.Known()
	if !known {
		return Nobody(reasonOf(v.String()))
	}
	node, err := Parse(text)
	if err != nil {
		return Nobody("a condition that is put together cannot be read: " + err.Error())
	}
	return e.value(node)
}

func (e evaluator) access(n *Node) Value {
	of := e.value(n.args[0])
	switch of.Kind {
	case Unknown:
		return Nobody(of.Reason)
	case Composite:
	default:
		return Value{}
	}
	index := e.value(n.args[1])
	key, known := index.Known()
	if !known {
		return Nobody(reasonOf(index.String()))
	}
	return of.Object.Get(key)
}

func (e evaluator) call(n *Node) Value {
	name := strings.ToLower(n.text)
	switch name {
	case "always", "canceled", "failed", "succeeded", "succeededorfailed":
		return e.status(name, n.args)
	case "and", "or":
		return e.junction(name, n.args)
	case "coalesce":
		return e.coalesce(n.args)
	case "counter":
		return OfSymbol(symbol.Of(symbol.Part{Kind: symbol.RunNumber, Name: "counter", Source: n.String()}))
	case "iif":
		return e.choice(n.args)
	}
	function, known := functions[name]
	if !known {
		return Nobody(fmt.Sprintf("the function %s is not known here", n.text))
	}
	if len(n.args) < function.least {
		return Nobody(fmt.Sprintf("%s has too few arguments", n.text))
	}
	args := make([]Value, len(n.args))
	for i, arg := range n.args {
		args[i] = e.value(arg)
	}
	return function.of(args)
}

func (e evaluator) status(name string, args []*Node) Value {
	names := []string{}
	for _, arg := range args {
		text, known := e.value(arg).Known()
		if !known {
			return Nobody("which jobs " + name + " asks for is not known")
		}
		names = append(names, text)
	}
	return OfAnswer(e.scope.Status(name, names))
}

// junction is and, or: one argument may decide, whatever the others are.
func (e evaluator) junction(name string, args []*Node) Value {
	answers := make([]logic.Answer, len(args))
	for i, arg := range args {
		answers[i] = e.value(arg).Holds()
	}
	if name == "and" {
		return OfAnswer(logic.And(answers...))
	}
	return OfAnswer(logic.Or(answers...))
}

// coalesce is the first value that is neither null nor empty.
func (e evaluator) coalesce(args []*Node) Value {
	for _, arg := range args {
		v := e.value(arg)
		switch empty := isNull(v); {
		case v.Kind == Unknown:
			return Nobody(v.Reason)
		case empty.IsUnknown():
			return Nobody(empty.Reason)
		case empty.IsNo():
			return v
		}
	}
	return Value{}
}

// choice is iif(condition, then, else).
func (e evaluator) choice(args []*Node) Value {
	if len(args) != 3 {
		return Nobody("iif has three arguments")
	}
	switch holds := e.value(args[0]).Holds(); {
	case holds.IsYes():
		return e.value(args[1])
	case holds.IsNo():
		return e.value(args[2])
	default:
		return Nobody(holds.Reason)
	}
}
