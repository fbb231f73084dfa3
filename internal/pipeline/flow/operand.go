package flow

import (
	"fmt"
	"strings"

	"guard/internal/pipeline"
	"guard/internal/pipeline/shell"
	"guard/internal/pipeline/symbol"
)

// operandValues lists what an operand can be in a run: what its word can be,
// or its words together.
func (p *player) operandValues(run Run, activity *pipeline.Activity, operand pipeline.Operand) []symbol.Value {
	if operand.Parts == nil {
		return p.wordValues(run, activity, operand)
	}
	values := []symbol.Value{nil}
	for _, part := range operand.Parts {
		var longer []symbol.Value
		words := p.wordValues(run, activity, part.Operand)
		for _, value := range values {
			for _, word := range words {
				if len(longer) == maxNames {
					return append(longer, symbol.Nobody("it may be more than is followed"))
				}
				longer = append(longer, joined(value, part.Before, word))
			}
		}
		values = longer
	}
	return values
}

// joined puts a part behind what stands before it. A tag or digest takes the
// place of that which the image has.
func joined(value symbol.Value, between string, part symbol.Value) symbol.Value {
	if between == ":" || between == "@" {
		value = symbol.SplitImage(value).Name
	}
	return symbol.Join(value, symbol.Text(between), part)
}

// wordValues lists what a word can be in a run. A provider answers for
// the whole word: of api=shop:1.0.0 the operand shop:1.0.0 is cut out here.
func (p *player) wordValues(run Run, activity *pipeline.Activity, operand pipeline.Operand) []symbol.Value {
	values := p.provider.Operand(run, activity, operand)
	before, behind := p.around(activity, operand)
	if before == "" && behind == "" {
		return values
	}
	cut := make([]symbol.Value, len(values))
	for i, v := range values {
		part, ok := v.Between(before, behind)
		switch {
		case ok:
			cut[i] = part
		case !strings.Contains(strings.ReplaceAll(operand.Text, "${{", ""), "$"): // no variable of the shell stands in it
			return p.provider.Values(run, place(activity), operand.Text)
		default:
			cut[i] = symbol.Nobody(fmt.Sprintf("what %s is within its word is not known", operand.Text))
		}
	}
	return cut
}

// around is what stands before and behind an operand in its word. The word may
// be one of an earlier command: what sed writes, git push deploys.
func (p *player) around(activity *pipeline.Activity, operand pipeline.Operand) (before, behind string) {
	if operand.Word == nil || operand.File != "" || activity.Step < 0 || activity.Command < 0 {
		return "", ""
	}
	script := p.pipeline.Jobs[activity.Job].Steps[activity.Step].Script
	if script == nil {
		return "", ""
	}
	if word := WordOf(script, activity.Command, operand); word != nil {
		before, behind, _ = strings.Cut(word.Text, operand.Text)
	}
	return before, behind
}

// WordOf finds the word that holds an operand: of a command, or of one before
// it. Nil where there is none. A word that stands on the same line stands for
// one whose very place is not known.
func WordOf(script *pipeline.Script, command int, operand pipeline.Operand) *shell.Word {
	place := operand.Word.Path
	var near *shell.Word
	for c := min(command, len(script.Commands)-1); c >= 0; c-- {
		for _, word := range wordsOf(&script.Commands[c]) {
			switch {
			case !strings.Contains(word.Text, operand.Text):
			case word.Path.Equal(place):
				return word
			case near == nil && word.Path.String() == place.String():
				near = word
			}
		}
	}
	return near
}

// wordsOf lists the words of a command.
func wordsOf(c *shell.Command) []*shell.Word {
	words := make([]*shell.Word, 0, len(c.Args)+len(c.Redirect)+len(c.Assigns))
	for i := range c.Args {
		words = append(words, &c.Args[i])
	}
	for i := range c.Redirect {
		words = append(words, &c.Redirect[i].Target)
	}
	for i := range c.Assigns {
		words = append(words, &c.Assigns[i].Value)
	}
	return words
}
