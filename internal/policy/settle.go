package policy

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"guard/internal/config"
	"guard/internal/finding"
)

// settle decides for every rule what is done about its findings, and with
// which parameters it runs: into Action and Values.
func (lib *library) settle(s Settings, errs *Errors) {
	only := lib.selection("only", s.Only, errs)
	skip := lib.selection("skip", s.Skip, errs)
	demands := lib.selection("demands", s.Demands, errs)
	voices := lib.voices(s, errs)
	last := voices[len(voices)-1]
	for _, r := range lib.rules {
		lib.settleRule(r, voices, errs)
		setting := last.settings[r.ID]
		if demands[r.ID] && (setting == nil || setting.Action == 0) {
			r.Action, r.from.action = finding.Deny, Origin{From: "demanded by the trust policy"}
		}
		switch {
		case skip[r.ID]:
			r.Action, r.from.action = finding.Off, Origin{From: "left out of the run"}
		case len(s.Only) > 0 && !only[r.ID]:
			r.Action, r.from.action = finding.Off, Origin{From: "not among those that the run is for"}
		}
	}
}

// settleRule lets all voices speak, from the highest to the lowest.
func (lib *library) settleRule(r *rule, voices []*voice, errs *Errors) {
	r.held = nil
	for i, v := range voices {
		said := v.say(r, errs)
		if r.held != nil {
			said = r.held.hold(v, r, said, errs)
		}
		if i == len(voices)-1 {
			r.Action, r.Values, r.from = said.action, said.values, said.from
		} else if v.binds(r) {
			r.held = v.demand(r, said)
		}
	}
}

// voice is one who says what is done about rules: a layer, or at last the
// configuration.
type voice struct {
	name        string
	rank        int // of the layer's source; of no meaning for the configuration
	profiles    []string
	profileFrom Origin
	profileSaid bool
	failOn      finding.Severity
	failOnFrom  Origin
	failOnSaid  bool
	settings    map[string]*config.Rule
	named       map[string]bool // rules that are on in every profile
	change      map[string]bool
	waive       map[string]bool
}

// settled is what a voice says of a rule.
type settled struct {
	action finding.Action
	values map[string]any
	from   origins
}

type origins struct {
	action Origin
	values map[string]Origin
}

// voices are all who speak, the highest first. What one does not say, the one
// above it has said.
func (lib *library) voices(s Settings, errs *Errors) []*voice {
	above := &voice{profiles: []string{ProfileRecommended}, profileFrom: Origin{From: "default"}, failOn: finding.Medium, failOnFrom: Origin{From: "default"}}
	var all []*voice
	for _, source := range lib.layered {
		l := source.Layer
		v := &voice{
			name: source.title(), rank: source.rank, settings: lib.settings(l.Rules, errs),
			change: lib.choose(l.Change, errs), waive: lib.choose(l.Waive, errs),
		}
		v.below(lib, errs)
		v.inherit(above, l.Profile.Value, said(source.title(), l.Profile.Place), l.FailOn, said(source.title(), l.FailOnPlace))
		all, above = append(all, v), v
	}
	v := &voice{name: "configuration", settings: lib.settings(s.Rules, errs), named: map[string]bool{}}
	v.inherit(above, s.Profile, s.ProfileFrom, s.FailOn, s.FailOnFrom)
	for _, name := range s.Only {
		if r, ok := lib.find(name); ok {
			v.named[r.ID] = true
		}
	}
	all = append(all, v)
	for i, v := range all {
		if v.profileSaid {
			lib.checkProfiles(v.profiles, v.profileFrom, errs)
		}
		for _, higher := range all[:i] {
			lib.holdWhole(higher, v, errs)
		}
	}
	return all
}

// inherit takes over what is not said.
func (v *voice) inherit(above *voice, profile string, profileFrom Origin, failOn finding.Severity, failOnFrom Origin) {
	v.profiles, v.profileFrom, v.failOn, v.failOnFrom = above.profiles, above.profileFrom, above.failOn, above.failOnFrom
	if names := profilesOf(profile); len(names) > 0 {
		v.profiles, v.profileFrom, v.profileSaid = names, profileFrom, true
	}
	if failOn != 0 {
		v.failOn, v.failOnFrom, v.failOnSaid = failOn, failOnFrom, true
	}
}

// say is what a voice says of a rule, as if nobody were above it.
func (v *voice) say(r *rule, errs *Errors) settled {
	s := settled{values: map[string]any{}, from: origins{values: map[string]Origin{}}}
	s.action, s.from.action = v.action(r)
	for _, p := range r.Params {
		s.values[p.Name], s.from.values[p.Name] = p.Default, r.stands("params."+p.Name)
		for _, profile := range slices.Backward(v.profiles) {
			if value, ok := p.Profiles[profile]; ok {
				s.values[p.Name], s.from.values[p.Name] = value, Origin{From: "profile " + profile, Place: v.profileFrom.Place}
			}
		}
	}
	if setting := v.settings[r.ID]; setting != nil {
		for _, p := range setting.Params {
			if r.set(s.values, p, errs) {
				s.from.values[p.Name] = said(v.name, p.Place)
			}
		}
	}
	return s
}

// unparsable is the rule for what cannot be read. It is denied whatever the
// severity to fail on: nobody knows what would have been found there.
const unparsable = "analysis/unparsable"

// action is what is done about a rule's findings: what is said of it, else what
// its severity asks for where it is active.
func (v *voice) action(r *rule) (finding.Action, Origin) {
	setting := v.settings[r.ID]
	switch {
	case setting != nil && setting.Action != 0:
		return setting.Action, said(v.name, setting.Place)
	case !v.named[r.ID] && !r.in(v.profiles) && (setting == nil || len(setting.Params) == 0):
		return finding.Off, Origin{From: fmt.Sprintf("not in profile %s, %s", strings.Join(v.profiles, ", "), v.profileFrom.From), Place: v.profileFrom.Place}
	case r.ID == unparsable:
		return finding.Deny, Origin{From: "always"}
	case r.Severity >= v.failOn:
		return finding.Deny, Origin{From: fmt.Sprintf("severity %s, denied from %s on, %s", r.Severity, v.failOn, v.failOnFrom.From), Place: v.failOnFrom.Place}
	}
	return finding.Warn, Origin{From: fmt.Sprintf("severity %s, denied from %s on, %s", r.Severity, v.failOn, v.failOnFrom.From), Place: v.failOnFrom.Place}
}

// set sets a parameter, and tells whether that is possible.
func (r *rule) set(values map[string]any, p config.Param, errs *Errors) bool {
	i := slices.IndexFunc(r.Params, func(known finding.Param) bool { return known.Name == p.Name })
	if i < 0 {
		errs.add(configured(p.Place), "rule %s has no parameter %q%s", r.ID, p.Name, r.knownParams(p.Name))
		return false
	}
	if err := checkParam(r.Params[i], p.Value); err != nil {
		errs.add(configured(p.Place), "parameter %s of rule %s: %v", p.Name, r.ID, err)
		return false
	}
	values[p.Name] = p.Value
	return true
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
		if one := lib.chosen(name); len(one) > 0 {
			maps.Copy(chosen, one)
		} else {
			errs.add(Place{}, "%s: %s", option, lib.unknownRule(name))
		}
	}
	return chosen
}

// choose is the same of names in a layer, where "*" is all.
func (lib *library) choose(names []config.Located, errs *Errors) map[string]bool {
	chosen := map[string]bool{}
	for _, name := range names {
		one := lib.chosen(name.Value)
		if len(one) == 0 {
			errs.add(configured(name.Place), "%s", lib.unknownRule(name.Value))
		}
		maps.Copy(chosen, one)
	}
	return chosen
}

// chosen are the rules that an id, a former one, a category or "*" stands for.
func (lib *library) chosen(name string) map[string]bool {
	if r, ok := lib.find(name); ok {
		return map[string]bool{r.ID: true}
	}
	chosen := map[string]bool{}
	category := strings.TrimSuffix(name, "/*")
	for _, r := range lib.rules {
		if name == "*" || r.Category() == category {
			chosen[r.ID] = true
		}
	}
	return chosen
}

func configured(p config.Place) Place { return Place{File: p.File, Line: p.Line, Column: p.Column} }
