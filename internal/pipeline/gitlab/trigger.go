package gitlab

import (
	"strings"

	"guard/internal/finding"
	"guard/internal/pipeline"
	"guard/internal/tree"
)

// mergeRequest is the event of a merge request's pipeline.
const mergeRequest = "merge_request_event"

// triggers finds out whether merge requests start the pipeline: where a rule
// of the pipeline or of a job asks for that.
func (r *reader) triggers() {
	path, found := asksForMerges(r.root)
	for _, file := range r.files {
		if found {
			break
		}
		_, found = asksForMerges(file.root)
		path = file.path
	}
	if found {
		r.out.Triggers = append(r.out.Triggers, pipeline.NewTrigger(mergeRequest, path))
	}
}

func asksForMerges(root *tree.Node) (at finding.Path, found bool) {
	root.Walk(finding.Path{}, func(path finding.Path, n *tree.Node) bool {
		text := n.Scalar()
		if !found && (strings.Contains(text, mergeRequest) || text == "merge_requests") && inRules(path) {
			at, found = path, true
		}
		return !found
	})
	return at, found
}

func inRules(path finding.Path) bool {
	for _, step := range path {
		if key, _ := step.Key(); key == "rules" || key == "only" {
			return true
		}
	}
	return false
}
