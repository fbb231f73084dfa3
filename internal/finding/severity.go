package finding

import (
	"fmt"
	"strings"
)

// Severity says how bad it is when a rule is broken. The zero value is not a
// severity; severities are ordered, Info being the least.
type Severity int

// The severities, from least to worst.
const (
	Info Severity = iota + 1
	Low
	Medium
	High
	Critical
)

// Severities lists all severities from least to worst.
var Severities = []Severity{Info, Low, Medium, High, Critical}

var severityNames = map[Severity]string{Info: "info", Low: "low", Medium: "medium", High: "high", Critical: "critical"}

// String returns the lower-case name, such as "high".
func (s Severity) String() string {
	if name, ok := severityNames[s]; ok {
		return name
	}
	return fmt.Sprintf("severity(%d)", int(s))
}

// ParseSeverity returns the severity with this lower-case name.
func ParseSeverity(name string) (Severity, error) {
	for _, s := range Severities {
		if s.String() == name {
			return s, nil
		}
	}
	return 0, fmt.Errorf("unknown severity %q, expected one of %s", name, names(Severities))
}

// MarshalText gives the lower-case name.
func (s Severity) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText is the reverse of MarshalText.
func (s *Severity) UnmarshalText(text []byte) (err error) {
	*s, err = ParseSeverity(string(text))
	return err
}

// Action says what is done about a finding. It comes from the configuration,
// never from a rule.
type Action int

// The actions. Off means that the rule is not evaluated at all; Audit records
// without telling the user at admission; Warn tells; Deny fails the check or
// refuses the request.
const (
	Off Action = iota + 1
	Audit
	Warn
	Deny
)

// Actions lists all actions, from doing nothing to refusing.
var Actions = []Action{Off, Audit, Warn, Deny}

var actionNames = map[Action]string{Off: "off", Audit: "audit", Warn: "warn", Deny: "deny"}

// String returns the lower-case name, such as "deny".
func (a Action) String() string {
	if name, ok := actionNames[a]; ok {
		return name
	}
	return fmt.Sprintf("action(%d)", int(a))
}

// ParseAction returns the action with this lower-case name.
func ParseAction(name string) (Action, error) {
	for _, a := range Actions {
		if a.String() == name {
			return a, nil
		}
	}
	return 0, fmt.Errorf("unknown action %q, expected one of %s", name, names(Actions))
}

// MarshalText gives the lower-case name.
func (a Action) MarshalText() ([]byte, error) { return []byte(a.String()), nil }

// UnmarshalText is the reverse of MarshalText.
func (a *Action) UnmarshalText(text []byte) (err error) {
	*a, err = ParseAction(string(text))
	return err
}

func names[T fmt.Stringer](values []T) string {
	all := make([]string, len(values))
	for i, v := range values {
		all[i] = v.String()
	}
	return strings.Join(all, ", ")
}
