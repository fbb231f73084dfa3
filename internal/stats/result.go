package stats

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"time"

	"guard/internal/recording"
	"guard/internal/report"
)

// Result is what all that was added says together.
func (s *Statistics) Result() report.Stats {
	s.order()
	newest := map[string]*state{}
	for _, of := range s.states {
		newest[of.repository] = of
	}
	counting := slices.AppendSeq(slices.Collect(maps.Values(newest)), maps.Values(s.events))
	r := report.Stats{
		Version: 1, Tool: report.SheetTool{Name: "guard", Version: s.options.Version},
		Reports: s.reports, Decisions: s.decisions, Repositories: len(newest),
		Rules: rulesOf(counting), Waivers: s.waiversOf(counting), Trend: s.trend(), Unread: append([]report.Gap{}, s.unread...),
	}
	if s.more > 0 {
		r.Unread = append(r.Unread, report.Gap{Input: "everything", Reason: fmt.Sprintf("and %d things more could not be read", s.more)})
	}
	for _, of := range counting {
		r.Denied, r.Warned, r.Waived = r.Denied+of.summary[0], r.Warned+of.summary[1], r.Waived+of.summary[2]
	}
	for _, w := range r.Waivers {
		switch w.State {
		case report.WaiverSoon:
			r.EndSoon++
		case report.WaiverEnded:
			r.Ended++
		}
	}
	return r
}

// rulesOf counts by rule.
func rulesOf(counting []*state) []report.StatsRule {
	type sum struct {
		report.StatsRule
		files, repositories map[string]bool
	}
	sums := map[string]*sum{}
	for _, of := range counting {
		for id, rule := range of.rules {
			if sums[id] == nil {
				sums[id] = &sum{StatsRule: report.StatsRule{Rule: id}, files: map[string]bool{}, repositories: map[string]bool{}}
			}
			one := sums[id]
			one.Denied, one.Warned, one.Audited, one.Waived = one.Denied+rule.denied, one.Warned+rule.warned, one.Audited+rule.audited, one.Waived+rule.waived
			one.repositories[of.repository] = true
			for file := range rule.files {
				one.files[of.repository+"\x00"+file] = true
			}
		}
	}
	rules := []report.StatsRule{}
	for _, one := range sums {
		one.Files, one.Repositories = len(one.files), len(one.repositories)
		rules = append(rules, one.StatsRule)
	}
	slices.SortFunc(rules, func(a, b report.StatsRule) int {
		return cmp.Or(b.Denied-a.Denied, b.Warned-a.Warned, b.Waived-a.Waived, b.Audited-a.Audited, cmp.Compare(a.Rule, b.Rule))
	})
	return rules
}

// waiversOf lists what is waived, what ends first first.
func (s *Statistics) waiversOf(counting []*state) []report.StatsWaiver {
	type sum struct {
		findings     int
		repositories map[string]bool
	}
	sums := map[recording.Waiver]*sum{}
	for _, of := range counting {
		for w, n := range of.waivers {
			if sums[w] == nil {
				sums[w] = &sum{repositories: map[string]bool{}}
			}
			sums[w].findings += n
			sums[w].repositories[of.repository] = true
		}
	}
	waivers := []report.StatsWaiver{}
	for w, one := range sums {
		waivers = append(waivers, report.StatsWaiver{
			Rule: w.Rule, Reason: w.Reason, Owner: w.Owner, Expires: w.Expires, Source: w.Source,
			State: s.stateOf(w.Expires), Findings: one.findings, Repositories: slices.Sorted(maps.Keys(one.repositories)),
		})
	}
	slices.SortFunc(waivers, func(a, b report.StatsWaiver) int {
		return cmp.Or(cmp.Compare(endOf(a), endOf(b)), cmp.Compare(a.Rule, b.Rule), cmp.Compare(a.Reason, b.Reason), cmp.Compare(a.Owner, b.Owner), cmp.Compare(a.Source, b.Source))
	})
	return waivers
}

// endOf sorts those without an end behind all others.
func endOf(w report.StatsWaiver) string { return cmp.Or(w.Expires, "9999") }

// stateOf says whether a waiver ends soon. It counts until its last day is over.
func (s *Statistics) stateOf(expires string) string {
	last, err := time.Parse(time.DateOnly, expires)
	if err != nil {
		return report.WaiverEndless
	}
	end := last.AddDate(0, 0, 1)
	switch {
	case !s.options.Now.Before(end):
		return report.WaiverEnded
	case s.options.Now.Add(s.options.Soon).Before(end):
		return report.WaiverLater
	}
	return report.WaiverSoon
}

// trend is what held at each label: the newest reports of all repositories up to
// it, and the decisions of that day.
func (s *Statistics) trend() []report.StatsPoint {
	labels := map[string]bool{}
	for _, of := range s.states {
		labels[of.label] = true
	}
	for _, of := range s.events {
		labels[of.label] = true
	}
	points := []report.StatsPoint{}
	holds := map[string]*state{}
	next := 0
	for _, label := range slices.Sorted(maps.Keys(labels)) {
		for ; next < len(s.states) && s.states[next].label <= label; next++ {
			holds[s.states[next].repository] = s.states[next]
		}
		point := report.StatsPoint{Label: label, Repositories: len(holds)}
		for _, of := range holds {
			point.Denied, point.Warned, point.Waived = point.Denied+of.summary[0], point.Warned+of.summary[1], point.Waived+of.summary[2]
		}
		for _, of := range s.events {
			if of.label == label {
				point.Denied, point.Warned, point.Waived = point.Denied+of.summary[0], point.Warned+of.summary[1], point.Waived+of.summary[2]
			}
		}
		points = append(points, point)
	}
	return points
}
