package azure

import (
	"path"
	"slices"
	"strings"

	"guard/internal/finding"
	"guard/internal/pipeline"
	"guard/internal/pipeline/azure/expression"
	"guard/internal/pipeline/flow"
	"guard/internal/pipeline/logic"
)

// Vacuous lists the conditions of stages, jobs and steps that decide nothing,
// whatever starts a run and of which branch or tag. One that asks how earlier
// steps ended decides something.
func (p *Provider) Vacuous([]flow.Run) []pipeline.Vacuous {
	found := []pipeline.Vacuous{}
	add := func(holder string, c condition, text string, path finding.Path) {
		if always, reason := p.decided(c); reason != "" {
			found = append(found, pipeline.Vacuous{Holder: holder, Text: text, Always: always, Reason: reason, Path: path})
		}
	}
	for i, s := range p.file.stages {
		add("stage "+s.name, p.conditions.stages[i], s.condition, s.path)
	}
	for i, j := range p.file.jobs {
		model := &p.file.Pipeline.Jobs[i]
		add("job "+model.ID, p.conditions.jobs[i], j.condition, model.Condition.Path)
		for k, s := range j.steps {
			add("job "+model.ID+", "+model.Steps[k].Holder, p.conditions.steps[i][k], s.condition, model.Steps[k].Condition.Path)
		}
	}
	return found
}

const (
	alwaysHolds = "it does whatever starts the run, and of whatever branch or tag"
	neverHolds  = "no run has such a reason, branch and tag at once; a branch has its full name in Build.SourceBranch, such as refs/heads/main"
)

// decided tells whether a condition always holds or never does; reason is ""
// where it decides something, or where that is not certain.
func (p *Provider) decided(c condition) (always bool, reason string) {
	if c.node == nil || !asksForStart(c.node) {
		return false, ""
	}
	holds, fails := 0, 0
	for _, s := range situationsOf(c.node) {
		if !p.work(c.size) {
			return false, ""
		}
		answer := expression.Evaluate(c.node, s).Holds()
		switch {
		case answer.IsYes():
			holds++
		case answer.IsNo():
			fails++
		default:
			return false, ""
		}
		if holds > 0 && fails > 0 {
			return false, ""
		}
	}
	if holds > 0 {
		return true, alwaysHolds
	}
	return false, neverHolds
}

// maxLiterals bounds the texts that a condition compares with; nobody writes a
// longer one that decides nothing.
const maxLiterals = 50

// asksForStart tells whether a condition compares what started the run, by
// functions of which all outcomes can be listed.
func asksForStart(n *expression.Node) bool {
	known := []string{"and", "or", "not", "xor", "eq", "ne", "in", "notin", "succeeded", "failed", "always", "succeededorfailed", "canceled"}
	if slices.ContainsFunc(n.Calls(), func(name string) bool { return !slices.Contains(known, name) }) {
		return false
	}
	return len(literalsOf(n)) <= maxLiterals && slices.ContainsFunc(n.Chains(), func(chain string) bool {
		name, ok := cutVariable(chain)
		return ok && slices.Contains([]string{"build.sourcebranch", "build.sourcebranchname", "build.reason"}, lower(name))
	})
}

// situation is a way in which a run can start. It is the scope of conditions
// that are evaluated for it.
type situation struct{ branch, reason string }

// anyName stands for whatever a condition does not name.
const anyName = "any-other-name"

// situationsOf lists the ways to start that a condition may tell apart.
func situationsOf(n *expression.Node) []situation {
	branches := []string{branchNames + anyName, tagNames + anyName, "refs/pull/1/merge"}
	reasons := []string{"Manual", "IndividualCI", "BatchedCI", "Schedule", "PullRequest", "BuildCompletion", "ResourceTrigger", anyName}
	for _, text := range literalsOf(n) {
		reasons = append(reasons, text)
		if full := lower(text); strings.HasPrefix(full, "refs/") || strings.HasPrefix(full, "$/") {
			branches = append(branches, text)
		} else if text != "" {
			branches = append(branches, branchNames+text, tagNames+text)
		}
	}
	var all []situation
	for _, branch := range branches {
		for _, reason := range reasons {
			all = append(all, situation{branch, reason})
		}
	}
	return all
}

// literalsOf lists the texts in quotes of an expression.
func literalsOf(n *expression.Node) []string {
	var texts []string
	n.Replace(func(part *expression.Node) *expression.Node {
		if text, ok := part.Literal(); ok && !slices.Contains(texts, text) {
			texts = append(texts, text)
		}
		return nil
	})
	return texts
}

// Name knows the variables of the run's start.
func (s situation) Name(name string) expression.Value {
	if lower(name) != "variables" {
		return expression.Nobody(name + " is known only in a run")
	}
	return expression.OfObject(startVariables(s))
}

// Status is not known.
func (s situation) Status(function string, _ []string) logic.Answer {
	return logic.Maybe(function + " is known only in a run")
}

type startVariables situation

func (startVariables) IsList() bool { return false }

func (v startVariables) Get(key string) expression.Value {
	switch lower(key) {
	case "build.sourcebranch":
		return expression.OfText(v.branch)
	case "build.sourcebranchname":
		return expression.OfText(path.Base(v.branch))
	case "build.reason":
		return expression.OfText(v.reason)
	}
	return expression.Nobody(key + " is known only in a run")
}

func (startVariables) Each(func(string, expression.Value) bool) {}
