package activity

import (
	"path"
	"slices"
	"strings"

	"guard/internal/pipeline/shell"
)

// call is a command line taken apart by what is known of its program.
type call struct {
	scope    *scope
	index    int            // of the command in the script
	command  *shell.Command // for its assignments, redirections and place in a pipe
	name     string         // of the program: "kubectl"
	program  string         // as written: "./kubectl"
	operands []shell.Word   // that are no option or its value, subcommands included
	flags    []flag
	tail     []shell.Word // the command line of another program behind it: npx jest --ci
}

// flag is one option of a command line.
type flag struct {
	name   string // "--tag", "-t"
	value  shell.Word
	valued bool // a value stands beside it
}

// parse takes a command line apart. Options that are not known to take a value
// take none.
func parse(s *scope, index int, name string, args []shell.Word) *call {
	c := &call{scope: s, index: index, command: &s.script.commands[index], name: name}
	key := name
	values, behind := syntaxOf[key].values, syntaxOf[key].tail()
	for i := 0; i < len(args); i++ {
		text := args[i].Text
		switch {
		case text == "--":
			c.tail = args[i+1:]
			if !syntaxOf[key].runs {
				c.operands, c.tail = append(c.operands, c.tail...), nil
			}
			return c
		case len(text) > 1 && text[0] == '-':
			i += c.option(args[i:], values)
			if c.endsOptions(key) {
				c.tail = args[min(i, len(args)):]
				return c
			}
		case behind == 0:
			c.tail = args[i:]
			return c
		default:
			c.operands = append(c.operands, args[i])
			behind--
			if deeper, known := syntaxOf[key+" "+text]; known {
				key += " " + text
				values, behind = values+" "+deeper.values, deeper.tail()
			}
		}
	}
	return c
}

// endsOptions tells whether the last option is one whose value is a program:
// python -m pytest.
func (c *call) endsOptions(key string) bool {
	last := c.flags[len(c.flags)-1]
	if until := syntaxOf[key].until; until == "" || last.name != until || !last.valued {
		return false
	}
	return true
}

// option reads the option at the beginning of args and returns how many words
// it takes beside its own.
func (c *call) option(args []shell.Word, values string) int {
	text := args[0].Text
	name, _, joined := strings.Cut(text, "=")
	switch {
	case joined && !strings.ContainsAny(name, "$ "):
		c.flags = append(c.flags, flag{name, cut(args[0], len(name)+1), true})
	case takesValue(values, text) && len(args) > 1:
		c.flags = append(c.flags, flag{text, args[1], true})
		return 1
	case len(text) > 2 && text[1] != '-' && takesValue(values, text[:2]):
		c.flags = append(c.flags, flag{text[:2], cut(args[0], 2), true})
	default:
		c.flags = append(c.flags, flag{name: text})
	}
	return 0
}

func takesValue(values, name string) bool {
	for rest := values; name != ""; {
		at := strings.Index(rest, name)
		if at < 0 {
			return false
		}
		end := at + len(name)
		if (at == 0 || rest[at-1] == ' ') && (end == len(rest) || rest[end] == ' ') {
			return true
		}
		rest = rest[end:]
	}
	return false
}

// cut is a word without its first n bytes.
func cut(word shell.Word, n int) shell.Word {
	word.Text = word.Text[n:]
	word.Known = word.Known || !strings.ContainsAny(word.Text, "$`")
	return word
}

// operand is the text of the operand at an index; "" where there is none.
func (c *call) operand(i int) string {
	if i >= len(c.operands) {
		return ""
	}
	return c.operands[i].Text
}

// has tells whether one of some options is given: "--cov|--coverage". A name
// that ends in * stands for all that begin so.
func (c *call) has(names string) bool {
	return slices.ContainsFunc(c.flags, func(f flag) bool { return isOneOf(f.name, names) })
}

// on tells whether an option is given, and not with the value false.
func (c *call) on(names string) bool {
	return slices.ContainsFunc(c.flags, func(f flag) bool {
		return isOneOf(f.name, names) && !(f.valued && (f.value.Text == "false" || f.value.Text == "none"))
	})
}

// isOneOf tells whether a name is one of those that | separates. One that
// ends in * stands for all that begin so.
func isOneOf(name, names string) bool {
	for one := range strings.SplitSeq(names, "|") {
		if begin, open := strings.CutSuffix(one, "*"); one == name || open && strings.HasPrefix(name, begin) {
			return true
		}
	}
	return false
}

// values lists the values of some options, in their order.
func (c *call) values(names string) []shell.Word {
	var all []shell.Word
	for _, f := range c.flags {
		if f.valued && isOneOf(f.name, names) {
			all = append(all, f.value)
		}
	}
	return all
}

// value is the last value of some options; "" where none is given.
func (c *call) value(names string) string {
	all := c.values(names)
	if len(all) == 0 {
		return ""
	}
	return all[len(all)-1].Text
}

// switched tells whether one of the letters stands in a cluster of short
// options: -fsSL.
func (c *call) switched(letter byte) bool {
	return slices.ContainsFunc(c.flags, func(f flag) bool {
		return len(f.name) > 1 && f.name[0] == '-' && f.name[1] != '-' && strings.IndexByte(f.name[1:], letter) >= 0
	})
}

// programName is the base name of a word that names a program, without the
// version that npx and go run take behind @.
func programName(word shell.Word) string {
	text := word.Text
	if at := strings.LastIndexByte(text, '@'); at > 0 {
		text = text[:at]
	}
	if strings.HasPrefix(text, "$") && !strings.Contains(text, "/") {
		return ""
	}
	base := path.Base(strings.ReplaceAll(text, `\`, "/"))
	if strings.Contains(text, "node_modules/") {
		base = strings.TrimSuffix(strings.TrimSuffix(base, ".js"), ".mjs")
	}
	if strings.ContainsAny(base, "$`{}() ") {
		return ""
	}
	return strings.TrimSuffix(strings.TrimSuffix(strings.TrimSuffix(base, ".exe"), ".cmd"), ".bat")
}
