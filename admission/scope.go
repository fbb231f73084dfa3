package admission

import (
	"slices"

	"guard/internal/finding"
)

// Scopes say where less than everything, or something else, is asked. What
// counts is who asks and in which namespace, never what stands on the object.
type Scopes struct {
	ExemptUsers      []string // whoever they are, nothing they do is judged
	ExemptGroups     []string
	ExemptNamespaces []string // nothing in them is judged
	WarnOnly         bool     // whatever would be denied is a warning
}

// Scope is what holds for one request.
type Scope struct {
	Exempt string // why nothing is judged; "" where it is
	Warn   bool   // what is denied is a warning instead
}

func (s *Scopes) of(r *Request) Scope {
	switch {
	case slices.Contains(s.ExemptUsers, r.User.Name):
		return Scope{Exempt: "user " + r.User.Name + " is exempt"}
	case r.Namespace != "" && slices.Contains(s.ExemptNamespaces, r.Namespace):
		return Scope{Exempt: "namespace " + r.Namespace + " is exempt"}
	}
	for _, group := range r.User.Groups {
		if slices.Contains(s.ExemptGroups, group) {
			return Scope{Exempt: "group " + group + " is exempt"}
		}
	}
	return Scope{Warn: s.WarnOnly}
}

// settle gives findings the actions that hold here.
func (s Scope) settle(findings []finding.Finding) []finding.Finding { return findings }

// undecided answers where guard cannot say whether the rules are kept: with a
// denial, or, where nothing is denied, with a warning.
func (s Scope) undecided(r *Request, why string) Response {
	response := undecided(r.UID, why)
	if s.Warn {
		return Response{UID: r.UID, Allowed: true, Warnings: []string{cut("guard: would be denied: "+response.Message, maxWarning)}, Audit: response.Audit}
	}
	return response
}
