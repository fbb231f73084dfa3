package flow

import (
	"strings"

	"guard/internal/pipeline"
	"guard/internal/pipeline/symbol"
)

// operandValues lists what an operand can be in a run. A provider answers for
// the whole word: of api=shop:1.0.0 the operand shop:1.0.0 is cut out here.
func (p *player) operandValues(run Run, activity *pipeline.Activity, operand pipeline.Operand) []symbol.Value {
	values := p.provider.Operand(run, activity, operand)
	before, behind := p.around(activity, operand)
	if before == "" && behind == "" {
		return values
	}
	cut := make([]symbol.Value, len(values))
	for i, v := range values {
		cut[i] = v.WithoutPrefix(before).WithoutSuffix(behind)
	}
	return cut
}

// around is what stands before and behind an operand in its word.
func (p *player) around(activity *pipeline.Activity, operand pipeline.Operand) (before, behind string) {
	if operand.Word == nil || operand.File != "" || activity.Step < 0 || activity.Command < 0 || operand.Word.Text == "" {
		return "", ""
	}
	script := p.pipeline.Jobs[activity.Job].Steps[activity.Step].Script
	if script == nil || activity.Command >= len(script.Commands) {
		return "", ""
	}
	place := operand.Word.Path.String()
	for _, command := range script.Commands {
		for _, word := range command.Args {
			if strings.Contains(word.Text, operand.Text) && word.Path.String() == place {
				before, behind, _ = strings.Cut(word.Text, operand.Text)
				return before, behind
			}
		}
	}
	return "", ""
}
