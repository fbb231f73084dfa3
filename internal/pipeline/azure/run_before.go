package azure

import (
	"guard/internal/pipeline/flow"
	"guard/internal/pipeline/logic"
)

// stagesBefore lists the stages that one waits for in a run, directly or
// through others. What conditions do not insert in the run is left out, and a
// stage that names none before it follows the last one that is there.
func (s *scope) stagesBefore(stage int) []int {
	return s.reached(beforeKey{s.run, true, stage}, func(i int) []int {
		at := &s.file().stages[i]
		if !at.implicit {
			return s.present(at.deps)
		}
		var before []int
		for j := i - 1; j >= 0; j-- {
			there := s.stageThere(j)
			if !there.IsNo() {
				before = append(before, j)
			}
			if there.IsYes() {
				break
			}
		}
		return before
	})
}

// jobsBefore lists the jobs of its stage that one waits for in a run.
func (s *scope) jobsBefore(job int) []int {
	return s.reached(beforeKey{s.run, false, job}, func(i int) []int { return s.present(s.file().jobs[i].deps) })
}

// present lists what is depended on in a run.
func (s *scope) present(deps []dependency) []int {
	var at []int
	for _, d := range deps {
		if !s.guarded(d.when).IsNo() {
			at = append(at, d.at...)
		}
	}
	return at
}

// beforeKey is a stage or job in a run.
type beforeKey struct {
	run   flow.Run
	stage bool
	index int
}

// maxBefore bounds how many stages and jobs before others are remembered.
const maxBefore = 500_000

// reached lists what is before one, going from each to those before it. That
// is the same however the run goes.
func (s *scope) reached(key beforeKey, before func(int) []int) []int {
	p := s.provider
	if known, ok := p.before[key]; ok {
		p.work(1 + len(known))
		return known
	}
	all := []int{}
	seen := map[int]bool{key.index: true}
	for next := []int{key.index}; len(next) > 0 && p.left > 0; {
		found := before(next[0])
		next = next[1:]
		p.work(1 + len(found))
		for _, i := range found {
			if !seen[i] {
				seen[i] = true
				all, next = append(all, i), append(next, i)
			}
		}
	}
	if p.remembered += 1 + len(all); p.remembered <= maxBefore && p.left > 0 {
		p.before[key] = all
	}
	return all
}

// stageThere tells whether a stage is inserted in the run.
func (s *scope) stageThere(stage int) logic.Answer {
	when := s.file().stages[stage].when
	if when == nil {
		return logic.Yes
	}
	key := beforeKey{s.run, true, stage}
	if known, ok := s.provider.there[key]; ok {
		return known
	}
	at := *s
	at.level = ofFile
	there := at.guarded(when)
	if len(s.provider.there) < maxBefore {
		s.provider.there[key] = there
	}
	return there
}
