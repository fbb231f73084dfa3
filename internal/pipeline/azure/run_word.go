package azure

import (
	"slices"
	"strings"

	"guard/internal/pipeline"
	"guard/internal/pipeline/symbol"
)

// word is what a word of a step's script is. Macros are replaced before the
// shell sees it.
func (s *scope) word(text string, variables []string) symbol.Value {
	step := &s.file().Pipeline.Jobs[s.place.Job].Steps[s.place.Step]
	if step.Script == nil {
		return s.text(text)
	}
	return bounded(s.provider.words.Word(step.Script, text, variables, func(name string) (symbol.Value, bool) {
		if inside, isMacro := strings.CutPrefix(name, "$("); !isMacro {
			return s.environment(step, name)
		} else if name = strings.TrimSuffix(inside, ")"); s.file().defined.isMacro(name) {
			v, _ := s.variable(name)
			return v, true
		}
		return nil, false
	}))
}

// environment is what a variable of a script's environment holds: one that the
// script sets, one of env:, or a variable of the pipeline, whose name is
// written in capitals there.
func (s *scope) environment(step *pipeline.Step, name string) (v symbol.Value, ok bool) {
	if s.exhausted() {
		return symbol.Nobody(tooOften), true
	}
	if v, ok := s.assigned(step, name); ok {
		return v, true
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

// assigned is what the script itself sets a variable to, where it does so once.
func (s *scope) assigned(step *pipeline.Step, name string) (v symbol.Value, ok bool) {
	for _, command := range step.Script.Commands {
		for _, a := range command.Assigns {
			if a.Name != name {
				continue
			}
			if ok {
				return symbol.Nobody("the script sets " + name + " at several places"), true
			}
			v, ok = s.deeper().word(a.Value.Text, a.Value.Variables), true
		}
	}
	return v, ok
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

// plainWords follows words that hold variables and nothing more.
type plainWords struct{}

// Word replaces $NAME and macros; a substitution, or a variable with more
// asked of it, is not known.
func (plainWords) Word(_ *pipeline.Script, text string, variables []string, lookup func(string) (symbol.Value, bool)) symbol.Value {
	var parts []symbol.Value
	for rest := text; rest != ""; {
		i := strings.IndexAny(rest, "$`")
		if i < 0 {
			parts = append(parts, symbol.Text(rest))
			break
		}
		parts = append(parts, symbol.Text(rest[:i]))
		value, length := dollar(rest[i:], variables, lookup)
		parts, rest = append(parts, value), rest[i+length:]
	}
	return symbol.Join(parts...)
}

// dollar is what stands at a dollar sign or a backquote, and how long that is.
func dollar(rest string, variables []string, lookup func(string) (symbol.Value, bool)) (v symbol.Value, length int) {
	if at := macro.FindStringIndex(rest); at != nil && at[0] == 0 {
		if v, ok := lookup(rest[:at[1]]); ok {
			return v, at[1]
		}
	}
	name := rest[1:]
	braced := strings.HasPrefix(name, "{") && strings.Contains(name, "}")
	if braced {
		name, _, _ = strings.Cut(name[1:], "}")
		length = len("${}") + len(name)
	} else {
		name = name[:nameLength(name)]
		length = 1 + len(name)
	}
	switch {
	case rest[0] == '$' && name != "" && slices.Contains(variables, name):
		if v, ok := lookup(name); ok {
			return v, length
		}
		return symbol.Nobody("nothing in the file sets $" + name), length
	case len(variables) == 0 && !strings.HasPrefix(rest, "$(") && rest[0] == '$' && !braced:
		return symbol.Text("$"), 1
	}
	return symbol.Nobody("what the shell puts in the place of " + shortened(rest) + " is not followed"), len(rest)
}

func nameLength(text string) int {
	i := 0
	for i < len(text) && (text[i] == '_' || text[i]|0x20 >= 'a' && text[i]|0x20 <= 'z' || i > 0 && text[i] >= '0' && text[i] <= '9') {
		i++
	}
	return i
}
