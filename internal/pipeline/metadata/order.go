package metadata

import (
	"math"
	"slices"

	"guard/internal/pipeline/logic"
)

// byPriority puts rules with a higher priority first, and leaves the others in
// the order of the file. A priority that is no number leaves a rule where it
// is. ok is false where the order cannot be told.
func byPriority(rules []rule) (ordered []rule, ok bool) {
	for _, r := range rules {
		if !plain(r.get("priority")) {
			return rules, false
		}
	}
	odd := slices.ContainsFunc(rules, func(r rule) bool { return math.IsNaN(priority(r)) })
	if odd {
		return rules, false
	}
	ordered = slices.Clone(rules)
	slices.SortStableFunc(ordered, func(a, b rule) int {
		switch x, y := priority(a), priority(b); {
		case x < y:
			return 1
		case x > y:
			return -1
		}
		return 0
	})
	return ordered, true
}

// priority is the number of a rule; not a number where it has none.
func priority(r rule) float64 {
	n, err := number(r.get("priority"))
	if err != nil {
		return math.NaN()
	}
	return n
}

// found is a tag without its image.
type found struct {
	text    string
	rule    Rule
	latest  bool
	certain logic.Answer
}

// distinct lists the tags that rules make, each once.
func distinct(fired []firing) []found {
	var list []found
	at := map[string]int{}
	for _, f := range fired {
		if i, ok := at[f.text]; ok {
			list[i].certain = logic.Or(list[i].certain, f.fires)
			continue
		}
		at[f.text] = len(list)
		list = append(list, found{text: f.text, rule: f.rule, certain: f.fires})
	}
	return list
}

// latest tells whether the tags are joined by latest, and which rule decides
// that: the first one that makes a tag.
func (w *world) latest(fired []firing) (answer logic.Answer, decides Rule) {
	answer = logic.No
	for i := len(fired) - 1; i >= 0; i-- {
		own := w.latestOf(fired[i])
		if fired[i].fires.IsYes() {
			answer, decides = own, fired[i].rule
			continue
		}
		if own.IsNo() && answer.IsNo() {
			continue
		}
		if !own.IsNo() {
			decides = fired[i].rule
		}
		answer = either(fired[i].fires, own, answer)
	}
	return answer, decides
}

// latestOf is what the flavor says of latest where a rule decides.
func (w *world) latestOf(f firing) logic.Answer {
	switch w.flavor.latest {
	case "auto":
		return f.latest
	case "true":
		return logic.Yes
	case "false":
		return logic.No
	}
	return logic.Maybe(w.reason(w.flavor.latest))
}

// either is one answer where a condition that is not known holds, else the
// other.
func either(condition, then, otherwise logic.Answer) logic.Answer {
	if then.Truth == otherwise.Truth {
		return then
	}
	return logic.Maybe(condition.Reason)
}
