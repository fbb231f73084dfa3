package policy

import (
	"regexp"
	"slices"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"
)

// annotation is a comment that would be one if METADATA stood above it.
var annotation = regexp.MustCompile(`^# ?(title|description|scope|schemas|related_resources|custom): *\S`)

// annotations wants METADATA above what looks like it.
func (l *linter) annotations() {
	block, last := false, -1
	for _, comment := range l.module.parsed.Comments {
		text := "#" + string(comment.Text)
		row := comment.Location.Row
		if row != last+1 {
			block = false
		}
		last = row
		switch {
		case strings.TrimSpace(text) == "# METADATA":
			block = true
		case !block && annotation.MatchString(text):
			l.add(comment.Location, "this is a comment and no METADATA: # METADATA must stand above it")
			block = true
		}
	}
}

// defaults are rules that say what their default says.
func (l *linter) defaults() {
	values := map[string]*ast.Term{}
	for _, r := range l.module.parsed.Rules {
		if r.Default {
			values[ruleName(r)] = r.Head.Value
		}
	}
	for _, r := range l.module.parsed.Rules {
		if value := values[ruleName(r)]; !r.Default && value != nil && r.Head.Value != nil && ast.IsScalar(value.Value) && value.Equal(r.Head.Value) && r.Else == nil {
			l.add(r.Location, "%s is %s by default, so this says nothing more", ruleName(r), value)
		}
	}
}

// iteration is a value that is taken out of a list without a body that says
// which one: where there are two, the rule fails.
func (l *linter) iteration(r *ast.Rule) {
	if r.Head.Value == nil || r.Default || r.Head.RuleKind() == ast.MultiValue || len(r.Head.Ref()) > 1 || !trivial(r.Body) {
		return
	}
	ref, is := r.Head.Value.Value.(ast.Ref)
	if is && slices.ContainsFunc(ref[1:], func(t *ast.Term) bool { _, isVar := t.Value.(ast.Var); return isVar && !l.bound(r, t) }) {
		l.add(r.Head.Value.Location, "%s is one value, and this gives as many as there are; write %s contains …, or [x | some x in …]", ruleName(r), ruleName(r))
	}
}

// bound tells whether a variable has its value from elsewhere: an argument, a
// rule, or an import.
func (l *linter) bound(r *ast.Rule, t *ast.Term) bool {
	return slices.ContainsFunc(r.Head.Args, t.Equal) || l.global(t.Value.(ast.Var))
}

// global tells whether a name is that of a rule or an import of the file.
func (l *linter) global(v ast.Var) bool {
	return slices.ContainsFunc(l.module.parsed.Rules, func(r *ast.Rule) bool { return ruleName(r) == string(v) }) ||
		slices.ContainsFunc(l.module.parsed.Imports, func(i *ast.Import) bool { return i.Name() == v })
}

// trivial tells whether a body asks nothing.
func trivial(body ast.Body) bool {
	return len(body) == 1 && body[0].Equal(ast.NewExpr(ast.BooleanTerm(true)))
}

// sets are the rules that a file can name and that are there whatever the
// input: its own sets and objects, and the findings of the rules it imports.
func (m *module) sets() []ast.Ref {
	var refs []ast.Ref
	for _, r := range m.parsed.Rules {
		if name := r.Head.Ref(); r.Head.RuleKind() == ast.MultiValue || len(name) > 1 && len(r.Head.Args) == 0 {
			refs = append(refs, ast.Ref{ast.VarTerm(ruleName(r))})
		}
	}
	deny := ast.StringTerm("deny")
	for _, i := range m.parsed.Imports {
		if path, is := i.Path.Value.(ast.Ref); is && strings.HasPrefix(path.String(), "data.guard.rules.") {
			refs = append(refs, ast.Ref{ast.NewTerm(i.Name()), deny}, path.Append(deny))
		}
	}
	return refs
}
