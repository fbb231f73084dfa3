package impact

import (
	"slices"

	"guard/internal/config"
	"guard/internal/finding"
)

// scope is what a version says under admission: of a namespace, as far as that is
// known without its labels and without who asked.
type scope struct {
	exempt  bool // nothing is judged there
	warn    bool // what is denied is a warning
	unknown bool // labels that nobody knows tell namespaces apart
	rules   config.Namespaces
}

// scope settles what holds in a namespace; "" is that of objects in none. Where it is
// not known, what is denied elsewhere is denied.
func (r *Rules) scope(namespace string) scope {
	a := &r.Config.Admission
	s := scope{warn: a.Mode == config.ModeWarn}
	if namespace == "" {
		return s
	}
	if slices.Contains(a.Exempt.Namespaces, namespace) {
		return scope{exempt: true}
	}
	n, found, known := a.ForName(namespace)
	switch {
	case !known:
		return scope{unknown: true}
	case found:
		s.rules = n
		if n.Mode != "" {
			s.warn = n.Mode == config.ModeWarn
		}
	}
	return s
}

// action is what is done about a finding there, but for the mode.
func (s *scope) action(r *Rules, f *finding.Finding) finding.Action {
	if action, differs := s.rules.Action(f.Rule); differs {
		action, _ = r.Evaluator.Act(f.Rule, action)
		return action
	}
	return f.Action
}

// noteScope counts what the configuration of either version leaves alone, or what it
// says about nobody knows.
func (n *noted) noteScope(scopes [2]scope) {
	if scopes[0].unknown || scopes[1].unknown {
		n.labels++
	}
	if scopes[0].exempt || scopes[1].exempt {
		n.exempted++
	}
}

// asksWho tells whether a version exempts people.
func (c *Comparison) asksWho() bool {
	return slices.ContainsFunc([]*Rules{&c.options.Old, &c.options.New}, func(r *Rules) bool {
		return len(r.Config.Admission.Exempt.Users)+len(r.Config.Admission.Exempt.Groups) > 0
	})
}
