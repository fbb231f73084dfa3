package azure

import (
	"strings"

	"guard/internal/pipeline/shell"
)

// assignment is a variable that a script sets for the steps behind it, by
// printing ##vso[task.setvariable variable=NAME]VALUE.
type assignment struct {
	word   *shell.Word
	output bool // jobs behind can read it
}

const setVariable = "##vso[task.setvariable "

// setBy lists the variables that a command sets, by name.
func setBy(command shell.Command) map[string]assignment {
	if command.Name != "echo" && command.Name != "printf" {
		return nil
	}
	var all map[string]assignment
	for i := range command.Args {
		word := &command.Args[i]
		at := strings.Index(word.Text, setVariable)
		if at < 0 {
			continue
		}
		properties, _, closed := strings.Cut(word.Text[at+len(setVariable):], "]")
		if !closed {
			continue
		}
		name, set := assignmentOf(properties)
		set.word = word
		if all == nil {
			all = map[string]assignment{}
		}
		all[name] = set
	}
	return all
}

func assignmentOf(properties string) (name string, set assignment) {
	for property := range strings.SplitSeq(properties, ";") {
		key, value, _ := strings.Cut(property, "=")
		switch lower(strings.TrimSpace(key)) {
		case "variable":
			name = value
		case "isoutput":
			set.output = equalFold(value, "true")
		}
	}
	return name, set
}
