package github

import (
	"slices"
	"strings"

	"guard/internal/pipeline"
	"guard/internal/pipeline/flow"
	"guard/internal/pipeline/logic"
)

// pushEvents and the like say which events start a workflow in a situation.
var eventsOf = map[flow.Situation][]string{
	flow.Fork:        {"pull_request", "pull_request_target"},
	flow.PullRequest: {"pull_request", "pull_request_target"},
	flow.Feature:     {"push"},
	flow.Develop:     {"push"},
	flow.Main:        {"push"},
	flow.Hotfix:      {"push"},
	flow.Tag:         {"push", "release"},
	flow.Schedule:    {"schedule"},
	flow.Manual:      {"workflow_dispatch"},
	flow.MergeQueue:  {"merge_group"},
}

// Starts lists the runs by which a situation starts the workflow.
func (p *Provider) Starts(run flow.Run) []flow.Start {
	var starts []flow.Start
	for _, event := range eventsOf[run.Situation] {
		for i := range p.pipeline.Triggers {
			trigger := &p.pipeline.Triggers[i]
			if trigger.Event != event {
				continue
			}
			run := run
			run.Event = event
			if p.takes(&run, trigger) {
				starts = append(starts, flow.Start{Run: run, Answer: logic.Yes})
			}
		}
	}
	return starts
}

// Others lists the runs by events that belong to no situation: another
// workflow, a comment, a call of the API, and pushes of branches and tags that
// only the workflow's own filters and conditions name.
func (p *Provider) Others(branches flow.Branches) []flow.Start {
	main := branches.RunOf(flow.Main).Branch
	starts, _ := p.beside(branches)
	for i := range p.pipeline.Triggers {
		trigger := &p.pipeline.Triggers[i]
		switch {
		case closesOnly(trigger):
			starts = append(starts, start(flow.Run{Situation: flow.Other, Event: trigger.Event + " closed", Branch: main, Base: main}))
		case trigger.Event == "workflow_call" || isUsual(trigger.Event):
		default:
			starts = append(starts, start(flow.Run{Situation: flow.Other, Event: trigger.Event, Branch: main}))
		}
	}
	return starts
}

func start(run flow.Run) flow.Start { return flow.Start{Run: run, Answer: logic.Yes} }

func isUsual(event string) bool {
	for _, events := range eventsOf {
		if slices.Contains(events, event) {
			return true
		}
	}
	return false
}

// candidates are the names that stand for the branch of a situation, the usual
// one first. The default branch has no other name where it is known.
func (p *Provider) candidates(run flow.Run) []string {
	if run.Situation == flow.Main && p.main != "" {
		return []string{p.main}
	}
	others := map[flow.Situation][]string{
		flow.Feature: {"feature-x", "feat/x", "feature", "features/x"},
		flow.Develop: {"dev", "development"},
		flow.Main:    {"master", "trunk"},
		flow.Hotfix:  {"hotfix-x", "hotfixes/x", "hotfix"},
	}
	return append([]string{run.Branch}, others[run.Situation]...)
}

// tags are names that stand for a release tag.
var tags = []string{"v1.2.3", "1.2.3", "v1.2", "v1", "release-1.2.3", "release/1.2.3", "release-v1.2.3", "release/v1.2.3", "v1.2.3-rc.1"}

// takes gives a run the branch or tag by which the trigger takes it; ok is
// false where it takes none.
func (p *Provider) takes(run *flow.Run, trigger *pipeline.Trigger) (ok bool) {
	switch run.Situation {
	case flow.Fork, flow.PullRequest:
		return p.takesPullRequest(run, trigger)
	case flow.Feature, flow.Develop, flow.Main, flow.Hotfix:
		return p.takesBranch(run, trigger)
	case flow.Tag:
		return takesTag(run, trigger)
	}
	return true
}

func (p *Provider) takesBranch(run *flow.Run, trigger *pipeline.Trigger) bool {
	if takesTagsOnly(trigger) {
		return false
	}
	for _, name := range p.candidates(*run) {
		if filtered(name, trigger.Branches, trigger.BranchesIgnore) {
			run.Branch = name
			return true
		}
	}
	return false
}

func takesTagsOnly(trigger *pipeline.Trigger) bool {
	return len(trigger.Tags)+len(trigger.TagsIgnore) > 0 && len(trigger.Branches)+len(trigger.BranchesIgnore) == 0
}

func takesTag(run *flow.Run, trigger *pipeline.Trigger) bool {
	if run.Event == "release" {
		return true
	}
	branchesOnly := len(trigger.Branches)+len(trigger.BranchesIgnore) > 0 && len(trigger.Tags)+len(trigger.TagsIgnore) == 0
	if branchesOnly {
		return false
	}
	names := tags
	for _, pattern := range trigger.Tags {
		names = append(names[:len(names):len(names)], tagExamples(pattern)...)
	}
	for _, name := range names {
		if filtered(name, trigger.Tags, trigger.TagsIgnore) {
			run.Tag = name
			return true
		}
	}
	return false
}

// takesPullRequest asks the filter for the branch that a pull request goes to.
func (p *Provider) takesPullRequest(run *flow.Run, trigger *pipeline.Trigger) bool {
	if closesOnly(trigger) {
		return false
	}
	bases := append(p.candidates(flow.Run{Situation: flow.Main, Branch: run.Base}), p.candidates(flow.Run{Situation: flow.Develop, Branch: "develop"})...)
	for _, pattern := range trigger.Branches {
		bases = append(bases, examples(pattern)...)
	}
	for _, name := range bases {
		if filtered(name, trigger.Branches, trigger.BranchesIgnore) {
			run.Base = name
			return true
		}
	}
	return false
}

// closesOnly tells whether only the end of a pull request is an event.
func closesOnly(trigger *pipeline.Trigger) bool {
	return strings.HasPrefix(trigger.Event, "pull_request") && len(trigger.Types) == 1 && trigger.Types[0] == "closed"
}
