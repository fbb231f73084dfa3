package gitlab

import (
	"fmt"
	"slices"
	"strings"

	"guard/internal/pipeline"
	"guard/internal/pipeline/flow"
	"guard/internal/pipeline/symbol"
)

// Vacuous lists the conditions of rules that decide nothing, whatever starts a
// pipeline and of which branch or tag. Runs are not asked: a pipeline can start
// in more ways than are played through.
func (p *Provider) Vacuous([]flow.Run) []pipeline.Vacuous { return p.vacuity().found }

func (p *Provider) vacuity() *vacuity {
	v := &vacuity{seen: map[*rule]bool{}, left: maxSituations, found: []pipeline.Vacuous{}}
	if p.file.workflow != nil {
		v.rules("the pipeline", p.file.workflow.rules)
	}
	for i := range p.file.plans {
		if job := &p.file.Pipeline.Jobs[i]; !job.Hidden {
			v.rules("job "+job.ID, p.file.plans[i].rules)
		}
	}
	return v
}

// tooManyConditions says that not all conditions were looked at.
const tooManyConditions = "there are more conditions than are looked at for whether they decide anything"

// maxSituations bounds how often the conditions of a file are evaluated.
const maxSituations = 100_000

// vacuity looks for conditions that decide nothing.
type vacuity struct {
	seen  map[*rule]bool
	left  int
	found []pipeline.Vacuous
}

func (v *vacuity) rules(holder string, rules []*rule) {
	for _, rule := range rules {
		if rule.condition == nil || v.seen[rule] {
			continue
		}
		v.seen[rule] = true
		if always, reason := v.decided(rule.condition); reason != "" {
			v.found = append(v.found, pipeline.Vacuous{Holder: holder, Text: rule.condition.text, Always: always, Reason: reason, Path: rule.path})
		}
	}
}

// decided tells whether a condition always holds or never does; reason is ""
// where it decides something, or where that is not certain. A single comparison
// always does, and of patterns nobody lists all that they match.
func (v *vacuity) decided(e *expression) (always bool, reason string) {
	of := comparisonOf(e.root)
	if e.root == nil || e.root.op != tokenAnd && e.root.op != tokenOr || of.patterns || of.comparisons == 0 {
		return false, ""
	}
	holds, fails := 0, 0
	for _, situation := range of.situations() {
		if v.left--; v.left < 0 {
			return false, ""
		}
		answer := e.evaluate(situation.worth)
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
	switch {
	case holds > 0 && of.lone != "":
		return true, fmt.Sprintf("%q stands in it without a comparison, and a text is true", of.lone)
	case holds > 0:
		return true, "it does whatever starts the pipeline, and of whatever branch or tag"
	}
	return false, "no pipeline has such a source, branch and tag at once"
}

// comparison is what a condition compares.
type comparison struct {
	sources, names []string // texts that are compared with the source, and with branches and tags
	comparisons    int
	patterns       bool
	lone           string // a text that is an operand of && or || itself
}

func comparisonOf(n *node) comparison {
	of := comparison{}
	of.add(n)
	return of
}

func (o *comparison) add(n *node) {
	if n == nil {
		return
	}
	switch n.op {
	case tokenMatches, tokenNotMatches:
		o.patterns = true
	case tokenEquals, tokenNotEquals:
		o.comparisons++
		o.compared(n.left, n.right)
		o.compared(n.right, n.left)
		return
	case tokenString:
		o.lone = n.text
	}
	o.add(n.left)
	o.add(n.right)
}

func (o *comparison) compared(variable, with *node) {
	if variable.op != tokenVariable || with.op != tokenString {
		return
	}
	switch variable.text {
	case "$CI_PIPELINE_SOURCE":
		o.sources = append(o.sources, with.text)
	case "$CI_COMMIT_BRANCH", "$CI_COMMIT_TAG", "$CI_COMMIT_REF_NAME":
		o.names = append(o.names, with.text)
	}
}

// situation is a way in which a pipeline can start.
type situation struct {
	source, branch, tag string
	merge               bool // it is a merge request's
}

// anyName stands for whatever a condition does not name.
const anyName = "any-other-name"

// knownSources are the usual values of CI_PIPELINE_SOURCE; there are others.
var knownSources = []string{eventPush, eventSchedule, eventWeb, mergeRequest, "trigger", "pipeline", sourceParent, "api", "chat", "external_pull_request_event", anyName}

// situations lists the ways to start that a condition may tell apart. Each has a
// branch, a tag or a merge request, and never two of them; a pipeline whose
// source is a merge request has that.
func (o *comparison) situations() []situation {
	names := append(slices.Clone(o.names), anyName)
	var all []situation
	for _, source := range append(slices.Clone(o.sources), knownSources...) {
		if source != eventPush {
			all = append(all, situation{source: source, merge: true})
		}
		if source == mergeRequest {
			continue
		}
		for _, name := range names {
			all = append(all, situation{source: source, branch: name}, situation{source: source, tag: name})
		}
	}
	return all
}

// worth is what a variable is worth. Of variables that are not GitLab's own
// nothing is known: whoever starts a pipeline may set them.
func (s situation) worth(name string) worth {
	set := func(text string) worth {
		if text == "" {
			return worth{}
		}
		return plain(text)
	}
	own := symbol.Part{Kind: symbol.Opaque, Name: name, Source: "$" + name}
	switch {
	case name == "CI_PIPELINE_SOURCE":
		return plain(s.source)
	case name == "CI_COMMIT_BRANCH":
		return set(s.branch)
	case name == "CI_COMMIT_TAG":
		return set(s.tag)
	case name == "CI_COMMIT_REF_NAME" && !s.merge:
		return set(s.branch + s.tag)
	case name == "CI_COMMIT_REF_NAME", name == "CI_DEFAULT_BRANCH":
		return textWorth(symbol.Of(own))
	case !s.merge && slices.Contains(mergeRequestVariables, name):
		return worth{}
	case name == "CI_MERGE_REQUEST_ID", name == "CI_MERGE_REQUEST_IID", strings.HasSuffix(name, "_BRANCH_NAME") && slices.Contains(mergeRequestVariables, name):
		return textWorth(symbol.Of(own))
	}
	return textWorth(symbol.Nobody("$" + name + " differs from pipeline to pipeline"))
}
