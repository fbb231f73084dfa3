package azure

import (
	"strconv"
	"strings"

	"guard/internal/pipeline/azure/expression"
	"guard/internal/pipeline/logic"
	"guard/internal/tree"
)

// names is what ${{ … }} can speak of at a place: parameters, and the
// variables of ${{ each }}. It is the scope of expressions while the file is
// read.
type names struct {
	from       *origin
	open       bool             // parameters are those of the pipeline itself, which whoever starts it may set
	parameters map[string]bound // by name in lower case
	loops      map[string]each  // by name in lower case
}

// bound is a parameter with its value.
type bound struct {
	value *value
	kind  string // boolean, number, string, object, …; "" where not said
}

// each is what a variable of ${{ each }} stands for: an item, or a key with a
// value.
type each struct {
	key   string
	pair  bool
	value *value
}

// with returns the names with one more variable of ${{ each }}.
func (n *names) with(name string, e each) *names {
	inner := &names{from: n.from, open: n.open, parameters: n.parameters, loops: map[string]each{}}
	for key, outer := range n.loops {
		inner.loops[key] = outer
	}
	inner.loops[strings.ToLower(name)] = e
	return inner
}

// Name is what a name stands for while the file is read. Variables wait for
// the run.
func (n *names) Name(name string) expression.Value {
	key := strings.ToLower(name)
	if loop, ok := n.loops[key]; ok {
		if loop.pair {
			return expression.OfObject(pair{loop})
		}
		return loop.value.asExpression("")
	}
	if key == "parameters" {
		return expression.OfObject(parameters{n})
	}
	return expression.Nobody(name + " is known only in a run")
}

// Status is not known while the file is read.
func (n *names) Status(function string, _ []string) logic.Answer {
	return logic.Maybe(function + " is known only in a run")
}

// parameters is the object of that name.
type parameters struct{ of *names }

func (parameters) IsList() bool { return false }

func (p parameters) Get(key string) expression.Value {
	b, ok := p.of.parameters[strings.ToLower(key)]
	switch {
	case !ok && p.of.open:
		return expression.Nobody("the parameter " + key + " is not known")
	case !ok:
		return expression.Value{}
	case p.of.open && !b.value.isMap() && !b.value.isList():
		return expression.Nobody("the parameter " + key + " is set by whoever starts the pipeline")
	}
	return b.value.asExpression(b.kind)
}

func (p parameters) Each(visit func(string, expression.Value) bool) {
	for _, key := range sortedKeys(p.of.parameters) {
		if !visit(key, p.Get(key)) {
			return
		}
	}
}

// pair is the variable of ${{ each }} over a map.
type pair struct{ of each }

func (pair) IsList() bool { return false }

func (p pair) Get(key string) expression.Value {
	switch strings.ToLower(key) {
	case "key":
		return expression.OfText(p.of.key)
	case "value":
		return p.of.value.asExpression("")
	}
	return expression.Value{}
}

func (p pair) Each(visit func(string, expression.Value) bool) {
	_ = visit("key", p.Get("key")) && visit("value", p.Get("value"))
}

// object is a list or map of the file in an expression.
type object struct{ *value }

func (o object) IsList() bool { return o.isList() }

func (o object) Get(key string) expression.Value {
	if o.isList() {
		i, err := strconv.Atoi(key)
		if err != nil || i < 0 || i >= len(o.items) {
			return expression.Value{}
		}
		return o.items[i].asExpression("")
	}
	for _, m := range o.members {
		if strings.EqualFold(m.key, key) {
			return m.value.asExpression("")
		}
	}
	return expression.Value{}
}

func (o object) Each(visit func(string, expression.Value) bool) {
	for i, item := range o.items {
		if !visit(strconv.Itoa(i), item.asExpression("")) {
			return
		}
	}
	for _, m := range o.members {
		if !visit(m.key, m.value.asExpression("")) {
			return
		}
	}
}

// residue marks a value whose text holds expressions that wait for the run.
type residue struct {
	object
}

// asExpression is a part of the file as the value of an expression. Kind is
// the type of the parameter that it is given to.
func (v *value) asExpression(kind string) expression.Value {
	switch {
	case !v.isSet():
		return expression.Value{}
	case v.isMap() || v.isList():
		return expression.OfObject(object{v})
	case strings.Contains(v.text, "${{"):
		return expression.Value{Kind: expression.Unknown, Reason: v.text + " is known only in a run", Object: residue{object{v}}}
	}
	return typed(v.text, kind, v.kind)
}

// typed is a text as a parameter of some type takes it.
func typed(text, kind string, written tree.Kind) expression.Value {
	switch {
	case kind == "boolean":
		return expression.OfBool(strings.EqualFold(text, "true"))
	case kind == "number" && written == tree.Number:
		if n, err := strconv.ParseFloat(text, 64); err == nil {
			return expression.Value{Kind: expression.Number, Number: n, Text: expression.OfText(text).Text}
		}
	}
	return expression.OfText(text)
}

// replaced is an expression in which everything that the files say is written
// out, so that what is left speaks of the pipeline's own parameters and
// variables.
func (n *names) replaced(node *expression.Node) *expression.Node {
	size := 0
	return node.Replace(func(part *expression.Node) *expression.Node {
		v := expression.Evaluate(part, n)
		if rest, ok := v.Object.(residue); ok && v.Kind == expression.Unknown {
			other := nodeOf(rest.text)
			if size += other.Size(); size > maxResidue {
				return unreadable
			}
			return other
		}
		return literal(v)
	})
}

// maxResidue bounds the parts of an expression that others are written into.
const maxResidue = 2000

// literal is a value that is known as an expression; nil where it is not.
func literal(v expression.Value) *expression.Node {
	switch v.Kind {
	case expression.Bool:
		return expression.Word(v.Truth)
	case expression.String, expression.Number:
		if text, known := v.Known(); known {
			return expression.Text(text)
		}
	}
	return nil
}
