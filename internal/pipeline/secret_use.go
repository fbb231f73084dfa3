package pipeline

import (
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

	// Inline names the secrets that the provider writes into a text before
	// the shell reads it.
	Inline func(text string) []string
}

// FollowSecrets fills the Secrets of each script of a job.
func FollowSecrets(job *Job, scope SecretScope) {
	guards := newGuards(job)
	for i := range job.Steps {
		step := &job.Steps[i]
		if step.Script == nil {
			continue
		}
		f := &follower{script: step.Script, variables: scope.Variables(step), inline: scope.Inline, guards: guards}
		f.follow()
	}
}

// follower finds the uses of secrets in one script.
type follower struct {
	script    *Script
	variables map[string]string
	inline    func(string) []string
	guards    guards
	stages    map[stage]int // index of each command in a pipe; nil until asked for
	lines     []string      // of the script; nil until asked for
}

func (f *follower) follow() {
	for i := range f.script.Commands {
		command := &f.script.Commands[i]
		for at, word := range command.Args {
			f.word(command, word, option(command.Args, at))
		}
		for _, text := range hereTexts(*command) {
			f.word(command, text, "")
		}
		for _, assign := range command.Assigns {
			f.assign(command, assign)
		}
		f.dump(command)
	}
	f.unplaced()
}

// word notes the secrets in a word of a command.
func (f *follower) word(command *shell.Command, word shell.Word, option string) {
	for _, name := range f.inline(word.Text) {
		f.use(command, SecretUse{Name: name, Inline: true, Option: option, Path: f.expression(word.Path, name)})
	}
	for _, variable := range word.Variables {
		if name := f.variables[variable]; name != "" && expands(word.Text, variable) {
			f.use(command, SecretUse{Name: name, Option: option, Path: word.Path})
		}
	}
}

// assign notes a secret that an assignment takes over; nobody but the shell
// sees it, unless it traces what it does.
func (f *follower) assign(command *shell.Command, assign shell.Assign) {
	for _, name := range f.inline(assign.Value.Text) {
		f.add(SecretUse{Name: name, Inline: true, Traced: command.Trace, Path: f.expression(assign.Value.Path, name)})
	}
}

// expression is the place of the first expression in a word that yields a
// secret, or of the word.
func (f *follower) expression(word finding.Path, secret string) finding.Path {
	at := spanOf(word)
	for _, e := range f.script.Expressions {
		if covers(at, spanOf(e.Path)) && slices.Contains(e.Secrets, secret) {
			return e.Path
		}
	}
	return word
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
	f.script.Secrets = append(f.script.Secrets, use)
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

// unplaced notes the expressions that stand in no word of any command: in
// scripts that could not be read, and in tests such as [[ … ]]. What a comment
// holds is left out.
func (f *follower) unplaced() {
	for _, expression := range f.script.Expressions {
		if len(expression.Secrets) == 0 || f.placed(expression) || f.inComment(expression) {
			continue
		}
		for _, name := range expression.Secrets {
			f.add(SecretUse{Name: name, Inline: true, Path: expression.Path})
		}
	}
}

func (f *follower) placed(expression Expression) bool {
	at := spanOf(expression.Path)
	return slices.ContainsFunc(f.script.Secrets, func(use SecretUse) bool {
		return use.Inline && (covers(spanOf(use.Path), at) || spanOf(use.Path).Line == at.Line && slices.Contains(expression.Secrets, use.Name))
	})
}

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
