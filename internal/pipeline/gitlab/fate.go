package gitlab

import (
	"slices"

	"guard/internal/pipeline"
	"guard/internal/pipeline/logic"
)

// The words of when:.
const (
	whenSuccess = "on_success"
	whenFailure = "on_failure"
	whenAlways  = "always"
	whenManual  = "manual"
	whenDelayed = "delayed"
	whenNever   = "never"
)

// fate is what the rules of a job make of it in one run.
type fate struct {
	in        logic.Answer // whether this is what happens; a fate of several is never certain
	when      string       // never: the job is not in the pipeline; "": not known
	mayFail   logic.Answer
	variables []variableEntry // what the rule sets
	needs     []pipeline.Need
	dag       bool
	opaque    string // why the variables of the rule are not known; "" where they are
}

// present tells whether the job is in the pipeline by this fate.
func (f *fate) present() bool { return f.when != whenNever }

// fates lists what can become of a job in a run: one fate where that is known.
func (p *plan) fates(in *context) []fate {
	if p.included == nil {
		return p.ownFates(in)
	}
	there := presence(p.included.fates(&context{run: in.run, lookup: in.lookup, worth: in.before}))
	never := fate{in: there, when: whenNever}
	switch {
	case there.IsYes():
		return p.ownFates(in)
	case there.IsNo():
		return settled([]fate{never})
	}
	fates := p.ownFates(in)
	for i := range fates {
		fates[i].in = there
	}
	return settled(addFate(fates, never, there))
}

// ownFates is the same of a job whose file is included.
func (p *plan) ownFates(in *context) []fate {
	usual := fate{in: logic.Yes, when: p.when, mayFail: p.mayFail, needs: p.needs, dag: p.dag}
	switch {
	case p.ruled:
		return p.ruledFates(in, usual)
	case p.loose != "" && p.only == nil && p.except == nil:
		usual.in = logic.Maybe(p.loose)
		return []fate{usual, {in: usual.in, when: whenNever}}
	}
	present := logic.Yes
	if p.only != nil {
		present = logic.And(p.only.answers(in)...)
	}
	if p.except != nil {
		present = logic.And(present, logic.Not(logic.Or(p.except.answers(in)...)))
	}
	return between(present, usual)
}

// between is one fate, or that the job is not in the pipeline.
func between(present logic.Answer, usual fate) []fate {
	never := fate{in: present, when: whenNever}
	usual.in = present
	switch {
	case present.IsYes():
		return []fate{usual}
	case present.IsNo():
		never.in = logic.Yes
		return []fate{never}
	}
	return []fate{usual, never}
}

// maxFates bounds what may become of one job in one run.
const maxFates = 16

// ruledFates takes the first rule that holds; each that may hold is one more
// fate.
func (p *plan) ruledFates(in *context, usual fate) []fate {
	var fates []fate
	doubt := logic.Yes
	for _, rule := range p.rules {
		holds := rule.holds(in)
		if holds.IsNo() {
			continue
		}
		if doubt.IsYes() {
			doubt = holds
		}
		fates = addFate(fates, rule.fate(usual), doubt)
		if rule.unknown != "" {
			fates = addFate(fates, fate{when: whenNever}, doubt)
		}
		if holds.IsYes() {
			return settled(fates)
		}
		if len(fates) > maxFates {
			return tooMany(usual)
		}
	}
	return settled(addFate(fates, fate{when: whenNever}, doubt))
}

// addFate adds a fate that is not among those before.
func addFate(fates []fate, next fate, doubt logic.Answer) []fate {
	for i := range fates {
		if fates[i].same(&next) {
			return fates
		}
	}
	next.in = doubt
	return append(fates, next)
}

// tooMany is the fates of a job whose rules are too many to tell them apart.
func tooMany(usual fate) []fate {
	usual.in = logic.Maybe("more rules may hold than are looked at")
	usual.when, usual.mayFail, usual.opaque = whenSuccess, usual.in, usual.in.Reason
	return []fate{usual, {in: usual.in, when: whenNever}}
}

func (r *rule) fate(usual fate) fate {
	out := usual
	out.variables = r.variables
	if r.when != "" {
		out.when = r.when
	}
	if r.mayFail != nil {
		out.mayFail = logic.Is(*r.mayFail)
	}
	if r.hasNeeds {
		out.needs, out.dag = r.needs, len(r.needs) > 0 || usual.dag
	}
	return out
}

// settled makes certain what is the only fate.
func settled(fates []fate) []fate {
	if len(fates) == 1 {
		fates[0].in = logic.Yes
	}
	return fates
}

// same tells whether two fates come to the same, whyever.
func (f *fate) same(g *fate) bool {
	if f.when == whenNever || g.when == whenNever {
		return f.when == g.when
	}
	return f.when == g.when && f.mayFail == g.mayFail && f.dag == g.dag && sameNeeds(f.needs, g.needs) && sameValues(f.variables, g.variables)
}

func sameNeeds(a, b []pipeline.Need) bool {
	return slices.EqualFunc(a, b, func(x, y pipeline.Need) bool { return x.Job == y.Job && x.Optional == y.Optional })
}

func sameValues(a, b []variableEntry) bool {
	return slices.EqualFunc(a, b, func(x, y variableEntry) bool { return x.name == y.name && x.value == y.value && x.raw == y.raw })
}

// presence tells whether a job is in the pipeline.
func presence(fates []fate) logic.Answer {
	in, out := false, false
	for i := range fates {
		in = in || fates[i].present()
		out = out || !fates[i].present()
	}
	switch {
	case in && out:
		return logic.Maybe(reasonOf(fates))
	case in:
		return logic.Yes
	}
	return logic.No
}

func reasonOf(fates []fate) string {
	for _, f := range fates {
		if f.in.IsUnknown() {
			return f.in.Reason
		}
	}
	return "which rule holds is not known"
}
