package azure

import (
	"fmt"
	"strings"

	"guard/internal/finding"
	"guard/internal/pipeline"
)

// stage is a stage with what its runs depend on.
type stage struct {
	name      string
	path      finding.Path
	when      *guard
	condition string
	implicit  bool // it follows the stage before, since it names none
	deps      []dependency
	variables []variable
	env       []pipeline.Variable // the same, as the model has them
	pool      *value
	manual    bool  // a person starts it
	jobs      []int // indexes into the pipeline's jobs
	before    []int // stages it waits for, directly or through others
}

// dependency is a stage or job that another one waits for.
type dependency struct {
	name string
	path finding.Path
	at   []int // indexes; several where conditions insert one or the other of that name
	when *guard
}

// readStages reads the stages, or the jobs or steps that stand in their place.
func (r *reader) readStages() {
	body := r.root
	switch {
	case body.has("stages"):
		for _, v := range r.entries(body.get("stages"), "stages") {
			r.stage(v)
		}
	case body.has("jobs") || body.has("phases"):
		r.stages = append(r.stages, stage{path: body.get("jobs").path})
		r.jobsOf(body.get("jobs"), 0)
		r.jobsOf(body.get("phases"), 0)
	case body.has("steps"):
		r.stages = append(r.stages, stage{path: finding.Path{}})
		r.job(body, 0)
	}
}

func (r *reader) stage(v *value) {
	if len(r.stages) == maxStages {
		r.exceeded(v.path, "more than %d stages; this one and those behind it were not read", maxStages)
	}
	if len(r.stages) >= maxStages || !v.isMap() {
		return
	}
	name := r.settled(v.get("stage").scalar())
	if name == "" {
		name = fmt.Sprintf("Stage%d", len(r.stages)+1)
	}
	s := stage{
		name: name, path: v.path, when: v.when,
		condition: v.get("condition").scalar(),
		implicit:  !v.hasKey("dependsOn"),
		deps:      r.dependencies(v.get("dependsOn")),
		pool:      v.get("pool"),
		manual:    strings.EqualFold(v.get("trigger").scalar(), "manual"),
	}
	s.variables, s.env = r.variablesOf(v.get("variables"))
	r.stages = append(r.stages, s)
	r.jobsOf(v.get("jobs"), len(r.stages)-1)
}

// hasKey tells whether a key is there, be it with nothing behind it.
func (v *value) hasKey(key string) bool {
	for _, m := range v.list() {
		if m.key == key {
			return true
		}
	}
	return false
}

// dependencies reads dependsOn: one name, or a list.
func (r *reader) dependencies(v *value) []dependency {
	var deps []dependency
	for _, item := range v.all() {
		if name := r.settled(item.scalar()); name != "" {
			deps = append(deps, dependency{name: name, path: item.path, when: item.when})
		}
	}
	return deps
}
