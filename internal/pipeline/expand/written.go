package expand

import (
	"regexp"
	"slices"
	"strings"

	"guard/internal/pipeline/symbol"
)

// setting is a NAME=value that was written in one world.
type setting struct {
	name    string
	value   symbol.Value
	output  bool
	command int
}

// collect lists what the script leaves behind, of all ways through it.
func (t *Trace) collect() {
	f := t.follower
	if f.exhausted() {
		return
	}
	t.Outputs = t.merged("$GITHUB_OUTPUT", setOutput)
	t.Environment = t.merged("$GITHUB_ENV", setVariable)
	for _, name := range t.written() {
		if all := t.merged(name, nil); len(all) > 0 {
			t.Files[name] = all
		}
	}
	t.Exported = t.exported()
}

// written lists the files that the script writes, the provider's left out.
func (t *Trace) written() []string {
	var names []string
	for _, w := range t.final {
		for b := w.env; b != nil; b = b.before {
			name, file := strings.CutPrefix(b.name, filePrefix)
			if file && b.name != printed && !strings.HasPrefix(name, "$") && !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	slices.Sort(names)
	return names
}

// merged lists the assignments in a file, and those that are printed in a
// certain form, of all worlds.
func (t *Trace) merged(file string, form *regexp.Regexp) []Assignment {
	byWorld := make([][]setting, len(t.final))
	for i, w := range t.final {
		byWorld[i] = t.follower.assignments(t.follower.pieces(w.env, filePrefix+file))
		if form != nil {
			byWorld[i] = append(byWorld[i], t.follower.told(t.follower.pieces(w.env, printed), form)...)
		}
	}
	return t.united(byWorld)
}

// exported lists the variables that are exported at the end.
func (t *Trace) exported() []Assignment {
	byWorld := make([][]setting, len(t.final))
	for i, w := range t.final {
		seen := map[string]bool{}
		for b := w.env; b != nil; b = b.before {
			if !seen[b.name] && b.exported {
				byWorld[i] = append(byWorld[i], setting{name: b.name, value: b.value, command: b.command})
			}
			seen[b.name] = true
		}
		slices.Reverse(byWorld[i])
	}
	return t.united(byWorld)
}

// united puts what is set in several worlds together by name. Of several
// settings of one name in a world the last counts.
func (t *Trace) united(byWorld [][]setting) []Assignment {
	var all []Assignment
	index := map[string]int{}
	for world, settings := range byWorld {
		last := map[string]setting{}
		for _, s := range settings {
			if _, known := index[s.name]; !known {
				index[s.name] = len(all)
				all = append(all, t.unset(s.name, world))
			}
			last[s.name] = s
		}
		for name, at := range index {
			s, set := last[name]
			all[at] = t.with(all[at], s, set)
		}
	}
	for i := range all {
		all[i].Value = single(all[i].Values, all[i].Name+" is set under a condition")
	}
	return all
}

// unset is an assignment of a name that the worlds before did not set.
func (t *Trace) unset(name string, worldsBefore int) Assignment {
	a := Assignment{Name: name}
	if worldsBefore > 0 {
		a.Values = []symbol.Value{nil}
	}
	return a
}

func (t *Trace) with(a Assignment, s setting, set bool) Assignment {
	a.Values = appendNew(a.Values, s.value)
	if set {
		a.Output = a.Output || s.output
		a.Command = s.command
		if s.command >= 0 && s.command < len(t.follower.commands) {
			a.Path = t.follower.commands[s.command].Path
		}
	}
	return a
}

// assignments reads lines NAME=value, and NAME<<END with a text of several
// lines.
func (f *follower) assignments(pieces []*binding) []setting {
	var all []setting
	lines := f.lines(pieces)
	for i := 0; i < len(lines) && f.spend(1); i++ {
		l := lines[i]
		name, value, ok := assignment(l.value, "=")
		if opened, end, isBlock := assignment(l.value, "<<"); isBlock && (!ok || len(opened) < len(name)) {
			var text symbol.Value
			text, i = f.untilLine(lines, i+1, end)
			all = append(all, setting{name: opened, value: text, command: l.command})
			continue
		}
		if ok {
			all = append(all, setting{name: name, value: value, command: l.command})
		}
	}
	return all
}

// assignment splits a line at the first separator where a name stands before
// it.
func assignment(l symbol.Value, separator string) (name string, value symbol.Value, ok bool) {
	before, after, found := l.Cut(separator)
	text, known := before.Known()
	text = strings.TrimSpace(text)
	return text, after, found && known && text != "" && !strings.ContainsAny(text, " \t") || found && known && strings.HasPrefix(text, "export ")
}

// writtenLine is a line of a file.
type writtenLine struct {
	value   symbol.Value
	command int
}

func (f *follower) lines(pieces []*binding) []writtenLine {
	var lines []writtenLine
	open := false
	for _, p := range pieces {
		for k, l := range p.value.Split("\n", 0) {
			if !f.spend(1 + len(l)) {
				return lines
			}
			if k == 0 && open {
				lines[len(lines)-1].value = symbol.Join(lines[len(lines)-1].value, l)
				continue
			}
			lines = append(lines, writtenLine{l, p.command})
		}
		open = true
	}
	return lines
}

// untilLine is the text up to the line that ends it, and the index of that
// line.
func (f *follower) untilLine(lines []writtenLine, from int, end symbol.Value) (text symbol.Value, at int) {
	for at = from; at < len(lines) && f.spend(1); at++ {
		if slices.Equal(lines[at].value, end.Trim()) {
			break
		}
		if at > from {
			text = symbol.Join(text, symbol.Text("\n"))
		}
		text = clipped(symbol.Join(text, lines[at].value))
	}
	return text, at
}

// The forms in which a script tells the provider about a variable by what it
// prints.
var (
	setOutput   = regexp.MustCompile(`^::set-output name=([^:]+)::`)
	setVariable = regexp.MustCompile(`^##vso\[task\.setvariable variable=([^;\]]+)(?:;([^\]]*))?\]`)
)

// told reads what was printed in a form.
func (f *follower) told(pieces []*binding, form *regexp.Regexp) []setting {
	var all []setting
	for _, l := range f.lines(pieces) {
		if len(l.value) == 0 || l.value[0].Kind != symbol.Literal {
			continue
		}
		first := l.value[0].Text
		m := form.FindStringSubmatch(first)
		if m == nil {
			continue
		}
		value := symbol.Join(symbol.Text(first[len(m[0]):]), l.value[1:])
		output := len(m) > 2 && strings.Contains(strings.ToLower(m[2]), "isoutput=true")
		all = append(all, setting{name: m[1], value: value, output: output, command: l.command})
	}
	return all
}
