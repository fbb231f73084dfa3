package framework

import "strings"

// Framework is a list of controls that somebody else has written.
type Framework struct {
	Name     string // as --framework takes it: "slsa"
	Title    string // with its version
	URL      string
	Controls []Control
}

// Control is one thing that a framework asks for. The id is that of the framework,
// with its name in front of it.
type Control struct {
	ID    string `json:"id"`
	Title string `json:"title"`
}

// profiles are those whose parameters say what a control asks for, and, behind the
// first, more; nil: the parameters that rules have by themselves do, in whichever
// profile.
func (c Control) profiles() []string {
	switch {
	case strings.HasPrefix(c.ID, "PSS-Baseline-"):
		return []string{"pss-baseline", "pss-restricted"}
	case strings.HasPrefix(c.ID, "PSS-Restricted-"):
		return []string{"pss-restricted"}
	}
	return nil
}

// All lists the frameworks, by name.
var All = []Framework{cis, cicdSec, pss, slsa, ssdf}

// Names lists their names.
func Names() []string {
	names := make([]string, len(All))
	for i, f := range All {
		names[i] = f.Name
	}
	return names
}

// Find returns the framework of a name.
func Find(name string) (Framework, bool) {
	for _, f := range All {
		if f.Name == name {
			return f, true
		}
	}
	return Framework{}, false
}

// Misnamed tells whether an id claims to be a control of one of the frameworks and
// is none. Ids of other frameworks are anybody's.
func Misnamed(id string) bool {
	claims := false
	for _, f := range All {
		for _, c := range f.Controls {
			if c.ID == id {
				return false
			}
			claims = claims || strings.HasPrefix(id, prefix(c.ID))
		}
	}
	return claims
}

// prefix is what the ids of a part of a framework begin with: CIS-Docker-, SSDF-.
func prefix(id string) string {
	parts := strings.SplitN(id, "-", 3)
	return strings.Join(parts[:len(parts)-1], "-") + "-"
}

// ControlIDs lists the ids of all controls of all frameworks.
func ControlIDs() []string {
	var ids []string
	for _, f := range All {
		for _, c := range f.Controls {
			ids = append(ids, c.ID)
		}
	}
	return ids
}
