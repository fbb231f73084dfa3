package gitlab

import (
	"fmt"

	"guard/internal/finding"
	"guard/internal/pipeline"
	"guard/internal/pipeline/logic"
)

// rule is one item of rules:. Conditions that it does not have hold.
type rule struct {
	condition *expression // if:; nil where there is none
	changes   *fileClause // changes:; nil where there is none
	exists    *fileClause // exists:; nil where there is none
	when      string      // "" where the job's own holds
	mayFail   *bool       // allow_failure:; nil where unset
	variables []variableEntry
	needs     []pipeline.Need
	hasNeeds  bool
	path      finding.Path // of if:
	unknown   string       // why it is not known what the rule says; "" where it is
}

// fileClause is changes: or exists: of a rule.
type fileClause struct {
	paths []string
	other bool // compare_to, project or ref: other commits than the pipeline's count
}

// rules reads a list of rules with those that it refers to; nil where the
// value holds none.
func (r *reader) rules(v value) []*rule {
	list := []*rule{}
	at, ok := r.follow(v, 0)
	if !ok {
		return []*rule{{unknown: "the rules stand in a file that was not read"}}
	}
	if !at.isList() {
		return append(list, &rule{unknown: "the rules are no list"})
	}
	for _, item := range at.items() {
		list = append(list, r.ruleItems(item, 0)...)
		if r.oneTooMany != nil {
			return list
		}
		if len(list) > maxRules {
			return append(list[:maxRules], &rule{unknown: fmt.Sprintf("there are more than %d rules", maxRules)})
		}
	}
	return list
}

// The limits on rules: of one job, and of all jobs of a file, each use of a
// shared rule counted.
const (
	maxRules    = 1000
	maxAllRules = 20_000
)

// ruleItems reads one item: a rule, or a list of them, or a reference to
// either.
func (r *reader) ruleItems(item value, depth int) []*rule {
	at, ok := r.follow(item, 0)
	switch {
	case !ok:
		return []*rule{{unknown: "rules that stand in a file that was not read"}}
	case depth > maxNested:
		return []*rule{{unknown: "the rules are nested too deep"}}
	case !at.isList():
		return []*rule{r.sharedRule(at)}
	}
	list := []*rule{}
	for _, inner := range at.items() {
		list = append(list, r.ruleItems(inner, depth+1)...)
		if len(list) > maxRules || !r.spend(1, at.path) {
			break
		}
	}
	return list
}

// sharedRule reads a rule once, however many jobs use it.
func (r *reader) sharedRule(v value) *rule {
	if r.ruleCount++; r.ruleCount > maxAllRules {
		return r.ruleTooMany(v)
	}
	if known := r.ruleOf[v.node]; known != nil && v.merged == nil {
		return known
	}
	rule := r.rule(v)
	if v.merged == nil {
		r.ruleOf[v.node] = rule
	}
	return rule
}

// ruleTooMany stands for all rules behind the limit.
func (r *reader) ruleTooMany(v value) *rule {
	if r.oneTooMany == nil {
		reason := fmt.Sprintf("the jobs together have more than %d rules", maxAllRules)
		r.oneTooMany = &rule{unknown: reason}
		r.exceeded(v.path, "%s", reason)
	}
	return r.oneTooMany
}

func (r *reader) rule(v value) *rule {
	if !v.isMap() {
		return &rule{unknown: "a rule that is no map"}
	}
	out := &rule{
		when:      r.text(v.get("when")).Value,
		variables: r.entries(v.get("variables")),
		changes:   r.fileClause(v.get("changes"), "compare_to"),
		exists:    r.fileClause(v.get("exists"), "project"),
	}
	if condition := r.text(v.get("if")); v.get("if").isSet() {
		out.condition, out.path = parseExpression(condition.Value), condition.Path
	}
	if allowed, isBool := v.get("allow_failure").node.Bool(); isBool {
		out.mayFail = &allowed
	}
	if needs := v.get("needs"); needs.isSet() {
		out.needs, out.hasNeeds = r.needs(needs), true
	}
	return out
}

// fileClause reads a list of paths, or a map with one.
func (r *reader) fileClause(v value, other string) *fileClause {
	v, ok := r.follow(v, 0)
	if !ok {
		return &fileClause{other: true}
	}
	if !v.isSet() {
		return nil
	}
	clause := &fileClause{}
	if v.isMap() {
		clause.other = v.get(other).isSet()
		v, _ = r.follow(v.get("paths"), 0)
	}
	if path := v.scalar(); path != "" {
		clause.paths = append(clause.paths, path)
	}
	for _, item := range r.flat(v, 0) {
		clause.paths = append(clause.paths, item.scalar())
	}
	return clause
}

// holds tells whether the conditions of a rule hold in a run.
func (r *rule) holds(in *context) logic.Answer {
	if r.unknown != "" {
		return logic.Maybe(r.unknown)
	}
	result := logic.Yes
	if r.condition != nil {
		result = r.condition.evaluate(in.worth)
	}
	if r.changes != nil && !result.IsNo() {
		result = logic.And(result, r.changes.changed(in))
	}
	if r.exists != nil && !result.IsNo() {
		result = logic.And(result, r.exists.exist(in))
	}
	return result
}
