package policy

import (
	"fmt"

	"guard/internal/config"
	"guard/internal/finding"
)

// Origin is where a value comes from.
type Origin struct {
	From  string // "built-in", "profile strict", "configuration", "bundle …", "--profile"
	Place        // where it stands; the zero place is nowhere, as for a flag
}

// String writes the origin for people: configuration (.guard.yaml:4).
func (o Origin) String() string {
	switch {
	case o.File == "":
		return o.From
	case o.Line == 0:
		return fmt.Sprintf("%s (%s)", o.From, o.File)
	}
	return fmt.Sprintf("%s (%s:%d)", o.From, o.File, o.Line)
}

func said(from string, at config.Place) Origin { return Origin{From: from, Place: configured(at)} }

// Effective is what holds of a rule, and where each of it comes from. Severity,
// the day from which it is in force and the parameters' defaults come from the
// METADATA.
type Effective struct {
	finding.Rule
	SeverityFrom    Origin            //
	EffectiveOnFrom Origin            //
	ActionFrom      Origin            //
	ValuesFrom      map[string]Origin // of every parameter
	Held            *Held             // what a layer demands about it; nil: nothing
}

// Held is what layers demand about a rule of everybody below them.
type Held struct {
	By     string         // the lowest of them
	Action finding.Action // the least
	Change bool           // those below may configure the rule as they like
	Waive  bool           // those below may waive its findings
}

// Effective lists what holds, by rule.
func (e *Evaluator) Effective() []Effective {
	all := make([]Effective, len(e.library.rules))
	for i, r := range e.library.rules {
		all[i] = Effective{Rule: r.Rule, SeverityFrom: r.stands("severity"), EffectiveOnFrom: r.stands("effective-on"), ActionFrom: r.from.action, ValuesFrom: r.from.values}
		if held, is := e.Held(r.ID); is {
			all[i].Held = &held
		}
	}
	return all
}

// Held is what layers demand about a rule, by its id or a former one; false where
// none does.
func (e *Evaluator) Held(rule string) (Held, bool) {
	r, known := e.library.find(rule)
	if !known || r.held == nil {
		return Held{}, false
	}
	return *r.held.told(), true
}

func (h *held) told() *Held {
	return &Held{By: h.by, Action: h.action, Change: h.change, Waive: h.waive}
}

// Unwaivable says why findings of a rule cannot be waived; "" where they can.
func (e *Evaluator) Unwaivable(rule string) string {
	held, is := e.Held(rule)
	if !is || held.Waive {
		return ""
	}
	return fmt.Sprintf("%s does not allow that %s is waived", held.By, rule)
}

// stands is where an entry of a rule's METADATA stands, by the keys below custom
// that lead to it. Of guard's own rules, nobody has the file.
func (r *rule) stands(entry string) Origin {
	o := Origin{From: r.module.source.title()}
	if r.module.source.Custom {
		o.Place = Place{File: r.module.file, Line: r.module.entries[entry]}
	}
	return o
}
