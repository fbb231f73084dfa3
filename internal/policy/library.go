package policy

import (
	"fmt"
	"slices"
	"strings"

	"guard/internal/finding"
)

// library is all modules of all sources, with the METADATA of the rules.
type library struct {
	modules []*module
	byPkg   map[string]*module
	rules   []*rule // by id
	byID    map[string]*rule
	layered []ranked // those that demand something of who uses them, the highest first
}

// ranked is a source with how far down it stands among all: 0 is the highest.
type ranked struct {
	Source
	rank int
}

// rule is a rule of the library with its module.
type rule struct {
	finding.Rule
	module *module
	rank   int     // of the source that brings it along
	from   origins // of Action and Values
	held   *held   // what layers demand about it; nil: nothing
}

// loadLibrary reads the sources and their METADATA, and the unit tests where
// they are asked for: those of the library that guard carries never are, since
// they passed when guard was built. No Rego is parsed.
func loadLibrary(sources []Source, tests bool, errs *Errors) *library {
	lib := &library{byPkg: map[string]*module{}, byID: map[string]*rule{}}
	for rank, source := range sources {
		if source.Layer != nil {
			lib.layered = append(lib.layered, ranked{source, rank})
		}
		for _, m := range readModules(source, tests && !source.builtin(), errs) {
			lib.add(m, rank, errs)
		}
	}
	slices.SortFunc(lib.rules, func(a, b *rule) int { return strings.Compare(a.ID, b.ID) })
	lib.checkAliases(errs)
	return lib
}

func (lib *library) add(m *module, rank int, errs *Errors) {
	if other, twice := lib.byPkg[m.pkg]; twice {
		errs.add(Place{File: m.file, Line: 1}, "package %s is already defined by %s; a rule takes no other's place, give it another name", m.pkg, other.file)
		return
	}
	lib.byPkg[m.pkg] = m
	lib.modules = append(lib.modules, m)
	if m.role == roleRule {
		r := &rule{Rule: readMetadata(m, errs), module: m, rank: rank}
		lib.rules, lib.byID[m.id] = append(lib.rules, r), r
	}
}

// checkAliases wants every former id to be nobody else's id.
func (lib *library) checkAliases(errs *Errors) {
	owners := map[string]string{}
	for _, r := range lib.rules {
		for _, alias := range r.Aliases {
			if _, taken := lib.byID[alias]; taken {
				errs.add(r.module.placeOf("aliases"), "alias %q is the id of another rule", alias)
			}
			if owner, taken := owners[alias]; taken {
				errs.add(r.module.placeOf("aliases"), "alias %q belongs to %s already", alias, owner)
			}
			owners[alias] = r.ID
		}
	}
}

// find returns the rule with this id or former id.
func (lib *library) find(id string) (*rule, bool) {
	if r, ok := lib.byID[id]; ok {
		return r, true
	}
	for _, r := range lib.rules {
		if slices.Contains(r.Aliases, id) {
			return r, true
		}
	}
	return nil, false
}

func (lib *library) ids() []string {
	ids := make([]string, len(lib.rules))
	for i, r := range lib.rules {
		ids[i] = r.ID
	}
	return ids
}

// unknownRule explains that there is no rule with this name.
func (lib *library) unknownRule(name string) string {
	if near := finding.Nearest(name, lib.ids()); near != "" {
		return fmt.Sprintf("unknown rule %q, did you mean %q?", name, near)
	}
	return fmt.Sprintf("unknown rule %q; `guard rules` lists all", name)
}
