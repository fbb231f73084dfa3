package pipeline

import (
	"regexp"
	"strings"

	"guard/internal/finding"
	"guard/internal/pipeline/shell"
)

// WorkflowCommands finds the ::name:: that a script prints. In a script that
// was read those are words of the commands that print; in one that was not, any
// line but a comment.
func WorkflowCommands(script *Script) []WorkflowCommand {
	found := []WorkflowCommand{}
	if !strings.Contains(script.Text, "::") {
		return found
	}
	if script.Unread != "" {
		return inText(script, found)
	}
	for _, command := range script.Commands {
		found = append(found, printedBy(command)...)
	}
	return found
}

// workflowCommand matches ::name:: and ::name key=value:: at the start of what
// is printed.
var workflowCommand = regexp.MustCompile(`^[ \t]*::([A-Za-z][A-Za-z-]*)(?:[ \t][^\n]*)?::`)

func printedBy(command shell.Command) []WorkflowCommand {
	if !prints(command.Name) || ToFile(command) {
		return nil
	}
	var found []WorkflowCommand
	for _, word := range append(command.Args, hereTexts(command)...) {
		for line := range strings.SplitSeq(strings.ReplaceAll(word.Text, `\n`, "\n"), "\n") {
			if m := workflowCommand.FindStringSubmatch(line); m != nil {
				found = append(found, WorkflowCommand{Name: strings.ToLower(m[1]), Path: word.Path})
			}
		}
	}
	return found
}

// prints tells whether a program writes its words, or what it reads, out.
func prints(program string) bool {
	return program == "echo" || program == "printf" || program == "cat"
}

// ToFile tells whether a command writes its output to a file or to nowhere
// instead of handing it on.
func ToFile(command shell.Command) bool {
	for _, redirect := range command.Redirect {
		switch redirect.Op {
		case ">", ">>", ">|", "&>", "&>>":
			if !isTerminal(redirect.Target.Text) {
				return true
			}
		}
	}
	return false
}

// isTerminal tells whether what is written to a file is written to the log.
func isTerminal(file string) bool {
	return file == "/dev/stdout" || file == "/dev/stderr" || file == "/dev/tty" || file == "/dev/fd/1" || file == "/dev/fd/2"
}

// hereTexts are the here-documents and here-strings of a command.
func hereTexts(command shell.Command) []shell.Word {
	var words []shell.Word
	for _, redirect := range command.Redirect {
		if strings.HasPrefix(redirect.Op, "<<") {
			words = append(words, redirect.Target)
		}
	}
	return words
}

// quotedCommand matches ::name:: in a text of another language, behind the
// quote that opens it.
var quotedCommand = regexp.MustCompile(`["'` + "`" + `][ \t]*::([A-Za-z][A-Za-z-]*)(?:[ \t][^\n]*?)?::`)

func inText(script *Script, found []WorkflowCommand) []WorkflowCommand {
	n := 0
	for line := range strings.SplitSeq(script.Text, "\n") {
		n++
		if strings.HasPrefix(strings.TrimSpace(line), "#") {
			continue
		}
		for _, m := range quotedCommand.FindAllStringSubmatch(line, -1) {
			found = append(found, WorkflowCommand{Name: strings.ToLower(m[1]), Path: script.Path.With(finding.Span{Line: n})})
		}
	}
	return found
}
