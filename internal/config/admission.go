package config

import (
	"path"
	"time"

	"guard/internal/finding"
)

// Admission says what the webhook asks, and of whom. Who asks and in which
// namespace counts, never what stands on the object.
type Admission struct {
	Mode       string        // deny; warn: what would be denied is a warning; "": deny
	Registry   bool          // registries are asked what images are, so that the rules which need that are evaluated
	Timeout    time.Duration // the most a review may take; 0: not said
	Exempt     Exempt
	Admins     Admins       // who may set the labels that Namespaces asks for; nobody named: the group system:masters
	Namespaces []Namespaces // the first that is for a namespace counts
	BreakGlass BreakGlass   // whose tokens let in what is denied
}

// Exempt names whom nothing is asked of. All of them are exact names.
type Exempt struct {
	Users      []string
	Groups     []string
	Namespaces []string
}

// Admins names who may change what decides. All of them are exact names.
type Admins struct {
	Users  []string
	Groups []string
}

// BreakGlass says whose tokens let in, for a while, what is denied.
type BreakGlass struct {
	Keys        []BreakGlassKey // none: no token counts
	Audience    string          // that tokens must be for; "": DefaultAudience
	MaxLifetime time.Duration   // the most that a token may last; 0: DefaultLifetime
}

// BreakGlassKey is the public key of somebody who may sign tokens.
type BreakGlassKey struct {
	Name  string // what logs and events call it
	PEM   string
	File  string // instead of PEM, beside the configuration
	Place Place
}

// What holds of tokens where nothing else is said.
const (
	DefaultAudience = "guard"
	DefaultLifetime = 8 * time.Hour
	maxLifetime     = 7 * 24 * time.Hour
)

// Namespaces says what is different in some namespaces.
type Namespaces struct {
	Names       []string          // path.Match patterns of kubernetes.io/metadata.name; empty: any
	Labels      map[string]string // all of which the namespace must have
	Mode        string            // as of Admission; "": the same
	Environment string            // the key of the environment that they are; "": none
	Rules       []Rule            // actions of rules that differ
	Place       Place
}

// The modes of admission.
const (
	ModeDeny = "deny"
	ModeWarn = "warn"
)

// maxTimeout is the longest that an API server waits for a webhook.
const maxTimeout = 30 * time.Second

func (d *decoder) admission(into *Admission) func(cursor) {
	return func(c cursor) {
		d.fields(c,
			field{"mode", d.choice("mode", &into.Mode, ModeDeny, ModeWarn)},
			field{"registry", d.flag(&into.Registry)},
			field{"timeout", d.duration(&into.Timeout, time.Second, maxTimeout)},
			field{"exempt", func(at cursor) {
				d.fields(at,
					field{"users", d.strs(&into.Exempt.Users)},
					field{"groups", d.strs(&into.Exempt.Groups)},
					field{"namespaces", d.strs(&into.Exempt.Namespaces)},
				)
			}},
			field{"admins", func(at cursor) {
				d.fields(at, field{"users", d.strs(&into.Admins.Users)}, field{"groups", d.strs(&into.Admins.Groups)})
			}},
			field{"namespaces", d.namespaces(&into.Namespaces)},
			field{"break-glass", func(at cursor) {
				d.fields(at,
					field{"keys", d.breakGlassKeys(&into.BreakGlass.Keys)},
					field{"audience", d.text(&into.BreakGlass.Audience)},
					field{"max-lifetime", d.duration(&into.BreakGlass.MaxLifetime, time.Minute, maxLifetime)},
				)
			}},
		)
	}
}

func (d *decoder) breakGlassKeys(into *[]BreakGlassKey) func(cursor) {
	return func(c cursor) {
		d.items(c, func(at cursor) {
			k := BreakGlassKey{Place: d.place(at)}
			d.fields(at, field{"name", d.text(&k.Name)}, field{"pem", d.text(&k.PEM)}, field{"file", d.text(&k.File)})
			switch {
			case k.Name == "":
				d.fail(at, "%s: expected a name, by which logs tell the key", at.name())
			case (k.PEM == "") == (k.File == ""):
				d.fail(at, "%s: expected either pem or file", at.name())
			}
			*into = append(*into, k)
		})
	}
}

func (d *decoder) namespaces(into *[]Namespaces) func(cursor) {
	return func(c cursor) {
		d.items(c, func(at cursor) {
			n := Namespaces{Place: d.place(at)}
			d.fields(at,
				field{"names", d.matches(&n.Names)},
				field{"labels", d.texts(&n.Labels)},
				field{"mode", d.choice("mode", &n.Mode, ModeDeny, ModeWarn)},
				field{"environment", d.text(&n.Environment)},
				field{"rules", d.actions(&n.Rules)},
			)
			if len(n.Names) == 0 && len(n.Labels) == 0 {
				d.fail(at, "%s: expected names or labels that say which namespaces are meant", at.name())
			}
			*into = append(*into, n)
		})
	}
}

// matches reads patterns of path.Match.
func (d *decoder) matches(into *[]string) func(cursor) {
	return func(c cursor) {
		d.strs(into)(c)
		for i, pattern := range *into {
			if _, err := path.Match(pattern, ""); err != nil {
				d.fail(cursor{c.node.Item(i), c.path.With(i)}, "%q is not a pattern: a bracket is not closed", pattern)
			}
		}
	}
}

// actions reads rules whose actions differ; parameters cannot.
func (d *decoder) actions(into *[]Rule) func(cursor) {
	return func(c cursor) {
		d.members(c, func(id string, key, at cursor) {
			r := Rule{ID: id, Place: d.place(key)}
			d.fields(at, field{"action", d.action(&r.Action)})
			*into = append(*into, r)
		})
	}
}

// duration reads a time such as 5s.
func (d *decoder) duration(into *time.Duration, least, most time.Duration) func(cursor) {
	return func(c cursor) {
		value, err := time.ParseDuration(c.node.Scalar())
		if err != nil || value < least || value > most {
			d.fail(c, "%s: expected a time between %s and %s, such as %s, found %q", c.name(), least, most, 5*time.Second, c.node.Scalar())
			return
		}
		*into = value
	}
}

// For returns what is different in a namespace; ok is false where nothing is.
func (a *Admission) For(name string, labels map[string]string) (n Namespaces, ok bool) {
	for _, n := range a.Namespaces {
		if n.isFor(name, labels) {
			return n, true
		}
	}
	return Namespaces{}, false
}

// ForName is [Admission.For] where of the labels nobody knows more than that the API
// server sets the name. Known is false where others decide.
func (a *Admission) ForName(name string) (n Namespaces, ok, known bool) {
	for _, n := range a.Namespaces {
		byName, others := n, false
		byName.Labels = map[string]string{}
		for key, value := range n.Labels {
			if others = others || key != nameLabel; key == nameLabel {
				byName.Labels[key] = value
			}
		}
		switch {
		case !byName.isFor(name, map[string]string{nameLabel: name}):
		case others:
			return Namespaces{}, false, false
		default:
			return n, true, true
		}
	}
	return Namespaces{}, false, true
}

// nameLabel is set by the API server on every namespace, to its name.
const nameLabel = "kubernetes.io/metadata.name"

func (n *Namespaces) isFor(name string, labels map[string]string) bool {
	named := len(n.Names) == 0
	for _, pattern := range n.Names {
		if matched, err := path.Match(pattern, name); err == nil && matched {
			named = true
		}
	}
	for key, value := range n.Labels {
		if got, has := labels[key]; !has || got != value {
			return false
		}
	}
	return named
}

// Action is what the namespaces say of a rule; ok is false where they say
// nothing.
func (n *Namespaces) Action(rule string) (action finding.Action, ok bool) {
	for _, r := range n.Rules {
		if r.ID == rule {
			return r.Action, true
		}
	}
	return 0, false
}
