package policy

import "github.com/open-policy-agent/opa/v1/ast"

// callSizes estimates how large types get that are handed through functions, in
// types of which a document is made. A function that puts what it is given into
// an object twice and hands it on doubles them; thirty such are more than any
// type checker can compare.
type callSizes struct {
	types  *callTypes
	given  map[*typedFunction]int
	values map[*typedFunction]int
}

// sizePasses is how often a body is looked at: variables may be bound below.
const sizePasses = 3

// of is the size of what all calls give a function.
func (z *callSizes) of(f *typedFunction) int {
	if size, known := z.given[f]; known {
		return size
	}
	z.given[f] = maxTypeSize
	size := 0
	for _, s := range z.types.sites {
		if s.function == f {
			size = capped(size + z.terms(s.args, z.variables(s.in, s.around, z.around(s.in))))
		}
	}
	z.given[f] = size
	return size
}

// around is the size of the arguments of the function in which a body stands.
func (z *callSizes) around(in typedBody) int {
	if in.function == nil {
		return 1
	}
	return z.of(in.function)
}

// value is how many times larger what a function gives is than what it is given.
func (z *callSizes) value(f *typedFunction) int {
	if size, known := z.values[f]; known {
		return size
	}
	z.values[f] = maxTypeSize
	size := 0
	for _, b := range z.types.bodies {
		if b.function == f {
			size = capped(size + z.term(b.rule.Head.Value, z.variables(b, b.rule.Body, 1)))
		}
	}
	z.values[f] = size
	return size
}

// variables are the sizes of those of a body, where they are not 1.
func (z *callSizes) variables(in typedBody, body ast.Body, given int) map[ast.Var]int {
	sizes := map[ast.Var]int{}
	ast.WalkVars(in.rule.Head.Args, func(v ast.Var) bool {
		sizes[v] = given
		return false
	})
	for range sizePasses {
		ast.WalkExprs(body, func(expr *ast.Expr) bool {
			f := z.types.called(expr)
			switch {
			case f != nil && len(expr.Operands()) > f.arity:
				bind(sizes, expr.Operand(f.arity), capped(z.value(f)*z.terms(expr.Operands()[:f.arity], sizes)))
			case expr.IsEquality():
				left, right := z.term(expr.Operand(0), sizes), z.term(expr.Operand(1), sizes)
				bind(sizes, expr.Operand(0), right)
				bind(sizes, expr.Operand(1), left)
			}
			return false
		})
	}
	return sizes
}

// bind gives a variable a size, and those of a pattern that have none.
func bind(sizes map[ast.Var]int, term *ast.Term, size int) {
	if v, is := term.Value.(ast.Var); is {
		sizes[v] = max(sizes[v], size)
		return
	}
	if array, is := term.Value.(*ast.Array); is {
		array.Foreach(func(t *ast.Term) {
			if v, is := t.Value.(ast.Var); is && sizes[v] == 0 {
				sizes[v] = size
			}
		})
	}
}

func (z *callSizes) terms(terms []*ast.Term, sizes map[ast.Var]int) (size int) {
	for _, t := range terms {
		size = capped(size + z.term(t, sizes))
	}
	return size
}

func (z *callSizes) term(t *ast.Term, sizes map[ast.Var]int) (size int) {
	add := func(t *ast.Term) { size = capped(size + z.term(t, sizes)) }
	switch v := t.Value.(type) {
	case ast.Var:
		size = sizes[v]
	case ast.Ref:
		add(v[0])
	case *ast.Array:
		v.Foreach(add)
	case ast.Set:
		v.Foreach(add)
	case ast.Object:
		v.Foreach(func(_, value *ast.Term) { add(value) })
	case *ast.ArrayComprehension:
		add(v.Term)
	case *ast.SetComprehension:
		add(v.Term)
	case *ast.ObjectComprehension:
		add(v.Value)
	}
	return max(size, 1)
}

func capped(size int) int { return min(size, maxTypeSize) }
