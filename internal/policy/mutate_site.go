package policy

import (
	"slices"

	"github.com/open-policy-agent/opa/v1/ast"
)

// site is a place of a module that can be changed.
type site struct {
	at    *ast.Location
	what  string
	after string // what stands there then; "" where that says nothing
	apply func()
}

// opposites of comparisons.
var opposites = map[string]string{
	"equal": "neq", "eq": "neq", "neq": "equal", "lt": "gte", "gte": "lt", "gt": "lte", "lte": "gt",
}

// sitesOf lists the sites of a module, always in the same order. Words are
// those that lists take in.
func sitesOf(m *ast.Module, words []string) []site {
	var sites []site
	fields := newInputTypes(m)
	for _, r := range m.Rules {
		for ; r != nil; r = r.Else {
			ast.WalkBodies(r, func(body ast.Body) bool {
				for i, expr := range body {
					sites = append(sites, conditionSites(body, i, expr)...)
					sites = append(sites, fields.sites(expr)...)
				}
				return false
			})
			sites = append(sites, listSites(r, words)...)
		}
	}
	return sites
}

// conditionSites drop and negate a condition. One that binds a variable is
// left alone, since without it there is no rule.
func conditionSites(body ast.Body, i int, expr *ast.Expr) []site {
	if expr.Location == nil || expr.IsAssignment() || expr.IsSome() || expr.IsEvery() || always(expr) || binds(expr) {
		return nil
	}
	negated := negation(expr)
	return []site{
		{expr.Location, "this condition is dropped", "", func() { body[i] = ast.NewExpr(ast.BooleanTerm(true)) }},
		{expr.Location, "this condition is negated", negated.String(), func() { body[i] = negated }},
	}
}

// always tells whether an expression is the literal true, as in rules without
// a body.
func always(expr *ast.Expr) bool {
	term, is := expr.Terms.(*ast.Term)
	return is && term.Equal(ast.BooleanTerm(true))
}

// binds tells whether an expression is a unification that gives values to
// variables.
func binds(expr *ast.Expr) bool {
	return expr.IsCall() && expr.Operator().String() == ast.Equality.Name
}

func negation(expr *ast.Expr) *ast.Expr {
	negated := expr.Copy()
	if expr.Negated {
		negated.Negated = false
		return negated
	}
	if opposite, is := opposites[operatorName(expr)]; is {
		terms := negated.Terms.([]*ast.Term)
		terms[0] = ast.NewTerm(ast.Ref{ast.VarTerm(opposite)})
		return negated
	}
	negated.Negated = true
	return negated
}

func operatorName(expr *ast.Expr) string {
	if !expr.IsCall() {
		return ""
	}
	return expr.Operator().String()
}

// listSites leave out elements of lists of texts, and let lists take in more.
func listSites(r *ast.Rule, words []string) []site {
	var sites []site
	change := func(t *ast.Term, elements []*ast.Term, rebuild func(...*ast.Term) *ast.Term) {
		if len(elements) == 0 || !slices.ContainsFunc(elements, isText) || slices.ContainsFunc(elements, func(e *ast.Term) bool { return !isText(e) }) {
			return
		}
		for i := range elements[:min(len(elements), maxLeftOut)] {
			rest := rebuild(slices.Concat(elements[:i], elements[i+1:])...)
			sites = append(sites, site{elements[i].Location, "this element is left out", rest.String(), func() { t.Value = rest.Value }})
		}
		wider := slices.Clone(elements)
		for _, word := range words {
			wider = append(wider, ast.StringTerm(word))
		}
		sites = append(sites, site{t.Location, "this list holds every text of the tests' input besides", "", func() { t.Value = rebuild(wider...).Value }})
	}
	visit := func(t *ast.Term) bool {
		switch value := t.Value.(type) {
		case ast.Set:
			change(t, value.Slice(), ast.SetTerm)
		case *ast.Array:
			var elements []*ast.Term
			value.Foreach(func(e *ast.Term) { elements = append(elements, e) })
			change(t, elements, ast.ArrayTerm)
		}
		return false
	}
	ast.WalkTerms(r.Body, visit)
	if r.Head.Value != nil {
		ast.WalkTerms(r.Head.Value, visit)
	}
	return slices.DeleteFunc(sites, func(s site) bool { return s.at == nil })
}

func isText(t *ast.Term) bool {
	_, is := t.Value.(ast.String)
	return is
}
