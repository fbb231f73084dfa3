package policy

import (
	"slices"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"
)

// names looks at the variables of a rule: those that hide a builtin, and those
// that run through a list and are looked at nowhere else.
func (l *linter) names(r *ast.Rule) {
	uses := newVariables(r)
	for _, t := range uses.declared {
		if name := string(t.Value.(ast.Var)); slices.Contains(allowed, name) && t.Location != nil {
			l.add(t.Location, "%s hides the builtin of this name", name)
		}
	}
	for _, t := range uses.indices {
		v := t.Value.(ast.Var)
		if uses.count[v] == 1 && !v.IsWildcard() && !v.IsGenerated() && !l.global(v) {
			l.add(t.Location, "nothing looks at %s; write _, or some … in", v)
		}
	}
}

// variables are those of a rule.
type variables struct {
	declared []*ast.Term     // by some, every, := and arguments
	indices  []*ast.Term     // in references: i of input.images[i]
	count    map[ast.Var]int // how often each is written, declarations without a value left out
}

func newVariables(r *ast.Rule) *variables {
	v := &variables{count: map[ast.Var]int{}}
	v.declare(r.Head.Args...)
	ast.WalkExprs(r, func(e *ast.Expr) bool {
		v.declarations(e)
		return false
	})
	ast.WalkTerms(r, func(t *ast.Term) bool {
		switch value := t.Value.(type) {
		case ast.Var:
			v.count[value]++
		case ast.Ref:
			for _, part := range value[1:] {
				if _, is := part.Value.(ast.Var); is {
					v.indices = append(v.indices, part)
				}
			}
		}
		return false
	})
	return v
}

// declarations notes what an expression declares.
func (v *variables) declarations(e *ast.Expr) {
	switch terms := e.Terms.(type) {
	case *ast.SomeDecl:
		for _, symbol := range terms.Symbols {
			if call, in := symbol.Value.(ast.Call); in {
				v.declare(call[1 : len(call)-1]...)
				continue
			}
			v.declare(symbol)
			if name, is := symbol.Value.(ast.Var); is {
				v.count[name]-- // it says nothing of it
			}
		}
	case *ast.Every:
		if terms.Key != nil {
			v.declare(terms.Key)
		}
		v.declare(terms.Value)
	case []*ast.Term:
		if e.IsAssignment() {
			v.declare(terms[1])
		}
	}
}

func (v *variables) declare(terms ...*ast.Term) {
	for _, t := range terms {
		if name, is := t.Value.(ast.Var); is && !strings.HasPrefix(string(name), "_") && !name.IsGenerated() {
			v.declared = append(v.declared, t)
		}
	}
}
