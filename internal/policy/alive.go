package policy

import (
	"fmt"
	"slices"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"

	"guard/internal/document"
)

// proveAlive looks for what loads and can never say what is meant: kinds that no
// document has, definitions of deny that no document of their kinds can reach,
// and conditions that are never met.
func (lib *library) proveAlive(errs *Errors) {
	for _, m := range lib.authored() {
		if m.parse() != nil {
			continue
		}
		m.lint(errs)
		if m.role != roleTest {
			m.proveConditions(newInputTypes(m.parsed), errs)
		}
	}
	g, ok := lib.gates()
	for _, r := range lib.rules {
		if r.module.source.builtin() || r.module.parse() != nil {
			continue
		}
		if slices.Contains(r.Kinds, string(document.KindImage)) {
			errs.add(r.module.placeOf("kinds"), "no document is of kind %q: what registries say of images is input.images[_].facts", document.KindImage)
		}
		if ok {
			r.proveReached(g, errs)
		}
	}
}

// gates compiles all rules that are not guard's own.
func (lib *library) gates() (*gates, bool) {
	modules := lib.authored()
	parsed, err := parseAll(append(modules, lib.needed(modules)...))
	if err != nil {
		return nil, false
	}
	compiler := ast.NewCompiler().WithDefaultRegoVersion(ast.RegoV1).WithCapabilities(capabilities(true)).WithEnablePrintStatements(true)
	compiler.Compile(parsed)
	return &gates{compiler, map[*ast.Rule]wants{}}, !compiler.Failed()
}

// proveReached wants every deny to be reached by documents of some kind, and
// every kind that is named to reach some deny.
func (r *rule) proveReached(g *gates, errs *Errors) {
	demands := g.of(r)
	definitions := g.compiler.GetRulesExact(r.module.parsed.Package.Path.Append(ast.StringTerm("deny")))
	if len(demands) != len(definitions) {
		return
	}
	kinds := KindsOf(r.Rule)
	for i, d := range definitions {
		if lacking := lackedBy(demands[i], kinds); len(lacking) > 0 && d.Else == nil {
			errs.add(place(r.module.file, d.Location), "this deny can never be reached: it asks for input.%s, which no document of kind %s has", lacking[0], strings.Join(texts(kinds), ", "))
		}
	}
	for _, kind := range kinds {
		if !slices.Contains(r.Kinds, string(kind)) {
			continue // it is one of all that hold images
		}
		dead := !slices.ContainsFunc(demands, func(d wants) bool { return len(lackedBy(d, []document.Kind{kind})) == 0 })
		if dead && len(kinds) > 1 {
			errs.add(r.module.placeOf("kinds"), "no deny can be reached by a document of kind %s: it has no %s", kind, strings.Join(lackedBy(demands[0], []document.Kind{kind}), ", "))
		}
	}
}

// lackedBy lists the fields that are demanded, of which documents of each of
// the kinds lack one or more: nothing where one kind has all.
func lackedBy(demands wants, kinds []document.Kind) []string {
	var all []string
	for _, kind := range kinds {
		var lacking []string
		for i, field := range documentFields {
			if demands&there(i) != 0 && !has(kind, field) {
				lacking = append(lacking, field.name)
			}
		}
		if len(lacking) == 0 {
			return nil
		}
		all = append(all, lacking...)
	}
	return all
}

// placeOf is where the METADATA names a key.
func (m *module) placeOf(key string) Place {
	for i, line := range strings.Split(m.text, "\n") {
		text := strings.TrimLeft(line, "# \t")
		if strings.HasPrefix(line, "#") && strings.HasPrefix(text, key+":") {
			return Place{File: m.file, Line: i + 1, Column: len(line) - len(text) + 1}
		}
	}
	return Place{File: m.file}
}

// proveConditions looks for conditions that are never met.
func (m *module) proveConditions(types *inputTypes, errs *Errors) {
	for _, r := range m.parsed.Rules {
		for ; r != nil; r = r.Else {
			ast.WalkBodies(r, func(body ast.Body) bool {
				known := map[string]*possible{}
				for _, expr := range body {
					if problem := impossible(expr, types, known); problem != "" {
						errs.add(place(m.file, expr.Location), "%s", problem)
					}
				}
				return false
			})
		}
	}
}

// possible is what the conditions of a body leave of the values of a
// reference.
type possible struct {
	values []string // all; nil: not limited
	not    []string
}

// impossible says why a condition is never met; "" where it may be.
func impossible(expr *ast.Expr, types *inputTypes, known map[string]*possible) string {
	if len(expr.With) > 0 {
		return ""
	}
	if term, is := expr.Terms.(*ast.Term); is && !expr.Negated && term.Equal(ast.BooleanTerm(false)) {
		return "this is never true, so what follows is never reached"
	}
	ref, values, equal, ok := compared(expr)
	if !ok {
		return ""
	}
	if problem := unlisted(ref, values, types); problem != "" {
		return problem
	}
	if expr.Negated {
		equal = !equal
	}
	name := ref.String()
	p := known[name]
	if p == nil {
		p = &possible{}
		known[name] = p
	}
	before := p.text(name)
	if p.narrow(values, equal); p.values != nil && len(p.values) == 0 {
		delete(known, name)
		return fmt.Sprintf("this is never true here: %s", before)
	}
	return ""
}

func (p *possible) narrow(values []string, equal bool) {
	switch {
	case !equal:
		p.not = append(p.not, values...)
	case p.values == nil:
		p.values = slices.Clone(values)
	default:
		p.values = slices.DeleteFunc(p.values, func(v string) bool { return !slices.Contains(values, v) })
	}
	p.values = slices.DeleteFunc(p.values, func(v string) bool { return slices.Contains(p.not, v) })
}

// text says what is known of a reference.
func (p *possible) text(name string) string {
	if p.values != nil {
		return fmt.Sprintf("%s is %s by a condition above", name, quoted(p.values))
	}
	return fmt.Sprintf("%s is not %s by a condition above", name, quoted(p.not))
}

func quoted(values []string) string {
	list := make([]string, len(values))
	for i, value := range values {
		list[i] = fmt.Sprintf("%q", value)
	}
	return strings.Join(list, " or ")
}

// compared is a reference that is compared with texts.
func compared(expr *ast.Expr) (ref ast.Ref, values []string, equal, ok bool) {
	if !expr.IsCall() || len(expr.Operands()) != 2 || expr.IsAssignment() {
		return nil, nil, false, false
	}
	left, right := expr.Operand(0), expr.Operand(1)
	switch operatorName(expr) {
	case ast.Equal.Name, ast.NotEqual.Name:
		equal = operatorName(expr) == ast.Equal.Name
		if isText(left) {
			left, right = right, left
		}
		text, is := right.Value.(ast.String)
		values, ok = []string{string(text)}, is
	case ast.Member.Name:
		equal = true
		values, ok = listed(right)
	}
	ref, isRef := left.Value.(ast.Ref)
	return ref, values, equal, ok && isRef && plainRef(ref)
}

// plainRef tells whether a reference leads to one value: it runs through no
// list.
func plainRef(ref ast.Ref) bool {
	return !slices.ContainsFunc(ref[1:], func(t *ast.Term) bool { return !isText(t) })
}

// listed are the elements of a list of texts.
func listed(t *ast.Term) (values []string, ok bool) {
	ok = true
	add := func(e *ast.Term) {
		text, is := e.Value.(ast.String)
		values, ok = append(values, string(text)), ok && is
	}
	switch value := t.Value.(type) {
	case ast.Set:
		value.Foreach(add)
	case *ast.Array:
		value.Foreach(add)
	default:
		return nil, false
	}
	return values, ok && len(values) > 0
}

// unlisted says that a field never has a value that it is compared with.
func unlisted(ref ast.Ref, values []string, types *inputTypes) string {
	all := types.values(ref)
	for _, value := range values {
		if len(all) > 0 && value != "" && !slices.Contains(all, value) {
			return fmt.Sprintf("%s is never %q%s", ref, value, didYouMean(value, all))
		}
	}
	return ""
}
