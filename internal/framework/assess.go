package framework

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"

	"guard/internal/finding"
)

// State is what is known of a control.
type State string

// The states. No state says more than the rules that map to the control do.
const (
	Kept       State = "kept"        // all of its rules looked at something, and found nothing
	Broken     State = "broken"      // one of them found something, waived or not
	Unknown    State = "unknown"     // not all could look, or they asked for something else than the control
	NotCovered State = "not-covered" // no rule maps to it
)

// Assessment is what is known of one control.
type Assessment struct {
	Control
	State  State  `json:"state"`
	Reason string `json:"reason"` // of an unknown state: why; else ""
	Rules  []Rule `json:"rules"`  // never null
}

// Rule is what a rule says of a control that it maps to.
type Rule struct {
	ID        string `json:"id"`
	Evaluated bool   `json:"evaluated"` // it was on, and all it needs was asked
	Documents int    `json:"documents"` // it was evaluated on
	Found     int    `json:"found"`     // findings, those that are waived too
	Waived    int    `json:"waived"`    // of them
}

// Assess says of every control what a report says of it. Rules are all there are,
// with the controls that they map to, and with the parameters that the report was
// made with: Values is nil where these are not known.
func (f Framework) Assess(rules []finding.Rule, report *finding.Report) []Assessment {
	all := make([]Assessment, len(f.Controls))
	for i, c := range f.Controls {
		a := Assessment{Control: c, Rules: []Rule{}}
		less, more := "", ""
		for _, r := range rules {
			if !slices.Contains(r.Frameworks, c.ID) {
				continue
			}
			found := ruleIn(r.ID, report)
			if a.Rules, less = append(a.Rules, found), cmp.Or(less, c.otherwise(r, c.profiles())); found.Found == 0 {
				continue
			}
			if why := c.otherwise(r, exact(c.profiles())); why == "" {
				a.State = Broken
			} else {
				more = cmp.Or(more, why)
			}
		}
		if a.State == "" {
			a.State, a.Reason = judge(a.Rules, cmp.Or(more, less), len(report.Incomplete))
		}
		all[i] = a
	}
	return all
}

// exact leaves of profiles the one that asks for no more than the control.
func exact(profiles []string) []string { return profiles[:min(len(profiles), 1)] }

func ruleIn(id string, report *finding.Report) Rule {
	documents, evaluated := report.Evaluated[id]
	r := Rule{ID: id, Evaluated: evaluated, Documents: documents}
	for _, f := range report.Findings {
		if f.Rule != id {
			continue
		}
		if r.Found++; f.Waived != nil {
			r.Waived++
		}
	}
	return r
}

// otherwise says which parameter makes a rule ask for something else than the
// control does, by the parameters of profiles; "" where none does.
func (c Control) otherwise(r finding.Rule, profiles []string) string {
	for _, p := range r.Params {
		value, known := r.Values[p.Name]
		if !known {
			return "with which parameters " + r.ID + " was evaluated is not known: the report was made with other rules or another configuration"
		}
		if !slices.Contains(asked(p, profiles), text(value)) {
			return fmt.Sprintf("%s was evaluated with %s = %s, which is not what the control asks for", r.ID, p.Name, text(value))
		}
	}
	return ""
}

// asked are the values of a parameter with which a rule asks for what the control
// does.
func asked(p finding.Param, profiles []string) []string {
	if profiles == nil {
		values := []string{text(p.Default)}
		for _, value := range p.Profiles {
			values = append(values, text(value))
		}
		return values
	}
	var values []string
	for _, profile := range profiles {
		value, own := p.Profiles[profile]
		if !own {
			value = p.Default
		}
		values = append(values, text(value))
	}
	return values
}

func text(value any) string {
	encoded, err := json.Marshal(value)
	if err != nil {
		return fmt.Sprint(value)
	}
	return string(encoded)
}

// judge settles the state of a control that is not certain to be broken. What was not looked at could have broken
// any of its rules.
func judge(rules []Rule, otherwise string, incomplete int) (State, string) {
	if len(rules) == 0 {
		return NotCovered, ""
	}
	for _, r := range rules {
		switch {
		case !r.Evaluated:
			return Unknown, r.ID + " was not evaluated: it is off, or what it needs was not asked"
		case r.Documents == 0:
			return Unknown, "nothing was there for " + r.ID + " to look at"
		}
	}
	switch {
	case otherwise != "":
		return Unknown, otherwise
	case incomplete == 1:
		return Unknown, "1 thing could not be looked at"
	case incomplete > 1:
		return Unknown, fmt.Sprintf("%d things could not be looked at", incomplete)
	}
	return Kept, ""
}
