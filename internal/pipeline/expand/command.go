package expand

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"guard/internal/pipeline/shell"
	"guard/internal/pipeline/symbol"
)

// command runs one command in a world.
func (f *follower) command(i int, w *world) {
	c := &f.commands[i]
	f.record(i, w)
	if !f.spend(1) {
		return
	}
	f.defaults(i, w)
	if called, known := f.functions[c.Name]; known && c.Name != "" && len(c.Wrappers) == 0 {
		f.call(i, called, w)
		return
	}
	f.write(i, w)
	f.effect(i, w)
}

// effect is what a command changes in the shell.
func (f *follower) effect(i int, w *world) {
	c := &f.commands[i]
	switch c.Name {
	case "":
		if len(c.Args) == 0 {
			f.assign(i, w)
		}
	case "export", "declare", "local", "readonly", "typeset":
		f.assign(i, w)
		f.export(i, w)
	case "unset":
		for k := range c.Args {
			w.set(c.Args[k].Text, nil, i)
		}
	case "read", "mapfile", "readarray", "getopts", "let":
		f.read(i, w)
	case "printf":
		f.printfVariable(i, w)
	case "set", "shift":
		f.shift(i, w)
	case "exit":
		w.ended, w.by, w.failed = true, c.Name, len(c.Args) > 0 && c.Args[0].Text != "0"
	case "return", "break", "continue":
		w.ended, w.by = true, c.Name
	case "source", ".":
		f.source(i, w)
	case "git":
		f.moveHead(i, w)
	}
}

// assign sets what stands as NAME=value.
func (f *follower) assign(i int, w *world) {
	for k := range f.commands[i].Assigns {
		a := &f.commands[i].Assigns[k]
		value := f.word(w.env, &a.Value)
		name, more := strings.CutSuffix(a.Name, "+")
		switch {
		case !a.Value.Known && a.Value.Text == "":
			value = symbol.Nobody(name + " is a list")
		case more || a.Append:
			before, _ := f.variable(w.env, name)
			value = symbol.Join(before, value)
		}
		w.set(name, value, i)
		w.env.exported = a.Export || f.isExported(w.env.before, name)
	}
}

func (f *follower) isExported(env *binding, name string) bool {
	bound := f.find(env, name)
	return bound != nil && bound.exported
}

// export marks variables that are named without a value.
func (f *follower) export(i int, w *world) {
	c := &f.commands[i]
	if c.Name != "export" && !slices.ContainsFunc(c.Args, func(a shell.Word) bool { return strings.HasPrefix(a.Text, "-") && strings.Contains(a.Text, "x") }) {
		return
	}
	for k := range c.Args {
		name := c.Args[k].Text
		bound := f.find(w.env, name)
		if bound != nil && isName(name) {
			w.set(name, bound.value, i)
			w.env.exported = true
		}
	}
}

// defaults sets variables as ${X:=word} does.
func (f *follower) defaults(i int, w *world) {
	args := f.commands[i].Args
	for k := range args {
		for _, p := range args[k].Parts {
			if e := p.Variable; e != nil && (e.Operation == shell.AssignEmpty || e.Operation == shell.Assigned) {
				w.set(e.Name, f.expansion(w.env, &p), i)
			}
		}
	}
}

// read sets variables from what is read: known where one variable takes one
// line that is known.
func (f *follower) read(i int, w *world) {
	c := &f.commands[i]
	var names []string
	for k := range c.Args {
		if name := c.Args[k].Text; isName(name) {
			names = append(names, name)
		}
	}
	line, known := f.line(i, w)
	if c.Name == "read" && len(names) == 1 && known {
		w.set(names[0], line, i)
		return
	}
	for _, name := range names {
		w.set(name, symbol.Nobody(name+" is read from input"), i)
	}
}

// line is the first line that a command can read.
func (f *follower) line(i int, w *world) (symbol.Value, bool) {
	input, known := f.input(i, w)
	if !known {
		return nil, false
	}
	return input.Split("\n", 2)[0].Trim(), true
}

// printfVariable is printf -v NAME.
func (f *follower) printfVariable(i int, w *world) {
	args := f.commands[i].Args
	if len(args) > 1 && args[0].Text == "-v" {
		w.set(args[1].Text, f.printf(w.env, args[2:]), i)
	}
}

// shift changes the arguments.
func (f *follower) shift(i int, w *world) {
	c := &f.commands[i]
	if c.Name == "set" && !slices.ContainsFunc(c.Args, func(a shell.Word) bool { return a.Text == "--" }) {
		return
	}
	for k := range maxArguments {
		w.set(strconv.Itoa(k+1), symbol.Nobody(c.Name+" changes the arguments"), i)
	}
}

// source reads variables from a file that the script has written.
func (f *follower) source(i int, w *world) {
	args := f.commands[i].Args
	if len(args) == 0 {
		return
	}
	name, _ := f.word(w.env, &args[0]).Known()
	for _, a := range f.assignments(f.pieces(w.env, fileName(name))) {
		w.set(strings.TrimSpace(strings.TrimPrefix(a.name, "export ")), unquotedValue(a.value), i)
	}
}

func unquotedValue(v symbol.Value) symbol.Value {
	n := len(v)
	if n == 0 || v[0].Kind != symbol.Literal || v[n-1].Kind != symbol.Literal {
		return v
	}
	first, last := v[0].Text, v[n-1].Text
	if first == "" || last == "" || first[0] != last[len(last)-1] || first[0] != '"' && first[0] != '\'' || n == 1 && len(first) < 2 {
		return v
	}
	if n == 1 {
		return symbol.Text(first[1 : len(first)-1])
	}
	return symbol.Join(symbol.Text(first[1:]), v[1:n-1], symbol.Text(last[:len(last)-1]))
}

// maxArguments is how many arguments of a function are followed.
const maxArguments = 9

// call runs the body of a function. What it prints goes where the output of
// the call goes.
func (f *follower) call(i int, called body, w *world) {
	c := &f.commands[i]
	f.called[c.Name] = true
	values := make([]symbol.Value, len(c.Args))
	for k := range c.Args {
		values[k] = f.word(w.env, &c.Args[k])
	}
	target, writes := f.target(i, w)
	inner := f.withArguments(*w, values)
	inner.out, inner.listen = nil, w.listen || writes
	if input, known := f.input(i, w); known {
		inner.input = &input
	}
	ends := f.run(called.first, called.end, called.block, []world{inner})
	end := f.joinedCall(inner, ends, i)
	w.env = f.argumentsOf(*w, end.env)
	if end.by == "exit" {
		w.ended, w.by, w.failed = end.ended, end.by, end.failed
	}
	f.deliver(i, w, target, writes, end.out)
}

// joinedCall is one world behind the body of a function.
func (f *follower) joinedCall(base world, ends []world, i int) world {
	if len(ends) == 1 {
		return ends[0]
	}
	envs := make([]*binding, len(ends))
	for k, end := range ends {
		envs[k] = end.env
	}
	out := base
	out.env = f.blurred(base.env, envs, fmt.Sprintf("set under a condition in %s", described(&f.commands[i])))
	out.out = f.joined(base, ends, "").out
	return out
}

// withArguments is a world with arguments; nil: they are not known.
func (f *follower) withArguments(w world, values []symbol.Value) world {
	for k := range maxArguments {
		value := symbol.Nobody("the argument is not known")
		switch {
		case k < len(values):
			value = values[k]
		case values != nil:
			value = nil
		}
		w.set(strconv.Itoa(k+1), value, -1)
	}
	return w
}

// argumentsOf is a state with the arguments of another world.
func (f *follower) argumentsOf(w world, env *binding) *binding {
	out := world{env: env}
	for k := range maxArguments {
		if bound := f.find(w.env, strconv.Itoa(k+1)); bound != nil {
			out.set(bound.name, bound.value, -1)
		}
	}
	return out.env
}
