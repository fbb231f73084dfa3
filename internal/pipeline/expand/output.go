package expand

import (
	"strings"

	"guard/internal/pipeline/shell"
	"guard/internal/pipeline/symbol"
)

// write follows what a command prints: to what reads it, or to a file.
func (f *follower) write(i int, w *world) {
	c := &f.commands[i]
	target, writes := f.target(i, w)
	if c.Name == "tee" {
		f.tee(i, w)
	}
	if !writes && !w.listen && c.Name != "echo" && c.Name != "printf" && c.Name != "cat" {
		return
	}
	f.deliver(i, w, target, writes, f.output(i, w))
}

// deliver puts what a command prints where it goes.
func (f *follower) deliver(i int, w *world, target string, writes bool, text symbol.Value) {
	switch {
	case writes && target != "":
		w.set(target, text, i)
	case writes: // to a file that nobody asks for
	case w.listen:
		w.print(text)
	case hasCommand(text):
		w.set(printed, text, i)
	}
}

// hasCommand tells whether a text may speak to the provider.
func hasCommand(text symbol.Value) bool {
	for _, p := range text {
		if p.Kind == symbol.Literal && (strings.Contains(p.Text, "::set-output") || strings.Contains(p.Text, "##vso[")) {
			return true
		}
	}
	return false
}

// target is the key of the file that a command's output goes to; "" for one
// whose name is not known. Writes is false where it goes to none.
func (f *follower) target(i int, w *world) (key string, writes bool) {
	redirects := f.commands[i].Redirect
	for k := range redirects {
		r := &redirects[k]
		if r.Number != "" && r.Number != "1" || !strings.HasPrefix(r.Op, ">") && !strings.HasPrefix(r.Op, "&>") {
			continue
		}
		if r.Op == ">&" {
			if r.Target.Text == "2" {
				return "", true
			}
			continue
		}
		key = f.file(&r.Target, w)
		if key != "" && !strings.Contains(r.Op, ">>") {
			w.set(truncated+strings.TrimPrefix(key, filePrefix), nil, i)
		}
		return key, true
	}
	return "", false
}

// providerFiles are the variables that name files by which scripts speak to
// the provider.
var providerFiles = []string{"GITHUB_OUTPUT", "GITHUB_ENV", "BASH_ENV"}

// file is the key of a file that a word names; "" where that is not known.
func (f *follower) file(word *shell.Word, w *world) string {
	for _, name := range providerFiles {
		if word.Text == "$"+name || word.Text == "${{ env."+name+" }}" {
			return filePrefix + "$" + name
		}
	}
	name, known := f.word(w.env, word).Known()
	if !known || name == "" || strings.HasPrefix(name, "/dev/") {
		return ""
	}
	return fileName(name)
}

func fileName(name string) string { return filePrefix + strings.TrimPrefix(name, "./") }

// tee writes what it reads to files.
func (f *follower) tee(i int, w *world) {
	args := f.commands[i].Args
	input, known := f.input(i, w)
	if !known {
		input = symbol.Nobody("what is read is not known")
	}
	for k := range args {
		if strings.HasPrefix(args[k].Text, "-") {
			continue
		}
		if key := f.file(&args[k], w); key != "" {
			w.set(key, input, i)
		}
	}
}

// input is what a command can read.
func (f *follower) input(i int, w *world) (text symbol.Value, known bool) {
	redirects := f.commands[i].Redirect
	for k := range redirects {
		r := &redirects[k]
		switch r.Op {
		case "<<":
			return f.word(w.env, &r.Target), true
		case "<<-":
			return f.word(w.env, &r.Target).Map(withoutTabs), true
		case "<<<":
			return symbol.Join(f.word(w.env, &r.Target), symbol.Text("\n")), true
		case "<":
			return f.content(&r.Target, w)
		}
	}
	if w.input == nil {
		return nil, false
	}
	return *w.input, true
}

func withoutTabs(text string) string {
	lines := strings.Split(text, "\n")
	for i := range lines {
		lines[i] = strings.TrimLeft(lines[i], "\t")
	}
	return strings.Join(lines, "\n")
}

// content is what a file holds: what the script wrote there, or the same text
// for all who read a file of that name in the run.
func (f *follower) content(word *shell.Word, w *world) (text symbol.Value, known bool) {
	name, plain := f.word(w.env, word).Known()
	if !plain || name == "" {
		return nil, false
	}
	if pieces := f.pieces(w.env, fileName(name)); len(pieces) > 0 {
		for _, p := range pieces {
			text = symbol.Join(text, p.value)
		}
		return clipped(text), true
	}
	return stable("the text", name), !strings.HasPrefix(name, "/dev/") && !strings.ContainsAny(name, "*?[")
}

// stable is something that a file of the repository says.
func stable(what, file string) symbol.Value {
	if strings.HasPrefix(file, "/") || strings.HasPrefix(file, "~") {
		return symbol.Nobody(what + " of " + file + " is not known")
	}
	return symbol.Derived(symbol.Text(strings.TrimPrefix(file, "./")), what)
}

// pieces lists what was written to a file, in order, since it was emptied.
func (f *follower) pieces(env *binding, key string) []*binding {
	var pieces []*binding
	empty := truncated + strings.TrimPrefix(key, filePrefix)
	for b := env; b != nil && f.spend(1) && b.name != empty; b = b.before {
		if b.name == key {
			pieces = append(pieces, b)
		}
	}
	for a, z := 0, len(pieces)-1; a < z; a, z = a+1, z-1 {
		pieces[a], pieces[z] = pieces[z], pieces[a]
	}
	return pieces
}
