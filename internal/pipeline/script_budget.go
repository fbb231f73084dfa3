package pipeline

import (
	"fmt"

	"guard/internal/finding"
	"guard/internal/pipeline/shell"
)

// The limits on all scripts of one file together, every use of an alias
// counted.
const (
	maxScriptBytes    = 4 << 20
	maxScriptCommands = 200_000
)

// ScriptBudget reads the scripts of one file until they become too many. The
// zero value is ready.
type ScriptBudget struct {
	bytes, commands int
}

// Read reads one script as shell.Reader does. Past the limits of a file every
// script is an error.
func (b *ScriptBudget) Read(reader shell.Reader, text string, path finding.Path) ([]shell.Command, error) {
	b.bytes += len(text)
	switch {
	case b.bytes > maxScriptBytes:
		return nil, &shell.Error{Message: fmt.Sprintf("the scripts of the file have more than %d bytes together", maxScriptBytes)}
	case b.commands > maxScriptCommands:
		return nil, &shell.Error{Message: fmt.Sprintf("the scripts of the file have more than %d commands together", maxScriptCommands)}
	}
	commands, err := reader.Read(text, path)
	b.commands += len(commands)
	return commands, err
}
