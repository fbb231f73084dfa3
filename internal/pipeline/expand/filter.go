package expand

import (
	"regexp"
	"strconv"
	"strings"

	"guard/internal/pipeline/shell"
	"guard/internal/pipeline/symbol"
)

// filter is what a program prints that changes what it reads; known is false
// for any other program.
func (f *follower) filter(i int, w *world) (out symbol.Value, known bool) {
	c := &f.commands[i]
	change, operands, ok := f.change(w.env, c)
	if !ok {
		return nil, false
	}
	input, known := f.input(i, w)
	if len(operands) > 0 {
		input, known = nil, true
		for k := range operands {
			text, ok := f.content(&operands[k], w)
			known = known && ok
			input = symbol.Join(input, text)
		}
	}
	if !known {
		return symbol.Nobody("what " + described(c) + " reads is not known"), true
	}
	if reason := unknownReason(input); reason != "" {
		return line(symbol.Nobody(reason)), true
	}
	f.charge(input)
	f.spend(patternCost)
	return clipped(change(input)), true
}

func unknownReason(v symbol.Value) string {
	for _, p := range v {
		if p.Kind == symbol.Unknown {
			return p.Reason
		}
	}
	return ""
}

// change is what a program does with what it reads, and the files it reads.
func (f *follower) change(env *binding, c *shell.Command) (change func(symbol.Value) symbol.Value, files []shell.Word, ok bool) {
	args := make([]string, len(c.Args))
	for k := range c.Args {
		text, known := f.word(env, &c.Args[k]).Known()
		if !known && c.Name != "cat" {
			return f.derivedBy(c), nil, isFilter(c.Name)
		}
		args[k] = text
	}
	switch c.Name {
	case "cat":
		return same, operandsFrom(c.Args, 0), true
	case "tee":
		return same, nil, true
	case "xargs":
		return func(v symbol.Value) symbol.Value { return line(v.Trim()) }, nil, len(args) == 0
	case "cut":
		return cutter(args), nil, true
	case "tr":
		return translator(args), nil, true
	case "sed":
		return f.sed(c, args), sedFiles(c.Args), true
	case "head", "tail":
		return header(c.Name, args), nil, true
	case "rev", "sort", "uniq", "awk", "grep", "base64", "md5sum", "sha256sum", "sha1sum", "xxd", "wc", "jq", "yq":
		return f.derivedBy(c), lastFile(c), true
	}
	return nil, nil, false
}

func isFilter(name string) bool {
	switch name {
	case "cut", "tr", "sed", "head", "tail", "awk", "grep", "jq", "yq":
		return true
	}
	return false
}

func same(v symbol.Value) symbol.Value { return v }

// operandsFrom lists the words from one on that are no options.
func operandsFrom(args []shell.Word, from int) []shell.Word {
	var operands []shell.Word
	for k, arg := range args {
		if strings.HasPrefix(arg.Text, "-") && arg.Text != "-" {
			continue
		}
		if k >= from && arg.Text != "-" {
			operands = append(operands, arg)
		}
	}
	return operands
}

// lastFile is the file that jq and its kin read: the word behind the program
// text.
func lastFile(c *shell.Command) []shell.Word {
	operands := operandsFrom(c.Args, 0)
	if len(operands) > 1 {
		return operands[1:]
	}
	return nil
}

// derivedBy names the result by the program and its words: the same program
// makes the same of the same text.
func (f *follower) derivedBy(c *shell.Command) func(symbol.Value) symbol.Value {
	var b strings.Builder
	b.WriteString("the output of " + c.Name)
	for _, arg := range c.Args {
		b.WriteString(" " + arg.Text)
		if !arg.Known {
			return func(symbol.Value) symbol.Value { return symbol.Nobody(b.String() + " is not known") }
		}
	}
	return func(v symbol.Value) symbol.Value { return line(symbol.Derived(trimmedEnd(v), short(b.String()))) }
}

// eachLine makes a change of a line one of a text that is one line.
func eachLine(how string, change func(symbol.Value) symbol.Value) func(symbol.Value) symbol.Value {
	return func(v symbol.Value) symbol.Value {
		v = trimmedEnd(v)
		if text, ok := v.Known(); ok && strings.Contains(text, "\n") {
			lines := strings.Split(text, "\n")
			for i, l := range lines {
				changed, plain := change(symbol.Text(l)).Known()
				if !plain {
					return line(symbol.Derived(v, how))
				}
				lines[i] = changed
			}
			return symbol.Text(strings.Join(lines, "\n") + "\n")
		}
		return line(change(v))
	}
}

// cutter is cut -c1-7 and cut -d/ -f3.
func cutter(args []string) func(symbol.Value) symbol.Value {
	how := "the output of cut " + strings.Join(args, " ")
	options, ok := optionValues(args, "dcfb")
	derived := func(v symbol.Value) symbol.Value { return symbol.Derived(v, how) }
	if !ok {
		return eachLine(how, derived)
	}
	places := options['c'] + options['b']
	if from, to, ok := span(places); ok && options['f'] == "" {
		return eachLine(how, func(v symbol.Value) symbol.Value { return v.Slice(from-1, to-from+1) })
	}
	from, to, ok := span(options['f'])
	separator, given := options['d'], options['d'] != ""
	if !given {
		separator = "\t"
	}
	if !ok || places != "" {
		return eachLine(how, derived)
	}
	return eachLine(how, func(v symbol.Value) symbol.Value { return fields(v, separator, from, to, how) })
}

// fields is some fields of a line. A line without a separator is printed whole.
func fields(v symbol.Value, separator string, from, to int, how string) symbol.Value {
	rest, out := v, symbol.Value(nil)
	for n := 1; n <= to; n++ {
		before, after, found, sure := rest.CutAt(separator, false)
		switch {
		case !sure && n >= from && to == endless:
			return symbol.Join(out, rest)
		case !sure:
			return symbol.Derived(v, how)
		case !found && n == 1:
			return v
		}
		if n >= from {
			out = symbol.Join(out, before)
		}
		if !found {
			break
		}
		if n >= from && n < to {
			out = symbol.Join(out, symbol.Text(separator))
		}
		rest = after
	}
	return out
}

// endless is the end of a span that has none.
const endless = 1 << 20

// span reads "3", "1-7", "-7" and "2-".
func span(text string) (from, to int, ok bool) {
	first, last, ranged := strings.Cut(text, "-")
	from, to = 1, endless
	var err error
	if first != "" {
		if from, err = strconv.Atoi(first); err != nil || from < 1 || from >= endless {
			return 0, 0, false
		}
	}
	if !ranged {
		return from, from, text != ""
	}
	if last != "" {
		if to, err = strconv.Atoi(last); err != nil || to < from || to > endless {
			return 0, 0, false
		}
	}
	return from, to, text != "-"
}

// optionValues reads options with a value, glued on or behind: -d/ and -d /.
func optionValues(args []string, letters string) (values map[byte]string, ok bool) {
	values = map[byte]string{}
	long := strings.NewReplacer("--delimiter=", "-d", "--fields=", "-f", "--characters=", "-c", "--bytes=", "-b")
	for k := 0; k < len(args); k++ {
		arg := long.Replace(args[k])
		if len(arg) < 2 || arg[0] != '-' || strings.IndexByte(letters, arg[1]) < 0 {
			return nil, false
		}
		value := arg[2:]
		if value == "" && k+1 < len(args) {
			k++
			value = args[k]
		}
		values[arg[1]] = value
	}
	return values, true
}

// translator is tr with two single characters, or with the classes of upper
// and lower case, or -d with characters.
func translator(args []string) func(symbol.Value) symbol.Value {
	how := "the output of tr " + strings.Join(args, " ")
	derived := func(v symbol.Value) symbol.Value { return line(symbol.Derived(trimmedEnd(v), how)) }
	if len(args) != 2 {
		return derived
	}
	from, to := unescapedOutput(args[0]), unescapedOutput(args[1])
	switch {
	case from == "-d" && !strings.ContainsAny(to, "[\\-"):
		return func(v symbol.Value) symbol.Value { return deleted(v, to, how) }
	case isClass(from, "upper", "A-Z") && isClass(to, "lower", "a-z"):
		return symbol.Value.Lower
	case isClass(from, "lower", "a-z") && isClass(to, "upper", "A-Z"):
		return func(v symbol.Value) symbol.Value {
			if text, ok := v.Known(); ok {
				return symbol.Text(strings.ToUpper(text))
			}
			return derived(v)
		}
	case len(to) == 1 && !strings.ContainsAny(from, "[\\-") && len(from) <= 8 || len(from) == 1 && len(to) == 1:
		return func(v symbol.Value) symbol.Value { return translated(v, from, to, how) }
	}
	return derived
}

func isClass(text, name, characters string) bool {
	return text == "[:"+name+":]" || text == characters || text == "["+characters+"]"
}

func deleted(v symbol.Value, characters, how string) symbol.Value {
	for _, c := range characters {
		v = replaceOr(v, string(c), "", how)
	}
	return v
}

func translated(v symbol.Value, from, to, how string) symbol.Value {
	for _, c := range from {
		v = replaceOr(v, string(c), to, how)
	}
	return v
}

// replaceOr replaces a character everywhere, or derives.
func replaceOr(v symbol.Value, old, with, how string) symbol.Value {
	for _, p := range v {
		if p.Kind != symbol.Literal && !p.Lacks(old) {
			return symbol.Derived(v, how)
		}
	}
	return replaceText(v, old, with, true)
}

// header is head -c7, and head -1 and tail -1 of a text of one line.
func header(name string, args []string) func(symbol.Value) symbol.Value {
	how := "the output of " + name + " " + strings.Join(args, " ")
	options, ok := optionValues(args, "cn")
	count, err := strconv.Atoi(options['c'])
	if ok && err == nil && count > 0 && count < endless && name == "head" {
		return func(v symbol.Value) symbol.Value { return v.Slice(0, count) }
	}
	one := len(args) == 1 && args[0] == "-1" || ok && options['n'] == "1" && options['c'] == ""
	return func(v symbol.Value) symbol.Value {
		lines := trimmedEnd(v).Split("\n", 0)
		if !one {
			return line(symbol.Derived(trimmedEnd(v), how))
		}
		if name == "head" {
			return line(lines[0])
		}
		return line(lines[len(lines)-1])
	}
}

// sed is one s/a/b/.
func (f *follower) sed(c *shell.Command, args []string) func(symbol.Value) symbol.Value {
	var program string
	count, extended := 0, false
	for _, arg := range args {
		switch {
		case arg == "-e":
		case arg == "-r" || arg == "-E":
			extended = true
		case strings.HasPrefix(arg, "-"):
			return f.derivedBy(c)
		default:
			if count++; count == 1 {
				program = arg
			}
		}
	}
	s, ok := substitution(program)
	if !ok {
		return f.derivedBy(c)
	}
	s.extended, s.how = extended, "the output of sed "+program
	return eachLine(s.how, s.line)
}

// replacement is an s/old/with/ of sed.
type replacement struct {
	old, with     string
	all, extended bool
	how           string // names it
}

// substitution reads s/old/with/ with any separator, and g behind it.
func substitution(program string) (s replacement, ok bool) {
	if len(program) < 4 || program[0] != 's' || !strings.ContainsRune("/|#,:@!~%", rune(program[1])) {
		return s, false
	}
	var pieces []string
	separator, from := program[1], 2
	for i := from; i < len(program); i++ {
		switch program[i] {
		case '\\':
			i++
		case separator:
			pieces, from = append(pieces, strings.ReplaceAll(program[from:i], `\`+string(separator), string(separator))), i+1
		}
	}
	flags := program[from:]
	if len(pieces) != 2 || flags != "" && flags != "g" {
		return s, false
	}
	return replacement{old: pieces[0], with: pieces[1], all: flags == "g"}, true
}

func sedFiles(args []shell.Word) []shell.Word {
	operands := operandsFrom(args, 0)
	if len(operands) > 1 {
		return operands[1:]
	}
	return nil
}

// line replaces in a line. Text that is known is tried with the expression
// where sed and Go read it in the same way; else only text is replaced, or
// taken from the front.
func (s replacement) line(v symbol.Value) symbol.Value {
	if strings.ContainsAny(s.with, `\&`) {
		return symbol.Derived(v, s.how)
	}
	if text, ok := v.Known(); ok && len(text) <= maxText && (s.extended || !strings.ContainsAny(s.old, `+?(){}|`)) {
		if expr, err := regexp.Compile(s.old); err == nil {
			return symbol.Text(replacedMatches(expr, text, s.with, s.all))
		}
	}
	literal, anchored := strings.CutPrefix(s.old, "^")
	plain := strings.ReplaceAll(literal, `\.`, ".")
	if plain == "" || regexp.QuoteMeta(plain) != literal {
		return symbol.Derived(v, s.how)
	}
	if !anchored {
		return replaceText(v, plain, s.with, s.all)
	}
	if s.with != "" || len(v) == 0 {
		return symbol.Derived(v, s.how)
	}
	if cut, ok := stripValue(v, escaped(plain), true, false); ok {
		return cut
	}
	return symbol.Derived(v, s.how)
}

func replacedMatches(expr *regexp.Regexp, text, with string, all bool) string {
	left := 1
	if all {
		left = -1
	}
	return expr.ReplaceAllStringFunc(text, func(match string) string {
		if left == 0 {
			return match
		}
		left--
		return with
	})
}
