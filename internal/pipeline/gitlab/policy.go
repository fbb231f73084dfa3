package gitlab

import (
	"slices"
	"strings"

	"guard/internal/pipeline/logic"
)

// policy is only: or except:.
type policy struct {
	refs       []string
	conditions []*expression // variables:
	hasConds   bool
	changes    *fileClause
	kubernetes bool
	unknown    string // why it is not known what it says; "" where it is
}

// defaultRefs are what only: names where it names no refs.
var defaultRefs = []string{"branches", "tags"}

// policyOf reads only: or except:, a name, a list of names, or a map; nil
// where there is none.
func (r *reader) policyOf(v value, refs []string) *policy {
	if !v.isSet() {
		return nil
	}
	v, ok := r.follow(v, 0)
	if !ok {
		return &policy{unknown: "only: or except: stands in a file that was not read"}
	}
	if !v.isMap() {
		return &policy{refs: r.texts(v)}
	}
	p := &policy{refs: refs, changes: r.fileClause(v.get("changes"), "compare_to"), kubernetes: v.get("kubernetes").isSet()}
	if own := v.get("refs"); own.isSet() {
		p.refs = r.texts(own)
	}
	if conditions := v.get("variables"); conditions.isSet() {
		p.hasConds = true
		for _, text := range r.texts(conditions) {
			p.conditions = append(p.conditions, parseExpression(text))
		}
	}
	return p
}

// texts reads one text or a list of them.
func (r *reader) texts(v value) []string {
	v, _ = r.follow(v, 0)
	if text := v.scalar(); text != "" {
		return []string{text}
	}
	texts := []string{}
	for _, item := range r.flat(v, 0) {
		texts = append(texts, item.scalar())
	}
	return texts
}

// answers lists what each part of the policy says in a run: only: wants all of
// them, except: none.
func (p *policy) answers(in *context) []logic.Answer {
	if p.unknown != "" {
		return []logic.Answer{logic.Maybe(p.unknown)}
	}
	var answers []logic.Answer
	if p.refs != nil {
		answers = append(answers, anyRef(p.refs, in))
	}
	if p.hasConds {
		any := logic.No
		for _, condition := range p.conditions {
			any = logic.Or(any, condition.evaluate(in.worth))
		}
		answers = append(answers, any)
	}
	if p.changes != nil {
		answers = append(answers, p.changes.changed(in))
	}
	if p.kubernetes {
		answers = append(answers, logic.Maybe("whether the project has a Kubernetes cluster is not known"))
	}
	return answers
}

func anyRef(refs []string, in *context) logic.Answer {
	result := logic.No
	for _, ref := range refs {
		result = logic.Or(result, refMatches(ref, in))
	}
	return result
}

// refMatches answers one ref: a keyword, the source of the pipeline, a name or
// a pattern, with the path of a project behind @.
func refMatches(ref string, in *context) logic.Answer {
	name, project, limited := strings.Cut(ref, "@")
	matches := refNamed(name, in)
	if limited {
		return logic.And(matches, equal(in.worth("CI_PROJECT_PATH"), plain(project)))
	}
	return matches
}

func refNamed(name string, in *context) logic.Answer {
	merge, tag := isMergeRequest(in.run), in.run.Tag != ""
	source := strings.TrimSuffix(in.run.Event, "_event")
	switch {
	case name == "tags" && tag, name == "branches" && !tag && !merge:
		return logic.Yes
	case name == source, slices.Contains(plurals(source), name):
		return logic.Yes
	case merge:
		return logic.No
	}
	text := in.run.Branch
	if tag {
		text = in.run.Tag
	}
	if !isPattern(name) {
		return logic.Is(name == text)
	}
	re, err := pattern(name)
	if err != nil {
		return logic.Maybe(err.Error())
	}
	return logic.Is(re.MatchString(text))
}

// plurals are the words that stand for a source: pushes, schedules.
func plurals(source string) []string {
	if source == eventPush {
		return []string{"pushes"}
	}
	return []string{source + "s"}
}
