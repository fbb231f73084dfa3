package azure

import (
	"fmt"
	"slices"
	"strings"

	"guard/internal/pipeline"
)

// job is what runs need to know of a job beside its model.
type job struct {
	name      string // within its stage
	stage     int
	when      *guard
	condition string
	tolerated string // continueOnError
	deps      []dependency
	variables []variable
	rows      []row // of its matrix
	windows   bool  // it surely runs on Windows
	steps     []step
	before    []int // jobs of its stage that it waits for, directly or through others
}

// step is what runs need to know of a step beside its model.
type step struct {
	when      *guard
	condition string
	tolerated string
	enabled   string // "" where it is not said
	hook      string // on.failure, on.success, or another hook of a deployment
}

func (r *reader) jobsOf(v *value, stage int) {
	for _, item := range r.entries(v, "jobs") {
		if len(r.jobs) == MaxJobs {
			r.exceeded(item.path, "more than %d jobs; this one and those behind it were not read", MaxJobs)
			return
		}
		if item.isMap() {
			r.job(item, stage)
		}
	}
}

// job reads a job, or the whole file where that is one.
func (r *reader) job(v *value, stage int) {
	info := job{
		stage: stage, when: v.when, condition: v.get("condition").scalar(), tolerated: v.get("continueOnError").scalar(),
		deps: r.dependencies(v.get("dependsOn")), windows: r.onWindows(v, r.stages[stage].pool),
	}
	info.name = r.jobName(v)
	own, env := r.variablesOf(v.get("variables"))
	if v == r.root {
		own, env = nil, []pipeline.Variable{}
	}
	info.variables = own
	strategy := v.get("strategy")
	axes, rows := r.matrix(strategy.get("matrix"))
	info.rows = rows
	path := v.path
	model := pipeline.Job{
		ID: info.name, Name: v.get("displayName").scalar(), Path: path, Stage: r.stages[stage].name,
		Needs:       []pipeline.Need{},
		Condition:   r.text(v, "condition"),
		Timeout:     r.text(v, "timeoutInMinutes"),
		Environment: r.environment(v.get("environment")),
		Container:   r.container(v),
		Services:    r.services(v),
		SecretsPath: path, Env: slices.Concat(r.stages[stage].env, env), Matrix: axes,
		Steps: []pipeline.Step{}, Secrets: []pipeline.Secret{}, Outputs: []pipeline.Variable{}, With: []pipeline.Variable{}, Reports: []pipeline.Report{},
		Runner: r.runner(v), MayFail: r.text(v, "continueOnError"),
		Hidden: r.out.Form == "template",
	}
	if model.Timeout.Value == "0" { // unset it is an hour
		model.Endless = "as long as its agent lets it"
	}
	if model.Env == nil {
		model.Env = []pipeline.Variable{}
	}
	r.steps(&model, &info, r.entries(v.get("steps"), "steps"), "")
	r.hooks(&model, &info, strategy)
	r.stages[stage].jobs = append(r.stages[stage].jobs, len(r.jobs))
	r.jobs = append(r.jobs, info)
	r.out.Jobs = append(r.out.Jobs, model)
}

// runner is the image of a hosted machine, or the name of a pool: the job's own,
// or that of the whole pipeline.
func (r *reader) runner(v *value) []string {
	labels := []string{}
	for _, pool := range []*value{v.get("pool"), r.root.get("pool")} {
		for _, label := range []string{pool.get("vmImage").scalar(), pool.get("name").scalar(), pool.scalar()} {
			if label != "" && len(labels) == 0 {
				labels = append(labels, r.settled(label))
			}
		}
	}
	return labels
}

func (r *reader) jobName(v *value) string {
	for _, key := range []string{"job", "deployment", "phase"} {
		if name := r.settled(v.get(key).scalar()); name != "" {
			return name
		}
	}
	if v == r.root {
		return "Job"
	}
	return fmt.Sprintf("Job%d", len(r.jobs)+1)
}

// text reads a scalar; where the job is the whole file, what it does not say
// would stand at the top.
func (r *reader) text(v *value, key string) pipeline.Text {
	at := v.get(key)
	return pipeline.Text{Value: at.scalar(), Path: at.path}
}

// environment reads the name of an environment. What stands behind a dot is a
// resource of it.
func (r *reader) environment(v *value) pipeline.Text {
	if v.isMap() {
		v = v.get("name")
	}
	name, _, _ := strings.Cut(v.scalar(), ".")
	if strings.Contains(v.scalar(), "$") {
		name = v.scalar()
	}
	return pipeline.Text{Value: name, Path: v.path}
}

// hookNames are the parts of a deployment in the order in which they run.
var hookNames = []string{"preDeploy", "deploy", "routeTraffic", "postRouteTraffic"}

// hooks reads the steps of a deployment, which stand below its strategy.
func (r *reader) hooks(model *pipeline.Job, info *job, strategy *value) {
	for _, kind := range []string{"runOnce", "rolling", "canary"} {
		life := strategy.get(kind)
		for _, name := range hookNames {
			r.hook(model, info, life.get(name), name)
		}
		for _, name := range []string{"success", "failure"} {
			r.hook(model, info, life.get("on").get(name), "on."+name)
		}
	}
}

func (r *reader) hook(model *pipeline.Job, info *job, v *value, name string) {
	r.steps(model, info, r.entries(v.get("steps"), "steps"), name)
}

// onWindows tells whether a job surely runs on Windows, where script: is read by
// cmd.
func (r *reader) onWindows(v, stagePool *value) bool {
	for _, pool := range []*value{v.get("pool"), stagePool, r.root.get("pool")} {
		if !pool.isSet() {
			continue
		}
		image := lower(r.settled(pool.get("vmImage").scalar()))
		return strings.HasPrefix(image, "win") || strings.HasPrefix(image, "vs20")
	}
	return false
}
