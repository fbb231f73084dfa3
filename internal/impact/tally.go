package impact

import (
	"cmp"
	"fmt"
	"slices"

	"guard/internal/finding"
	"guard/internal/report"
)

// The most that is listed one by one; beyond it things are counted, up to as
// many changes as can be told apart.
const (
	maxChanges  = 20_000
	maxUnjudged = 10_000
	maxGaps     = 100_000 // that are told apart
	maxCounted  = 1_000_000
)

// tally counts changes, each once.
type tally struct {
	inputs           int
	failing, passing map[thing]bool
	seen             map[changeKey]bool
	changes          []report.ImpactChange
	omitted          int

	summary                                 report.ImpactSummary
	rules, repositories, namespaces, owners groups

	unjudged []report.Gap
	gaps     map[report.Gap]bool
	gapped   int
	doubts   map[finding.Incomplete]bool
	doubted  int
}

type changeKey struct {
	place
	from, to, message string
}

func newTally() *tally {
	return &tally{
		failing: map[thing]bool{}, passing: map[thing]bool{}, seen: map[changeKey]bool{},
		gaps: map[report.Gap]bool{}, doubts: map[finding.Incomplete]bool{},
		rules: groups{}, repositories: groups{}, namespaces: groups{}, owners: groups{},
	}
}

// groups are counts by name.
type groups map[string]*group

type group struct {
	report.ImpactGroup
	things       map[thing]bool
	repositories map[string]bool
}

func (g groups) of(name string) *group {
	if g[name] == nil {
		g[name] = &group{ImpactGroup: report.ImpactGroup{Name: name}, things: map[thing]bool{}, repositories: map[string]bool{}}
	}
	return g[name]
}

// change counts a change, unless it was counted already: an object may be
// recorded many times.
func (t *tally) change(at place, from, to stands, whose about) {
	shown := cmp.Or(to, from)
	key := changeKey{at, from.action, to.action, shown.message}
	switch {
	case t.seen[key]:
		return
	case len(t.seen) == maxCounted:
		t.gap("everything else", 0, fmt.Sprintf("more than %d changes, which is as many as are counted", maxCounted))
		return
	}
	t.seen[key] = true
	c := report.ImpactChange{
		Rule: at.rule, From: from.action, To: to.action, Repository: at.repository, Namespace: whose.namespace, Owner: whose.owner,
		File: at.file, Object: at.object, Line: shown.line, Path: at.path, Message: shown.message,
	}
	count(&t.summary.NewlyDenied, &t.summary.NoLongerDeny, &t.summary.NewlyWarned, &t.summary.NoLongerWarns, c)
	for _, g := range []*group{t.rules.of(c.Rule), t.repositories.of(c.Repository), t.namespaces.of(c.Namespace), t.owners.of(c.Owner)} {
		count(&g.NewlyDenied, &g.NoLongerDeny, &g.NewlyWarned, &g.NoLongerWarns, c)
		g.things[at.thing], g.repositories[at.repository] = true, true
	}
	if len(t.changes) == maxChanges {
		t.omitted++
		return
	}
	t.changes = append(t.changes, c)
}

// count adds a change to the four counts that it may be in two of.
func count(denied, allowed, warned, quiet *int, c report.ImpactChange) {
	switch {
	case c.To == report.ImpactDeny:
		*denied++
	case c.From == report.ImpactDeny:
		*allowed++
	}
	switch {
	case c.To == report.ImpactWarn:
		*warned++
	case c.From == report.ImpactWarn:
		*quiet++
	}
}

// gap notes an input that could not be judged, once as long as there are not too
// many.
func (t *tally) gap(input string, line int, reason string) {
	one := report.Gap{Input: input, Line: line, Reason: reason}
	if t.gaps[one] {
		return
	}
	t.gapped++
	if len(t.unjudged) < maxUnjudged {
		t.unjudged = append(t.unjudged, one)
	}
	if len(t.gaps) < maxGaps {
		t.gaps[one] = true
	}
}

// doubt counts what could not be followed, each once as long as there are not
// too many.
func (t *tally) doubt(i finding.Incomplete) {
	if t.doubts[i] {
		return
	}
	if t.doubted++; len(t.doubts) < maxChanges {
		t.doubts[i] = true
	}
}

// into puts the counts into a result, in order.
func (t *tally) into(i *report.Impact) {
	i.Summary = t.summary
	i.Summary.Inputs, i.Summary.Unjudged = t.inputs, t.gapped
	i.Summary.NewlyFailing, i.Summary.NewlyPassing = len(t.failing), len(t.passing)
	i.Rules, i.Repositories, i.Namespaces, i.Owners = t.rules.sorted(), t.repositories.sorted(), t.namespaces.sorted(), t.owners.sorted()
	i.Changes = append([]report.ImpactChange{}, t.changes...)
	slices.SortFunc(i.Changes, compareChanges)
	i.Omitted, i.Incomplete = t.omitted, t.doubted
	i.Unjudged = append([]report.Gap{}, t.unjudged...)
	slices.SortStableFunc(i.Unjudged, func(a, b report.Gap) int {
		return cmp.Or(cmp.Compare(a.Input, b.Input), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Reason, b.Reason))
	})
}

func (g groups) sorted() []report.ImpactGroup {
	list := []report.ImpactGroup{}
	for _, one := range g {
		one.Things, one.Repositories = len(one.things), len(one.repositories)
		list = append(list, one.ImpactGroup)
	}
	slices.SortFunc(list, func(a, b report.ImpactGroup) int {
		return cmp.Or(b.NewlyDenied-a.NewlyDenied, b.NoLongerDeny-a.NoLongerDeny, b.NewlyWarned-a.NewlyWarned, b.NoLongerWarns-a.NoLongerWarns, cmp.Compare(a.Name, b.Name))
	})
	return list
}

// compareChanges puts what is newly denied first, and then goes by rule and
// place.
func compareChanges(a, b report.ImpactChange) int {
	return cmp.Or(
		cmp.Compare(rank(a), rank(b)), cmp.Compare(a.Rule, b.Rule), cmp.Compare(a.Repository, b.Repository), cmp.Compare(a.File, b.File),
		cmp.Compare(a.Line, b.Line), cmp.Compare(a.Object, b.Object), cmp.Compare(a.Path, b.Path), cmp.Compare(a.Message, b.Message), cmp.Compare(a.From, b.From),
	)
}

func rank(c report.ImpactChange) int {
	switch {
	case c.To == report.ImpactDeny:
		return 0
	case c.From == report.ImpactDeny:
		return 1
	case c.To == report.ImpactWarn:
		return 2
	}
	return 3
}
