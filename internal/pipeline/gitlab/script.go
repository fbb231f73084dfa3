package gitlab

import (
	"errors"
	"strings"

	"guard/internal/finding"
	"guard/internal/pipeline"
	"guard/internal/pipeline/shell"
)

// step appends a script of a job as a step.
func (r *reader) step(job *pipeline.Job, section string, v value) {
	v, ok := r.follow(v, 0)
	if !ok || !v.isSet() {
		return
	}
	lines := []value{v}
	if v.isList() {
		lines = r.flat(v, 0)
	}
	job.Steps = append(job.Steps, pipeline.Step{
		Name: section, Holder: section, Path: v.path,
		Condition: pipeline.Text{Path: v.path}, MayFail: pipeline.Text{Path: v.path},
		With: []pipeline.Variable{}, Env: []pipeline.Variable{},
		Script: r.script(lines, v),
	})
}

// script reads the items of a script one by one, each where it stands. GitLab
// runs them in one shell, which its runner starts with pipefail where it can.
func (r *reader) script(lines []value, whole value) *pipeline.Script {
	s := &pipeline.Script{
		Path:     whole.path,
		Commands: []shell.Command{}, Expressions: []pipeline.Expression{},
		Workflow: []pipeline.WorkflowCommand{}, Secrets: []pipeline.SecretUse{},
	}
	options, pipes := shell.Reader{Pipefail: true, Errexit: true}, 0
	texts := make([]string, len(lines))
	for i, line := range lines {
		texts[i] = line.scalar()
		options.First = len(s.Commands)
		commands := r.commands(s, options, line)
		options = after(options, commands)
		s.Commands, pipes = joined(s.Commands, commands, pipes)
	}
	s.Text = strings.Join(texts, "\n")
	return s
}

// commands reads one item of a script.
func (r *reader) commands(s *pipeline.Script, options shell.Reader, line value) []shell.Command {
	commands, news, err := r.scripts.Read(options, line.scalar(), line.path)
	if err == nil && line.foreign {
		standAt(commands, line.path)
	}
	if err == nil {
		return commands
	}
	s.Unread = err.Error()
	switch {
	case errors.Is(err, pipeline.ErrScripts) && news:
		r.exceeded(line.path, "%s", err)
	case news:
		r.incomplete(line.path, "the script could not be read: %s", err)
	}
	return nil
}

// after is how the shell goes on behind some commands.
func after(options shell.Reader, commands []shell.Command) shell.Reader {
	for _, command := range commands {
		if command.Name != "set" || command.Inner {
			continue
		}
		for i, word := range command.Args {
			on, off := strings.HasPrefix(word.Text, "-"), strings.HasPrefix(word.Text, "+")
			if (on || off) && strings.Contains(word.Text, "x") {
				options.Trace = on
			}
			if short := !strings.HasPrefix(word.Text, "--"); (on || off) && short && strings.Contains(word.Text, "e") {
				options.Errexit = on
			}
			named := (on || off) && strings.HasSuffix(word.Text, "o") && i+1 < len(command.Args)
			if named && command.Args[i+1].Text == "pipefail" {
				options.Pipefail = on
			}
			if named && command.Args[i+1].Text == "errexit" {
				options.Errexit = on
			}
		}
	}
	return options
}

// joined appends commands of the same script; pipes and parents are numbered
// on. Pipes is how many pipes there are.
func joined(before, commands []shell.Command, pipes int) ([]shell.Command, int) {
	first, next, statement := len(before), pipes, 0
	if first > 0 {
		statement = before[first-1].Statement + 1
	}
	for _, command := range commands {
		command.Statement += statement
		if command.Pipe >= 0 {
			command.Pipe += pipes
			next = max(next, command.Pipe+1)
		}
		if command.Parent >= 0 {
			command.Parent += first
		}
		before = append(before, command)
	}
	return before, next
}

// standAt moves commands of another file to where that file is included.
func standAt(commands []shell.Command, path finding.Path) {
	for i := range commands {
		c := &commands[i]
		c.Path = path
		for j := range c.Args {
			c.Args[j].Path = path
		}
		for j := range c.Assigns {
			c.Assigns[j].Path, c.Assigns[j].Value.Path = path, path
		}
		for j := range c.Redirect {
			c.Redirect[j].Path, c.Redirect[j].Target.Path = path, path
		}
	}
}
