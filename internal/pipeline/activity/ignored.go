package activity

import (
	"slices"
	"strings"

	"guard/internal/pipeline/shell"
)

// ignored says how the failure of a command is swallowed where it stands; ""
// where it is not, or where that cannot be said.
func (s *script) ignored(index int) string {
	c := &s.commands[index]
	switch {
	case c.Ignored && c.Swallowed != "" && !(isCondition(c) && (s.lastFailing > index || s.asks)):
		return c.Swallowed
	case c.Background && s.lastWait < index:
		return "& runs it in the background"
	case !c.Last && !c.Pipefail && !s.asks && !s.readsLog(index):
		return "exit code lost in a pipe"
	case c.Inner && c.Parent >= 0 && !isOneOf(s.commands[c.Parent].Name, "|test|["):
		return "exit code lost in a substitution"
	case !c.Inner && c.Parent >= 0 && c.Parent < index:
		return s.ignored(c.Parent)
	}
	return s.unnoticed(c)
}

// fixes tells whether a linter is to mend what it finds: by an option, or as
// hooks do before what they changed is committed.
func fixes(c *call) bool {
	if c.has("--fix|--fix-only|--write|--autocorrect|--auto-correct|--autocorrect-all") {
		return true
	}
	return isOneOf(c.name, "pre-commit|prek|lefthook") && slices.ContainsFunc(c.scope.script.commands[c.index:], func(later shell.Command) bool {
		return later.Name == "git" && len(later.Args) > 0 && isOneOf(later.Args[0].Text, "add|commit")
	})
}

// readsLog tells whether a pipe writes what a command says to a file that the
// script looks into afterwards: hadolint … | tee log, then grep error log.
func (s *script) readsLog(index int) bool {
	from := &s.commands[index]
	for i := index + 1; i < len(s.commands) && s.commands[i].Statement == from.Statement; i++ {
		c := &s.commands[i]
		for _, log := range c.Args {
			if c.Name == "tee" && c.Pipe == from.Pipe && !strings.HasPrefix(log.Text, "-") && s.looksInto(log.Text, i+1) {
				return true
			}
		}
	}
	return false
}

// looksInto tells whether a command from an index on asks for what a file
// holds.
func (s *script) looksInto(file string, from int) bool {
	return slices.ContainsFunc(s.commands[from:], func(c shell.Command) bool {
		asks := isJudge(c.Name, texts(c.Args)) || isOneOf(c.Name, "test|[|[[")
		return asks && slices.ContainsFunc(c.Args, func(word shell.Word) bool { return word.Text == file })
	})
}

func isCondition(c *shell.Command) bool { return strings.HasPrefix(c.Swallowed, "the condition") }

// unnoticed says why the shell goes on behind a command that fails. The last
// statement of a script counts whatever happens.
func (s *script) unnoticed(c *shell.Command) string {
	last := s.commands[len(s.commands)-1].Statement
	if c.Handled || c.Function != "" || c.Statement == last || s.asks || c.Inner || c.Ignored {
		return ""
	}
	switch {
	case !c.Errexit:
		return "the shell goes on behind it: set -e is not in force"
	case c.Chained:
		return "the shell goes on behind it: set -e does not see a failure before &&"
	}
	return ""
}

// endsGreen says why a script goes well although what stands before || failed:
// nothing in the statement of the fallback at an index ends it as failed.
func (s *script) endsGreen(index int) string {
	at := s.commands[index].Statement
	for i := index + 1; i < len(s.commands) && s.commands[i].Statement == at; i++ {
		if endsAsFailed(&s.commands[i]) {
			return ""
		}
	}
	return "the failure before || is forgotten: nothing behind ends the script as failed"
}
