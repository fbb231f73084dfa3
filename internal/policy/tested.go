package policy

import (
	"fmt"
	"slices"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"

	"guard/internal/finding"
)

// proveTested checks what unit tests ask of rules and shared modules. One that
// asks what does not exist would pass wherever it expects nothing.
func (lib *library) proveTested(m *module, errs *Errors) {
	for _, imported := range m.parsed.Imports {
		if path, ok := imported.Path.Value.(ast.Ref); ok {
			lib.proveAsked(path, place(m.file, imported.Location), errs)
		}
	}
	walkRefs(m.parsed, func(ref ast.Ref, at *ast.Location) {
		if target, ok := imported(m.parsed, ref, ast.DefaultRootRef); ok {
			ref = append(slices.Clone(target), ref[1:]...)
		}
		lib.proveAsked(ref, place(m.file, at), errs)
	})
}

func (lib *library) proveAsked(ref ast.Ref, at Place, errs *Errors) {
	switch {
	case ref.HasPrefix(libPrefix) && len(ref) > len(libPrefix):
		lib.proveLib(ref, at, errs)
	case ref.HasPrefix(rulesPrefix) && len(ref) >= len(rulesPrefix)+2:
		lib.proveAskedRule(ref, at, errs)
	}
}

// proveAskedRule checks that data.guard.rules.<category>.<name>.<member>
// exists.
func (lib *library) proveAskedRule(ref ast.Ref, at Place, errs *Errors) {
	pkg := rulePackage(ref)
	m, ok := lib.byPkg[pkg]
	if !ok {
		errs.add(at, "data.%s: there is no such rule%s", pkg, nearest(pkg, lib.rulePackages()))
		return
	}
	if len(ref) == len(rulesPrefix)+2 || m.parse() != nil {
		return // the package as a whole, or an error that is told elsewhere
	}
	known := defined(m.parsed)
	if member := constant(ref, len(rulesPrefix)+2); !slices.Contains(known, member) {
		errs.add(at, "%s: %s does not define %q%s", ref, m.file, member, didYouMean(member, known))
	}
}

func nearest(name string, known []string) string {
	if near := finding.Nearest(name, known); near != "" {
		return fmt.Sprintf(", did you mean %q?", near)
	}
	return ""
}

func (lib *library) rulePackages() []string {
	var names []string
	for _, m := range lib.modules {
		if strings.HasPrefix(m.pkg, "guard.rules.") && (m.role == roleRule || m.role == roleTest) {
			names = append(names, m.pkg)
		}
	}
	return names
}

// defined lists the names that a module defines, private ones included.
func defined(m *ast.Module) []string {
	var names []string
	for _, r := range m.Rules {
		if name := ruleName(r); !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}
