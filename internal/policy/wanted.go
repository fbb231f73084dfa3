package policy

import (
	"github.com/open-policy-agent/opa/v1/ast"
)

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
