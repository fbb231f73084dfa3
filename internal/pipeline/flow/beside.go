package flow

import (
	"fmt"
	"slices"

	"guard/internal/finding"
	"guard/internal/pipeline"
)

// Ref is a branch or tag, or a pattern of them, that a pipeline speaks of.
type Ref struct {
	Text  string       // as written: "release/**"
	Names []string     // that it stands for, the best first; none where none could be made of a pattern
	Path  finding.Path // where it is spoken of
}

// MaxBeside bounds the branches, and the tags, that get a run of their own
// beside those of the situations.
const MaxBeside = 8

// Beside chooses a name for each of some refs that no situation is about. Left
// says which of them are not played through. Kind is "branch" or "tag".
func Beside(kind string, refs []Ref) (names []string, left []pipeline.Problem) {
	var nameless, over []Ref
	for _, ref := range refs {
		switch {
		case len(ref.Names) == 0:
			nameless = append(nameless, ref)
		case slices.ContainsFunc(ref.Names, func(name string) bool { return slices.Contains(names, name) }):
		case len(names) == MaxBeside:
			over = append(over, ref)
		default:
			names = append(names, ref.Names[0])
		}
	}
	left = leftOut(left, kind, nameless, "no name that it lets through was found")
	left = leftOut(left, kind, over, fmt.Sprintf("beside the usual ones at most %d are", MaxBeside))
	return names, left
}

// leftOut tells of refs for which no run is played, all with one reason.
func leftOut(told []pipeline.Problem, kind string, refs []Ref, reason string) []pipeline.Problem {
	if len(refs) == 0 {
		return told
	}
	more := ""
	if n := len(refs) - 1; n > 0 {
		more = fmt.Sprintf(", and of %d more,", n)
	}
	message := fmt.Sprintf("pushes of the %s %q%s were not played through: %s", kind, refs[0].Text, more, reason)
	return append(told, pipeline.Problem{Message: message, Path: refs[0].Path})
}

// narrowed is a provider whose pipelines can start in more ways than are
// played through.
type narrowed interface {
	// Unplayed says which.
	Unplayed(branches Branches) []pipeline.Problem
}

// tellUnplayed notes in which ways the pipeline may start beside those that
// are played through.
func (a *analysis) tellUnplayed() {
	if p, ok := a.provider.(narrowed); ok {
		for _, problem := range p.Unplayed(a.options.Branches) {
			a.unknown(problem.Path, problem.Message)
		}
	}
}
