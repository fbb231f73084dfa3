package activity

import (
	"strings"

	"guard/internal/pipeline/shell"
)

// script is a script that was read, with what its commands are judged by.
type script struct {
	text        string
	commands    []shell.Command
	functions   map[string]bool // that it defines
	asks        bool            // it reads an exit code: $? or PIPESTATUS
	lastFailing int             // index of the last command that ends it as failed; -1 where none
	lastWait    int             // index of the last wait; -1 where none
	host        string          // the machine that docker is told to speak to
	hostAt      int             // by the command at this index; -1 where none tells it

	compares, proposes, canary answer
}

// answer is a question about the text of a script that is answered once.
type answer uint8

const (
	notAsked answer = iota
	yes
	no
)

func (a *answer) ask(question func() bool) bool {
	if *a == notAsked {
		*a = no
		if question() {
			*a = yes
		}
	}
	return *a == yes
}

func newScript(text string, commands []shell.Command) *script {
	s := &script{text: text, commands: commands, functions: map[string]bool{}, lastFailing: -1, lastWait: -1, hostAt: -1}
	s.asks = strings.Contains(text, "$?") || strings.Contains(text, "${?}") || strings.Contains(text, "PIPESTATUS")
	for i := range commands {
		c := &commands[i]
		if c.Function != "" {
			s.functions[c.Function] = true
		}
		if endsAsFailed(c) {
			s.lastFailing = i
		}
		if host := hostOf(c); host != "" && s.hostAt < 0 {
			s.host, s.hostAt = host, i
		}
		if c.Name == "wait" {
			s.lastWait = i
		}
	}
	return s
}

// endsAsFailed tells whether a command ends a script as failed.
func endsAsFailed(c *shell.Command) bool {
	switch c.Name {
	case "false":
		return !c.Ignored
	case "exit", "return":
		return len(c.Args) > 0 && c.Args[0].Text != "0"
	}
	return false
}
