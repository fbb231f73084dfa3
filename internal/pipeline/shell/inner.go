package shell

import (
	"strings"
)

// effect does what a command does to the walk: set changes options, a shell
// reads a script of its own.
func (w *walker) effect(command Command, args []*wordBuilder, c context) {
	switch {
	case command.Name == "set" && len(command.Wrappers) == 0:
		w.options.set(command.Args)
	case isShell(command.Name):
		w.shell(command, args, c)
	case command.Name == "eval", command.Name == "trap":
		if len(args) > 0 && !strings.HasPrefix(command.Args[0].Text, "-") {
			w.inside(args[0], w.options, c)
		}
	case command.Name == "su", command.Name == "runuser":
		if i := commandOption(command.Args); i >= 0 {
			w.inside(args[i], options{}, c)
		}
	}
}

// shell walks the script of sh -c '…'.
func (w *walker) shell(command Command, args []*wordBuilder, c context) {
	script := -1
	for i := 0; i < len(args) && script < 0; i++ {
		text := command.Args[i].Text
		switch {
		case len(text) < 2 || text[0] != '-' && text[0] != '+':
			return
		case strings.HasPrefix(text, "--"):
		case text[0] == '-' && strings.Contains(text, "c"):
			script = i + 1 + strings.Count(text, "o")
		default:
			i += strings.Count(text, "o")
		}
	}
	if script < 0 || script >= len(args) {
		return
	}
	texts := make([]string, script)
	for i := range texts {
		texts[i] = command.Args[i].Text
	}
	w.inside(args[script], optionsOf(texts), c)
}

func isShell(name string) bool {
	_, known := shells[name]
	return known
}

// commandOption returns the index of the script behind -c, or -1.
func commandOption(args []Word) int {
	for i, arg := range args[:max(len(args)-1, 0)] {
		if arg.Text == "-c" || arg.Text == "--command" {
			return i + 1
		}
	}
	return -1
}

// inside walks the script that a word holds. A script that cannot be read is
// left alone: the command that runs it is known all the same.
func (w *walker) inside(word *wordBuilder, own options, c context) {
	if word.allUnknown() || w.scripts == maxScripts {
		return
	}
	c.pipe, c.stage, c.last, c.redirects = -1, 0, true, nil
	w.scripts++
	w.isolated(func() {
		w.options = own
		_ = w.script(word.inner(), c) // a limit that is exceeded stays in w.failure
	})
	w.scripts--
}
