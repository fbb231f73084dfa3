package admission

import (
	"context"
	"fmt"
	"slices"
	"time"

	"guard/internal/config"
	"guard/internal/finding"
	"guard/internal/policy"
)

// Namespaces knows the labels of namespaces.
type Namespaces interface {
	// Labels returns the labels of a namespace. Where they are not known there
	// is an error, and who asked is denied.
	Labels(ctx context.Context, namespace string) (map[string]string, error)
}

// scope is what holds for one request: who asks, and in which namespace.
type scope struct {
	exempt     string  // why nothing is judged; "" where it is
	bypass     *Bypass // the same, told apart
	warn       bool    // what is denied is a warning instead
	namespaces config.Namespaces
	now        time.Time         // at which it is judged
	rules      *policy.Evaluator // at that time
}

// scope settles what holds for a request.
func (h *Handler) scope(ctx context.Context, r *Request) (scope, error) {
	if b := h.exempt(r); b != nil {
		return scope{exempt: b.How + " " + b.Name + " is exempt", bypass: b}, nil
	}
	s := scope{warn: h.Admission.Mode == config.ModeWarn, now: h.now()}
	s.rules = h.Policies.At(s.now)
	if r.Namespace == "" || len(h.Admission.Namespaces) == 0 {
		return s, nil
	}
	labels, err := h.labels(ctx, r.Namespace)
	if err != nil {
		return s, fmt.Errorf("the labels of namespace %s are not known: %w", short(r.Namespace), err)
	}
	if n, found := h.Admission.For(r.Namespace, labels); found {
		s.namespaces = n
		if n.Mode != "" {
			s.warn = n.Mode == config.ModeWarn
		}
	}
	return s, nil
}

// labels asks for the labels of a namespace where any are asked for.
func (h *Handler) labels(ctx context.Context, namespace string) (labels map[string]string, err error) {
	defer func() {
		if value := recover(); value != nil {
			err = fmt.Errorf("an error inside of guard: %v", value)
		}
	}()
	if !slices.ContainsFunc(h.Admission.Namespaces, func(n config.Namespaces) bool { return len(n.Labels) > 0 }) {
		return nil, nil
	}
	if h.Namespaces == nil {
		return nil, fmt.Errorf("guard runs without access to the cluster")
	}
	return h.Namespaces.Labels(ctx, namespace)
}

// exempt tells why nothing is asked of a request; nil where something is.
func (h *Handler) exempt(r *Request) *Bypass {
	e := &h.Admission.Exempt
	switch {
	case slices.Contains(e.Users, r.User.Name):
		return &Bypass{How: bypassUser, Name: r.User.Name}
	case r.Namespace != "" && slices.Contains(e.Namespaces, r.Namespace):
		return &Bypass{How: bypassNamespace, Name: r.Namespace}
	}
	for _, group := range r.User.Groups {
		if slices.Contains(e.Groups, group) {
			return &Bypass{How: bypassGroup, Name: group}
		}
	}
	return nil
}

// settle gives findings the actions that hold here, and leaves out those of
// rules that are off.
func (s *scope) settle(findings []finding.Finding) []finding.Finding {
	if len(s.namespaces.Rules) == 0 {
		return findings
	}
	var settled []finding.Finding
	for _, f := range findings {
		if action, differs := s.namespaces.Action(f.Rule); differs {
			f.Action, f.DeniedFrom = s.rules.Act(f.Rule, action)
		}
		if f.Action != finding.Off {
			settled = append(settled, f)
		}
	}
	return settled
}

// undecided answers where guard cannot say whether the rules are kept: with a
// denial, or, where nothing is denied, with a warning.
func (s *scope) undecided(r *Request, why string) Response {
	response := undecided(r.UID, why)
	if s.warn {
		return Response{UID: r.UID, Allowed: true, Warnings: []string{cut("guard: would be denied: "+response.Message, maxWarning)}, Audit: response.Audit}
	}
	return response
}

// respond answers with what was found: a denial, or warnings where the denied
// findings are excused or nothing is denied here.
func (s *scope) respond(r *Request, decision string, f findings) Response {
	response := Response{Allowed: true}
	switch {
	case decision == "grandfathered":
		response.Warnings = warnings("guard: broken before this change already: ", f.denied)
	case decision == "denied" && s.warn:
		decision = "warned"
		response.Warnings = warnings("guard: would be denied: ", f.denied)
	case decision == "denied":
		response = deny(r, f.denied)
	}
	response.Warnings = append(response.Warnings, warnings("guard: ", f.warned)...)
	response.Audit = map[string]string{"decision": decision}
	for name, list := range map[string][]finding.Finding{"denied": f.denied, "warned": f.warned, "audited": f.audited} {
		if len(list) > 0 {
			response.Audit[name] = ids(list)
		}
	}
	return response
}
