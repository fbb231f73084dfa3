package azure

import (
	"regexp"
	"slices"
	"strings"

	"guard/internal/pipeline"
	"guard/internal/pipeline/flow"
	"guard/internal/pipeline/shell"
	"guard/internal/pipeline/symbol"
)

// setter is a place at which a script sets a variable.
type setter struct {
	step    int
	command int         // index into the script's commands
	word    *shell.Word // that holds ##vso[…] and the value
	output  bool
	unread  string // why the value is not known; "" where it is
}

// settersOf finds the variables that the scripts of each job set.
func settersOf(file *File) []map[string][]setter {
	all := make([]map[string][]setter, len(file.jobs))
	for i := range file.Pipeline.Jobs {
		all[i] = map[string][]setter{}
		for j := range file.Pipeline.Jobs[i].Steps {
			step := &file.Pipeline.Jobs[i].Steps[j]
			if step.Script != nil {
				addSetters(all[i], step, j)
			}
		}
	}
	return all
}

// addSetters notes what a script sets. Outputs bear the step's name before their
// own, by which other steps and jobs ask for them.
func addSetters(all map[string][]setter, step *pipeline.Step, at int) {
	add := func(name string, s setter) {
		if !s.output || s.unread != "" {
			all[lower(name)] = append(all[lower(name)], s)
		}
		if s.output && step.ID != "" {
			key := lower(step.ID + "." + name)
			all[key] = append(all[key], s)
		}
	}
	if step.Script.Unread != "" {
		for _, m := range setInText.FindAllStringSubmatch(step.Script.Text, 200) {
			add(m[1], setter{step: at, output: true, unread: "a script in another language sets it"})
		}
		return
	}
	for i, command := range step.Script.Commands {
		set := setBy(command)
		for _, name := range sortedKeys(set) {
			add(name, setter{step: at, command: i, word: set[name].word, output: set[name].output})
		}
	}
}

// setInText matches what sets a variable in a script of any language.
var setInText = regexp.MustCompile(`##vso\[task\.setvariable variable=([^;\]\s]+)`)

// setByScript is what an earlier step of the job has set a variable to.
func (s *scope) setByScript(name string) (v symbol.Value, ok bool) {
	if s.level == ofStage || s.level == ofFile || s.place.Step < 0 {
		return nil, false
	}
	earlier := slices.DeleteFunc(slices.Clone(s.provider.setters[s.place.Job][lower(name)]), func(set setter) bool {
		return set.step >= s.place.Step
	})
	if len(earlier) == 0 {
		return nil, false
	}
	return s.valueOf(s.place.Job, name, earlier), true
}

// valueOf is what a variable holds that scripts of a job set. Set at several
// places, it may be either.
func (s *scope) valueOf(job int, name string, setters []setter) symbol.Value {
	set := setters[0]
	switch {
	case len(setters) > 1:
		return symbol.Nobody("scripts set the variable " + name + " at several places")
	case set.unread != "":
		return symbol.Nobody("the variable " + name + " is not known: " + set.unread)
	case s.exhausted():
		return symbol.Nobody(tooOften)
	}
	at := s.deeper()
	at.place, at.level = flow.Place{Job: job, Step: set.step}, ofJob
	if job != s.place.Job {
		at.row, at.number = nil, 0
	}
	return written(at.word(set.command, set.word))
}

// written is what stands behind ##vso[…] in a word that is one value.
func written(values []symbol.Value) symbol.Value {
	if len(values) != 1 {
		return symbol.Nobody("a script sets one of several values")
	}
	_, value, found := values[0].Cut("]")
	if !found {
		return symbol.Nobody("what a script prints is not known: " + values[0].Reason())
	}
	return value.Map(func(text string) string { return strings.TrimSuffix(text, `\n`) })
}

// output is an output of a job, or of a stage, where the job's name stands
// before: 'job.step.name'.
func (s *scope) output(jobs []int, name string) symbol.Value {
	parts := strings.Split(name, ".")
	if len(parts) < 2 {
		return symbol.Nobody("the output " + name + " is not known")
	}
	key := lower(strings.Join(parts[len(parts)-2:], "."))
	for _, job := range jobs {
		if len(jobs) > 1 && len(parts) > 2 && !equalFold(s.file().jobs[job].name, parts[0]) {
			continue
		}
		if setters := s.provider.setters[job][key]; len(setters) > 0 {
			return s.valueOf(job, name, setters)
		}
	}
	return symbol.Of(symbol.Part{Kind: symbol.Opaque, Name: "the output " + name, Source: name})
}
