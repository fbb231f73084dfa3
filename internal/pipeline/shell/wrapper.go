package shell

import (
	"slices"
	"strings"
)

// wrapper is a program that runs another one: how many words stand between.
type wrapper struct {
	values   string   // letters of the options that take a value: -u x
	long     []string // names of the long options that take a value: --user x
	operands int      // words before the program: timeout 5
	assigns  bool     // NAME=value may stand before the program
	whole    []string // options with which it runs no program: command -v
}

// wrappers lists the programs that are skipped. An option that is not known
// here is taken as one without a value.
var wrappers = map[string]wrapper{
	"sudo":        {values: "ugpCcDhRrTtU", long: []string{"user", "group", "prompt", "host", "chdir", "chroot", "role", "type", "command-timeout"}, assigns: true},
	"doas":        {values: "uC"},
	"env":         {values: "uC", long: []string{"unset", "chdir"}, assigns: true},
	"exec":        {values: "a"},
	"command":     {whole: []string{"-v", "-V"}},
	"builtin":     {},
	"time":        {values: "fo", long: []string{"format", "output"}},
	"nohup":       {},
	"nice":        {values: "n", long: []string{"adjustment"}},
	"ionice":      {values: "cnpPu", long: []string{"class", "classdata"}},
	"setsid":      {},
	"timeout":     {values: "ks", long: []string{"kill-after", "signal"}, operands: 1},
	"stdbuf":      {values: "ioe", long: []string{"input", "output", "error"}},
	"chroot":      {long: []string{"userspec", "groups"}, operands: 1},
	"gosu":        {operands: 1},
	"su-exec":     {operands: 1},
	"tini":        {values: "ep"},
	"dumb-init":   {values: "r", long: []string{"rewrite"}},
	"xargs":       {values: "IEdLnPsa", long: []string{"replace", "eof", "delimiter", "max-lines", "max-args", "max-procs", "max-chars", "arg-file"}},
	"busybox":     {},
	"unbuffer":    {},
	"eatmydata":   {},
	"xvfb-run":    {values: "efnpsw", long: []string{"server-num", "server-args", "error-file", "auth-file"}},
	"flock":       {values: "wE", long: []string{"timeout", "wait", "conflict-exit-code"}, operands: 1, whole: []string{"-c", "--command"}},
	"catchsegv":   {},
	"ssh-agent":   {values: "at", whole: []string{"-k", "-s", "-c"}},
	"tini-static": {values: "ep"},
}

// skip returns the index of the program that the wrapper at words[0] runs, or
// -1 where it runs none, and the indexes of the assignments before it.
func (w wrapper) skip(words []Word) (program int, assigns []int) {
	i, operands := 1, w.operands
	for ; i < len(words); i++ {
		text := words[i].Text
		switch {
		case slices.Contains(w.whole, text):
			return -1, nil
		case text == "--":
		case w.isOption(text):
			i += w.width(text) - 1
		case w.assigns && isAssignment(text):
			assigns = append(assigns, i)
		case operands > 0:
			operands--
		default:
			return i, assigns
		}
	}
	return -1, assigns
}

func (w wrapper) isOption(text string) bool { return len(text) > 1 && text[0] == '-' }

// width is how many words an option takes, itself counted.
func (w wrapper) width(option string) int {
	if name, long := strings.CutPrefix(option, "--"); long {
		if slices.Contains(w.long, name) {
			return 2
		}
		return 1
	}
	if at := strings.IndexAny(option[1:], w.values); w.values != "" && at == len(option)-2 {
		return 2
	}
	return 1
}

func isAssignment(text string) bool {
	name, _, found := strings.Cut(text, "=")
	return found && isName(name)
}

func isName(text string) bool {
	for i := range len(text) {
		c := text[i]
		letter := c|0x20 >= 'a' && c|0x20 <= 'z' || c == '_'
		if !letter && (i == 0 || c < '0' || c > '9') {
			return false
		}
	}
	return text != ""
}
