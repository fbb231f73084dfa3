package azure

import (
	"strings"

	"guard/internal/pipeline/flow"
	"guard/internal/pipeline/logic"
)

// Reasons why it is not known whether a pull request starts a pipeline.
const (
	forkSetting   = "whether pull requests from forks are built is a setting of the pipeline"
	policySetting = "a branch policy of the repository says whether pull requests start it"
	hostSetting   = "pull requests start it where the repository lies on GitHub, or where a branch policy says so"
)

// Starts lists the runs by which a situation starts the pipeline. A template
// starts by nothing.
func (p *Provider) Starts(run flow.Run) []flow.Start {
	if p.file.Pipeline.Form == "template" {
		return nil
	}
	var starts []flow.Start
	switch run.Situation {
	case flow.Fork, flow.PullRequest:
		starts = p.pull(run)
	case flow.Schedule:
		starts = p.scheduled(run)
	case flow.Manual:
		run.Event = eventManual
		starts = []flow.Start{{Run: run, Answer: logic.Yes}}
	case flow.MergeQueue:
		if p.file.options.Host == "" || p.file.options.Host == "github" {
			starts = p.pushed(run)
		}
	default:
		starts = p.pushed(run)
	}
	return p.doubted(starts)
}

// doubted makes certain answers uncertain where the file may be a template.
func (p *Provider) doubted(starts []flow.Start) []flow.Start {
	for i := range starts {
		if p.file.uncertain != "" && starts[i].Answer.IsYes() {
			starts[i].Answer = logic.Maybe(p.file.uncertain)
		}
	}
	return starts
}

// started is the one run, or none where it cannot start.
func started(run flow.Run, event string, answer logic.Answer) []flow.Start {
	if answer.IsNo() {
		return nil
	}
	run.Event = event
	return []flow.Start{{Run: run, Answer: answer}}
}

// pushed is about a push of a branch or a tag. Where nothing is said, every
// branch starts the pipeline, and no tag does.
func (p *Provider) pushed(run flow.Run) []flow.Start {
	t := triggerOf(p.file.root.get("trigger"))
	return started(run, eventPush, t.push(run))
}

func (t trigger) push(run flow.Run) logic.Answer {
	switch {
	case t.none:
		return logic.No
	case t.unknown != "":
		return logic.Maybe(t.unknown)
	case run.Tag != "":
		return logic.Is(t.tags.set && t.tags.takes(run.Tag, tagNames) || t.branches.names(tagNames) && t.branches.takes(run.Tag, tagNames))
	case t.branches.set:
		return logic.Is(t.branches.takes(run.Branch, branchNames))
	case t.tags.set:
		return logic.Maybe("the trigger names tags and no branches")
	}
	return logic.Yes
}

// pull is about a pull request. On Azure Repos branch policies start pipelines,
// whatever the file says; elsewhere pr: does.
func (p *Provider) pull(run flow.Run) []flow.Start {
	t := triggerOf(p.file.root.get("pr"))
	answer := logic.Maybe(policySetting)
	if p.file.options.Host != "azure" {
		answer = t.pull(&run, p.file.options.Host)
	}
	if answer.IsYes() && run.Situation == flow.Fork {
		answer = logic.Maybe(forkSetting)
	}
	return started(run, eventPR, answer)
}

func (t trigger) pull(run *flow.Run, host string) logic.Answer {
	switch {
	case t.none:
		return logic.No
	case t.unknown != "":
		return logic.Maybe(t.unknown)
	case !t.set && host == "":
		return logic.Maybe(hostSetting)
	case t.branches.set:
		return logic.Is(t.base(run))
	}
	return logic.Yes
}

// scheduled is about the clock. A schedule that leaves the default branch out
// runs on the first branch that it names.
func (p *Provider) scheduled(run flow.Run) []flow.Start {
	var other *flow.Run
	for _, s := range p.file.root.get("schedules").all() {
		if s.when != nil {
			return started(run, eventSchedule, logic.Maybe("whether there is a schedule is known only in a run"))
		}
		branches := filterOf(s.get("branches"))
		if branches.takes(run.Branch, branchNames) {
			return started(run, eventSchedule, logic.Yes)
		}
		for _, name := range branches.include {
			if other == nil && !strings.ContainsAny(name, "*?$") {
				at := run
				at.Branch = strings.TrimPrefix(name, branchNames)
				other = &at
			}
		}
	}
	if other == nil {
		return nil
	}
	return started(*other, eventSchedule, logic.Yes)
}

// Others lists the runs that other pipelines and services start, and those by
// pushes that only the file itself speaks of.
func (p *Provider) Others(branches flow.Branches) []flow.Start {
	if p.file.Pipeline.Form == "template" {
		return nil
	}
	starts, _ := p.beside(branches)
	seen := map[string]bool{}
	for _, t := range p.file.Pipeline.Triggers {
		if (t.Event == eventPipeline || t.Event == eventWebhook) && !seen[t.Event] {
			seen[t.Event] = true
			run := branches.RunOf(flow.Other)
			starts = append(starts, started(run, t.Event, logic.Yes)...)
		}
	}
	return p.doubted(starts)
}
