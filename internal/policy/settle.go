package policy

import (
	"cmp"
	"slices"
	"strings"

	"guard/internal/config"
	"guard/internal/finding"
)

// settle decides for every rule what is done about its findings, and with
// which parameters it runs: into Action and Values.
func (lib *library) settle(s Settings, errs *Errors) {
	profile := cmp.Or(s.Profile, ProfileRecommended)
	if !slices.Contains(Profiles, profile) {
		errs.add(Place{}, "unknown profile %q%s", profile, didYouMean(profile, Profiles))
	}
	only := lib.selection("only", s.Only, errs)
	skip := lib.selection("skip", s.Skip, errs)
	settings := lib.settings(s.Rules, errs)
	demands := lib.selection("demands", s.Demands, errs)
	for _, r := range lib.rules {
		setting := settings[r.ID]
		r.Action = r.action(profile, cmp.Or(s.FailOn, finding.Medium), setting, lib.named(s.Only, r))
		if demands[r.ID] && (setting == nil || setting.Action == 0) {
			r.Action = finding.Deny
		}
		r.Values = r.values(profile, setting, errs)
		if skip[r.ID] || len(s.Only) > 0 && !only[r.ID] {
			r.Action = finding.Off
		}
	}
}

// named tells whether a rule is in a list by its id or a former one.
func (lib *library) named(names []string, r *rule) bool {
	return slices.ContainsFunc(names, func(name string) bool {
		found, ok := lib.find(name)
		return ok && found == r
	})
}

// unparsable is the rule for what cannot be read. It is denied whatever the
// severity to fail on: nobody knows what would have been found there.
const unparsable = "analysis/unparsable"

// action is what is done about a rule's findings: what the configuration
// says, else what its severity asks for where it is active.
func (r *rule) action(profile string, failOn finding.Severity, setting *config.Rule, named bool) finding.Action {
	switch {
	case setting != nil && setting.Action != 0:
		return setting.Action
	case !named && !r.active(profile) && (setting == nil || len(setting.Params) == 0):
		return finding.Off
	case r.Severity >= failOn || r.ID == unparsable:
		return finding.Deny
	default:
		return finding.Warn
	}
}

// active tells whether a profile switches the rule on. Users' rules without
// profiles are on: they were written to be.
func (r *rule) active(profile string) bool {
	return slices.Contains(r.Profiles, profile) || r.Custom && len(r.Profiles) == 0
}

// values merges the parameters: the default, then the profile's default, then
// what the configuration says.
func (r *rule) values(profile string, setting *config.Rule, errs *Errors) map[string]any {
	values := map[string]any{}
	for _, param := range r.Params {
		values[param.Name] = param.Default
		if value, ok := param.Profiles[profile]; ok {
			values[param.Name] = value
		}
	}
	if setting != nil {
		for _, p := range setting.Params {
			r.set(values, p, errs)
		}
	}
	return values
}

func (r *rule) set(values map[string]any, p config.Param, errs *Errors) {
	i := slices.IndexFunc(r.Params, func(known finding.Param) bool { return known.Name == p.Name })
	if i < 0 {
		errs.add(configured(p.Place), "rule %s has no parameter %q%s", r.ID, p.Name, r.knownParams(p.Name))
		return
	}
	if err := checkParam(r.Params[i], p.Value); err != nil {
		errs.add(configured(p.Place), "parameter %s of rule %s: %v", p.Name, r.ID, err)
		return
	}
	values[p.Name] = p.Value
}

func (r *rule) knownParams(name string) string {
	known := make([]string, len(r.Params))
	for i, p := range r.Params {
		known[i] = p.Name
	}
	if len(known) == 0 {
		return ": it takes none"
	}
	return didYouMean(name, known)
}

// settings finds the rules that a configuration speaks of.
func (lib *library) settings(list []config.Rule, errs *Errors) map[string]*config.Rule {
	settings := map[string]*config.Rule{}
	for i := range list {
		r, ok := lib.find(list[i].ID)
		switch {
		case !ok:
			errs.add(configured(list[i].Place), "%s", lib.unknownRule(list[i].ID))
		case settings[r.ID] != nil:
			errs.add(configured(list[i].Place), "rule %s is configured twice, here as %q", r.ID, list[i].ID)
		default:
			settings[r.ID] = &list[i]
		}
	}
	return settings
}

// selection expands ids and categories ("image", "image/*") to ids.
func (lib *library) selection(option string, names []string, errs *Errors) map[string]bool {
	chosen := map[string]bool{}
	for _, name := range names {
		if r, ok := lib.find(name); ok {
			chosen[r.ID] = true
			continue
		}
		before := len(chosen)
		lib.chooseCategory(strings.TrimSuffix(name, "/*"), chosen)
		if len(chosen) == before {
			errs.add(Place{}, "%s: %s", option, lib.unknownRule(name))
		}
	}
	return chosen
}

func (lib *library) chooseCategory(category string, chosen map[string]bool) {
	for _, r := range lib.rules {
		if r.Category() == category {
			chosen[r.ID] = true
		}
	}
}

func configured(p config.Place) Place { return Place{File: p.File, Line: p.Line, Column: p.Column} }
