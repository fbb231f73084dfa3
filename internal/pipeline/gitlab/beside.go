package gitlab

import (
	"slices"
	"strings"

	"guard/internal/finding"
	"guard/internal/pipeline"
	"guard/internal/pipeline/flow"
)

// beside lists the pipelines of branches and tags that no situation is about
// and that rules, only: or the pipeline's own rules name, and says which are
// not played through.
func (p *Provider) beside(branches flow.Branches) (starts []flow.Start, left []pipeline.Problem) {
	if p.file.part {
		return nil, nil
	}
	refs := p.refs(branches)
	names, left := flow.Beside("branch", refs.branches)
	tags, more := flow.Beside("tag", refs.tags)
	for _, name := range names {
		run := flow.Run{Situation: flow.Other, Event: eventPush, Branch: name}
		starts = append(starts, starting(run, p.created(run))...)
	}
	for _, name := range tags {
		run := flow.Run{Situation: flow.Other, Event: eventPush, Tag: name}
		starts = append(starts, starting(run, p.created(run))...)
	}
	return starts, append(left, more...)
}

// Unplayed says of which branches and tags that the file names no pipeline is
// played through, and whether conditions were not looked at.
func (p *Provider) Unplayed(branches flow.Branches) []pipeline.Problem {
	_, left := p.beside(branches)
	if p.vacuity().left < 0 {
		left = append(left, pipeline.Problem{Message: tooManyConditions, Path: finding.Path{}})
	}
	return left
}

// refs are the branches and tags that a file speaks of and that are not those
// of the situations.
type refs struct {
	usual          []string // branches of the situations
	branches, tags []flow.Ref
	seen           map[string]bool
}

// maxNamed bounds the branches and tags that are looked at.
const maxNamed = 200

func (p *Provider) refs(branches flow.Branches) *refs {
	found := &refs{seen: map[string]bool{}}
	for _, s := range []flow.Situation{flow.Feature, flow.Develop, flow.Main, flow.Hotfix} {
		found.usual = append(found.usual, branches.RunOf(s).Branch)
	}
	if p.file.workflow != nil {
		found.plan(p.file.workflow, finding.NewPath("workflow"))
	}
	for i := range p.file.plans {
		if job := &p.file.Pipeline.Jobs[i]; !job.Hidden {
			found.plan(&p.file.plans[i], job.Path)
		}
	}
	return found
}

func (f *refs) plan(p *plan, path finding.Path) {
	if p.included != nil {
		f.plan(p.included, path)
	}
	for _, rule := range p.rules {
		if rule.condition != nil && rule.when != whenNever {
			f.expression(rule.condition.root, path)
		}
	}
	if p.only == nil {
		return
	}
	for _, condition := range p.only.conditions {
		f.expression(condition.root, path)
	}
	for _, ref := range p.only.refs {
		name, _, _ := strings.Cut(ref, "@")
		if variable := strings.Contains(name, "$") && !isPattern(name); !variable && !slices.Contains(refWords, name) {
			f.either(name, path)
		}
	}
}

// refWords are refs of only: that are no names.
var refWords = []string{
	"api", "branches", "chat", "external", "external_pull_requests", "merge_requests", "pipelines", "pushes", "schedules", "tags", "triggers", "web",
}

// expression notes what a condition compares the branch or tag with.
func (f *refs) expression(n *node, path finding.Path) {
	if n == nil {
		return
	}
	if n.op == tokenEquals || n.op == tokenMatches {
		f.compared(n.left, n.right, path)
		f.compared(n.right, n.left, path)
		return
	}
	f.expression(n.left, path)
	f.expression(n.right, path)
}

func (f *refs) compared(variable, with *node, path finding.Path) {
	if variable.op != tokenVariable || with.op != tokenString && with.op != tokenPattern || strings.Contains(with.text, "$") && with.op == tokenString {
		return
	}
	switch variable.text {
	case "$CI_COMMIT_BRANCH":
		f.branch(with.text, path)
	case "$CI_COMMIT_TAG":
		f.tag(with.text, path)
	case "$CI_COMMIT_REF_NAME":
		f.either(with.text, path)
	}
}

// either notes a name of a branch or tag. A pattern that release tags match is
// about these.
func (f *refs) either(name string, path finding.Path) {
	if isPattern(name) && len(matching(name, usualTags)) > 0 {
		f.tag(name, path)
		return
	}
	f.branch(name, path)
}

func (f *refs) branch(name string, path finding.Path) {
	if f.news("branch", name) && len(matching(name, f.usual)) == 0 {
		f.branches = append(f.branches, flow.Ref{Text: name, Names: nameOf(name), Path: path})
	}
}

func (f *refs) tag(name string, path finding.Path) {
	known := matching(name, usualTags)
	if f.news("tag", name) && !slices.Contains(known, usualTags[0]) {
		f.tags = append(f.tags, flow.Ref{Text: name, Names: append(known, nameOf(name)...), Path: path})
	}
}

// usualTags are names of release tags, that of the situation first.
var usualTags = []string{flow.Branches{}.RunOf(flow.Tag).Tag, "1.2.3", "v1.2", "v1", "release-1.2.3", "release/1.2.3", "release-v1.2.3", "v1.2.3-rc.1"}

// news tells whether a name was not looked at before.
func (f *refs) news(kind, name string) bool {
	key := kind + name
	if f.seen[key] || len(f.seen) == maxNamed {
		return false
	}
	f.seen[key] = true
	return name != ""
}

// matching lists the names that a name or pattern means.
func matching(text string, names []string) []string {
	if !isPattern(text) {
		return slices.DeleteFunc(slices.Clone(names), func(name string) bool { return name != text })
	}
	compiled, err := pattern(text)
	return slices.DeleteFunc(slices.Clone(names), func(name string) bool { return err != nil || !compiled.MatchString(name) })
}

// nameOf is a name that a name or pattern means; none where none is found.
func nameOf(text string) []string {
	if isPattern(text) {
		text = example(text)
	}
	if text == "" {
		return nil
	}
	return []string{text}
}
