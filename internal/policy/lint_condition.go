package policy

import (
	"regexp"
	"slices"

	"github.com/open-policy-agent/opa/v1/ast"
)

// collection tells whether a value is a list, set or object that is written
// out. As a condition it always holds, whatever is in it.
func collection(v ast.Value) bool {
	switch v.(type) {
	case *ast.Array, ast.Set, ast.Object, *ast.ArrayComprehension, *ast.SetComprehension, *ast.ObjectComprehension:
		return true
	}
	return false
}

// impossibleNot is a set that is wanted not to be there: it always is, if empty.
func (l *linter) impossibleNot(expr *ast.Expr) {
	term, is := expr.Terms.(*ast.Term)
	if !is || !expr.Negated {
		return
	}
	if slices.ContainsFunc(l.sets, func(set ast.Ref) bool { return refOf(term).Equal(set) }) {
		l.add(expr.Location, "not %s never holds: a set is there though nothing is in it; write %s == set() or count(%[1]s) == 0", term, term)
	}
}

// refOf is a term as a reference; nil where it is none.
func refOf(t *ast.Term) ast.Ref {
	switch v := t.Value.(type) {
	case ast.Ref:
		return v
	case ast.Var:
		return ast.Ref{t}
	}
	return nil
}

// redundantExistence are references that are asked for and then given to a
// builtin that wants more of them than to be there.
func (l *linter) redundantExistence(expr, next *ast.Expr) {
	term, is := expr.Terms.(*ast.Term)
	if !is || expr.Negated || next.Negated || len(next.With) > 0 || !next.IsCall() || next.IsAssignment() {
		return
	}
	ref, isRef := term.Value.(ast.Ref)
	builtin := ast.BuiltinMap[operatorName(next)]
	if !isRef || builtin == nil || !plainRef(ref) {
		return
	}
	for i, wanted := range builtin.Decl.FuncArgs().Args {
		if i < len(next.Operands()) && next.Operand(i).Equal(term) && wanted.String() == "string" {
			l.add(expr.Location, "%s fails where %s is not there, so this asks nothing more", builtin.Name, term)
		}
	}
}

// patternOf says which argument of a builtin is a regular expression.
var patternOf = map[string]int{
	ast.RegexMatch.Name: 0, ast.RegexSplit.Name: 0, ast.RegexFind.Name: 0, ast.RegexFindAllStringSubmatch.Name: 0, ast.RegexReplace.Name: 1,
}

// pattern wants a regular expression that is written out to be one: a call with
// another is not there, whatever the text.
func (l *linter) pattern(terms []*ast.Term) {
	i, has := patternOf[terms[0].String()]
	if !has || i+1 >= len(terms) {
		return
	}
	text, is := terms[i+1].Value.(ast.String)
	if !is {
		return
	}
	if _, err := regexp.Compile(string(text)); err != nil {
		l.add(terms[i+1].Location, "%s: %s", terms[0], err)
	}
}
