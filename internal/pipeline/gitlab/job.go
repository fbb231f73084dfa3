package gitlab

import (
	"fmt"

	"guard/internal/pipeline"
)

// job reads a job with what it extends.
func (r *reader) job(id string, v value) pipeline.Job {
	path := r.top(id).path
	job := pipeline.Job{
		ID: id, Name: id, Path: path,
		Stage:       r.text(v.get("stage")).Value,
		Needs:       r.needs(v.get("needs")),
		Condition:   r.text(v.get("when")),
		Timeout:     r.text(r.inherited(v, "timeout")),
		Environment: r.environment(v.get("environment")),
		Container:   r.container(r.inherited(v, "image")),
		Services:    r.services(r.inherited(v, "services")),
		SecretsPath: path,
		Env:         r.variables(v.get("variables")),
		Matrix:      r.matrix(v.get("parallel").get("matrix")),
		Steps:       []pipeline.Step{},
		Outputs:     []pipeline.Variable{},
		With:        []pipeline.Variable{},
		Runner:      []string{},
		MayFail:     r.text(v.get("allow_failure")),
		Secrets:     []pipeline.Secret{},
		Trigger:     v.get("trigger").isSet(),
		Hidden:      hidden(id),
	}
	r.details(&job, v)
	r.triggered(v, job.Hidden)
	for _, section := range []string{"before_script", "script", "after_script"} {
		r.step(&job, section, r.section(v, section))
	}
	r.secrets(&job)
	return job
}

// section is a script of a job; before_script and after_script may come from
// default.
func (r *reader) section(v value, name string) value {
	if name == "script" {
		return v.get(name)
	}
	return r.inherited(v, name)
}

// inherited is a value of a job, or of default:, or of the top level, where it
// stood before default: was invented.
func (r *reader) inherited(job value, key string) value {
	if own := job.get(key); own.isSet() || job.get("trigger").isSet() || !inherits(job, key) {
		return own
	}
	if v := r.top("default").get(key); v.isSet() {
		return v
	}
	if v := r.top(key); IsKeyword(key) && v.isSet() {
		return v
	}
	return job.get(key)
}

// inherits reads inherit: default:, which is a boolean or a list of keys.
func inherits(job value, key string) bool {
	from := job.get("inherit").get("default")
	if from.isList() {
		for _, item := range from.items() {
			if item.scalar() == key {
				return true
			}
		}
		return false
	}
	allowed, isBool := from.node.Bool()
	return !isBool || allowed
}

// text reads a scalar, through a !reference if need be.
func (r *reader) text(v value) pipeline.Text {
	at, ok := r.follow(v, 0)
	if !ok {
		return pipeline.Text{Path: v.path}
	}
	return pipeline.Text{Value: at.scalar(), Path: at.path}
}

// needs reads a list of names and maps. Jobs of other pipelines are left out.
func (r *reader) needs(v value) []pipeline.Need {
	needs := []pipeline.Need{}
	v, _ = r.follow(v, 0)
	for _, item := range r.flat(v, 0) {
		switch {
		case item.scalar() != "":
			needs = append(needs, pipeline.Need{Job: item.scalar(), Path: item.path})
		case item.get("pipeline").isSet() || item.get("project").isSet():
		case item.get("job").scalar() != "":
			optional, _ := item.get("optional").node.Bool()
			job := item.get("job")
			needs = append(needs, pipeline.Need{Job: job.scalar(), Optional: optional, Path: job.path})
		}
	}
	return needs
}

// environment reads a name, or a map with a name.
func (r *reader) environment(v value) pipeline.Text {
	v, ok := r.follow(v, 0)
	if ok && v.isMap() {
		return r.text(v.get("name"))
	}
	return r.text(v)
}

// container reads an image, or a map with its name; nil where there is none.
func (r *reader) container(v value) *pipeline.Image {
	image := r.image(v)
	if image.Raw == "" {
		return nil
	}
	return &image
}

func (r *reader) services(v value) []pipeline.Image {
	images := []pipeline.Image{}
	v, _ = r.follow(v, 0)
	for _, item := range r.flat(v, 0) {
		if image := r.image(item); image.Raw != "" {
			images = append(images, image)
		}
	}
	return images
}

func (r *reader) image(v value) pipeline.Image {
	v, ok := r.follow(v, 0)
	if !ok {
		return pipeline.Image{Path: v.path, Env: []pipeline.Variable{}}
	}
	if !v.isMap() {
		return pipeline.Image{Raw: v.scalar(), Path: v.path, Env: []pipeline.Variable{}}
	}
	name := r.text(v.get("name"))
	return pipeline.Image{
		Raw: name.Value, Name: v.get("alias").scalar(), Path: name.Path, Env: r.variables(v.get("variables")),
	}
}

// flat lists the items of a list, those of lists and references inside it
// among them.
func (r *reader) flat(v value, depth int) []value {
	var items []value
	for _, item := range v.items() {
		at, ok := r.follow(item, 0)
		switch {
		case !ok:
		case at.isList() && depth >= maxNested:
			r.absent(item.path, fmt.Sprintf("lists inside each other, or references to them, more than %d deep", maxNested), "deep lists")
		case at.isList():
			if r.spend(len(at.node.Items), at.path) {
				items = append(items, r.flat(at, depth+1)...)
			}
		default:
			items = append(items, at)
		}
	}
	return items
}
