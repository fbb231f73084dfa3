package policy

import (
	"fmt"
	"slices"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"
)

// lint looks for what compiles and is hardly ever meant: the bugs that Regal's
// linter finds and OPA's strict compiler does not.
func (m *module) lint(errs *Errors) {
	l := &linter{module: m, errs: errs, sets: m.sets()}
	l.duplicates()
	l.functions()
	l.annotations()
	l.defaults()
	if m.role == roleTest {
		l.testNames()
	}
	for _, r := range m.parsed.Rules {
		for ; r != nil; r = r.Else {
			l.calls(r)
			l.names(r)
			l.iteration(r)
			ast.WalkBodies(r, func(body ast.Body) bool {
				l.body(body)
				return false
			})
		}
	}
}

type linter struct {
	module *module
	errs   *Errors
	sets   []ast.Ref // rules that are sets or objects, which are there though nothing is in them
}

func (l *linter) add(at *ast.Location, format string, args ...any) {
	l.errs.add(place(l.module.file, at), format, args...)
}

// duplicates are definitions that say the same twice.
func (l *linter) duplicates() {
	first := map[string]*ast.Rule{}
	for _, r := range l.module.parsed.Rules {
		text := r.String()
		if other := first[text]; other != nil {
			l.add(r.Location, "this says the same as line %d", other.Location.Row)
		} else {
			first[text] = r
		}
	}
}

// functions wants the definitions of a function to call their arguments alike,
// and some of them to look at each.
func (l *linter) functions() {
	named := map[string][]*ast.Rule{}
	for _, r := range l.module.parsed.Rules {
		if name := ruleName(r); len(r.Head.Args) > 0 {
			named[name] = append(named[name], r)
		}
	}
	for name, rules := range named {
		for i := range rules[0].Head.Args {
			l.argument(name, rules, i)
		}
	}
}

func (l *linter) argument(name string, rules []*ast.Rule, i int) {
	called := ""
	wildcards := 0
	for _, r := range rules {
		if i >= len(r.Head.Args) {
			return // the compiler tells
		}
		v, is := r.Head.Args[i].Value.(ast.Var)
		switch {
		case !is:
			continue
		case v.IsWildcard():
			wildcards++
		case called == "":
			called = string(v)
		case called != string(v):
			l.add(r.Head.Args[i].Location, "%s: this argument is called %s here and %s above", name, v, called)
		}
	}
	if wildcards == len(rules) {
		l.add(rules[0].Head.Args[i].Location, "%s: nothing looks at argument %d", name, i+1)
	}
}

// testNames wants every test to be run, and none to be two.
func (l *linter) testNames() {
	seen := map[string]int{}
	for _, r := range l.module.parsed.Rules {
		name := ruleName(r)
		switch line := seen[name]; {
		case strings.HasPrefix(name, "test_") && line > 0:
			l.add(r.Location, "%s is also in line %d; it passes where one of the two does", name, line)
		case !strings.HasPrefix(name, "test_") && strings.Contains(name, "test_"):
			l.add(r.Location, "%s is not run; the name of a test begins with test_", name)
		}
		seen[name] = r.Location.Row
	}
}

// calls wants sprintf to have as many arguments as its text has verbs, and
// regular expressions to be some.
func (l *linter) calls(r *ast.Rule) {
	check := func(terms []*ast.Term) {
		l.pattern(terms)
		if len(terms) < 3 || terms[0].String() != ast.Sprintf.Name {
			return
		}
		text, isText := terms[1].Value.(ast.String)
		list, isList := terms[2].Value.(*ast.Array)
		if verbs, plain := countVerbs(string(text)); isText && isList && plain && verbs != list.Len() {
			l.add(terms[1].Location, "sprintf: the text has %s, and is given %s", counted(verbs, "verb"), counted(list.Len(), "value"))
		}
	}
	ast.WalkExprs(r, func(e *ast.Expr) bool {
		if terms, is := e.Terms.([]*ast.Term); is {
			check(terms)
		}
		return false
	})
	ast.WalkTerms(r, func(t *ast.Term) bool {
		if call, is := t.Value.(ast.Call); is {
			check(call)
		}
		return false
	})
}

func counted(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// countVerbs counts the verbs of a format; plain is false where it takes its
// values by number or takes a width from them.
func countVerbs(format string) (n int, plain bool) {
	for i := 0; i < len(format); i++ {
		if format[i] != '%' {
			continue
		}
		for i++; i < len(format) && strings.IndexByte("+-# 0123456789.", format[i]) >= 0; i++ {
		}
		switch {
		case i == len(format) || format[i] == '[' || format[i] == '*':
			return 0, false
		case format[i] != '%':
			n++
		}
	}
	return n, true
}

// body looks at each condition of a body, and at what stands above it.
func (l *linter) body(body ast.Body) {
	for i, expr := range body {
		if expr.Location == nil {
			continue
		}
		l.impossibleNot(expr)
		if len(expr.With) > 0 {
			continue
		}
		l.constant(body, expr)
		l.unasked(expr)
		l.loop(expr)
		if i+1 < len(body) {
			l.redundantCount(expr, body[i+1])
			l.redundantExistence(expr, body[i+1])
		}
	}
}

// constant are conditions that ask nothing.
func (l *linter) constant(body ast.Body, expr *ast.Expr) {
	if term, is := expr.Terms.(*ast.Term); is {
		if collection(term.Value) && !expr.Negated {
			l.add(expr.Location, "this is a value, which is always there, and no condition")
		}
		if ast.IsScalar(term.Value) && !term.Equal(ast.BooleanTerm(false)) && len(body) > 1 {
			l.add(expr.Location, "this is always the same, so it is no condition")
		}
		return
	}
	if _, compares := opposites[operatorName(expr)]; compares && ast.IsScalar(expr.Operand(0).Value) && ast.IsScalar(expr.Operand(1).Value) {
		l.add(expr.Location, "this is always the same, so it is no condition")
	}
}

// unasked are calls of which the value is not looked at: in Rego 0 and "" are
// no false.
func (l *linter) unasked(expr *ast.Expr) {
	builtin := ast.BuiltinMap[operatorName(expr)]
	if builtin == nil || builtin.Infix != "" || builtin.Decl.Result() == nil || builtin.Name == ast.Member.Name || expr.IsAssignment() || expr.IsEquality() {
		return
	}
	if len(expr.Operands()) == len(builtin.Decl.FuncArgs().Args) && builtin.Decl.Result().String() != "boolean" {
		l.add(expr.Location, "%s gives a value that nothing looks at; this holds whatever it is, as only false is not true", builtin.Name)
	}
}

// loop are inequalities with some element of a list, which nearly always hold.
func (l *linter) loop(expr *ast.Expr) {
	if operatorName(expr) != ast.NotEqual.Name {
		return
	}
	for _, operand := range expr.Operands() {
		ref, is := operand.Value.(ast.Ref)
		if is && slices.ContainsFunc(ref[1:], func(t *ast.Term) bool { v, isVar := t.Value.(ast.Var); return isVar && v.IsWildcard() }) {
			l.add(expr.Location, "this holds where any element differs; write not x in xs for none of them")
		}
	}
}

// redundantCount are counts in front of a loop over the same list.
func (l *linter) redundantCount(expr, next *ast.Expr) {
	name := operatorName(expr)
	if name != ast.GreaterThan.Name && name != ast.NotEqual.Name || !expr.Operand(1).Equal(ast.NumberTerm("0")) {
		return
	}
	call, is := expr.Operand(0).Value.(ast.Call)
	some, loops := next.Terms.(*ast.SomeDecl)
	if !is || !loops || len(call) != 2 || call[0].String() != ast.Count.Name || len(some.Symbols) != 1 {
		return
	}
	if in, isCall := some.Symbols[0].Value.(ast.Call); isCall && in[len(in)-1].Equal(call[1]) {
		l.add(expr.Location, "the loop below is not entered where there is nothing, so this asks nothing more")
	}
}
