package gitlab

import (
	"slices"
	"strings"

	"guard/internal/finding"
	"guard/internal/pipeline"
	"guard/internal/tree"
)

// defaultStages are the stages of a pipeline that names none.
var defaultStages = []string{"build", "test", "deploy"}

// syntax finds what GitLab refuses: jobs that do nothing, stages and needs
// that do not exist. Where other files may join this one, only what no other
// file could mend.
func (r *reader) syntax() {
	stages, known := r.stages()
	for _, job := range r.out.Jobs {
		if job.Hidden {
			continue
		}
		if known {
			r.stage(job, stages)
		}
		r.work(job)
	}
	r.strays()
	visible := slices.DeleteFunc(slices.Clone(r.out.Jobs), func(j pipeline.Job) bool { return j.Hidden })
	r.out.Invalid = append(r.out.Invalid, pipeline.CheckNeeds(visible, pipeline.NeedsOptions{Open: r.open, Parts: true})...)
}

// stages lists the stages of the pipeline; known is false where another file
// may name them.
func (r *reader) stages() (stages []string, known bool) {
	stages = []string{".pre", ".post"}
	named := r.stageList()
	if !named.isSet() {
		return append(stages, defaultStages...), !r.open
	}
	if !named.isList() {
		return nil, false
	}
	for _, item := range r.flat(named, 0) {
		stages = append(stages, item.scalar())
	}
	return stages, true
}

func (r *reader) stage(job pipeline.Job, stages []string) {
	if job.Stage == "" || strings.Contains(job.Stage, "$") || slices.Contains(stages, job.Stage) {
		return
	}
	r.invalid(r.resolved[job.ID].get("stage").path, "job %q is in stage %q, which is not among the stages", job.ID, job.Stage)
}

// work finds a job without anything to do.
func (r *reader) work(job pipeline.Job) {
	v := r.resolved[job.ID]
	for _, key := range []string{"script", "trigger", "run"} {
		if v.get(key).isSet() {
			return
		}
	}
	if r.open || r.unresolved(job.ID) {
		return
	}
	r.invalid(job.Path, "job %q has neither script, run nor trigger", job.ID)
}

// unresolved tells whether a job extends one that was not found, or itself.
func (r *reader) unresolved(id string) bool {
	return r.circular[id] || slices.ContainsFunc(baseNames(r.top(id).get("extends")), func(name string) bool {
		return !r.top(name).isMap()
	})
}

// strays finds top-level keys that GitLab takes for jobs and that are no maps.
func (r *reader) strays() {
	for _, m := range r.root.Members {
		id := m.Key.Text
		if r.open || !r.isJob(id) || hidden(id) || m.Value.Type() == tree.Map || m.Key.Tag != "" {
			continue
		}
		r.invalid(finding.NewPath(id), "%q is no keyword, so it is taken for a job, and a job must be a map", id)
	}
}
