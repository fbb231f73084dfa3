package azure

import (
	"regexp"
	"slices"
	"strings"

	"guard/internal/pipeline"
	"guard/internal/pipeline/shell"
	"guard/internal/pipeline/symbol"
)

// plainTrace knows words that hold variables and nothing more, and variables
// that the script sets once.
type plainTrace struct {
	script      *pipeline.Script
	environment Environment
}

// plain is the [Follow] of those who have no better one.
func plain(script *pipeline.Script, environment Environment) Trace {
	return plainTrace{script, environment}
}

// Values replaces $NAME and what Azure writes into the word; a substitution,
// or a variable of which more is asked, is not known.
func (t plainTrace) Values(_ int, word *shell.Word) []symbol.Value {
	left := maxLookups
	return []symbol.Value{t.word(word.Text, word.Variables, &left)}
}

// word replaces what is known in a text. Left is how many variables may still
// be looked up.
func (t plainTrace) word(text string, variables []string, left *int) symbol.Value {
	var parts []symbol.Value
	for rest := text; rest != ""; {
		i := strings.IndexAny(rest, "$`")
		if i < 0 {
			parts = append(parts, symbol.Text(rest))
			break
		}
		value, length := t.dollar(rest[i:], variables, left)
		parts = append(parts, symbol.Text(rest[:i]), value)
		rest = rest[i+length:]
	}
	return symbol.Join(parts...)
}

// dollar is what stands at a dollar sign or a backquote, and how long that is.
func (t plainTrace) dollar(rest string, variables []string, left *int) (v symbol.Value, length int) {
	if end := inserted(rest); end > 0 {
		return t.environment.Expression(rest[:end]), end
	}
	name, length := variableAt(rest)
	switch {
	case name != "" && slices.Contains(variables, name):
		return t.variable(name, left), length
	case len(variables) == 0 && !strings.HasPrefix(rest, "$(") && !strings.HasPrefix(rest, "${") && rest[0] == '$':
		return symbol.Text("$"), 1
	}
	return symbol.Nobody("what the shell puts in the place of " + shortened(rest) + " is not followed"), len(rest)
}

// inserted is how long the macro or expression is that a text begins with; 0
// where it begins with none.
func inserted(rest string) int {
	if strings.HasPrefix(rest, "${{") {
		return expressionLength(rest)
	}
	return len(macroFirst.FindString(rest))
}

// expressionLength is that of ${{ … }}; 0 where it never ends.
func expressionLength(rest string) int {
	end := closing(rest, len("${{"))
	if end < 0 {
		return 0
	}
	return end + len("}}")
}

var macroFirst = regexp.MustCompile("^" + macro.String())

// variableAt reads $NAME and ${NAME}.
func variableAt(rest string) (name string, length int) {
	if inside, braced := strings.CutPrefix(rest, "${"); braced {
		name, _, closed := strings.Cut(inside, "}")
		if !closed || nameLength(name) != len(name) {
			return "", 0
		}
		return name, len("${}") + len(name)
	}
	if rest[0] != '$' {
		return "", 0
	}
	name = rest[1 : 1+nameLength(rest[1:])]
	return name, 1 + len(name)
}

func nameLength(text string) int {
	i := 0
	for i < len(text) && (text[i] == '_' || text[i]|0x20 >= 'a' && text[i]|0x20 <= 'z' || i > 0 && text[i] >= '0' && text[i] <= '9') {
		i++
	}
	return i
}

// variable is one that the script sets once, or one of its environment.
func (t plainTrace) variable(name string, left *int) symbol.Value {
	if *left--; *left < 0 {
		return symbol.Nobody(tooOften)
	}
	var set *shell.Word
	for i := range t.script.Commands {
		for j, a := range t.script.Commands[i].Assigns {
			if a.Name != name {
				continue
			}
			if set != nil {
				return symbol.Nobody("the script sets " + name + " at several places")
			}
			set = &t.script.Commands[i].Assigns[j].Value
		}
	}
	if set != nil {
		return bounded(t.word(set.Text, set.Variables, left))
	}
	if v, ok := t.environment.Lookup(name); ok {
		return v
	}
	return symbol.Nobody("nothing in the file sets $" + name)
}
