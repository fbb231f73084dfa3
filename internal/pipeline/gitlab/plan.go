package gitlab

import (
	"slices"

	"guard/internal/pipeline"
	"guard/internal/pipeline/logic"
)

// plan is what decides when a job runs, as the file says it.
type plan struct {
	id           string
	rules        []*rule // where ruled
	ruled        bool
	only, except *policy
	when         string // on_success where unset
	mayFail      logic.Answer
	needs        []pipeline.Need
	dag          bool // needs: is there, so stages do not order the job
	stage        string
	variables    []variableEntry
	matrix       []map[string]string    // the values of each part of the job; one empty map where it is not multiplied
	matrixCut    bool                   // there are more
	dotenv       []string               // files that it hands to later jobs as variables
	reporting    []int                  // the scripts that speak of them
	takes        func(id string) bool   // the jobs whose artifacts it gets
	inherited    func(name string) bool // which variables of the file it takes
	included     *plan                  // rules of the include that brings it; nil where it is always there
	loose        string                 // why parts of the job are not known: they stand in a file that was not read
}

// plan reads what decides when a job runs. Ruled tells whether the pipeline
// has rules of its own; then a job without any runs in all pipelines.
func (r *reader) plan(job *pipeline.Job, v value, workflow bool) plan {
	p := plan{
		when:      r.text(v.get("when")).Value,
		stage:     job.Stage,
		needs:     job.Needs,
		dag:       v.get("needs").isSet() || v.get("needs").isList(),
		variables: r.entries(v.get("variables")),
		inherited: inheritedVariables(v),
		loose:     r.loose(job, v),
		ruled:     v.get("rules").isSet(),
	}
	p.id, p.takes = job.ID, r.artifacts(v)
	p.dotenv = r.texts(r.inherited(v, "artifacts").get("reports").get("dotenv"))
	p.reporting = reporting(job, p.dotenv)
	p.matrix, p.matrixCut = r.combinations(v.get("parallel").get("matrix"))
	if p.when == "" {
		p.when = whenSuccess
	}
	if p.stage == "" && p.loose == "" {
		p.stage = "test"
	}
	p.mayFail = mayFail(v.get("allow_failure"), p.when)
	p.included = r.conditions[job.Path.String()]
	if p.ruled {
		p.rules = r.rules(v.get("rules"))
		return p
	}
	p.only = r.policyOf(v.get("only"), defaultRefs)
	p.except = r.policyOf(v.get("except"), nil)
	if p.only == nil && !workflow && p.loose == "" {
		p.only = &policy{refs: defaultRefs}
	}
	return p
}

// mayFail reads allow_failure:, which a manual job has by itself.
func mayFail(v value, when string) logic.Answer {
	allowed, isBool := v.node.Bool()
	switch {
	case isBool:
		return logic.Is(allowed)
	case v.isMap():
		return logic.Maybe("allow_failure: takes the failure for success only for some exit codes")
	case v.isSet():
		return logic.Maybe("allow_failure: is not known here")
	}
	return logic.Is(when == whenManual)
}

// loose says why a job has more than is seen of it; "" where it has not.
func (r *reader) loose(job *pipeline.Job, v value) string {
	if job.Hidden {
		return ""
	}
	for _, name := range baseNames(r.top(job.ID).get("extends")) {
		if !r.top(name).isMap() {
			return "what " + name + " holds, which the job extends, is not known"
		}
	}
	for _, key := range []string{"script", "trigger", "run"} {
		if v.get(key).isSet() {
			return ""
		}
	}
	if r.open {
		return "the rest of the job stands in a file that was not read"
	}
	return ""
}

// inheritedVariables reads inherit: variables:, a boolean or a list of names.
func inheritedVariables(v value) func(string) bool {
	from := v.get("inherit").get("variables")
	if from.isList() {
		var names []string
		for _, item := range from.items() {
			names = append(names, item.scalar())
		}
		return func(name string) bool { return slices.Contains(names, name) }
	}
	allowed, isBool := from.node.Bool()
	return func(string) bool { return !isBool || allowed }
}

// allNeeds lists the needs of the job and of each of its rules.
func (p *plan) allNeeds() [][]pipeline.Need {
	lists := [][]pipeline.Need{p.needs}
	for _, rule := range p.rules {
		lists = append(lists, rule.needs)
	}
	return lists
}

// artifacts reads dependencies: and needs: artifacts:, which say whose
// artifacts a job gets.
func (r *reader) artifacts(v value) func(id string) bool {
	without := map[string]bool{}
	needs, _ := r.follow(v.get("needs"), 0)
	for _, need := range r.flat(needs, 0) {
		if wanted, isBool := need.get("artifacts").node.Bool(); isBool && !wanted {
			without[partOf.ReplaceAllString(need.get("job").scalar(), "")] = true
		}
	}
	only := v.get("dependencies")
	if !only.isList() {
		return func(id string) bool { return !without[id] }
	}
	names := r.texts(only)
	return func(id string) bool { return !without[id] && slices.Contains(names, id) }
}
