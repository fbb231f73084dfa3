package shell

import (
	"strings"
)

// effect does what a command does to the walk: set changes options, a shell
// reads a script of its own.
func (w *walker) effect(command Command, args, documents []*wordBuilder, c context) {
	switch {
	case command.Name == "set" && len(command.Wrappers) == 0:
		w.options.set(command.Args)
	case isShell(command.Name):
		w.shell(command, args, documents, c)
	case command.Name == "eval", command.Name == "trap":
		if len(args) > 0 && !strings.HasPrefix(command.Args[0].Text, "-") {
			if command.Name == "trap" {
				c = w.in(c, Function, nil, 0)
			}
			w.inside(args[0], w.options, c)
		}
	case command.Name == "su", command.Name == "runuser":
		if i := commandOption(command.Args); i >= 0 {
			w.inside(args[i], options{}, w.in(c, Subshell, nil, 0))
		}
	}
}

// shell walks the script of sh -c '…', or the one that a here-document holds.
func (w *walker) shell(command Command, args, documents []*wordBuilder, c context) {
	texts := make([]string, len(args))
	for i := range texts {
		texts[i] = command.Args[i].Text
	}
	script, file := scriptArgument(texts)
	switch {
	case script > 0 && script < len(args):
		w.inside(args[script], optionsOf(texts[:script]), w.in(c, Subshell, nil, 0))
	case !file && len(documents) > 0:
		w.inside(documents[len(documents)-1], optionsOf(texts), w.in(c, Subshell, nil, 0))
	}
}

// scriptArgument returns the index of the script on a shell's command line, or
// -1 where there is none; file tells whether it reads a file.
func scriptArgument(args []string) (index int, file bool) {
	for i := 0; i < len(args); i++ {
		text := args[i]
		switch {
		case len(text) < 2 || text[0] != '-' && text[0] != '+':
			return -1, text != "-"
		case strings.HasPrefix(text, "--"):
		case text == "-s":
			return -1, false
		case text[0] == '-' && strings.Contains(text, "c"):
			return i + 1 + strings.Count(text, "o"), false
		default:
			i += strings.Count(text, "o")
		}
	}
	return -1, false
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
