package pipeline

import (
	"cmp"
	"slices"
	"strings"

	"guard/internal/finding"
	"guard/internal/pipeline/shell"
)

// SecretScope says which secrets the scripts of a job can see.
type SecretScope struct {
	// Variables names the secret that each variable of a step's scripts
	// holds.
	Variables func(step *Step) map[string]string
}

// FollowSecrets fills the Secrets of each script of a job.
func FollowSecrets(job *Job, scope SecretScope) {
	guards := newGuards(job)
	for i := range job.Steps {
		step := &job.Steps[i]
		if step.Script == nil {
			continue
		}
		f := &follower{script: step.Script, variables: scope.Variables(step), guards: guards}
		f.follow()
	}
}

// follower finds the uses of secrets in one script.
type follower struct {
	script    *Script
	variables map[string]string
	guards    guards
	stages    map[stage]int // index of each command in a pipe; nil until asked for
	lines     []string      // of the script; nil until asked for
}

func (f *follower) follow() {
	for i := range f.script.Commands {
		f.command(&f.script.Commands[i])
	}
	if len(f.script.Expressions) == 0 {
		return
	}
	for _, expression := range f.script.Expressions {
		for _, name := range expression.Secrets {
			f.inline(name, expression)
		}
	}
	slices.SortStableFunc(f.script.Secrets, func(a, b SecretUse) int {
		x, y := spanOf(a.Path), spanOf(b.Path)
		return cmp.Or(x.Line-y.Line, x.Column-y.Column)
	})
}

// command notes the secrets that a command gets in variables.
func (f *follower) command(command *shell.Command) {
	for at, word := range command.Args {
		f.word(command, word, option(command.Args, at))
	}
	for _, text := range hereTexts(*command) {
		f.word(command, text, "")
	}
	f.dump(command)
}

// word notes the secrets that the variables in a word hold.
func (f *follower) word(command *shell.Command, word shell.Word, option string) {
	for _, variable := range word.Variables {
		if name := f.variables[variable]; name != "" && expands(word.Text, variable) {
			f.use(command, SecretUse{Name: name, Option: option, Path: word.Path})
		}
	}
}

// inline notes a secret that the provider writes into the script. The command
// that gets it is the innermost one: the last whose words hold the place.
func (f *follower) inline(name string, e Expression) {
	at, use := spanOf(e.Path), SecretUse{Name: name, Inline: true, Path: e.Path}
	for i := len(f.script.Commands) - 1; i >= 0; i-- {
		command := &f.script.Commands[i]
		if option, ok := holds(command, at); ok {
			use.Option = option
			f.use(command, use)
			return
		}
		if assigns(command, at) {
			use.Traced = command.Trace
			f.add(use)
			return
		}
	}
	if !f.inComment(e) {
		f.add(use)
	}
}

// holds tells whether a word of a command holds a place, and whose option's
// value it is.
func holds(command *shell.Command, at finding.Span) (name string, ok bool) {
	for i, word := range command.Args {
		if covers(spanOf(word.Path), at) {
			return option(command.Args, i), true
		}
	}
	for _, word := range hereTexts(*command) {
		if covers(spanOf(word.Path), at) {
			return "", true
		}
	}
	return "", false
}

// assigns tells whether an assignment of a command holds a place. Nobody but
// the shell sees the value, unless it traces what it does.
func assigns(command *shell.Command, at finding.Span) bool {
	return slices.ContainsFunc(command.Assigns, func(a shell.Assign) bool { return covers(spanOf(a.Value.Path), at) })
}

func (f *follower) use(command *shell.Command, use SecretUse) {
	use.Command = command.Name
	use.Traced = command.Trace
	flow := f.flow(command)
	if !masks(command) {
		use.Printed, use.File = flow.printed, flow.file
	}
	use.Guarded = use.File != "" && f.guards.cover(use.File)
	f.add(use)
}

func (f *follower) add(use SecretUse) {
	if isPublic(use.Name) {
		return
	}
	f.script.Secrets = append(f.script.Secrets, use)
}

// isPublic tells whether a name says that the value is meant to be known: the
// public half of a key, kept among the secrets for convenience.
func isPublic(name string) bool {
	words := strings.Split(name, "_")
	return slices.Contains(words, "PUB") || slices.Contains(words, "PUBLIC")
}

// masks tells whether a command tells the runner to hide what it prints.
func masks(command *shell.Command) bool {
	return len(command.Args) > 0 && slices.ContainsFunc(command.Args, func(w shell.Word) bool {
		return strings.HasPrefix(w.Text, "::add-mask::") || strings.HasPrefix(w.Text, "##vso[task.setvariable")
	})
}

// dump notes a command that prints the whole environment, beside a variable
// that holds a secret.
func (f *follower) dump(command *shell.Command) {
	if command.Name != "printenv" && command.Name != "env" || f.flowOf(command) != (flow{printed: true}) {
		return
	}
	for _, variable := range sortedKeys(f.variables) {
		asked := slices.ContainsFunc(command.Args, func(w shell.Word) bool { return w.Text == variable })
		if asked || len(command.Args) == 0 {
			f.add(SecretUse{Name: f.variables[variable], Command: command.Name, Printed: true, Path: command.Path})
			return
		}
	}
}

// inComment tells whether an expression stands behind a # that begins a word.
func (f *follower) inComment(expression Expression) bool {
	at := spanOf(expression.Path)
	if f.lines == nil {
		f.lines = strings.Split(f.script.Text, "\n")
	}
	if at.Line < 1 || at.Line > len(f.lines) {
		return false
	}
	line := []rune(f.lines[at.Line-1])
	before := string(line[:max(0, min(at.Column-1, len(line)))])
	i := strings.LastIndexByte(before, '#')
	return i == 0 || i > 0 && (before[i-1] == ' ' || before[i-1] == '\t')
}

func spanOf(path finding.Path) finding.Span {
	if len(path) == 0 {
		return finding.Span{}
	}
	span, _ := path[len(path)-1].Span()
	return span
}

// covers tells whether the region a holds where b begins.
func covers(a, b finding.Span) bool {
	after := a.Line < b.Line || a.Line == b.Line && a.Column <= b.Column
	before := b.Line < a.EndLine || b.Line == a.EndLine && b.Column < a.EndColumn
	return after && before
}

func sortedKeys(m map[string]string) []string {
	keys := make([]string, 0, len(m))
	for key := range m {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}

// option is the option whose value the word at index at is, or holds.
func option(args []shell.Word, at int) string {
	text := args[at].Text
	switch {
	case strings.HasPrefix(text, "--"):
		name, _, joined := strings.Cut(text, "=")
		if joined {
			return name
		}
		return ""
	case strings.HasPrefix(text, "-") && len(text) > 2:
		return text[:2]
	case at > 0 && strings.HasPrefix(args[at-1].Text, "-") && !strings.Contains(args[at-1].Text, "="):
		return args[at-1].Text
	}
	return ""
}

// expands tells whether a word holds the value of a variable, and not its
// length, or a word in its place.
func expands(text, variable string) bool {
	for rest := text; ; {
		i := strings.Index(rest, "$")
		if i < 0 {
			return false
		}
		rest = rest[i+1:]
		if strings.HasPrefix(rest, "{"+variable+"}") {
			return true
		}
		if after, ok := strings.CutPrefix(rest, variable); ok && (after == "" || !isNameByte(after[0])) {
			return true
		}
	}
}

func isNameByte(c byte) bool {
	return c == '_' || c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z'
}
