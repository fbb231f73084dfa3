package gitlab

import (
	"fmt"
	"strings"

	"guard/internal/pipeline/expand"
	"guard/internal/pipeline/flow"
	"guard/internal/pipeline/logic"
)

// Provider answers how GitLab runs the pipeline of a file. It implements
// [flow.Provider]; it keeps what it has worked out, so it must not be used by
// several goroutines at once.
type Provider struct {
	file  *File
	given []variableEntry // variables that the job which starts the pipeline hands over
	world world
	order *order

	context map[flow.Run]*runContext // what was worked out of each run
	traces  map[traceKey]*expand.Trace
	budget  *expand.Budget // for all scripts together
}

var _ flow.Provider = (*Provider)(nil)

// NewProvider answers for a file; branches are the names of the project's
// long-lived branches.
func NewProvider(f *File, branches flow.Branches) *Provider {
	return &Provider{
		file:    f,
		world:   world{branch: branches.RunOf(flow.Main).Branch, repository: f.options.Repository},
		order:   newOrder(f.Pipeline.Jobs, f.plans, f.stages),
		context: map[flow.Run]*runContext{}, traces: map[traceKey]*expand.Trace{}, budget: expand.NewBudget(),
	}
}

// Before lists the jobs of earlier stages, or those that the job needs.
func (p *Provider) Before(job int) []int { return p.order.before[job] }

// Job tells whether a job starts; a manual job does once somebody plays it.
func (p *Provider) Job(run flow.Run, job int, state flow.State) logic.Answer {
	fates := p.in(run).fates(job)
	yes, no, doubt := false, false, ""
	for i := range fates {
		answer := p.starts(run, job, &fates[i], state)
		yes, no = yes || answer.IsYes(), no || answer.IsNo()
		if answer.IsUnknown() && doubt == "" {
			doubt = answer.Reason
		}
	}
	switch {
	case doubt == "" && !no:
		return logic.Yes
	case doubt == "" && !yes:
		return logic.No
	case len(fates) > 1:
		return logic.Maybe(reasonOf(fates))
	}
	return logic.Maybe(doubt)
}

// starts tells whether a job starts, given what its rules make of it.
func (p *Provider) starts(run flow.Run, job int, f *fate, state flow.State) logic.Answer {
	if !f.present() {
		return logic.No
	}
	before := &verdict{failed: logic.No, held: logic.No, skipped: logic.No}
	if f.dag {
		p.needed(before, run, job, f, state)
	} else if answer, known := p.staged(before, run, job, state); !known {
		return answer
	}
	return before.lets(f)
}

// verdict is what the jobs before a job come to.
type verdict struct {
	failed  logic.Answer // one has failed, and that counts
	held    logic.Answer // one waits for somebody to play it
	skipped logic.Answer // one that is needed does not run
}

// lets tells whether a job goes on behind what came before it.
func (v *verdict) lets(f *fate) logic.Answer {
	goesOn := logic.Not(v.held)
	switch f.when {
	case whenAlways:
		return goesOn
	case whenFailure:
		return logic.And(goesOn, v.failed, logic.Not(v.skipped))
	case whenSuccess, whenManual, whenDelayed:
	default:
		goesOn = logic.And(goesOn, logic.Maybe("when: "+f.when+" is not known here"))
	}
	return logic.And(goesOn, logic.Not(v.failed), logic.Not(v.skipped))
}

// staged looks at the jobs of all earlier stages. Those that do not run stop
// nobody, unless they wait for a person.
func (p *Provider) staged(v *verdict, run flow.Run, job int, state flow.State) (answer logic.Answer, known bool) {
	stage := p.order.stageOf[job]
	if stage < 0 {
		return logic.Maybe(p.noStage(job)), false
	}
	c := p.in(run)
	at, failed := -1, logic.No // the stage that is looked at, and what failed before it
	for _, i := range p.order.earlier[stage] {
		if p.order.stageOf[i] != at {
			at, failed = p.order.stageOf[i], v.failed
		}
		switch before := &state[i]; {
		case before.Failed:
			v.failed = logic.Or(v.failed, p.counts(run, i))
		case before.Runs.IsNo():
			v.held = logic.Or(v.held, logic.And(c.waits(i), logic.Not(failed)))
		}
	}
	return logic.Answer{}, true
}

func (p *Provider) noStage(job int) string {
	plan := &p.file.plans[job]
	if plan.loose != "" && plan.stage == "" {
		return plan.loose
	}
	return fmt.Sprintf("the stage %q of job %s is not among the stages known here", plan.stage, p.file.Pipeline.Jobs[job].ID)
}

// counts tells whether the failure of a job is one for those behind it.
func (p *Provider) counts(run flow.Run, job int) logic.Answer {
	return logic.Not(p.Tolerated(run, flow.Place{Job: job, Step: -1}))
}

// blocks tells whether jobs behind a job wait until somebody plays it.
func (p *Provider) blocks(run flow.Run, job int) logic.Answer {
	gate := p.Gate(run, job)
	if !gate.Manual {
		return logic.No
	}
	return logic.And(gate.Blocks, presence(p.in(run).fates(job)))
}

// needed looks at the jobs that a job needs.
func (p *Provider) needed(v *verdict, run flow.Run, job int, f *fate, state flow.State) {
	for _, need := range f.needs {
		i, known := p.order.job(need.Job)
		switch {
		case !known && need.Optional && !p.file.open:
		case !known && p.file.open:
			v.skipped = logic.Or(v.skipped, logic.Maybe(fmt.Sprintf("job %s, which %s needs, stands in a file that was not read", need.Job, p.file.Pipeline.Jobs[job].ID)))
		case !known:
			v.skipped = logic.Yes
		case i != job:
			p.need(v, run, i, need.Optional, state)
		}
	}
}

func (p *Provider) need(v *verdict, run flow.Run, i int, optional bool, state flow.State) {
	before := &state[i]
	present := presence(p.in(run).fates(i))
	switch {
	case before.Failed:
		v.failed = logic.Or(v.failed, p.counts(run, i))
	case before.Runs.IsYes(), optional && present.IsNo():
	case before.Runs.IsUnknown():
		v.skipped = logic.Or(v.skipped, before.Runs)
	case optional && present.IsUnknown():
		v.skipped = logic.Or(v.skipped, present)
	default:
		v.skipped = logic.Yes
		if !p.in(run).waits(i).IsNo() {
			v.held = logic.Or(v.held, logic.Maybe(fmt.Sprintf("job %s waits for somebody to play it", p.file.Pipeline.Jobs[i].ID)))
		}
	}
}

// Step tells whether a script of a job runs: after_script does in any case.
func (p *Provider) Step(_ flow.Run, at flow.Place, failed bool) logic.Answer {
	return logic.Is(!failed || p.isAfterScript(at))
}

func (p *Provider) isAfterScript(at flow.Place) bool {
	steps := p.file.Pipeline.Jobs[at.Job].Steps
	return at.Step >= 0 && at.Step < len(steps) && steps[at.Step].Name == "after_script"
}

// Tolerated tells whether a job may fail. The failure of after_script is
// always overlooked, that of the other scripts never.
func (p *Provider) Tolerated(run flow.Run, at flow.Place) logic.Answer {
	if at.Step >= 0 {
		return logic.Is(p.isAfterScript(at))
	}
	fates := p.in(run).fates(at.Job)
	result, found := logic.No, false
	for i := range fates {
		f := &fates[i]
		switch {
		case !f.present():
		case !found:
			result, found = f.mayFail, true
		case result.Truth != f.mayFail.Truth && !result.IsUnknown():
			result = logic.Maybe(reasonOf(fates))
		}
	}
	return result
}

// Gate tells whether somebody has to play a job. Protected environments may
// ask for approvals too; the file does not say.
func (p *Provider) Gate(run flow.Run, job int) flow.Gate {
	manual, free, strange := false, false, ""
	fates := p.in(run).fates(job)
	for i := range fates {
		if fates[i].present() {
			manual = manual || fates[i].when == whenManual
			if strings.Contains(fates[i].when, "$") {
				strange = "when: " + fates[i].when + " is not known here"
			}
			free = free || fates[i].when != whenManual
		}
	}
	switch {
	case strange != "":
		return flow.Gate{Blocks: logic.Maybe(strange)}
	case !manual:
		return flow.Gate{Blocks: logic.No}
	case free:
		return flow.Gate{Blocks: logic.Maybe(reasonOf(fates))}
	}
	return flow.Gate{Manual: true, Blocks: logic.Not(p.Tolerated(run, flow.Place{Job: job, Step: -1}))}
}
