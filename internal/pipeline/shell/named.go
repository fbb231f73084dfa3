package shell

import (
	"path"
	"slices"
	"strings"
)

// shells lists the programs that read a script in a language this package
// knows, with its dialect.
var shells = map[string]Dialect{"bash": Bash, "sh": POSIX, "dash": POSIX, "ash": POSIX, "ksh": Bash, "zsh": Bash}

// ReaderFor returns the reader for the shell that a command line names, such
// as ["bash", "-eo", "pipefail", "{0}"] or ["/bin/sh", "-c"]. Known is false
// where the program is another one: pwsh, python, cmd.
func ReaderFor(command []string) (reader Reader, known bool) {
	if len(command) == 0 {
		return Reader{}, false
	}
	name := path.Base(command[0])
	if name == "env" || name == "busybox" {
		return ReaderFor(command[1:])
	}
	dialect, known := shells[name]
	if !known {
		return Reader{}, false
	}
	own := optionsOf(command[1:])
	return Reader{Dialect: dialect, Pipefail: own.pipefail, Trace: own.trace, Errexit: own.errexit}, true
}

// optionsOf reads the options on a shell's command line.
func optionsOf(words []string) options {
	var own options
	args := make([]Word, 0, len(words))
	for _, word := range words {
		if !slices.Contains([]string{"--login", "--noprofile", "--norc", "--posix"}, word) {
			args = append(args, Word{Text: strings.TrimSpace(word)})
		}
	}
	own.set(args)
	return own
}
