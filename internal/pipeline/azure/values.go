package azure

import (
	"slices"
	"strings"

	"guard/internal/pipeline"
)

const (
	maxValues  = 64
	maxRounds  = 8    // variables inside the values of variables
	maxValueAt = 4096 // bytes of a text with its variables replaced
)

// Values lists what a text of a job becomes when the variables in it that the
// file sets are replaced: those of the job, of the file, and of its matrix.
// Where nothing can be replaced that is the text itself.
func Values(p *pipeline.Pipeline, job *pipeline.Job, text string) []string {
	values := []string{text}
	for range maxRounds {
		next := []string{}
		for _, text := range values {
			for _, t := range substituted(p, job, text) {
				if !slices.Contains(next, t) {
					next = append(next, t)
				}
			}
		}
		if len(next) > maxValues || slices.Equal(next, values) {
			break
		}
		values = next
	}
	return values
}

// substituted replaces the first variable or parameter of a text that is known.
func substituted(p *pipeline.Pipeline, job *pipeline.Job, text string) []string {
	if len(text) > maxValueAt {
		return []string{text}
	}
	for _, name := range namedIn(text) {
		known := valuesOf(p, job, name.name)
		if len(known) == 0 {
			continue
		}
		texts := make([]string, len(known))
		for i, v := range known {
			texts[i] = text[:name.start] + v + text[name.end:]
		}
		return texts
	}
	return []string{text}
}

// named is a place of a text that is a variable or a parameter and nothing
// else.
type named struct {
	name       string // "variables.tag", "parameters.tag"
	start, end int
}

func namedIn(text string) []named {
	var all []named
	for _, at := range macrosIn(text) {
		all = append(all, named{"variables." + text[at[2]:at[3]], at[0], at[1]})
	}
	for _, p := range pieces(text) {
		if chain, ok := soleChain(p.text); p.expression && ok {
			all = append(all, named{chain, p.start, p.end})
		}
	}
	if inside, ok := runtimeExpression(text); ok {
		if chain, sole := soleChain(inside); sole {
			all = append(all, named{chain, 0, len(text)})
		}
	}
	return all
}

// runtimeExpression is what stands in a text that is $[ … ] and nothing else.
func runtimeExpression(text string) (inside string, ok bool) {
	text = strings.TrimSpace(text)
	if !strings.HasPrefix(text, "$[") || !strings.HasSuffix(text, "]") {
		return "", false
	}
	return text[2 : len(text)-1], true
}

// soleChain is an expression that is one variable or parameter.
func soleChain(text string) (chain string, ok bool) {
	node := parse(text)
	chains := node.Chains()
	if len(chains) != 1 || len(node.Calls()) > 0 || strings.Contains(chains[0], "*") {
		return "", false
	}
	return chains[0], true
}

// valuesOf looks a variable up: the matrix is stronger than the job's
// variables, and these are stronger than the file's. One that conditions set
// differently has several values.
func valuesOf(p *pipeline.Pipeline, job *pipeline.Job, chain string) []string {
	if name, ok := strings.CutPrefix(chain, "parameters."); ok {
		for _, input := range p.Inputs {
			if equalFold(input.Name, name) {
				return input.Options
			}
		}
		return nil
	}
	name, ok := cutVariable(chain)
	if !ok {
		return nil
	}
	for _, axis := range job.Matrix {
		if equalFold(axis.Name, name) && axis.Known {
			return axis.Values
		}
	}
	for _, scope := range [][]pipeline.Variable{job.Env, p.Env} {
		if found := valuesIn(scope, name); len(found) > 0 {
			return found
		}
	}
	return nil
}

func valuesIn(scope []pipeline.Variable, name string) []string {
	var found []string
	for _, v := range scope {
		if equalFold(v.Name, name) && !slices.Contains(found, v.Value) {
			found = append(found, v.Value)
		}
	}
	return found
}

// outsiders are variables whose text the author of a pull request chooses.
var outsiders = []string{"System.PullRequest.SourceBranch", "Build.SourceVersionMessage", "System.PullRequest.SourceRepositoryURI"}

// Outsider names a value in a text that someone sets whom nobody has approved:
// the branch or message of a pull request, or a parameter that takes any text.
// It is "" where there is none.
func Outsider(p *pipeline.Pipeline, text string) string {
	for _, found := range namedIn(text) {
		if name, ok := cutVariable(found.name); ok && isOutsider(name) {
			return name
		}
		if name, ok := strings.CutPrefix(found.name, "parameters."); ok && isFreeInput(p, name) {
			return found.name
		}
	}
	return ""
}

func isOutsider(name string) bool {
	return slices.ContainsFunc(outsiders, func(o string) bool { return equalFold(o, name) })
}

func isFreeInput(p *pipeline.Pipeline, name string) bool {
	return slices.ContainsFunc(p.Inputs, func(in pipeline.Input) bool {
		return in.Event == eventManual && in.Free && equalFold(in.Name, name)
	})
}
