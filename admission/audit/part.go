package audit

import (
	"slices"

	"guard/admission"
	"guard/internal/finding"
)

// part is what was found in some of the objects.
type part struct {
	room       int // how much more may be kept
	entries    map[Group][]Entry
	counts     map[Group]*Count
	rules      map[Told]int
	incomplete []finding.Incomplete
	unsaid     int // things that could not be followed and are not kept

	objects, exempt, idle, unread int
}

// Told is what is done about the findings of a rule.
type Told struct {
	Rule   string
	Status string // deny, warn, audit, waived
}

func toldOf(f *finding.Finding) Told {
	if f.Waived != nil {
		return Told{f.Rule, "waived"}
	}
	return Told{f.Rule, f.Action.String()}
}

// maxIncomplete bounds the list of what could not be followed.
const maxIncomplete = 2_000

func newPart(room int) *part {
	return &part{room: room, entries: map[Group][]Entry{}, counts: map[Group]*Count{}, rules: map[Told]int{}}
}

// keep takes what was found in an object. What cannot be followed is told at
// its owner, where there is one.
func (p *part) keep(object *Object, i admission.Inspection, owned bool) {
	for n := range i.Findings {
		p.count(object).finding(&i.Findings[n])
		p.rules[toldOf(&i.Findings[n])]++
		p.entry(object, Entry{Object: *object, Finding: &i.Findings[n]})
	}
	if i.Unread != "" {
		p.unread++
		p.count(object).Unread++
		p.entry(object, Entry{Object: *object, Unread: i.Unread})
		p.miss(finding.Incomplete{File: object.File(), Reason: i.Unread})
	}
	if owned {
		return
	}
	for _, reason := range i.Incomplete {
		p.miss(finding.Incomplete{File: object.File(), Reason: reason})
	}
}

func groupOf(object *Object) Group { return Group{object.Namespace, object.Resource.String()} }

func (p *part) count(object *Object) *Count {
	group := groupOf(object)
	if p.counts[group] == nil {
		p.counts[group] = &Count{}
	}
	return p.counts[group]
}

func (c *Count) finding(f *finding.Finding) {
	switch {
	case f.Waived != nil:
		c.Waived++
	case f.Action == finding.Deny:
		c.Denied++
	case f.Action == finding.Warn:
		c.Warned++
	default:
		c.Audited++
	}
}

// all is how much was found, and could not be judged.
func (c *Count) all() int { return c.Denied + c.Warned + c.Audited + c.Waived + c.Unread }

func (p *part) entry(object *Object, e Entry) {
	if p.room == 0 {
		return
	}
	p.room--
	p.entries[groupOf(object)] = append(p.entries[groupOf(object)], e)
}

func (p *part) miss(what ...finding.Incomplete) {
	free := max(0, maxIncomplete-len(p.incomplete))
	p.incomplete = append(p.incomplete, what[:min(free, len(what))]...)
	p.unsaid += len(what) - min(free, len(what))
}

// unlisted says that not all objects of a resource were seen.
func (p *part) unlisted(name string, err error) {
	p.unread++
	p.miss(finding.Incomplete{File: name, Reason: "not all of them could be listed: " + err.Error()})
}

// add takes over another part, which was made with this one's room.
func (p *part) add(more *part) {
	p.room = more.room
	for group, entries := range more.entries {
		p.entries[group] = append(p.entries[group], entries...)
	}
	for group, count := range more.counts {
		if p.counts[group] == nil {
			p.counts[group] = &Count{}
		}
		p.counts[group].add(count)
	}
	for told, n := range more.rules {
		p.rules[told] += n
	}
	p.miss(more.incomplete...)
	p.unsaid += more.unsaid
	p.objects, p.exempt = p.objects+more.objects, p.exempt+more.exempt
	p.idle, p.unread = p.idle+more.idle, p.unread+more.unread
}

func (c *Count) add(more *Count) {
	c.Denied, c.Warned, c.Audited = c.Denied+more.Denied, c.Warned+more.Warned, c.Audited+more.Audited
	c.Waived, c.Unread = c.Waived+more.Waived, c.Unread+more.Unread
}

// findings are those that are kept, and how many are not.
func (p *part) findings() (kept []finding.Finding, left int) {
	for group, entries := range p.entries {
		left -= len(entries)
		for _, e := range entries {
			if e.Finding != nil {
				kept = append(kept, *e.Finding)
			}
		}
		slices.SortStableFunc(p.entries[group], compareEntries)
	}
	for _, count := range p.counts {
		left += count.all()
	}
	finding.Sort(kept)
	return kept, left
}
