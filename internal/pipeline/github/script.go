package github

import (
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
	if !known {
		script.Unread = fmt.Sprintf("%q is not a POSIX-like shell", name)
	} else if commands, err := r.scripts.Read(reader, text, path); err != nil {
		script.Unread = err.Error()
		r.incomplete(path, "the script could not be read: "+err.Error())
	} else {
		script.Commands = commands
	}
	script.Workflow = pipeline.WorkflowCommands(script)
	return script
}
