package activity

import (
	"strings"

	"guard/internal/finding"
	"guard/internal/pipeline"
	"guard/internal/pipeline/shell"
)

// operandOf makes an operand of a word of a command.
func operandOf(word shell.Word) pipeline.Operand {
	return pipeline.Operand{Text: word.Text, Word: &word, Path: word.Path}
}

// operandsOf makes operands of words, each a list that commas separate. An
// empty word names nothing.
func operandsOf(words []shell.Word) []pipeline.Operand {
	var all []pipeline.Operand
	for _, word := range words {
		for _, part := range splitList(word.Text) {
			one := word
			one.Text = part
			all = append(all, operandOf(one))
		}
	}
	return all
}

// splitList splits a list at commas and line ends, save inside of the
// provider's expressions and substitutions.
func splitList(text string) []string {
	var all []string
	depth, start := 0, 0
	take := func(end int) {
		if part := strings.Trim(strings.TrimSpace(text[start:end]), `"'`); part != "" {
			all = append(all, part)
		}
		start = end + 1
	}
	for i := range len(text) {
		switch c := text[i]; {
		case c == '{' || c == '(' || c == '[':
			depth++
		case c == '}' || c == ')' || c == ']':
			depth = max(depth-1, 0)
		case (c == ',' || c == '\n') && depth == 0:
			take(i)
		}
	}
	if start <= len(text) {
		take(len(text))
	}
	return all
}

// inputOperands makes operands of an input: one a line, or between commas.
// Where the value has several lines, the path leads to the line.
func inputOperands(v *pipeline.Variable) []pipeline.Operand {
	if v == nil {
		return nil
	}
	lines := strings.Split(v.Value, "\n")
	if len(strings.TrimRight(v.Value, "\n")) > 0 && !strings.Contains(strings.TrimRight(v.Value, "\n"), "\n") {
		lines = []string{v.Value}
	}
	if multiline(v.Value) {
		return inputAsOne(v)
	}
	var all []pipeline.Operand
	for i, line := range lines {
		path := v.Path
		if len(lines) > 1 {
			path = path.With(finding.Span{Line: i + 1})
		}
		for _, part := range splitList(line) {
			all = append(all, pipeline.Operand{Text: part, Path: path})
		}
	}
	return all
}

// multiline tells whether an expression of the provider goes on over several
// lines.
func multiline(text string) bool {
	for line := range strings.SplitSeq(text, "\n") {
		if strings.Count(line, "${{") != strings.Count(line, "}}") {
			return true
		}
	}
	return false
}

func inputAsOne(v *pipeline.Variable) []pipeline.Operand {
	var all []pipeline.Operand
	for _, part := range splitList(v.Value) {
		all = append(all, pipeline.Operand{Text: part, Path: v.Path})
	}
	return all
}

// texts lists the texts of words.
func texts(words []shell.Word) []string {
	all := make([]string, len(words))
	for i, word := range words {
		all[i] = word.Text
	}
	return all
}
