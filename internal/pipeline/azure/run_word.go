package azure

import (
	"slices"
	"strings"

	"guard/internal/pipeline"
	"guard/internal/pipeline/flow"
	"guard/internal/pipeline/shell"
	"guard/internal/pipeline/symbol"
)

// traceKey is a script in a run.
type traceKey struct {
	run       flow.Run
	job, step int
	row       int
}

// maxTraces bounds how many scripts are remembered that were followed.
const maxTraces = 5000

// word is what a word of a step's script can be.
func (s *scope) word(command int, word *shell.Word) []symbol.Value {
	step := &s.file().Pipeline.Jobs[s.place.Job].Steps[s.place.Step]
	if step.Script == nil || command < 0 || command >= len(step.Script.Commands) {
		return []symbol.Value{s.text(word.Text)}
	}
	values := s.trace(step).Values(command, word)
	for i := range values {
		values[i] = bounded(values[i])
	}
	return values
}

// trace follows the script of a step. What the values of variables lead to is
// followed anew, since how deep that may go depends on where it began.
func (s *scope) trace(step *pipeline.Step) Trace {
	key := traceKey{s.run, s.place.Job, s.place.Step, s.number}
	if known, ok := s.provider.traces[key]; ok && s.depth == 0 {
		return known
	}
	left := maxLookups
	at := *s
	if s.depth == 0 {
		at.left = &left
	}
	s.provider.work(len(step.Script.Commands))
	t := s.provider.follow(step.Script, at.environmentOf(step))
	if s.depth == 0 && len(s.provider.traces) < maxTraces {
		s.provider.traces[key] = t
	}
	return t
}

// environmentOf is what the script of a step sees.
func (s *scope) environmentOf(step *pipeline.Step) Environment {
	return Environment{
		Lookup: func(name string) (symbol.Value, bool) { return s.environment(step, name) },
		Expression: func(text string) symbol.Value {
			at := macro.FindStringSubmatch(text)
			switch {
			case at == nil || at[0] != text:
				return s.text(text)
			case !s.file().defined.isMacro(at[1]):
				return symbol.Nobody("what the shell puts in the place of " + shortened(text) + " is not followed")
			}
			v, _ := s.variable(at[1])
			return v
		},
	}
}

// environment is what a variable of a script's environment holds: one of env:,
// or a variable of the pipeline, whose name is written in capitals there.
func (s *scope) environment(step *pipeline.Step, name string) (v symbol.Value, ok bool) {
	if s.exhausted() {
		return symbol.Nobody(tooOften), true
	}
	for _, entry := range step.Env {
		if entry.Name == name {
			return s.deeper().text(entry.Value), true
		}
	}
	for _, candidate := range s.named(name) {
		if v, found := s.variable(candidate); found {
			return v, true
		}
	}
	return nil, false
}

// named lists the variables of the pipeline that a name of the environment may
// stand for.
func (s *scope) named(name string) []string {
	known := &s.provider.variables
	stage := s.file().jobs[s.place.Job].stage
	all := slices.Concat(known.jobs[s.place.Job].environment[name], known.stages[stage].environment[name], known.file.environment[name])
	for _, key := range sortedKeys(s.row) {
		if environmentName(key) == name {
			all = append(all, key)
		}
	}
	all = append(all, known.setters[s.place.Job][name]...)
	for _, own := range predefinedNames {
		if environmentName(own) == name {
			all = append(all, own)
		}
	}
	return all
}

// environmentName is how a variable is called in the environment of a script.
func environmentName(name string) string {
	return strings.ToUpper(strings.NewReplacer(".", "_", " ", "_").Replace(name))
}
