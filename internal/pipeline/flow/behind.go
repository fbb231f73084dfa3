package flow

import (
	"slices"
	"strings"

	"guard/internal/pipeline"
	"guard/internal/pipeline/logic"
)

// behind says what follows a deployment.
func (a *analysis) behind(index int) pipeline.Behind {
	deploy := &a.pipeline.Activities[index]
	of := func(kind pipeline.ActivityKind) pipeline.Fact { return fact(a.follows(index, kind)) }
	behind := pipeline.Behind{
		Wait: of(pipeline.Wait), Rollback: of(pipeline.Rollback), SmokeTest: of(pipeline.SmokeTest),
		VersionCheck: of(pipeline.VersionCheck), Notify: of(pipeline.Notify),
	}
	if deploy.Waits {
		behind.Wait = fact(logic.Yes)
	}
	if deploy.Atomic {
		behind.Rollback = fact(logic.Yes)
	}
	return behind
}

// follows tells whether an activity of a kind stands behind a deployment. What
// cannot be seen into may be one.
func (a *analysis) follows(index int, kind pipeline.ActivityKind) logic.Answer {
	deploy := &a.pipeline.Activities[index]
	if !a.spend(len(a.pipeline.Activities)) {
		return logic.Maybe(TooMuch)
	}
	is, asks := isKind(kind, a.holder), isKind(pipeline.SmokeTest, a.holder)
	result := logic.No
	for i := range a.pipeline.Activities {
		activity := &a.pipeline.Activities[i]
		answer := is(activity)
		if kind == pipeline.VersionCheck && activity.Kind == pipeline.Opaque {
			answer = logic.Or(answer, asks(activity)) // who asks whether it works may ask for the version, too
		}
		if !answer.IsNo() && a.standsBehind(deploy, activity, i > index) {
			result = logic.Or(result, answer)
		}
	}
	if a.left < 0 && !result.IsYes() {
		return logic.Maybe(TooMuch)
	}
	return result
}

// standsBehind tells whether an activity comes later in the same job, or in a
// job that waits for it. Commands that one command hands to another machine
// have its place, and are listed in their own order.
func (a *analysis) standsBehind(first, second *pipeline.Activity, later bool) bool {
	switch {
	case first.Job != second.Job:
		return a.before(second.Job)[first.Job]
	case first.Step != second.Step:
		return second.Step > first.Step
	case first.Command != second.Command:
		return second.Command > first.Command
	}
	return later
}

// before tells of every job whether a job waits for it, directly or not. Where
// the limit is reached, some of them are missing.
func (a *analysis) before(job int) []bool {
	if known, done := a.befores[job]; done {
		return known
	}
	all, open := make([]bool, len(a.pipeline.Jobs)), []int{job}
	for len(open) > 0 && a.left >= 0 {
		next := open[len(open)-1]
		open = open[:len(open)-1]
		direct := a.provider.Before(next)
		a.spend(1 + len(direct)/edgesAtOnce)
		for _, before := range direct {
			if !all[before] {
				all[before] = true
				open = append(open, before)
			}
		}
	}
	a.befores[job] = all
	return all
}

// edgesAtOnce is how many edges are followed for what it costs to look at one
// activity.
const edgesAtOnce = 20

// access tells whether the job of a deployment configures how its target is
// reached. Machines of one's own may bring that along.
func (a *analysis) access(deploy *pipeline.Activity) logic.Answer {
	job := &a.pipeline.Jobs[deploy.Job]
	for i := range a.pipeline.Activities {
		activity := &a.pipeline.Activities[i]
		if activity.Job == deploy.Job && activity.Kind == pipeline.Credentials {
			return logic.Yes
		}
		if activity.Job == deploy.Job && activity.Kind == pipeline.Opaque && activity.Step <= deploy.Step {
			return logic.Maybe("what " + activity.Tool + " does in " + a.holder(activity) + " cannot be seen")
		}
	}
	for _, step := range job.Steps[:max(0, deploy.Step)] {
		if step.Uses != nil && !bringsNoAccess(step.Uses) {
			return logic.Maybe("what " + step.Uses.Name + " sets up in job " + job.ID + " is not known")
		}
	}
	if deploy.Target.Context != "" {
		return logic.Maybe("the context that is named may come from the machine")
	}
	if !hosted(job) {
		return logic.Maybe("the machine that job " + job.ID + " runs on may bring the access along")
	}
	return logic.No
}

// bringsNoAccess tells whether an action is known to bring no access to a cluster.
func bringsNoAccess(use *pipeline.Use) bool {
	return use.Kind == "action" && (slices.Contains([]string{"actions", "docker", "github"}, use.Owner) ||
		slices.Contains([]string{"azure/setup-kubectl", "azure/setup-helm"}, strings.ToLower(use.Name)))
}

// hosted tells whether a job runs on a fresh machine of the forge, and not in a
// container that may hold anything.
func hosted(job *pipeline.Job) bool {
	return job.Container == nil && len(job.Runner) == 1 && slices.ContainsFunc([]string{"ubuntu-", "windows-", "macos-"}, func(prefix string) bool {
		return len(job.Runner[0]) > len(prefix) && job.Runner[0][:len(prefix)] == prefix
	})
}
