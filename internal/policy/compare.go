package policy

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"

	"guard/internal/finding"
)

// Change is how one rule differs between two directories of rules.
type Change struct {
	Rule   string        `json:"rule"`
	Change string        `json:"change"` // added, removed or changed
	Fields []FieldChange `json:"fields"` // of a rule that is in both, what is not the same
}

// FieldChange is what a rule says in two versions.
type FieldChange struct {
	Field string `json:"field"` // severity, params.NAME, …; rego is the digest of its definitions
	Old   string `json:"old"`   // "" where there is none
	New   string `json:"new"`   // "" where there is none
}

// Compare lists the rules that differ between two directories of rules, by id.
// Comments and the order of METADATA make no difference. Its error is [Errors].
func Compare(older, newer Source) ([]Change, error) {
	changes, err := within(context.Background(), maxCompilation(), func(context.Context) ([]Change, error) { return compare(older, newer) })
	return changes, compiling(err)
}

func compare(older, newer Source) ([]Change, error) {
	before, err := portraits(older)
	if err != nil {
		return nil, err
	}
	after, err := portraits(newer)
	if err != nil {
		return nil, err
	}
	changes := []Change{}
	for id, p := range before {
		switch now, there := after[id]; {
		case !there:
			changes = append(changes, Change{Rule: id, Change: "removed", Fields: []FieldChange{}})
		default:
			if fields := p.fields(now); len(fields) > 0 {
				changes = append(changes, Change{Rule: id, Change: "changed", Fields: fields})
			}
		}
	}
	for id := range after {
		if _, there := before[id]; !there {
			changes = append(changes, Change{Rule: id, Change: "added", Fields: []FieldChange{}})
		}
	}
	slices.SortFunc(changes, func(a, b Change) int { return strings.Compare(a.Rule, b.Rule) })
	return changes, nil
}

// portrait is everything that a rule says, by field.
type portrait map[string]string

func portraits(source Source) (map[string]portrait, error) {
	var errs Errors
	lib := loadLibrary([]Source{Builtin(), source}, false, &errs)
	all := map[string]portrait{}
	for _, m := range lib.authored() {
		if err := m.parse(); err != nil {
			errs.fromParse(m.file, err)
		} else if m.role == roleRule {
			all[m.id] = portraitOf(lib.byID[m.id].Rule, m.parsed)
		}
	}
	return all, errs.result()
}

func portraitOf(r finding.Rule, parsed *ast.Module) portrait {
	p := portrait{
		"title": r.Title, "description": r.Description, "remediation": r.Remediation, "severity": r.Severity.String(),
		"kinds": list(r.Kinds), "profiles": list(r.Profiles), "needs": list(r.Needs), "frameworks": list(r.Frameworks), "aliases": list(r.Aliases),
		"rego": regoDigest(parsed), "effective-on": r.EffectiveOn,
	}
	for _, param := range r.Params {
		p["params."+param.Name] = paramText(param)
	}
	return p
}

func list(names []string) string { return strings.Join(names, ", ") }

func paramText(param finding.Param) string {
	text := fmt.Sprintf("%s %s", param.Type, jsonText(param.Default))
	for _, profile := range slices.Sorted(maps.Keys(param.Profiles)) {
		text += fmt.Sprintf("; %s: %s", profile, jsonText(param.Profiles[profile]))
	}
	return text
}

// regoDigest is a digest of what a module defines, as OPA writes it.
func regoDigest(m *ast.Module) string {
	sum := sha256.New()
	for _, imported := range m.Imports {
		writeSized(sum, imported.String())
	}
	for _, r := range m.Rules {
		writeSized(sum, r.String())
	}
	return "sha256:" + hex.EncodeToString(sum.Sum(nil))
}

func (p portrait) fields(now portrait) []FieldChange {
	names := map[string]bool{}
	for name := range p {
		names[name] = true
	}
	for name := range now {
		names[name] = true
	}
	var changes []FieldChange
	for name := range names {
		if p[name] != now[name] {
			changes = append(changes, FieldChange{Field: name, Old: p[name], New: now[name]})
		}
	}
	slices.SortFunc(changes, func(a, b FieldChange) int { return strings.Compare(a.Field, b.Field) })
	return changes
}
