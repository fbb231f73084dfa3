package flow

import (
	"cmp"
	"fmt"
	"path"
	"slices"
	"strings"

	"guard/internal/pipeline"
	"guard/internal/pipeline/logic"
	"guard/internal/pipeline/symbol"
)

// environmentName is what an environment is called in a run.
type environmentName struct {
	text    string // for people; "" where the job names none
	unknown string // why the name is not known
}

// environments lists what the environment of a job can be in a run. It has one
// entry without a name where the job names none.
func (a *analysis) environments(run Run, job int) []environmentName {
	text := a.pipeline.Jobs[job].Environment.Value
	if text == "" {
		return []environmentName{{}}
	}
	var names []environmentName
	for _, value := range a.provider.Values(run, Place{job, -1}, text) {
		names = append(names, environmentOf(value))
	}
	return names
}

func environmentOf(value symbol.Value) environmentName {
	if _, known := value.Known(); known || value.Reason() == "" {
		return environmentName{text: value.String()}
	}
	return environmentName{text: value.String(), unknown: fmt.Sprintf("which environment %s is, is not known: %s", value, value.Reason())}
}

// target is one environment that a deploy changes.
type target struct {
	environment environmentName
	tier        string // key of the configuration's environments; "" where none fits
	named       string // how the tier is known
}

// before tells whether the target is one before production.
func (t target) before() logic.Answer {
	switch {
	case t.tier == Production:
		return logic.No
	case t.environment.unknown != "":
		return logic.Maybe(t.environment.unknown)
	case t.tier == "" && t.environment.text == "":
		return logic.Maybe("which environment is deployed to is not known")
	}
	return logic.Yes
}

// targets lists the environments that a deploy changes in a run.
func (a *analysis) targets(run Run, activity *pipeline.Activity) []target {
	var targets []target
	job := &a.pipeline.Jobs[activity.Job]
	for _, name := range a.environments(run, activity.Job) {
		t := target{environment: name}
		if name.unknown == "" && name.text != "" {
			t.tier, t.named = a.tier(name.text), "environment"
		}
		for _, hint := range []struct{ text, how string }{
			{activity.Target.Namespace, "namespace"}, {activity.Target.Context, "context"}, {job.ID, "job"}, {job.Name, "job"},
		} {
			if t.named == "" && a.tier(hint.text) != "" {
				t.tier, t.named = a.tier(hint.text), hint.how
			}
		}
		targets = append(targets, t)
	}
	return targets
}

func (a *analysis) tier(name string) string { return Tier(a.options.Environments, name) }

// Tier is the key of the environment that a name speaks of; "" where of none. A
// name in front of which stands that it is not meant (pre-prod) is none.
func Tier(environments []Environment, name string) string {
	words := strings.FieldsFunc(strings.ToLower(name), func(r rune) bool { return strings.ContainsRune("-_/ .:", r) })
	for _, environment := range environments {
		for _, known := range environment.Names {
			if strings.EqualFold(known, name) {
				return environment.Key
			}
		}
	}
	for _, environment := range environments {
		i := slices.IndexFunc(words, func(word string) bool { return slices.Contains(environment.Names, word) })
		if i >= 0 && (i == 0 || !slices.Contains([]string{"pre", "non", "not", "no"}, words[i-1])) {
			return environment.Key
		}
	}
	return ""
}

// deploy describes a deployment, once for every environment that it changes.
func (a *analysis) deploy(index int, activity *pipeline.Activity) {
	var deploys []pipeline.Deployed
	for _, r := range a.reaches(place(activity)) {
		after := a.after(r.scene, spot{place(activity), index})
		for _, t := range a.targets(r.scene.run, activity) {
			i := slices.IndexFunc(deploys, func(d pipeline.Deployed) bool {
				return d.Environment == t.environment.text && d.Tier == t.tier
			})
			if i < 0 {
				i, deploys = len(deploys), append(deploys, a.deployed(index, activity, t))
			}
			after.Approval = fact(a.approval(r.scene, spot{place(activity), index}, t.environment))
			reach := r.describe(after)
			reach.Allowed = fact(a.allowed(r.scene.run, t.tier))
			deploys[i].Runs = append(deploys[i].Runs, reach)
			deploys[i].Images = a.name(deploys[i].Images, r.scene.run, activity)
		}
	}
	for i := range deploys {
		a.doubtfulDeploy(&deploys[i])
	}
	a.pipeline.Deploys = append(a.pipeline.Deploys, deploys...)
}

func (a *analysis) deployed(index int, activity *pipeline.Activity, t target) pipeline.Deployed {
	return pipeline.Deployed{
		Activity: index, Job: a.pipeline.Jobs[activity.Job].ID, Holder: a.holder(activity), Tool: activity.Tool,
		Environment: t.environment.text, Tier: t.tier, Named: t.named,
		Approval: a.options.environment(t.tier).Approval, EnvironmentUnknown: t.environment.unknown, Target: activity.Target,
		Overlaps: fact(a.overlaps(activity.Job)), Concurrency: a.concurrency(activity.Job),
		Behind: a.behind(index), Settings: a.settings(t.environment), Access: fact(a.access(activity)),
		Images: []pipeline.ImageTag{}, Runs: []pipeline.Reach{}, Path: activity.Path,
	}
}

func (a *analysis) concurrency(job int) *pipeline.Concurrency {
	return cmp.Or(a.pipeline.Jobs[job].Concurrency, a.pipeline.Concurrency)
}

// locks is a provider whose jobs may wait for each other by what no file says.
type locks interface {
	// Locked tells whether a job waits while one of another run is about the
	// same environment.
	Locked(job int) logic.Answer
}

// overlaps tells whether two runs may do a job at the same time.
func (a *analysis) overlaps(job int) logic.Answer {
	if a.concurrency(job) != nil {
		return logic.No
	}
	if provider, ok := a.provider.(locks); ok {
		return logic.Not(provider.Locked(job))
	}
	return logic.Yes
}

// environment is what the configuration says of a kind of environment; the
// zero value where it says nothing.
func (o *Options) environment(key string) Environment {
	for _, e := range o.Environments {
		if e.Key == key {
			return e
		}
	}
	return Environment{}
}

// allowed tells whether the configuration lets a run reach an environment. What
// may reach production may reach all others, since it has to pass through them.
// A branch that is called like an environment is meant for it.
func (a *analysis) allowed(run Run, tier string) logic.Answer {
	environment, production := a.options.environment(tier), a.options.environment(Production)
	if environment.Key == "" {
		return logic.Maybe("the configuration does not know the environment")
	}
	if run.IsPullRequest() {
		return logic.No
	}
	if run.Tag != "" {
		return logic.Is(matchesAny(run.Tag, environment.Tags) || matchesAny(run.Tag, production.Tags))
	}
	own := slices.ContainsFunc(environment.Names, func(name string) bool { return strings.EqualFold(name, run.Branch) })
	return logic.Is(own || matchesAny(run.Branch, environment.Branches) || matchesAny(run.Branch, production.Branches))
}

func matchesAny(name string, patterns []string) bool {
	return slices.ContainsFunc(patterns, func(pattern string) bool {
		matched, _ := path.Match(pattern, name)
		return matched
	})
}
