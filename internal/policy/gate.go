package policy

import (
	"reflect"
	"slices"

	"github.com/open-policy-agent/opa/v1/ast"

	"guard/internal/document"
)

// wants is a set of demands on a document's fields, two bits for each: that it
// is there at all, and that it holds something.
type wants uint64

func there(field int) wants { return 1 << (2 * field) }
func holds(field int) wants { return there(field) << 1 }

// documentFields are the fields of a document that rules see.
var documentFields = jsonFields(reflect.TypeFor[document.Document]())

// meets tells which demands a document meets.
func meets(doc *document.Document) (met wants) {
	v := reflect.ValueOf(doc).Elem()
	for i, f := range documentFields {
		field := v.FieldByIndex(f.index)
		if f.omitEmpty && field.IsZero() {
			continue
		}
		met |= there(i)
		if field.Kind() == reflect.Slice && field.Len() > 0 || field.Kind() != reflect.Slice && !field.IsZero() {
			met |= holds(i)
		}
	}
	return met
}

// gates finds out what a document must have for a rule to say anything: a body
// that iterates over input.images says nothing of a document without images.
// What it does not understand it takes for no demand.
type gates struct {
	compiler *ast.Compiler
	known    map[*ast.Rule]wants
}

// of are the demands of a rule's ways to deny, of which one must be met.
func (g *gates) of(r *rule) []wants {
	var all []wants
	for _, deny := range g.compiler.GetRulesExact(r.module.parsed.Package.Path.Append(ast.StringTerm("deny"))) {
		all = append(all, g.rule(deny))
	}
	return all
}

// rule is what one definition of a rule demands.
func (g *gates) rule(r *ast.Rule) wants {
	if r.Default {
		return 0
	}
	if known, ok := g.known[r]; ok {
		return known
	}
	g.known[r] = 0
	demands := g.body(r.Body)
	if r.Else != nil {
		demands &= g.rule(r.Else)
	}
	g.known[r] = demands
	return demands
}

func (g *gates) body(body ast.Body) (demands wants) {
	for _, expr := range body {
		if expr.Negated || len(expr.With) > 0 {
			continue
		}
		switch terms := expr.Terms.(type) {
		case *ast.Term:
			demands |= g.term(terms)
		case []*ast.Term:
			demands |= g.terms(terms)
		}
	}
	return demands
}

func (g *gates) terms(terms []*ast.Term) (demands wants) {
	for _, t := range terms {
		demands |= g.term(t)
	}
	return demands
}

// term is what a term demands to have a value. Comprehensions always have one.
func (g *gates) term(t *ast.Term) (demands wants) {
	switch value := t.Value.(type) {
	case ast.Ref:
		return g.terms(value[1:]) | g.ref(value)
	case ast.Call:
		return g.terms(value)
	case *ast.Array:
		value.Foreach(func(t *ast.Term) { demands |= g.term(t) })
	case ast.Object:
		value.Foreach(func(k, v *ast.Term) { demands |= g.term(k) | g.term(v) })
	}
	return demands
}

func (g *gates) ref(ref ast.Ref) wants {
	if ref[0].Equal(ast.DefaultRootDocument) {
		return g.virtual(ref)
	}
	name := constant(ref, 1)
	i := slices.IndexFunc(documentFields, func(f jsonField) bool { return f.name == name })
	switch {
	case i < 0 || !ref[0].Equal(ast.InputRootDocument):
		return 0
	case len(ref) > 2:
		return there(i) | holds(i)
	}
	return there(i)
}

// virtual is what all definitions of the rule demand that a reference leads
// to or into. A set is there, if empty, whatever its definitions demand.
func (g *gates) virtual(ref ast.Ref) wants {
	rules := g.compiler.GetRulesForVirtualDocument(ref.ConstantPrefix())
	if len(rules) == 0 {
		return 0
	}
	demands := ^wants(0)
	for _, r := range rules {
		path := r.Ref()
		if !path.IsGround() || !ref.HasPrefix(path) || r.Head.RuleKind() == ast.MultiValue && len(ref) <= len(path) {
			return 0
		}
		demands &= g.rule(r)
	}
	return demands
}
