package policy

import (
	"slices"

	"github.com/open-policy-agent/opa/v1/ast"
)

// wholeInput encodes everything.
var wholeInput = newEncoding(nil, nil)

// encodingFor finds out what of a document the modules can ask for. Of the
// models, guard's own rules see only fields that some of them name: they reach
// a field by its name alone, and a test holds their answers to be the same as
// with everything. What other rules do with a model nobody knows, so they see
// it whole.
func encodingFor(rules []*rule, modules []*module, parsed map[string]*ast.Module) *encoding {
	fields, mentioned := inputFields(parsed), mentionedStrings(parsed)
	if fields == nil || slices.ContainsFunc(modules, func(m *module) bool { return !m.source.builtin() }) {
		c := newEncoding(fields, nil)
		c.named = mentioned
		return c
	}
	for _, r := range rules {
		for _, value := range r.Values {
			collectStrings(value, mentioned) // a parameter may name a field
		}
	}
	c := newEncoding(fields, mentioned)
	c.named = mentioned
	return c
}

// mentionedStrings lists every string that stands in the modules.
func mentionedStrings(modules map[string]*ast.Module) map[string]bool {
	mentioned := map[string]bool{}
	for _, m := range modules {
		for _, r := range m.Rules {
			ast.WalkTerms(r, func(t *ast.Term) bool {
				if text, ok := t.Value.(ast.String); ok {
					mentioned[string(text)] = true
				}
				return false
			})
		}
	}
	return mentioned
}

// collectStrings adds the strings in a value as JSON decodes it.
func collectStrings(value any, into map[string]bool) {
	switch value := value.(type) {
	case string:
		into[value] = true
	case []any:
		for _, item := range value {
			collectStrings(item, into)
		}
	case map[string]any:
		for key, item := range value {
			into[key] = true
			collectStrings(item, into)
		}
	}
}

// inputFields names the top-level fields of input that modules refer to. It
// is nil, which is all of them, where one takes input as a whole.
func inputFields(modules map[string]*ast.Module) map[string]bool {
	fields := map[string]bool{}
	for _, m := range modules {
		for _, r := range m.Rules {
			if !collectInput(r, fields) {
				return nil
			}
		}
	}
	return fields
}

// collectInput adds the fields that a rule refers to; ok is false where it
// takes input as a whole.
func collectInput(r *ast.Rule, fields map[string]bool) (ok bool) {
	ok = true
	var visitor *ast.GenericVisitor
	visitor = ast.NewGenericVisitor(func(x any) bool {
		switch x := x.(type) {
		case ast.Ref:
			if !x[0].Equal(ast.InputRootDocument) {
				return false
			}
			name := constant(x, 1)
			ok = ok && name != ""
			fields[name] = true
			for _, term := range x[1:] {
				visitor.Walk(term)
			}
			return true
		case ast.Var:
			ok = ok && !x.Equal(ast.InputRootDocument.Value)
		}
		return false
	})
	visitor.Walk(r)
	return ok
}
