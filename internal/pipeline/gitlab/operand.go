package gitlab

import (
	"guard/internal/pipeline"
	"guard/internal/pipeline/flow"
	"guard/internal/pipeline/symbol"
)

// Operand lists what a word of a script can be. A word that only the shell can
// read, and a variable that the script itself sets, are not known.
func (p *Provider) Operand(run flow.Run, activity *pipeline.Activity, operand pipeline.Operand) []symbol.Value {
	if reason := p.shellOnly(activity.Job, operand); reason != "" {
		return []symbol.Value{symbol.Nobody(reason)}
	}
	return p.Values(run, flow.Place{Job: activity.Job, Step: activity.Step}, operand.Text)
}

// shellOnly says why the shell alone can tell what a word is; "" where the
// variables of the job do.
func (p *Provider) shellOnly(job int, operand pipeline.Operand) string {
	if operand.Word == nil || operand.Word.Known {
		return ""
	}
	plain := variable.FindAllString(operand.Text, -1)
	if len(plain) != len(operand.Word.Variables) {
		return "what the shell makes of " + operand.Text + " is not known"
	}
	set := map[string]bool{}
	for _, step := range p.file.Pipeline.Jobs[job].Steps {
		for _, command := range step.Script.Commands {
			for _, assign := range command.Assigns {
				set[assign.Name] = true
			}
		}
	}
	for _, name := range operand.Word.Variables {
		if set[name] {
			return "the script sets $" + name
		}
	}
	return ""
}
