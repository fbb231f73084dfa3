package gitlab

import (
	"regexp"
	"slices"
	"strings"

	"guard/internal/pipeline"
)

const (
	maxValues  = 64
	maxRounds  = 8    // variables inside the values of variables
	maxValueAt = 4096 // bytes of a text with its variables replaced
)

// variable matches $NAME and ${NAME}; $$ stands for one dollar sign.
var variable = regexp.MustCompile(`\$\$|\$\{[A-Za-z_]\w*\}|\$[A-Za-z_]\w*`)

// Values lists what a text of a job becomes when the variables in it that the
// file sets are replaced: those of the job, of the file, and of its matrix.
// Where nothing can be replaced that is the text itself.
func Values(p *pipeline.Pipeline, job *pipeline.Job, text string) []string {
	values := []string{text}
	for range maxRounds {
		next := round(p, job, values)
		if slices.Equal(next, values) {
			break
		}
		values = next
	}
	return values
}

func round(p *pipeline.Pipeline, job *pipeline.Job, texts []string) []string {
	var out []string
	for _, text := range texts {
		for _, t := range replaced(p, job, text) {
			if !slices.Contains(out, t) {
				out = append(out, t)
			}
		}
	}
	if len(out) > maxValues {
		return texts
	}
	return out
}

// replaced replaces the first variable of a text that is known.
func replaced(p *pipeline.Pipeline, job *pipeline.Job, text string) []string {
	for _, at := range variable.FindAllStringIndex(text, -1) {
		name := strings.Trim(text[at[0]:at[1]], "${}")
		values := valuesOf(p, job, name)
		if name == "" || len(values) == 0 || len(text) > maxValueAt {
			continue
		}
		texts := make([]string, len(values))
		for i, value := range values {
			texts[i] = text[:at[0]] + value + text[at[1]:]
		}
		return texts
	}
	return []string{text}
}

// valuesOf looks a variable up: the matrix is stronger than the job's
// variables, and these are stronger than the file's.
func valuesOf(p *pipeline.Pipeline, job *pipeline.Job, name string) []string {
	for _, axis := range job.Matrix {
		if axis.Name == name {
			return axis.Values
		}
	}
	for _, scope := range [][]pipeline.Variable{job.Env, p.Env} {
		for _, v := range scope {
			if v.Name == name {
				return []string{v.Value}
			}
		}
	}
	return nil
}

// IsOwnRegistry tells whether a variable is one of GitLab's own that stands for
// its registry or proxy of images, or a place in it.
func IsOwnRegistry(name string) bool { return slices.Contains(ownRegistry, name) }

var ownRegistry = []string{
	"CI_REGISTRY", "CI_REGISTRY_IMAGE", "CI_TEMPLATE_REGISTRY_HOST",
	"CI_DEPENDENCY_PROXY_SERVER", "CI_DEPENDENCY_PROXY_GROUP_IMAGE_PREFIX", "CI_DEPENDENCY_PROXY_DIRECT_GROUP_IMAGE_PREFIX",
}

// outsiders are predefined variables whose text the author of a merge request
// chooses.
var outsiders = []string{
	"CI_MERGE_REQUEST_TITLE", "CI_MERGE_REQUEST_DESCRIPTION", "CI_MERGE_REQUEST_SOURCE_BRANCH_NAME",
	"CI_COMMIT_MESSAGE", "CI_COMMIT_TITLE", "CI_COMMIT_DESCRIPTION", "CI_EXTERNAL_PULL_REQUEST_SOURCE_BRANCH_NAME",
}

// inMergeRequest are those that hold such a text where the pipeline is a merge
// request's.
var inMergeRequest = []string{"CI_COMMIT_REF_NAME"}

// Outsider names a variable in a text that the author of a merge request sets.
// It is "" where there is none.
func Outsider(p *pipeline.Pipeline, text string) string {
	merges := slices.ContainsFunc(p.Triggers, func(t pipeline.Trigger) bool { return t.Event == mergeRequest })
	for _, symbol := range variable.FindAllString(text, -1) {
		name := strings.Trim(symbol, "${}")
		if slices.Contains(outsiders, name) || merges && slices.Contains(inMergeRequest, name) {
			return name
		}
	}
	return ""
}
