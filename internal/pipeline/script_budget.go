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
	maxScriptCommands = 20_000
	maxScriptWords    = 100_000
)

// ErrScripts says that the scripts of a file are more than are read.
var ErrScripts = fmt.Errorf("the scripts of the file together have more than %d bytes, %d commands or %d words", maxScriptBytes, maxScriptCommands, maxScriptWords)

// ScriptBudget reads the scripts of one file until they become too many. The
// zero value is ready.
type ScriptBudget struct {
	bytes, commands, words int
	told                   bool
}

// Read reads one script as shell.Reader does, in detail. Past the limits of a file every
// script is an error; news tells whether the error has not been returned for
// another script before.
func (b *ScriptBudget) Read(reader shell.Reader, text string, path finding.Path) (commands []shell.Command, news bool, err error) {
	b.bytes += len(text)
	if b.bytes > maxScriptBytes || b.commands > maxScriptCommands || b.words > maxScriptWords {
		news, b.told = !b.told, true
		return nil, news, ErrScripts
	}
	reader.Detailed = true
	commands, err = reader.Read(text, path)
	b.commands += len(commands)
	for i := range commands {
		b.words += len(commands[i].Args)
	}
	return commands, true, err
}
