package policy

import (
	"slices"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"
)

// prove parses and checks modules as strictly as it can be done: form,
// references, builtins, safety, types against the schemas, unused names.
func (lib *library) prove(modules []*module, errs *Errors) {
	if len(modules) == 0 {
		return
	}
	parsed := map[string]*ast.Module{}
	for _, m := range modules {
		if err := m.parse(); err != nil {
			errs.fromParse(m.file, err)
			continue
		}
		lib.proveForm(m, errs)
		parsed[m.file] = m.parsed
	}
	for _, m := range lib.needed(modules) {
		if err := m.parse(); err == nil {
			parsed[m.file] = m.parsed
		}
	}
	tests := slices.ContainsFunc(modules, func(m *module) bool { return m.role == roleTest })
	compiler := strictCompiler(tests)
	compiler.Compile(parsed)
	if compiler.Failed() {
		errs.fromCompiler(compiler.Errors, modules)
		return
	}
	proveResultTypes(compiler, modules, errs)
	proveCalls(compiler, modules, errs)
}

// strictCompiler checks everything that OPA's compiler can check.
func strictCompiler(tests bool) *ast.Compiler {
	return ast.NewCompiler().
		WithDefaultRegoVersion(ast.RegoV1).
		WithCapabilities(capabilities(tests)).
		WithEnablePrintStatements(tests).
		WithStrict(true).
		WithSchemas(schemaSet()).
		WithUseTypeCheckAnnotations(true)
}

// proveForm checks what OPA knows nothing of: that there is a deny to ask,
// and that no reference can lead nowhere in silence.
func (lib *library) proveForm(m *module, errs *Errors) {
	if m.role == roleTest {
		lib.proveTested(m, errs)
		return
	}
	lib.proveReferences(m, errs)
	if m.role == roleRule {
		proveRules(m, errs)
	} else {
		proveChecked(m, errs)
	}
}

// proveChecked wants the input to be type-checked in shared modules too.
func proveChecked(m *module, errs *Errors) {
	fields := map[string]bool{}
	for _, r := range m.parsed.Rules {
		if collectInput(r, fields) && len(fields) == 0 {
			continue
		}
		if !hasInputSchema(m.parsed) {
			errs.add(place(m.file, r.Location), "a module that reads input needs METADATA with scope: package and schemas: [input: schema.<kind>], or schema.any for several kinds")
		}
		return
	}
}

func hasInputSchema(m *ast.Module) bool {
	return slices.ContainsFunc(m.Annotations, func(a *ast.Annotations) bool {
		return a.Scope == "package" && slices.ContainsFunc(a.Schemas, func(s *ast.SchemaAnnotation) bool {
			return s.Path.Equal(ast.InputRootRef)
		})
	})
}

func proveRules(m *module, errs *Errors) {
	found := false
	for _, r := range m.parsed.Rules {
		name := ruleName(r)
		switch {
		case name == "deny":
			found = true
			proveDeny(m, r, errs)
		case !strings.HasPrefix(name, "_"):
			errs.add(place(m.file, r.Location), "%s: a rule file defines deny, and private names that start with _", name)
		}
	}
	if !found {
		errs.add(place(m.file, m.parsed.Package.Location), "the rule has no deny")
	}
}

// ruleName is the first name of a rule's head.
func ruleName(r *ast.Rule) string {
	return strings.Trim(r.Head.Ref()[0].Value.String(), `"`)
}

func proveDeny(m *module, r *ast.Rule, errs *Errors) {
	at := place(m.file, r.Location)
	if r.Default || r.Head.RuleKind() != ast.MultiValue || len(r.Head.Ref()) != 1 || len(r.Head.Args) > 0 {
		errs.add(at, "deny must be a set: deny contains {\"message\": …, \"path\": …} if { … }")
		return
	}
	if object, ok := r.Head.Key.Value.(ast.Object); ok {
		proveResult(place(m.file, r.Head.Key.Location), object, errs)
	}
}

func proveResult(at Place, object ast.Object, errs *Errors) {
	proveKeys(at, "the result", object, resultKeys, []string{"message", "path"}, errs)
	if related := object.Get(ast.StringTerm("related")); related != nil {
		if list, ok := related.Value.(*ast.Array); ok {
			list.Foreach(func(item *ast.Term) {
				if one, ok := item.Value.(ast.Object); ok {
					proveKeys(place(at.File, item.Location), "related", one, relatedKeys, []string{"message", "path"}, errs)
				}
			})
		}
	}
	if fix := object.Get(ast.StringTerm("fix")); fix != nil {
		if one, ok := fix.Value.(ast.Object); ok {
			proveKeys(place(at.File, fix.Location), "fix", one, fixKeys, []string{"description"}, errs)
		}
	}
}

// proveKeys wants of an object that is written out the keys that it may have,
// and those that it must.
func proveKeys(at Place, what string, object ast.Object, known, needed []string, errs *Errors) {
	if err := onlyKeys(object, known...); err != nil {
		errs.add(at, "%v", err)
	}
	for _, key := range needed {
		if object.Get(ast.StringTerm(key)) == nil {
			errs.add(at, "%s lacks %s", what, key)
		}
	}
}
