package azure

import (
	"slices"
	"strings"

	"guard/internal/finding"
	"guard/internal/pipeline/azure/expression"
	"guard/internal/tree"
)

// expand reads a part of a file: conditions and loops of ${{ … }} are
// followed, and expressions are replaced.
func (r *reader) expand(n *tree.Node, path finding.Path, in *names) *value {
	v := &value{kind: n.Type(), path: path, from: in.from}
	if !in.from.isOwn() {
		v.path = in.from.at
	}
	if !r.spend(1, v.path) {
		return &value{path: v.path, from: in.from}
	}
	switch v.kind {
	case tree.Map:
		v.members = r.expandMap(n, path, in, nil)
		v.open = slices.ContainsFunc(n.Members, func(m tree.Member) bool { return isDirective(m.Key.Text) })
	case tree.List:
		v.items = r.expandList(n, path, in)
	case tree.Absent, tree.Null:
	default:
		return r.expandText(v, n, in)
	}
	return v
}

// bytesPerPart is how much text with expressions counts as one value.
const bytesPerPart = 16

// expandText replaces the expressions of a scalar. One that is nothing but an
// expression may become a list or a map.
func (r *reader) expandText(v *value, n *tree.Node, in *names) *value {
	v.text, v.own = n.Text, in.from.isOwn()
	if !strings.Contains(n.Text, "${{") {
		return v
	}
	if !r.spend(len(n.Text)/bytesPerPart, v.path) {
		return v
	}
	parts := pieces(n.Text)
	r.checkPieces(v, parts, in)
	if whole := r.wholeExpression(parts, in); whole != nil {
		return whole
	}
	if in.open && len(in.loops) == 0 {
		return v
	}
	v.text, v.own = r.expandPieces(parts, in), false
	r.spend(len(v.text)/bytesPerPart, v.path)
	return v
}

// wholeExpression is the list or map that a text stands for; nil where it
// stands for none.
func (r *reader) wholeExpression(parts []piece, in *names) *value {
	if len(parts) != 1 || !parts[0].expression {
		return nil
	}
	got := expression.Evaluate(parse(parts[0].text), in)
	if o, ok := got.Object.(object); ok && got.Kind == expression.Composite {
		return o.value
	}
	return nil
}

// expandPieces writes what the files say into a text; what is left to the run
// stays an expression.
func (r *reader) expandPieces(parts []piece, in *names) string {
	var b strings.Builder
	for _, p := range parts {
		if !p.expression {
			b.WriteString(p.text)
			continue
		}
		node := parse(p.text)
		if text, known := expression.Evaluate(node, in).Known(); known {
			b.WriteString(text)
			continue
		}
		rest := in.replaced(node).String()
		if len(rest) > expression.MaxBytes {
			rest = unreadable.String()
		}
		b.WriteString("${{ " + rest + " }}")
	}
	return b.String()
}

// checkPieces notes expressions of this file that Azure refuses. Those of a
// template are told where it is read itself.
func (r *reader) checkPieces(v *value, parts []piece, in *names) {
	if !in.from.isOwn() {
		return
	}
	for _, p := range parts {
		if p.expression {
			r.checkExpression(p.text, v.path)
		}
	}
}

func (r *reader) checkExpression(text string, path finding.Path) *expression.Node {
	node, err := expression.Parse(text)
	if err != nil {
		r.invalid(path, "the expression %q is not valid: %s", shortened(text), err)
		return unreadable
	}
	return node
}

// shortened keeps messages readable.
func shortened(text string) string {
	const most = 80
	if runes := []rune(text); len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return text
}

// expandMap reads the members of a map, those below conditions and loops among
// them.
func (r *reader) expandMap(n *tree.Node, path finding.Path, in *names, when *guard) []member {
	var members []member
	branches := branching{reader: r}
	for _, m := range n.Members {
		at := path.With(m.Key.Text)
		d, special := directiveOf(m.Key.Text)
		if !special {
			branches.reset()
			key := r.expandKey(m.Key.Text, at, in)
			members = append(members, member{key, r.expand(m.Value, at, in).under(when)})
			continue
		}
		branches.follow(d, m.Value, at, in, func(n *tree.Node, path finding.Path, in *names, inner *guard) {
			members = append(members, r.inserted(n, path, in, when.and(inner))...)
		})
	}
	return members
}

// inserted is the members that a condition, a loop or ${{ insert }} puts into a
// map.
func (r *reader) inserted(n *tree.Node, path finding.Path, in *names, when *guard) []member {
	if n.Type() == tree.Map {
		return r.expandMap(n, path, in, when)
	}
	var members []member
	for _, m := range r.expand(n, path, in).list() {
		members = append(members, member{m.key, m.value.under(when)})
	}
	r.spend(len(members), path)
	return members
}

func (r *reader) expandKey(key string, path finding.Path, in *names) string {
	if !strings.Contains(key, "${{") || in.open && len(in.loops) == 0 {
		return key
	}
	if !r.spend(len(key)/bytesPerPart, path) {
		return key
	}
	return r.expandPieces(pieces(key), in)
}

// expandList reads the items of a list. What a condition or a loop inserts, and
// a list that an expression stands for, become items of it.
func (r *reader) expandList(n *tree.Node, path finding.Path, in *names) []*value {
	var items []*value
	branches := branching{reader: r}
	for i, item := range n.Items {
		at := path.With(i)
		if !onlyDirectives(item) {
			branches.reset()
			items = append(items, r.expandItem(item, at, in, nil)...)
			continue
		}
		for _, m := range item.Members {
			d, _ := directiveOf(m.Key.Text)
			branches.follow(d, m.Value, at.With(m.Key.Text), in, func(n *tree.Node, path finding.Path, in *names, when *guard) {
				items = append(items, r.expandItem(n, path, in, when)...)
			})
		}
	}
	return items
}

// expandItem is what one entry of a list, or what stands below its condition,
// brings into the list.
func (r *reader) expandItem(n *tree.Node, path finding.Path, in *names, when *guard) []*value {
	v := r.expand(n, path, in)
	inserted := when != nil || n.Type() != tree.List || len(path) > 0 && isDirectiveStep(path[len(path)-1])
	if !v.isList() || !inserted {
		return []*value{v.under(when)}
	}
	if !r.spend(len(v.items), v.path) {
		return nil
	}
	items := make([]*value, len(v.items))
	for i, item := range v.items {
		items[i] = item.under(when)
	}
	return items
}

func isDirectiveStep(step finding.Step) bool {
	key, _ := step.Key()
	_, special := directiveOf(key)
	return special
}
