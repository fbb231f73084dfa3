package expand

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"guard/internal/pipeline/shell"
	"guard/internal/pipeline/symbol"
)

// silent are programs that print nothing, or nothing that counts.
var silent = []string{
	"", "cd", "set", "unset", "export", "local", "declare", "readonly", "typeset", "shift", "true", "false", ":", "test", "[", "mkdir", "rm",
	"touch", "cp", "mv", "chmod", "exit", "return", "source", ".", "trap", "sleep", "shopt", "umask", "read", "wait", "eval", "pushd", "popd",
}

// output is what a command prints.
func (f *follower) output(i int, w *world) symbol.Value {
	c := &f.commands[i]
	if slices.Contains(c.Wrappers, "xargs") {
		return f.xargs(i, w)
	}
	switch c.Name {
	case "echo":
		return f.echo(w.env, c.Args)
	case "printf":
		if len(c.Args) > 0 && c.Args[0].Text == "-v" {
			return nil
		}
		return f.printf(w.env, c.Args)
	case "date":
		return f.date(i, w.env)
	case "git":
		return line(f.git(i, w.env))
	case "basename", "dirname":
		return line(f.pathPart(w.env, c))
	case "whoami", "hostname", "uname", "nproc", "pwd":
		return line(symbol.Nobody("what " + c.Name + " prints depends on the machine"))
	}
	if slices.Contains(silent, c.Name) {
		return nil
	}
	if out, known := f.filter(i, w); known {
		return out
	}
	return symbol.Nobody(fmt.Sprintf("what %s prints is not known", described(c)))
}

// xargs is what a program prints that takes its words from what is read: echo
// prints them.
func (f *follower) xargs(i int, w *world) symbol.Value {
	c := &f.commands[i]
	input, known := f.input(i, w)
	if known && c.Name == "echo" && !slices.ContainsFunc(c.Args, func(a shell.Word) bool { return !isEchoOption(a.Text) }) {
		return line(input.Trim())
	}
	return symbol.Nobody("what " + described(c) + " prints for what it reads is not known")
}

// line is a value and the end of its line.
func line(v symbol.Value) symbol.Value { return symbol.Join(v, symbol.Text("\n")) }

// echo prints its words.
func (f *follower) echo(env *binding, args []shell.Word) symbol.Value {
	end, escapes := "\n", false
	for len(args) > 0 && isEchoOption(args[0].Text) {
		if strings.Contains(args[0].Text, "n") {
			end = ""
		}
		escapes = escapes || strings.Contains(args[0].Text, "e")
		args = args[1:]
	}
	var out symbol.Value
	for k := range args {
		if k > 0 {
			out = symbol.Join(out, symbol.Text(" "))
		}
		out = clipped(symbol.Join(out, f.word(env, &args[k])))
	}
	if escapes {
		out = out.Map(unescapedOutput)
	}
	return symbol.Join(out, symbol.Text(end))
}

func isEchoOption(text string) bool {
	return len(text) > 1 && text[0] == '-' && strings.Trim(text[1:], "neE") == ""
}

var outputEscapes = strings.NewReplacer(`\\`, `\`, `\n`, "\n", `\t`, "\t", `\r`, "\r")

func unescapedOutput(text string) string { return outputEscapes.Replace(text) }

// printf prints a format that has no verb but %s and %d.
func (f *follower) printf(env *binding, args []shell.Word) symbol.Value {
	if len(args) > 0 && args[0].Text == "--" {
		args = args[1:]
	}
	if len(args) == 0 {
		return nil
	}
	format, known := f.word(env, &args[0]).Known()
	if !known {
		return symbol.Nobody("the format of printf is not known")
	}
	args = args[1:]
	var out symbol.Value
	for turn := 0; turn == 0 || len(args) > 0; turn++ {
		before := len(args)
		var text symbol.Value
		text, args, known = f.formatted(env, format, args)
		if !known {
			return symbol.Nobody("what printf makes of " + short(format) + " is not worked out")
		}
		out = clipped(symbol.Join(out, text))
		if len(args) == before || !f.spend(1) {
			break
		}
	}
	return out
}

// formatted writes a format once; rest is the words that it did not take.
func (f *follower) formatted(env *binding, format string, args []shell.Word) (out symbol.Value, rest []shell.Word, known bool) {
	for format != "" {
		text, verb, found := strings.Cut(format, "%")
		out = symbol.Join(out, symbol.Text(unescapedOutput(text)))
		if !found {
			return out, args, true
		}
		if verb == "" {
			return nil, nil, false
		}
		format = verb[1:]
		switch verb[0] {
		case '%':
			out = symbol.Join(out, symbol.Text("%"))
		case 's', 'd', 'b':
			if len(args) > 0 {
				out = symbol.Join(out, f.word(env, &args[0]))
				args = args[1:]
			}
		default:
			return nil, nil, false
		}
	}
	return out, args, true
}

// pathPart is basename and dirname.
func (f *follower) pathPart(env *binding, c *shell.Command) symbol.Value {
	if len(c.Args) == 0 || strings.HasPrefix(c.Args[0].Text, "-") {
		return symbol.Nobody("what " + described(c) + " prints is not known")
	}
	value := f.word(env, &c.Args[0])
	if text, ok := value.Known(); ok {
		return knownPathPart(f, env, c, text)
	}
	before, after, found, sure := value.CutAt("/", true)
	switch {
	case !sure || len(c.Args) > 1 || len(after) == 0:
		return symbol.Derived(value, "the "+c.Name)
	case c.Name == "basename" && !found:
		return value
	case c.Name == "basename":
		return after
	case !found:
		return symbol.Text(".")
	}
	return before
}

func knownPathPart(f *follower, env *binding, c *shell.Command, text string) symbol.Value {
	if c.Name == "dirname" {
		return symbol.Text(path.Dir(text))
	}
	base := path.Base(text)
	if len(c.Args) > 1 {
		suffix, ok := f.word(env, &c.Args[1]).Known()
		if !ok {
			return symbol.Nobody("the suffix is not known")
		}
		if base != suffix {
			base = strings.TrimSuffix(base, suffix)
		}
	}
	return symbol.Text(base)
}

// dayVerbs are the verbs of date that are the same all day.
const dayVerbs = "YymdjFDeUWVGgbBaAuwCh%n"

// date is the day or the time of the run. What changes within a day is the
// same only where one command tells it.
func (f *follower) date(i int, env *binding) symbol.Value {
	c := &f.commands[i]
	format, other := "", false
	for k := range c.Args {
		text, known := f.word(env, &c.Args[k]).Known()
		switch {
		case known && strings.HasPrefix(text, "+"):
			format = text[1:]
		case text == "-u" || text == "--utc":
		default:
			other = true
		}
	}
	if other {
		return line(symbol.Nobody("what " + described(c) + " prints is not known"))
	}
	if format == "" || !sameAllDay(format) {
		format = strings.TrimSpace(format + " at " + f.script.Path.String() + fmt.Sprintf(" command %d", i))
	}
	return line(symbol.Of(symbol.Part{Kind: symbol.Date, Name: format, Source: "date"}))
}

func sameAllDay(format string) bool {
	for k := 0; k+1 < len(format); k++ {
		if format[k] != '%' {
			continue
		}
		if k++; !strings.ContainsRune(dayVerbs, rune(format[k])) {
			return false
		}
	}
	return true
}
