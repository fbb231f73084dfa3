package policy

import (
	"slices"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"
)

var (
	libPrefix    = ast.MustParseRef("data.guard.lib")
	rulesPrefix  = ast.MustParseRef("data.guard.rules")
	paramsPrefix = ast.MustParseRef("data.guard.params")
)

// proveReferences checks every reference into data. Rego takes one that leads
// nowhere for undefined, which would switch the rule off.
func (lib *library) proveReferences(m *module, errs *Errors) {
	for _, imported := range m.parsed.Imports {
		lib.proveImport(m, imported, errs)
	}
	walkRefs(m.parsed, func(ref ast.Ref, at *ast.Location) {
		if name := ref.String(); forbidden()[name] {
			errs.add(place(m.file, at), "%s", forbiddenCall(name))
		} else if ref[0].Equal(ast.DefaultRootDocument) {
			lib.proveData(m, ref, place(m.file, at), errs)
		} else if target, ok := imported(m.parsed, ref, libPrefix); ok {
			lib.proveLib(append(slices.Clone(target), ref[1:]...), place(m.file, at), errs)
		}
	})
}

func (lib *library) proveImport(m *module, imported *ast.Import, errs *Errors) {
	path, ok := imported.Path.Value.(ast.Ref)
	if ok && path.HasPrefix(ast.MustParseRef("rego.v1")) {
		return
	}
	if !ok || !path.HasPrefix(libPrefix) {
		errs.add(place(m.file, imported.Location), "import %s: only data.guard.lib.* can be imported", imported.Path)
		return
	}
	if len(path) != len(libPrefix)+1 {
		errs.add(place(m.file, imported.Location), "import %s: import a whole package, data.guard.lib.<name>", path)
		return
	}
	lib.proveLib(path, place(m.file, imported.Location), errs)
}

// imported resolves the first name of a reference through the imports below a
// prefix.
func imported(m *ast.Module, ref, prefix ast.Ref) (ast.Ref, bool) {
	name, ok := ref[0].Value.(ast.Var)
	if !ok {
		return nil, false
	}
	for _, one := range m.Imports {
		path, ok := one.Path.Value.(ast.Ref)
		if ok && one.Name() == name && path.HasPrefix(prefix) {
			return path, true
		}
	}
	return nil, false
}

func (lib *library) proveData(m *module, ref ast.Ref, at Place, errs *Errors) {
	switch {
	case ref.HasPrefix(libPrefix):
		lib.proveLib(ref, at, errs)
	case ref.HasPrefix(paramsPrefix):
		lib.proveParam(m, ref, at, errs)
	default:
		errs.add(at, "%s: a rule reads input, data.guard.params and data.guard.lib, nothing else", ref)
	}
}

// proveLib checks that data.guard.lib.<name>.<rule> exists.
func (lib *library) proveLib(ref ast.Ref, at Place, errs *Errors) {
	name := constant(ref, len(libPrefix))
	m, ok := lib.byPkg["guard.lib."+name]
	if !ok {
		errs.add(at, "%s: there is no library %q%s", ref, name, didYouMean(name, lib.libs()))
		return
	}
	if len(ref) == len(libPrefix)+1 || m.parse() != nil {
		return // the package as a whole, or an error that is told elsewhere
	}
	known := exported(m.parsed)
	if member := constant(ref, len(libPrefix)+1); !slices.Contains(known, member) {
		errs.add(at, "%s: %s does not define %q%s", ref, m.file, member, didYouMean(member, known))
	}
}

func (lib *library) libs() []string {
	var names []string
	for _, m := range lib.modules {
		if m.role == roleLib {
			names = append(names, strings.TrimPrefix(m.pkg, "guard.lib."))
		}
	}
	return names
}

func exported(m *ast.Module) []string {
	var names []string
	for _, r := range m.Rules {
		if name := ruleName(r); !strings.HasPrefix(name, "_") && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}

// proveParam checks data.guard.params["<id>"].<name> against the METADATA.
func (lib *library) proveParam(m *module, ref ast.Ref, at Place, errs *Errors) {
	id, name := constant(ref, len(paramsPrefix)), constant(ref, len(paramsPrefix)+1)
	if id == "" || name == "" {
		errs.add(at, "%s: write data.guard.params[\"<id>\"].<name>", ref)
		return
	}
	r, ok := lib.byID[id]
	switch {
	case !ok:
		errs.add(at, "%s: %s", ref, lib.unknownRule(id))
	case m.role == roleRule && id != m.id:
		errs.add(at, "%s: a rule reads its own parameters only, data.guard.params[%q]", ref, m.id)
	case !r.hasParam(name):
		errs.add(at, "rule %s has no parameter %q%s", r.ID, name, r.knownParams(name))
	}
}

func (r *rule) hasParam(name string) bool {
	for _, p := range r.Params {
		if p.Name == name {
			return true
		}
	}
	return false
}

// constant is the string at a place of a reference, or "".
func constant(ref ast.Ref, i int) string {
	if i >= len(ref) {
		return ""
	}
	text, _ := ref[i].Value.(ast.String)
	return string(text)
}

// walkRefs visits every reference in the bodies and heads of a module's rules,
// those inside other references included.
func walkRefs(m *ast.Module, visit func(ref ast.Ref, at *ast.Location)) {
	for _, r := range m.Rules {
		ast.WalkTerms(r, func(t *ast.Term) bool {
			if ref, ok := t.Value.(ast.Ref); ok {
				visit(ref, t.Location)
			}
			return false
		})
	}
}

// needed lists the modules that modules refer to, and those that these refer
// to in turn: shared ones, and the rules that tests ask.
func (lib *library) needed(modules []*module) []*module {
	var list []*module
	seen := map[*module]bool{}
	var follow func(m *module)
	follow = func(m *module) {
		if m.parse() != nil {
			return
		}
		for _, name := range packagesOf(m.parsed) {
			if next, ok := lib.byPkg[name]; ok && !seen[next] {
				seen[next] = true
				list = append(list, next)
				follow(next)
			}
		}
	}
	for _, m := range modules {
		follow(m)
	}
	return list
}

// packagesOf names the shared modules and rules that a module imports or
// refers to.
func packagesOf(m *ast.Module) []string {
	var names []string
	add := func(ref ast.Ref) {
		switch {
		case ref.HasPrefix(libPrefix):
			names = append(names, "guard.lib."+constant(ref, len(libPrefix)))
		case ref.HasPrefix(rulesPrefix):
			names = append(names, rulePackage(ref))
		}
	}
	for _, imported := range m.Imports {
		if path, ok := imported.Path.Value.(ast.Ref); ok {
			add(path)
		}
	}
	walkRefs(m, func(ref ast.Ref, _ *ast.Location) { add(ref) })
	return names
}

// rulePackage is the package of the rule that a reference below
// data.guard.rules leads to.
func rulePackage(ref ast.Ref) string {
	return "guard.rules." + constant(ref, len(rulesPrefix)) + "." + constant(ref, len(rulesPrefix)+1)
}
