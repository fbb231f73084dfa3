package impact

import (
	"slices"

	"guard/internal/config"
	"guard/internal/finding"
)

// scope is what a version says under admission: of a namespace and of who asked, as far
// as that is known without the namespace's labels.
type scope struct {
	exempt  bool // nothing is judged
	warn    bool // what is denied is a warning
	unknown bool // labels that nobody knows tell namespaces apart
	rules   config.Namespaces
}

// scope settles what holds of an object in a namespace; "" is that of objects in none.
// Where it is not known, what is denied elsewhere is denied.
func (r *Rules) scope(o *object, namespace string) scope {
	a := &r.Config.Admission
	s := scope{warn: a.Mode == config.ModeWarn}
	if exempt(&a.Exempt, o, namespace) {
		return scope{exempt: true}
	}
	if namespace == "" {
		return s
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

// exempt tells whether nothing is asked of who asked, or in the namespace.
func exempt(e *config.Exempt, o *object, namespace string) bool {
	return o.user != "" && slices.Contains(e.Users, o.user) || namespace != "" && slices.Contains(e.Namespaces, namespace) ||
		slices.ContainsFunc(o.groups, func(group string) bool { return slices.Contains(e.Groups, group) })
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
