package policy

import (
	"fmt"
	"slices"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"

	"guard/internal/finding"
)

// fromCompiler takes over the errors of OPA's compiler, with the nearest name
// that the module itself has where OPA knows none.
func (e *Errors) fromCompiler(list ast.Errors, modules []*module) {
	for _, one := range list {
		i := slices.IndexFunc(modules, func(m *module) bool { return one.Location != nil && m.file == one.Location.File })
		before := len(*e)
		e.fromOPA("", ast.Errors{one})
		if i < 0 {
			continue
		}
		if near := modules[i].nearestImport(one); near != "" {
			(*e)[before].Message = fmt.Sprintf("%s, did you mean %q?", one.Message, near)
			continue
		}
		(*e)[before].Message += modules[i].hint(one)
	}
}

// hint is the name that was meant; "" where none is near.
func (m *module) hint(err *ast.Error) string {
	if name, is := strings.CutPrefix(err.Message, "undefined function _"); is {
		return didYouMean("_"+name, m.functionNames())
	}
	if rest, is := strings.CutPrefix(err.Message, "var "); is {
		if name, is := strings.CutSuffix(rest, " is unsafe"); is {
			if near := finding.Nearest(name, m.variables(err.Location.Row, name)); near != "" {
				return fmt.Sprintf(", did you mean %q?", near)
			}
		}
	}
	return ""
}

// nearestImport is the import that is meant by the first part of the name of a
// function; "" where none is near.
func (m *module) nearestImport(err *ast.Error) string {
	name, is := strings.CutPrefix(err.Message, "undefined function ")
	first, _, dotted := strings.Cut(name, ".")
	if !is || !dotted {
		return ""
	}
	return finding.Nearest(first, m.importNames())
}

func (m *module) importNames() []string {
	var names []string
	for _, i := range m.parsed.Imports {
		names = append(names, string(i.Name()))
	}
	return names
}

func (m *module) functionNames() []string {
	var names []string
	for _, r := range m.parsed.Rules {
		if len(r.Head.Args) > 0 {
			names = append(names, ruleName(r))
		}
	}
	return names
}

// variables are those of the rule at a line, but one, and what every rule knows.
func (m *module) variables(row int, but string) []string {
	var at *ast.Rule
	for _, r := range m.parsed.Rules {
		if r.Location.Row <= row && (at == nil || r.Location.Row >= at.Location.Row) {
			at = r
		}
	}
	if at == nil {
		return nil
	}
	names := append([]string{"input", "data"}, m.importNames()...)
	ast.WalkVars(at, func(v ast.Var) bool {
		if name := string(v); name != but && !v.IsWildcard() && !v.IsGenerated() {
			names = append(names, name)
		}
		return false
	})
	return names
}
