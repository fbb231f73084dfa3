package azure

import (
	"regexp"
	"strings"

	"guard/internal/finding"
	"guard/internal/pipeline/azure/expression"
	"guard/internal/tree"
)

// directive is a key that says what becomes of what stands below it:
// ${{ if … }}, ${{ each x in … }}, ${{ insert }}.
type directive struct {
	word     string // if, elseif, else, each, insert
	variable string // of each
	text     string // the expression of if, elseif and each
}

var (
	directiveWord = regexp.MustCompile(`^(?i)(if|elseif|else|each|insert)\b\s*`)
	eachIn        = regexp.MustCompile(`^([A-Za-z_][\w-]*)\s+(?i:in)\s+`)
)

func directiveOf(key string) (d directive, ok bool) {
	inside, found := strings.CutPrefix(strings.TrimSpace(key), "${{")
	inside, closed := strings.CutSuffix(inside, "}}")
	if !found || !closed {
		return directive{}, false
	}
	inside = strings.TrimSpace(inside)
	at := directiveWord.FindStringSubmatchIndex(inside)
	if at == nil {
		return directive{}, false
	}
	d = directive{word: strings.ToLower(inside[at[2]:at[3]]), text: inside[at[1]:]}
	if d.word == "each" {
		in := eachIn.FindStringSubmatchIndex(d.text)
		if in == nil {
			return directive{}, false
		}
		d.variable, d.text = d.text[in[2]:in[3]], d.text[in[1]:]
	}
	return d, true
}

// onlyDirectives tells whether an entry of a list is a map of nothing but
// directives.
func onlyDirectives(n *tree.Node) bool {
	if n.Type() != tree.Map || len(n.Members) == 0 {
		return false
	}
	for _, m := range n.Members {
		if _, special := directiveOf(m.Key.Text); !special {
			return false
		}
	}
	return true
}

// branching goes through if, elseif and else in the order of the file.
type branching struct {
	*reader
	open    bool               // an if stands before
	decided bool               // a branch before is taken for certain
	before  []*expression.Node // conditions of branches before that may be taken
}

func (b *branching) reset() { b.open, b.decided, b.before = false, false, nil }

// follow calls visit for what a directive inserts, with the condition it stands
// under.
func (b *branching) follow(d directive, n *tree.Node, path finding.Path, in *names, visit func(*tree.Node, finding.Path, *names, *guard)) {
	switch d.word {
	case "insert":
		b.reset()
		visit(n, path, in, nil)
	case "each":
		b.reset()
		b.each(d, path, in, func(inner *names, when *guard) { visit(n, path, inner, when) })
	default:
		if when, taken := b.branch(d, path, in); taken {
			visit(n, path, in, when)
		}
	}
}

// branch tells whether a branch may be taken, and under which condition.
func (b *branching) branch(d directive, path finding.Path, in *names) (when *guard, taken bool) {
	if d.word == "if" {
		b.reset()
		b.open = true
	}
	if b.decided || !b.open {
		return nil, false
	}
	for _, other := range b.before {
		when = when.and(guardOf(expression.Call("not", other)))
	}
	if d.word == "else" {
		b.open = false
		return when, true
	}
	node := b.condition(d.text, path, in)
	switch holds := expression.Evaluate(node, in).Holds(); {
	case holds.IsNo():
		return nil, false
	case holds.IsYes():
		b.decided = true
		return when, true
	}
	node = in.replaced(node)
	b.before = append(b.before, node)
	return when.and(guardOf(node)), true
}

func (b *branching) condition(text string, path finding.Path, in *names) *expression.Node {
	if !b.spend(len(text)/bytesPerPart, path) {
		return unreadable
	}
	if in.from.isOwn() {
		return b.checkExpression(text, path)
	}
	return parse(text)
}

// each calls visit for every turn of a loop. Of a loop over what only the run
// knows one turn is looked at, of which nobody knows whether there is one.
func (b *branching) each(d directive, path finding.Path, in *names, visit func(*names, *guard)) {
	over := expression.Evaluate(b.condition(d.text, path, in), in)
	o, ok := over.Object.(interface {
		Each(func(string, expression.Value) bool)
	})
	if over.Kind != expression.Composite || !ok {
		if over.Kind == expression.Unknown {
			b.unknownLoop(d, path, in, over.Reason)
			visit(in.with(d.variable, each{value: b.unknownItem(d, path, in)}), guardOf(unreadable))
		}
		return
	}
	list := over.Object.IsList()
	o.Each(func(key string, item expression.Value) bool {
		visit(in.with(d.variable, each{key: key, pair: !list, value: b.valueOf(item, path, in)}), nil)
		return b.left > 0
	})
}

// unknownLoop notes a loop of which nobody knows what it goes through. In a
// template that is usual, and decided where the template is inserted.
func (r *reader) unknownLoop(d directive, path finding.Path, in *names, reason string) {
	if r.out.Form != "template" {
		r.once(r.at(path, in), "what ${{ each %s }} goes through is not known: %s", d.variable, reason)
	}
}

// unknownItem is what the variable of such a loop stands for: itself.
func (r *reader) unknownItem(d directive, path finding.Path, in *names) *value {
	return &value{kind: tree.String, text: "${{ " + d.variable + " }}", path: r.at(path, in), from: in.from}
}

// valueOf is an item of a loop as a part of the file.
func (r *reader) valueOf(item expression.Value, path finding.Path, in *names) *value {
	if o, ok := item.Object.(object); ok {
		return o.value
	}
	if rest, ok := item.Object.(residue); ok {
		return rest.value
	}
	text, known := item.Known()
	if !known {
		text = "${{ unreadable() }}"
	}
	return &value{kind: tree.String, text: text, path: r.at(path, in), from: in.from}
}

// at is where something of this file stands, or the template: line by which it
// comes into it.
func (r *reader) at(path finding.Path, in *names) finding.Path {
	if in.from.isOwn() {
		return path
	}
	return in.from.at
}
