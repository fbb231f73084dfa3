package policy

import (
	"maps"
	"slices"
	"strings"

	"guard/internal/finding"
)

// held is what the layers above demand about a rule.
type held struct {
	settled
	by            string
	explicit      bool // the action is said of the rule itself, so that no profile below raises it
	change, waive bool
}

// binds tells whether a layer is about a rule: it brings the rule along, speaks
// of it, or names a profile that has it. Rules that somebody below brings along are
// theirs. What cannot be read is every layer's: none of its rules could look there.
func (v *voice) binds(r *rule) bool {
	switch {
	case r.rank > v.rank:
		return false
	case r.rank == v.rank, r.ID == unparsable:
		return true
	}
	return v.settings[r.ID] != nil || v.profileSaid && r.in(v.profiles)
}

// below refuses what a layer says of rules that somebody below it brings along:
// whoever is named first would otherwise decide about the rules of all others.
func (v *voice) below(lib *library, errs *Errors) {
	for id, setting := range v.settings {
		if r := lib.byID[id]; r.rank > v.rank {
			errs.add(configured(setting.Place), "%s: the rule is brought along by %s, which stands below %s; a layer speaks of its own rules and of those above it",
				id, r.module.source.title(), v.name)
			delete(v.settings, id)
		}
	}
}

// demand makes what a layer has said, held to those above it, what holds for
// those below. Nobody can allow more than those above allow.
func (v *voice) demand(r *rule, s settled) *held {
	h := &held{settled: s, by: v.name, change: v.change[r.ID], waive: v.waive[r.ID]}
	if setting := v.settings[r.ID]; setting != nil {
		h.explicit = setting.Action != 0
	}
	if above := r.held; above != nil {
		h.explicit = h.explicit || above.explicit
		h.change, h.waive = h.change && above.change, h.waive && above.waive
	}
	return h
}

// hold holds what a voice says of a rule to what the layers above demand: the
// stricter counts. To weaken it is an error.
func (h *held) hold(v *voice, r *rule, s settled, errs *Errors) settled {
	out := settled{action: h.action, values: maps.Clone(h.values), from: origins{h.from.action, maps.Clone(h.from.values)}}
	setting := v.settings[r.ID]
	explicit := setting != nil && setting.Action != 0
	switch {
	case explicit && (s.action > h.action || h.change), !h.explicit && s.action > h.action:
		out.action, out.from.action = s.action, s.from.action
	case explicit && s.action < h.action:
		errs.add(configured(setting.Place), "%s: action %s is weaker than %s, which %s demands%s; %s", r.ID, s.action, h.action, h.by, h.from.action.behind(h.by), h.ask("change", r))
	}
	if setting == nil {
		return out
	}
	for _, p := range setting.Params {
		value, known := s.values[p.Name]
		switch {
		case !known || jsonText(value) == jsonText(h.values[p.Name]):
		case h.change:
			out.values[p.Name], out.from.values[p.Name] = value, s.from.values[p.Name]
		default:
			errs.add(configured(p.Place), "%s: parameter %s is %s, and %s demands %s%s; %s",
				r.ID, p.Name, jsonText(value), h.by, jsonText(h.values[p.Name]), h.from.values[p.Name].behind(h.by), h.ask("change", r))
		}
	}
	return out
}

// behind names the place of an origin, where who says it is named already.
func (o Origin) behind(by string) string {
	if o.File == "" {
		return ""
	}
	return " (" + strings.TrimSuffix(strings.TrimPrefix(o.String(), o.From+" ("), ")") + ")"
}

func (h *held) ask(what string, r *rule) string {
	return "a layer allows that by allow: {" + what + ": [" + r.ID + "]}"
}

// holdWhole holds what a voice says of all rules to a layer: it may not name a
// profile that only takes rules away, and may not deny less.
func (lib *library) holdWhole(higher, lower *voice, errs *Errors) {
	if higher.profileSaid && lower.profileSaid && lib.onlyTakes(higher, lower) {
		errs.add(lower.profileFrom.Place, "%sprofile %s only leaves out rules of %s, which %s demands%s; name one that adds some, or none",
			lower.profileFrom.flag(), strings.Join(lower.profiles, ","), strings.Join(higher.profiles, ","), higher.name, higher.profileFrom.behind(higher.name))
	}
	if higher.failOnSaid && lower.failOnSaid && lower.failOn > higher.failOn {
		errs.add(lower.failOnFrom.Place, "%sfail-on %s is weaker than %s, which %s demands%s",
			lower.failOnFrom.flag(), lower.failOn, higher.failOn, higher.name, higher.failOnFrom.behind(higher.name))
	}
}

// flag begins a message about what no file says.
func (o Origin) flag() string {
	if o.File != "" {
		return ""
	}
	return o.From + ": "
}

// onlyTakes tells whether the profiles of one have fewer rules than those of the
// other, and no rule besides, as far as rules may not be changed at will.
func (lib *library) onlyTakes(higher, lower *voice) bool {
	fewer := false
	for _, r := range lib.rules {
		above, below := r.in(higher.profiles), r.in(lower.profiles)
		if below && !above {
			return false
		}
		fewer = fewer || above && !below && !higher.change[r.ID]
	}
	return fewer
}

// Layers lists what demands something of a configuration, the highest first.
func (e *Evaluator) Layers() []string {
	var names []string
	for _, source := range e.library.layered {
		names = append(names, source.title())
	}
	return slices.Clip(names)
}

// Refuses holds an action that is said of a rule elsewhere than among the
// settings, such as for namespaces, to what layers demand. It gives the reason why
// it is refused; "" where it is not.
func (e *Evaluator) Refuses(rule string, action finding.Action) string {
	held, is := e.Held(rule)
	if !is || held.Change || action >= held.Action {
		return ""
	}
	return rule + ": action " + action.String() + " is weaker than " + held.Action.String() + ", which " + held.By + " demands"
}
