package policy

import (
	"fmt"
	"maps"
	"slices"

	"github.com/open-policy-agent/opa/v1/ast"
)

// callTypes types what functions are given and what they give back, and the
// bodies of every. OPA takes an argument, and what every runs through, for
// anything, so a field of it that does not exist is undefined for ever. Here rules are added which OPA does type: the set of what all calls of a
// function give it as an argument, and the set of its values for those. A field
// that none of them can have is a mistake; where one is not known, nothing is.
type callTypes struct {
	modules   map[string]*ast.Module // copies of compiled ones, of what is asked about and what that needs
	functions map[string]*typedFunction
	bodies    []typedBody
	sites     []callSite
	loops     []loop
	size      int // conditions around all sites
	added     int // rules
}

// typedFunction is a function, and who calls it.
type typedFunction struct {
	number  int
	module  *ast.Module
	arity   int
	calls   int
	callers map[string]ast.Ref // packages
	known   bool               // whether all calls are
}

// typedBody is the body of a rule, or of a definition of a function.
type typedBody struct {
	module   *ast.Module
	rule     *ast.Rule
	function *typedFunction // nil: of a rule
}

// callSite is a call with all conditions around it, which type its arguments.
type callSite struct {
	in       typedBody
	function *typedFunction
	args     []*ast.Term
	around   ast.Body
}

// loop is a body of every, or what object.get is asked for, with all conditions
// around it.
type loop struct {
	in   typedBody
	body ast.Body
}

// callTypeRounds is how often types are followed through functions. Before the
// first round functions give what they give for anything; each round knows what
// they gave in the one before, where that is handed on.
const callTypeRounds = 2

// The bounds of what is followed. Of guard's own library, 140 rules, all is: 25,
// some 3,000 and 64.
const (
	maxAround    = 200    // conditions around a call
	maxCallTypes = 20_000 // conditions around all calls
	maxTypeSize  = 2_000  // of what all calls give a function
)

// proveCalls tells of fields that nothing has which gets to them: in functions
// by what they are called with, and where they are called by what they give.
// The modules have been compiled without an error.
func proveCalls(compiled *ast.Compiler, modules []*module, errs *Errors) {
	t := newCallTypes(compiled, modules)
	if len(t.functions) == 0 && len(t.loops) == 0 {
		return
	}
	for round := 0; round <= callTypeRounds; round++ {
		t.addRound(round)
	}
	for _, err := range t.typed() {
		own := slices.ContainsFunc(modules, func(m *module) bool { return err.Location != nil && m.file == err.Location.File })
		if message, ok := undefinedRef(renamed(err, compiled.RewrittenVars)); ok && own {
			errs.add(place("", err.Location), "%s", message)
		}
	}
}

// typed is what OPA's type checker says of the modules with what was added.
func (t *callTypes) typed() ast.Errors {
	for _, b := range t.bodies {
		if b.function == nil {
			body := t.withValues(b.rule.Body, callTypeRounds)
			t.add(b.module, fmt.Sprintf("checked %d", t.added), ast.BooleanTerm(true), body)
		}
	}
	for _, l := range t.loops {
		body := slices.Concat(l.in.given(callTypeRounds), t.withValues(l.body, callTypeRounds))
		t.add(l.in.module, fmt.Sprintf("checked %d", t.added), ast.BooleanTerm(true), body)
	}
	compiler := ast.NewCompiler().
		WithDefaultRegoVersion(ast.RegoV1).
		WithCapabilities(capabilities(true)).
		WithSchemas(schemaSet()).
		WithUseTypeCheckAnnotations(true).
		SetErrorLimit(0)
	compiler.Compile(t.modules)
	return compiler.Errors
}

// renamed is an error about a reference as it is written, as far as it leads.
func renamed(err *ast.Error, names map[ast.Var]ast.Var) *ast.Error {
	detail, is := err.Details.(*ast.RefErrInvalidDetail)
	if !is || detail.Pos >= len(detail.Ref) {
		return err
	}
	written := *detail
	written.Ref = detail.Ref[:detail.Pos+1].Copy()
	for _, term := range written.Ref {
		if v, is := term.Value.(ast.Var); is && names[v] != "" {
			term.Value = names[v]
		}
	}
	return &ast.Error{Location: err.Location, Message: fmt.Sprintf("undefined ref: %v", written.Ref), Details: &written}
}

func newCallTypes(compiled *ast.Compiler, modules []*module) *callTypes {
	t := &callTypes{modules: map[string]*ast.Module{}, functions: map[string]*typedFunction{}}
	reached := reachedRules(compiled, modules)
	for file, m := range compiled.Modules {
		t.modules[file] = m.Copy()
		t.modules[file].Rules = slices.DeleteFunc(t.modules[file].Rules, func(r *ast.Rule) bool { return !reached[r.Location] })
	}
	for _, file := range slices.Sorted(maps.Keys(t.modules)) {
		m := t.modules[file]
		for _, r := range m.Rules {
			f := t.function(m, r)
			for ; r != nil; r = r.Else {
				t.bodies = append(t.bodies, typedBody{m, r, f})
			}
		}
	}
	for _, b := range t.bodies {
		t.find(b, nil, b.rule.Body)
	}
	t.settle()
	return t
}

// reachedRules are the rules of modules, and those that they refer to in turn, by
// where they stand. Unit tests call functions with what no document has.
func reachedRules(compiled *ast.Compiler, modules []*module) map[*ast.Location]bool {
	reached := map[*ast.Location]bool{}
	var reach func(r *ast.Rule)
	reach = func(r *ast.Rule) {
		if reached[r.Location] {
			return
		}
		reached[r.Location] = true
		for next := range compiled.Graph.Dependencies(r) {
			if rule, is := next.(*ast.Rule); is {
				reach(rule)
			}
		}
	}
	for _, m := range modules {
		if m.role != roleTest && compiled.Modules[m.file] != nil {
			ast.WalkRules(compiled.Modules[m.file], func(r *ast.Rule) bool { reach(r); return false })
		}
	}
	return reached
}

// function is the function that a rule defines; nil where it is none.
func (t *callTypes) function(m *ast.Module, r *ast.Rule) *typedFunction {
	if len(r.Head.Args) == 0 {
		return nil
	}
	name := r.Ref().String()
	if t.functions[name] == nil {
		t.functions[name] = &typedFunction{number: len(t.functions), module: m, arity: len(r.Head.Args), callers: map[string]ast.Ref{}}
	}
	return t.functions[name]
}

// find collects the calls in a body, and in those inside of it. Those that it
// leaves out for their number are not known.
func (t *callTypes) find(in typedBody, around, body ast.Body) {
	around = slices.Concat(around, body)
	if len(around) > maxAround {
		return
	}
	for _, expr := range body {
		if f := t.called(expr); f != nil && t.size+len(around) <= maxCallTypes {
			t.sites = append(t.sites, callSite{in, f, expr.Operands()[:f.arity], around})
			t.size += len(around)
			f.calls++
			f.callers[in.module.Package.Path.String()] = in.module.Package.Path
		}
		if field := asked(expr); field != nil {
			t.loop(in, slices.Concat(around, ast.NewBody(field)))
		}
		ast.WalkClosures(expr, func(x any) bool {
			switch x := x.(type) {
			case *ast.ArrayComprehension:
				t.find(in, around, x.Body)
			case *ast.SetComprehension:
				t.find(in, around, x.Body)
			case *ast.ObjectComprehension:
				t.find(in, around, x.Body)
			case *ast.Every:
				all := slices.Concat(around, ast.NewBody(elementOf(x)))
				t.loop(in, slices.Concat(all, x.Body))
				t.find(in, all, x.Body)
			case *ast.Not:
				t.find(in, around, x.Body)
			default:
				return false
			}
			return true
		})
	}
}

// loop collects a body of every with what stands around it.
func (t *callTypes) loop(in typedBody, body ast.Body) {
	if len(body) <= maxAround && t.size+len(body) <= maxCallTypes {
		t.loops = append(t.loops, loop{in, body})
		t.size += len(body)
	}
}

// asked is the field that object.get is asked for by its name, as a reference: of
// its first argument OPA knows that it is an object, and no more. It is nil where
// an expression is something else.
func asked(expr *ast.Expr) *ast.Expr {
	if operatorName(expr) != ast.ObjectGet.Name || len(expr.Operands()) < 2 {
		return nil
	}
	of, name := refOf(expr.Operand(0)), expr.Operand(1)
	if of == nil || !isText(name) {
		return nil
	}
	field := ast.NewTerm(of.Append(name)).SetLocation(expr.Location)
	return ast.Equality.Expr(ast.VarTerm(ast.WildcardPrefix+"asked").SetLocation(expr.Location), field).SetLocation(expr.Location)
}

// elementOf is what every says of its variables. The compiler has made a
// variable of what it loops over.
func elementOf(every *ast.Every) *ast.Expr {
	key := every.Key
	if key == nil {
		key = ast.VarTerm(ast.WildcardPrefix + "key")
	}
	return ast.Equality.Expr(every.Value, ast.RefTerm(every.Domain, key))
}

// called is the function that an expression calls with all of its arguments.
func (t *callTypes) called(expr *ast.Expr) *typedFunction {
	if !expr.IsCall() {
		return nil
	}
	f := t.functions[expr.Operator().String()]
	if f == nil || len(expr.Operands()) < f.arity {
		return nil
	}
	return f
}

// settle finds out of which functions all calls are known: those that stand
// nowhere else, and give no more than can be compared.
func (t *callTypes) settle() {
	mentioned := map[string]int{}
	for _, m := range t.modules {
		walkRefs(m, func(ref ast.Ref, _ *ast.Location) { mentioned[ref.String()]++ })
	}
	sizes := &callSizes{t, map[*typedFunction]int{}, map[*typedFunction]int{}}
	for name, f := range t.functions {
		f.known = f.calls > 0 && f.calls == mentioned[name] && sizes.of(f) < maxTypeSize
	}
}

// addRound adds what functions are given and what they give, by what the round
// before knows of that.
func (t *callTypes) addRound(round int) {
	for _, s := range t.sites {
		if s.function.known && round > 0 {
			body := slices.Concat(s.in.given(round), t.withValues(s.around, round-1))
			t.add(s.in.module, s.function.name("passed", round), ast.ArrayTerm(s.args...), body)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(t.functions)) {
		if f := t.functions[name]; f.known && round > 0 {
			t.addGiven(f, round)
		}
	}
	for _, b := range t.bodies {
		if b.function != nil {
			t.add(b.module, b.function.name("value", round), b.rule.Head.Value, slices.Concat(b.given(round), t.withValues(b.rule.Body, round)))
		}
	}
}

// addGiven collects what all packages pass to a function. Of one that is not known
// there is no such set, which OPA takes for anything.
func (t *callTypes) addGiven(f *typedFunction, round int) {
	for _, name := range slices.Sorted(maps.Keys(f.callers)) {
		x := ast.VarTerm("x")
		t.add(f.module, f.name("given", round), x, ast.NewBody(ast.Equality.Expr(x, element(f.callers[name], f.name("passed", round)))))
	}
}

// add adds a set with what a term is where a body holds.
func (t *callTypes) add(to *ast.Module, name string, member *ast.Term, body ast.Body) {
	head := ast.NewHead(ast.Var(name), member.Copy())
	head.Location = to.Package.Location
	to.Rules = append(to.Rules, &ast.Rule{Head: head, Body: ast.NewBody(body.Copy()...), Module: to, Location: head.Location})
	t.added++
}

// withValues is a body in which calls are no more than the values that functions
// have in a round. As calls they would say of their arguments that they may be
// anything, which OPA then believes.
func (t *callTypes) withValues(body ast.Body, round int) ast.Body {
	body = body.Copy()
	ast.WalkExprs(body, func(expr *ast.Expr) bool {
		f := t.called(expr)
		switch {
		case f == nil:
		case len(expr.Operands()) == f.arity:
			expr.Terms = ast.BooleanTerm(true)
		default:
			expr.Terms = ast.Equality.Expr(expr.Operand(f.arity), element(f.module.Package.Path, f.name("value", round))).Terms
		}
		return false
	})
	return body
}

// given binds the arguments of a function to what it is given in a round.
func (b typedBody) given(round int) ast.Body {
	if b.function == nil {
		return nil
	}
	return ast.NewBody(ast.Equality.Expr(ast.ArrayTerm(b.rule.Head.Args...), element(b.function.module.Package.Path, b.function.name("given", round))))
}

// name is the name of a set of what a function is given or gives. No rule can
// have it, so nothing is ever mistaken for one.
func (f *typedFunction) name(what string, round int) string {
	return fmt.Sprintf("%s of %d in %d", what, f.number, round)
}

// element is a reference to any member of a set of a package.
func element(pkg ast.Ref, set string) *ast.Term {
	return ast.NewTerm(pkg.Append(ast.StringTerm(set)).Append(ast.VarTerm(ast.WildcardPrefix + set)))
}
