package flow

import (
	"slices"

	"guard/internal/pipeline"
	"guard/internal/pipeline/logic"
)

// heldJobs describes the jobs that somebody has to start by hand, and what
// runs without them.
func (a *analysis) heldJobs() {
	for job := range a.pipeline.Jobs {
		if held, is := a.heldJob(job); is {
			a.pipeline.HeldJobs = append(a.pipeline.HeldJobs, held)
		}
	}
}

func (a *analysis) heldJob(job int) (held pipeline.HeldJob, is bool) {
	held = pipeline.HeldJob{Job: a.pipeline.Jobs[job].ID, Passed: []string{}, Path: a.pipeline.Jobs[job].Path}
	answers := []logic.Answer{}
	for _, s := range a.played {
		gate := a.provider.Gate(s.run, job)
		if !gate.Manual || s.happy[job].Runs.IsNo() {
			continue
		}
		is, answers = true, append(answers, gate.Blocks)
		if gate.Blocks.IsNo() {
			a.passed(&held, s, job)
		}
	}
	held.Blocks = fact(logic.And(answers...))
	held.Deploys = a.deploysTo(held.Job)
	return held, is
}

// passed adds the jobs behind a held one that run without it, those left out
// that wait for a person of their own.
func (a *analysis) passed(held *pipeline.HeldJob, s *scene, job int) {
	for later := range a.pipeline.Jobs {
		id := a.pipeline.Jobs[later].ID
		if !a.spend(1) {
			return
		}
		if !a.before(later)[job] || slices.Contains(held.Passed, id) || a.provider.Gate(s.run, later).Manual || a.left < 0 {
			continue
		}
		if s.runsIf(assumption{job: job, held: true}, later).IsYes() {
			held.Passed = append(held.Passed, id)
		}
	}
}

// deploysTo is the key of an environment that a job deploys to.
func (a *analysis) deploysTo(job string) string {
	for _, deploy := range a.pipeline.Deploys {
		if deploy.Job == job && deploy.Tier != "" {
			return deploy.Tier
		}
	}
	return ""
}

// undeployed finds the branches that the configuration maps to an environment
// to which the pipeline deploys, whose pushes reach no environment at all.
func (a *analysis) undeployed() {
	for _, s := range a.played {
		if s.run.IsPullRequest() || s.run.Tag != "" || s.run.Situation == Schedule || s.run.Situation == Manual {
			continue
		}
		pushed := slices.IndexFunc(a.pipeline.Pushes, func(p pipeline.Pushed) bool { return certainIn(p.Runs, s.run) })
		if pushed < 0 || slices.ContainsFunc(a.pipeline.Deploys, func(d pipeline.Deployed) bool { return mayBeIn(d.Runs, s.run) }) {
			continue
		}
		if keys := a.mapped(s.run.Branch); len(keys) > 0 {
			push := a.pipeline.Pushes[pushed]
			a.pipeline.Undeployed = append(a.pipeline.Undeployed, pipeline.Undeployed{
				Branch: s.run.Branch, Environments: keys, Holder: push.Holder, Path: push.Path,
			})
		}
	}
}

func certainIn(reaches []pipeline.Reach, run Run) bool {
	return slices.ContainsFunc(reaches, func(r pipeline.Reach) bool { return r.Run == run.ID() && r.Reached.Holds == logic.True.String() })
}

func mayBeIn(reaches []pipeline.Reach, run Run) bool {
	return slices.ContainsFunc(reaches, func(r pipeline.Reach) bool { return r.Run == run.ID() })
}

// mapped lists the environments that name a branch, and to which pushes to
// other branches deploy. What waits for a tag, or for a person who starts the
// run, the branch needs not deploy itself.
func (a *analysis) mapped(branch string) []string {
	var keys []string
	for _, environment := range a.options.Environments {
		deploys, waits := false, false
		for _, d := range a.pipeline.Deploys {
			deploys = deploys || d.Tier == environment.Key
			waits = waits || d.Tier == environment.Key && a.waitsFor(d.Runs)
		}
		if deploys && !waits && slices.Contains(environment.Branches, branch) {
			keys = append(keys, environment.Key)
		}
	}
	return keys
}

// waitsFor tells whether a deployment takes place for a tag, or where somebody
// or the clock starts the run. On GitLab these start what a push does.
func (a *analysis) waitsFor(runs []pipeline.Reach) bool {
	pushed := slices.ContainsFunc(runs, func(r pipeline.Reach) bool {
		return slices.Contains([]Situation{Feature, Develop, Main, Hotfix}, Situation(r.Situation))
	})
	return slices.ContainsFunc(runs, func(r pipeline.Reach) bool {
		byHand := r.Situation == string(Manual) || r.Situation == string(Schedule)
		return r.Tag != "" || byHand && (!pushed || a.pipeline.Provider != "gitlab")
	})
}
