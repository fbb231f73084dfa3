package impact

import (
	"cmp"
	"maps"
	"slices"

	"guard/internal/finding"
	"guard/internal/report"
)

// thing is what is judged: a file, or an object in one.
type thing struct {
	repository, file, object string
}

// about says whose a thing is.
type about struct {
	namespace, owner string
	vague            string // who is the owner where nobody else says it
}

// place is where a rule finds something. What it says there may change from one
// version to the next, and more than one thing may be wrong.
type place struct {
	thing
	rule, path string
}

// stands is one finding, as far as it is compared.
type stands struct {
	action  string // deny, warn, audit, waived
	line    int
	message string
}

// judged is what one version finds.
type judged map[place][]stands

func (j judged) add(repository string, f *finding.Finding, rule string) {
	at := place{thing{repository, f.File, f.Object}, rule, f.Path}
	j[at] = append(j[at], stands{actionOf(f), f.Line, f.Message})
}

func actionOf(f *finding.Finding) string {
	if f.Waived != nil {
		return "waived"
	}
	return f.Action.String()
}

// denied are the things that something is denied in.
func (j judged) denied() map[thing]bool {
	things := map[thing]bool{}
	for at, all := range j {
		if slices.ContainsFunc(all, func(s stands) bool { return s.action == report.ImpactDeny }) {
			things[at.thing] = true
		}
	}
	return things
}

// compare holds the findings of both versions against each other.
func compare(old, new judged, whose func(thing) about, into *tally) {
	for _, at := range places(old, new) {
		into.pairs(at, old[at], new[at], whose)
	}
	denied, deniedNow := old.denied(), new.denied()
	for t := range deniedNow {
		if !denied[t] {
			into.failing[t] = true
		}
	}
	for t := range denied {
		if !deniedNow[t] {
			into.passing[t] = true
		}
	}
}

// places are where either version finds something, in order.
func places(old, new judged) []place {
	all := slices.AppendSeq(slices.Collect(maps.Keys(old)), maps.Keys(new))
	slices.SortFunc(all, func(a, b place) int {
		return cmp.Or(cmp.Compare(a.repository, b.repository), cmp.Compare(a.file, b.file), cmp.Compare(a.object, b.object), cmp.Compare(a.rule, b.rule), cmp.Compare(a.path, b.path))
	})
	return slices.Compact(all)
}

// pairs holds findings at one place against each other: first those of which
// the same is said, then the strongest against the strongest.
func (t *tally) pairs(at place, before, after []stands, whose func(thing) about) {
	before, after = slices.Clone(before), slices.Clone(after)
	before = slices.DeleteFunc(before, func(b stands) bool {
		i := slices.IndexFunc(after, func(a stands) bool { return a.message == b.message && a.action == b.action })
		if i >= 0 {
			after = slices.Delete(after, i, i+1)
		}
		return i >= 0
	})
	slices.SortStableFunc(before, stronger)
	slices.SortStableFunc(after, stronger)
	for i := range max(len(before), len(after)) {
		var from, to stands
		if i < len(before) {
			from = before[i]
		}
		if i < len(after) {
			to = after[i]
		}
		if from.action != to.action {
			t.change(at, from, to, whose(at.thing))
		}
	}
}

var strength = map[string]int{report.ImpactDeny: 4, report.ImpactWarn: 3, "audit": 2, "waived": 1}

func stronger(a, b stands) int {
	return cmp.Or(strength[b.action]-strength[a.action], cmp.Compare(a.message, b.message))
}
