package github

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"guard/internal/finding"
	"guard/internal/pipeline"
	"guard/internal/pipeline/flow"
)

// beside lists the runs by pushes of branches and tags that no situation is
// about, and says which are not played through.
func (p *Provider) beside(branches flow.Branches) (starts []flow.Start, left []pipeline.Problem) {
	for i := range p.pipeline.Triggers {
		trigger := &p.pipeline.Triggers[i]
		if trigger.Event != "push" {
			continue
		}
		names, untold := flow.Beside("branch", p.otherBranches(trigger, branches))
		for _, name := range names {
			starts = append(starts, start(flow.Run{Situation: flow.Other, Event: "push", Branch: name}))
		}
		tags, more := flow.Beside("tag", p.otherTags(trigger, branches))
		for _, name := range tags {
			starts = append(starts, start(flow.Run{Situation: flow.Other, Event: "push", Tag: name}))
		}
		left = slices.Concat(left, untold, more)
	}
	return starts, left
}

// Unplayed says of which pushes and pull requests that start the workflow no
// run is played through.
func (p *Provider) Unplayed(branches flow.Branches) []pipeline.Problem {
	_, left := p.beside(branches)
	for i := range p.pipeline.Triggers {
		trigger := &p.pipeline.Triggers[i]
		run := branches.RunOf(flow.PullRequest)
		if strings.HasPrefix(trigger.Event, "pull_request") && len(trigger.Branches) > 0 && !closesOnly(trigger) && !p.takesPullRequest(&run, trigger) {
			message := fmt.Sprintf("%s was not played through: no branch that its filter lets through was found", trigger.Event)
			left = append(left, pipeline.Problem{Message: message, Path: trigger.Path.With("branches")})
		}
	}
	return left
}

// otherBranches are the branches that conditions name, and the patterns of a
// filter, that no usual branch stands for.
func (p *Provider) otherBranches(trigger *pipeline.Trigger, branches flow.Branches) []flow.Ref {
	if takesTagsOnly(trigger) {
		return nil
	}
	var refs []flow.Ref
	takes := func(name string) bool { return filtered(name, trigger.Branches, trigger.BranchesIgnore) }
	for _, ref := range p.named(branchName) {
		if strings.HasSuffix(ref.Text, "/") { // the beginning of a name
			ref.Text += "x"
			ref.Names = []string{ref.Text}
		}
		if takes(ref.Text) && !p.usualMatches(ref.Text, takes, branches) {
			refs = append(refs, ref)
		}
	}
	for i, pattern := range trigger.Branches {
		if !strings.HasPrefix(pattern, "!") && !p.usualMatches(pattern, takes, branches) {
			refs = append(refs, flow.Ref{Text: pattern, Names: only(examples(pattern), takes), Path: trigger.Path.With("branches", i)})
		}
	}
	return refs
}

// otherTags are the tags that conditions name and for which the tag that
// stands for all does not, and the patterns of which no tag is known.
func (p *Provider) otherTags(trigger *pipeline.Trigger, branches flow.Branches) []flow.Ref {
	usual := branches.RunOf(flow.Tag)
	usual.Event = "push"
	takesAny := takesTag(&usual, trigger)
	takes := func(name string) bool { return filtered(name, trigger.Tags, trigger.TagsIgnore) }
	var refs []flow.Ref
	for i, pattern := range trigger.Tags {
		if !strings.HasPrefix(pattern, "!") && !slices.ContainsFunc(slices.Concat(tags, tagExamples(pattern)), func(name string) bool { return matchFilter(pattern, name) && takes(name) }) {
			refs = append(refs, flow.Ref{Text: pattern, Path: trigger.Path.With("tags", i)})
		}
	}
	for _, ref := range p.named(tagName) {
		ref.Names = only(tagsLike(ref.Text, trigger), takes)
		if takesAny && len(ref.Names) > 0 && !strings.HasPrefix(usual.Tag, ref.Text) {
			refs = append(refs, ref)
		}
	}
	return refs
}

// tagsLike are names of tags that begin in some way, or are called so.
func tagsLike(beginning string, trigger *pipeline.Trigger) []string {
	names := []string{beginning + "1.2.3", beginning + "v1.2.3", beginning}
	for _, pattern := range trigger.Tags {
		for _, name := range tagExamples(pattern) {
			if strings.HasPrefix(name, beginning) {
				names = append(names, name)
			}
		}
	}
	return names
}

func only(names []string, takes func(string) bool) []string {
	return slices.DeleteFunc(names, func(name string) bool { return !takes(name) })
}

var (
	branchName = regexp.MustCompile(`refs/heads/([\w./-]+)'|ref_name\s*==\s*'([\w./-]+)'`)
	tagName    = regexp.MustCompile(`refs/tags/([\w./-]+)'`)
)

// maxNamed bounds the branches and tags that conditions name and that are
// looked at.
const maxNamed = 100

// named lists the branches or tags that conditions of jobs and steps compare
// the run's own with.
func (p *Provider) named(pattern *regexp.Regexp) []flow.Ref {
	var refs []flow.Ref
	seen := map[string]bool{}
	note := func(condition pipeline.Text, path finding.Path) {
		for _, m := range pattern.FindAllStringSubmatch(condition.Value, maxNamed) {
			if name := strings.Join(m[1:], ""); !seen[name] && len(refs) <= maxNamed {
				seen[name] = true
				refs = append(refs, flow.Ref{Text: name, Names: []string{name}, Path: path})
			}
		}
	}
	for i := range p.pipeline.Jobs {
		job := &p.pipeline.Jobs[i]
		note(job.Condition, p.places(i, -1, job.Condition.Path))
		for j := range job.Steps {
			note(job.Steps[j].Condition, p.places(i, j, job.Steps[j].Condition.Path))
		}
	}
	return refs
}

// places is where something of a job or step stands in the file that is
// judged: of what a call or an action brings, where that is used.
func (p *Provider) places(job, step int, path finding.Path) finding.Path {
	switch origin := p.origins[job]; {
	case origin.call != nil:
		return p.pipeline.Jobs[job].Path
	case step >= 0 && origin.steps[step].action != nil:
		return origin.steps[step].path
	}
	return path
}

// usualMatches tells whether a situation has a branch that a pattern is about
// and that the filter lets through.
func (p *Provider) usualMatches(pattern string, takes func(string) bool, branches flow.Branches) bool {
	for _, s := range []flow.Situation{flow.Feature, flow.Develop, flow.Main, flow.Hotfix} {
		for _, name := range p.candidates(branches.RunOf(s)) {
			if takes(name) && (matchFilter(pattern, name) || strings.EqualFold(pattern, name)) {
				return true
			}
		}
	}
	return false
}
