package gitlab

import (
	"fmt"
	"slices"
	"strings"

	"guard/internal/pipeline"
	"guard/internal/pipeline/flow"
	"guard/internal/pipeline/logic"
)

// Starts lists the pipelines that GitLab makes in a situation. A merge request
// has one of its own where the rules want that; else it shows the pipeline of
// its branch. A merge request's pipeline from a fork runs in the fork's
// project, unless a member of the parent project starts it there; what a push
// to a fork starts is not this project's at all.
func (p *Provider) Starts(run flow.Run) []flow.Start {
	run.Event = eventPush
	switch run.Situation {
	case flow.PullRequest:
		return p.mergeRequestStarts(run)
	case flow.Fork:
		run.Event = mergeRequest
	case flow.MergeQueue:
		run.Event, run.Branch = mergeRequest, flow.Branches{}.RunOf(flow.PullRequest).Branch
	case flow.Schedule:
		run.Event = eventSchedule
	case flow.Manual:
		run.Event = eventWeb
	}
	return starting(run, p.created(run))
}

func (p *Provider) mergeRequestStarts(run flow.Run) []flow.Start {
	own, branch := run, run
	own.Event = mergeRequest
	answer := p.created(own)
	starts := starting(own, answer)
	if answer.IsYes() {
		return starts
	}
	return append(starts, starting(branch, p.created(branch))...)
}

func starting(run flow.Run, answer logic.Answer) []flow.Start {
	if answer.IsNo() {
		return nil
	}
	return []flow.Start{{Run: run, Answer: answer}}
}

// otherEvents start pipelines outside of the situations.
var otherEvents = []string{"trigger", "pipeline", "parent_pipeline", "api", "chat", "external_pull_request_event"}

// Others lists the pipelines by events, and of branches and tags, that the file
// itself speaks of.
func (p *Provider) Others(branches flow.Branches) []flow.Start {
	starts, _ := p.beside(branches)
	for _, event := range otherEvents {
		if !p.file.speaksOf(event) {
			continue
		}
		run := branches.RunOf(flow.Main)
		run.Situation, run.Event = flow.Other, event
		starts = append(starts, starting(run, p.created(run))...)
	}
	return starts
}

// speaksOf tells whether a rule names an event.
func (f *File) speaksOf(event string) bool {
	if f.workflow != nil && f.workflow.speaksOf(event) {
		return true
	}
	return slices.ContainsFunc(f.plans, func(p plan) bool { return p.speaksOf(event) })
}

func (p *plan) speaksOf(event string) bool {
	if p.included != nil && p.included.speaksOf(event) {
		return true
	}
	for _, rule := range p.rules {
		if rule.condition != nil && names(rule.condition.text, event) {
			return true
		}
	}
	source := strings.TrimSuffix(event, "_event")
	for _, policy := range []*policy{p.only, p.except} {
		if policy == nil {
			continue
		}
		named := func(ref string) bool { return ref == source || slices.Contains(plurals(source), ref) }
		condition := func(e *expression) bool { return names(e.text, event) }
		if slices.ContainsFunc(policy.refs, named) || slices.ContainsFunc(policy.conditions, condition) {
			return true
		}
	}
	return false
}

// names tells whether a condition compares something with a text.
func names(condition, text string) bool {
	return strings.Contains(condition, `"`+text+`"`) || strings.Contains(condition, "'"+text+"'")
}

// Unseen says why a job that is not known, since it stands in a file that was
// not read, may have to go well before a job starts: one of an earlier stage,
// or one that is needed. It is "" where none can.
func (p *Provider) Unseen(job int) string {
	reason := p.file.notAll()
	if reason == "" {
		return ""
	}
	seen, stack := map[int]bool{job: true}, []int{job}
	for len(stack) > 0 {
		at := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		plan := &p.file.plans[at]
		if plan.loose != "" || !plan.dag && p.order.stageOf[at] != 0 || p.needsUnknown(plan) {
			return reason
		}
		for _, before := range p.order.before[at] {
			if !seen[before] {
				seen[before] = true
				stack = append(stack, before)
			}
		}
	}
	return ""
}

func (p *Provider) needsUnknown(plan *plan) bool {
	for _, needs := range plan.allNeeds() {
		for _, need := range needs {
			if _, known := p.order.job(need.Job); !known {
				return true
			}
		}
	}
	return false
}

// notAll says why not all jobs of the pipeline are known; "" where they are.
func (f *File) notAll() string {
	switch {
	case len(f.others) > 0:
		return "jobs of " + f.others[0] + ", which was not read, are not known"
	case f.part:
		return "jobs of the pipeline that includes this file are not known"
	}
	return ""
}

// created tells whether GitLab makes a pipeline of a run: the pipeline's own
// rules let it, at least one job is in it, and no job needs one that is not.
func (p *Provider) created(run flow.Run) logic.Answer {
	if p.file.part {
		return logic.No // another one includes the file, or starts it
	}
	c := p.in(run)
	wanted := logic.Yes
	if p.file.workflow != nil {
		wanted = presence(c.workflow)
	} else if len(p.file.unread) > 0 {
		wanted = logic.Maybe(fmt.Sprintf("rules of the whole pipeline may stand in %s, which was not read", p.file.unread[0]))
	}
	if wanted.IsNo() {
		return logic.No
	}
	return logic.And(wanted, p.populated(c), p.consistent(c))
}

// populated tells whether a job outside of .pre and .post is in the pipeline.
func (p *Provider) populated(c *runContext) logic.Answer {
	result := logic.No
	for i, job := range p.file.Pipeline.Jobs {
		stage := p.file.plans[i].stage
		if !job.Hidden && stage != ".pre" && stage != ".post" {
			result = logic.Or(result, presence(c.fates(i)))
		}
	}
	if result.IsNo() && p.file.open {
		return logic.Maybe("which jobs the included files bring is not known")
	}
	return result
}

// consistent tells whether every job that is in the pipeline finds what it
// needs there; GitLab makes no pipeline otherwise. Where it is not known of
// either whether it is there, they are taken to go together.
func (p *Provider) consistent(c *runContext) logic.Answer {
	result := logic.Yes
	for i, job := range p.file.Pipeline.Jobs {
		fates := c.fates(i)
		if job.Hidden || len(fates) != 1 || !fates[0].present() {
			continue
		}
		for _, need := range fates[0].needs {
			result = logic.And(result, p.satisfied(c, job.ID, need))
		}
	}
	return result
}

func (p *Provider) satisfied(c *runContext, job string, need pipeline.Need) logic.Answer {
	i, known := p.order.job(need.Job)
	if !known || need.Optional {
		return logic.Yes // one that no file has is told by itself
	}
	present := presence(c.fates(i))
	if present.IsUnknown() {
		return logic.Maybe(fmt.Sprintf("job %s needs job %s, and GitLab makes no pipeline where that is missing: %s", job, need.Job, present.Reason))
	}
	return present
}
