package policy

import (
	"context"
	"slices"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"

	"guard/internal/finding"
)

// Outline is what a directory of rules holds, and what it needs of guard.
type Outline struct {
	Rules    []finding.Rule // by id
	Modules  []string       // packages of guard's library that they import
	Builtins []string       // that plain OPA does not have
}

// OutlineOf reads a directory of rules as [Catalogue] does, and its unit tests
// where there are some. Its error is [Errors].
func OutlineOf(source Source) (Outline, error) {
	o, err := within(context.Background(), maxCompilation(), func(context.Context) (Outline, error) { return outlineOf(source) })
	return o, compiling(err)
}

func outlineOf(source Source) (Outline, error) {
	var errs Errors
	lib := loadLibrary([]Source{Builtin(), source}, true, &errs)
	var o Outline
	var modules []*module
	for _, m := range lib.authored() {
		if err := m.parse(); err != nil {
			errs.fromParse(m.file, err)
			continue
		}
		modules = append(modules, m)
		o.Builtins = append(o.Builtins, strange(m.parsed)...)
		if m.role == roleRule {
			o.Rules = append(o.Rules, lib.byID[m.id].Rule)
		}
	}
	for _, m := range lib.needed(modules) {
		if m.role == roleLib {
			o.Modules = append(o.Modules, m.pkg)
		}
	}
	slices.SortFunc(o.Rules, func(a, b finding.Rule) int { return strings.Compare(a.ID, b.ID) })
	o.Modules, o.Builtins = sortedUnique(o.Modules), sortedUnique(o.Builtins)
	return o, errs.result()
}

// strange names the builtins that a module calls and plain OPA lacks: guard's
// own, which all begin with its name.
func strange(m *ast.Module) []string {
	var names []string
	ast.WalkTerms(m, func(t *ast.Term) bool {
		call, isCall := t.Value.(ast.Call)
		if isCall && strings.HasPrefix(call[0].String(), "guard.") {
			names = append(names, call[0].String())
		}
		return false
	})
	ast.WalkExprs(m, func(e *ast.Expr) bool {
		if e.IsCall() && strings.HasPrefix(e.Operator().String(), "guard.") {
			names = append(names, e.Operator().String())
		}
		return false
	})
	return names
}

func sortedUnique(names []string) []string {
	slices.Sort(names)
	return slices.Compact(names)
}
