package github

import (
	"slices"
	"strings"

	"guard/internal/pipeline"
)

// maxValues bounds how many values a text is said to have.
const maxValues = 64

// Values lists what a text of a job becomes when the expressions in it that
// the file answers are replaced: variables of a matrix whose values are written
// out, and variables of env with one literal value. Where nothing can be
// replaced that is the text itself.
func Values(p *pipeline.Pipeline, job *pipeline.Job, text string) []string {
	if !strings.Contains(text, "${{") {
		return []string{text}
	}
	values := []string{text}
	axes := 0
	for _, e := range scan(text, nil) {
		known, axis := literals(p, job, e.Contexts, e.Text)
		if axis {
			axes++
		}
		if len(known) == 0 || axes > 1 && joined(job) || len(values)*len(known) > maxValues {
			continue
		}
		values = replaced(values, text[e.start:e.end], known)
	}
	return values
}

// joined tells whether include: of a matrix says which values go together.
func joined(job *pipeline.Job) bool {
	return slices.ContainsFunc(job.Matrix, func(a pipeline.Axis) bool { return a.Included })
}

// replaced makes one text of each text and each value.
func replaced(texts []string, expression string, values []string) []string {
	var out []string
	for _, text := range texts {
		for _, value := range values {
			if t := strings.ReplaceAll(text, expression, value); !slices.Contains(out, t) {
				out = append(out, t)
			}
		}
	}
	return out
}

// literals are the values of an expression that is one variable and nothing
// else; axis tells whether it is one of the matrix.
func literals(p *pipeline.Pipeline, job *pipeline.Job, contexts []string, text string) (values []string, axis bool) {
	if len(contexts) != 1 || !strings.EqualFold(contexts[0], strings.ReplaceAll(text, " ", "")) {
		return nil, false
	}
	if name, ok := strings.CutPrefix(contexts[0], "matrix."); ok {
		return axisValues(job, name), true
	}
	if name, ok := strings.CutPrefix(contexts[0], "env."); ok {
		return envValue(name, job.Env, p.Env), false
	}
	return nil, false
}

func axisValues(job *pipeline.Job, name string) []string {
	for _, axis := range job.Matrix {
		if strings.EqualFold(axis.Name, name) && axis.Known {
			return axis.Values
		}
	}
	return nil
}

// envValue looks a variable up in scopes, the innermost first.
func envValue(name string, scopes ...[]pipeline.Variable) []string {
	for _, scope := range scopes {
		for _, v := range scope {
			if strings.EqualFold(v.Name, name) && !strings.Contains(v.Value, "${{") {
				return []string{v.Value}
			} else if strings.EqualFold(v.Name, name) {
				return nil
			}
		}
	}
	return nil
}
