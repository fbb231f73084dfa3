package gitlab

import "guard/internal/tree"

// plainKey holds the stages in the plain form of a pipeline, which courses and
// designs are written in: pipeline: {stages: […]}, and jobs as GitLab has them.
const plainKey = "pipeline"

// IsPlain tells whether a document is a pipeline in the plain form.
func IsPlain(root *tree.Node) bool {
	stages := root.Get(plainKey).Get("stages")
	if root.Type() != tree.Map || stages.Type() != tree.List {
		return false
	}
	jobs := 0
	for _, m := range root.Members {
		switch {
		case m.Key.Text == plainKey || IsKeyword(m.Key.Text):
		case m.Value.Get("stage").IsSet() && m.Value.Get("script").IsSet():
			jobs++
		default:
			return false
		}
	}
	return jobs > 0
}

// isJob tells whether a top-level key is a job's.
func (r *reader) isJob(id string) bool {
	return !IsKeyword(id) && !(r.plain && id == plainKey)
}

// stageList is the list of the stages, where the form has it.
func (r *reader) stageList() value {
	if r.plain {
		return r.top(plainKey).get("stages")
	}
	return r.top("stages")
}
