package github

import (
	"errors"
	"fmt"

	"guard/internal/finding"
	"guard/internal/pipeline"
	"guard/internal/pipeline/shell"
)

// script reads the text of run:.
func (r *reader) script(text string, path finding.Path, name string) *pipeline.Script {
	script := &pipeline.Script{
		Text: text, Shell: name, Path: path,
		Commands: []shell.Command{}, Workflow: []pipeline.WorkflowCommand{}, Secrets: []pipeline.SecretUse{},
	}
	script.Expressions = r.expressionsIn(text, path)
	reader, known := shellReader(name)
	reader.Detailed = true
	if !known {
		script.Unread = fmt.Sprintf("%q is not a POSIX-like shell", name)
	} else {
		r.commands(script, reader)
	}
	script.Workflow = pipeline.WorkflowCommands(script)
	return script
}

func (r *reader) commands(script *pipeline.Script, reader shell.Reader) {
	commands, news, err := r.scripts.Read(reader, script.Text, script.Path)
	if err == nil {
		script.Commands = commands
		return
	}
	script.Unread = err.Error()
	switch {
	case errors.Is(err, pipeline.ErrScripts) && news:
		r.exceeded(script.Path, err.Error())
	case news:
		r.incomplete(script.Path, "the script could not be read: "+err.Error())
	}
}
