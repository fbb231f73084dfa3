package expand

import (
	"slices"
	"strings"
	"unicode/utf8"

	"guard/internal/pipeline/symbol"
)

// world is one way through a script, at a place.
type world struct {
	env    *binding
	out    symbol.Value  // what was printed so far, where that is captured
	listen bool          // what is printed is captured
	input  *symbol.Value // what can be read; nil where that is not known
	ended  bool          // what comes next is not run
	by     string        // what ended it: exit, return, break, continue
	failed bool          // as failed
	weight float64       // the share of all ways through the script that this one stands for
	why    string        // the condition that could not be decided, if any
}

// binding is something that was set, and what was set before it.
type binding struct {
	name     string // of a variable, or the key of a file
	value    symbol.Value
	exported bool
	command  int
	before   *binding
}

// filePrefix begins the keys of files. A binding of one is a piece of text that
// was written to it.
const (
	filePrefix = "file:"
	truncated  = "truncated:" // begins the keys of files that were emptied
	printed    = filePrefix + "printed to the log"
)

func isFile(name string) bool {
	return strings.HasPrefix(name, filePrefix) || strings.HasPrefix(name, truncated)
}

// The largest value that is kept: beyond, it is unknown.
const (
	maxText  = 4 << 10
	maxParts = 128
)

// charge makes the steps that working on values takes.
func (f *follower) charge(values ...symbol.Value) bool {
	size := 0
	for _, v := range values {
		size += len(v)
		for _, p := range v {
			size += len(p.Text)
		}
	}
	return f.spend(1 + size/32)
}

// clipped is a value that is not too large.
func clipped(v symbol.Value) symbol.Value {
	size := 0
	for _, p := range v {
		size += len(p.Text)
	}
	if size > maxText || len(v) > maxParts {
		return symbol.Nobody("the text is too long to be followed")
	}
	return v
}

func (w *world) set(name string, value symbol.Value, command int) {
	w.env = &binding{name: name, value: clipped(value), command: command, before: w.env}
}

// print adds to what is printed.
func (w *world) print(text symbol.Value) {
	w.out = clipped(symbol.Join(w.out, text))
}

// since lists what was set in after but not yet in base, the oldest first. Base
// must be a state that after came from.
func (f *follower) since(base, after *binding) []*binding {
	var news []*binding
	for b := after; b != base && b != nil && f.spend(1); b = b.before {
		news = append(news, b)
	}
	slices.Reverse(news)
	return news
}

// outlives is the state behind a shell of its own: only files are kept.
func (f *follower) outlives(base, after *binding) *binding {
	for _, b := range f.since(base, after) {
		if isFile(b.name) {
			base = &binding{name: b.name, value: b.value, command: b.command, before: base}
		}
	}
	return base
}

// blurred is base, but everything that was set in one of some states is not
// known, for a reason.
func (f *follower) blurred(base *binding, afters []*binding, reason string) *binding {
	out, seen := base, map[string]bool{}
	for _, after := range afters {
		for _, b := range f.since(base, after) {
			value := symbol.Nobody(b.name + " is " + reason)
			if isFile(b.name) {
				value = blurredLine(b.value, reason)
			} else if seen[b.name] {
				continue
			}
			seen[b.name] = true
			out = &binding{name: b.name, value: value, exported: b.exported, command: b.command, before: out}
		}
	}
	return out
}

// blurredLine is a piece of a file of which only the names are known.
func blurredLine(text symbol.Value, reason string) symbol.Value {
	name, _, found := text.Cut("=")
	if !found {
		return symbol.Join(symbol.Nobody("what is written is "+reason), symbol.Text("\n"))
	}
	return symbol.Join(name, symbol.Text("="), symbol.Nobody("it is "+reason), symbol.Text("\n"))
}

// find returns what is bound to a name; nil where nothing is.
func (f *follower) find(env *binding, name string) *binding {
	passed := 0
	defer func() { f.spend(1 + passed/passedPerStep) }()
	for b := env; b != nil && f.left > passed/passedPerStep; b = b.before {
		if b.name == name {
			return b
		}
		passed++
	}
	return nil
}

// passedPerStep is how many variables are passed over in one step.
const passedPerStep = 16

// appendNew appends a value that is not among those before.
func appendNew(values []symbol.Value, v symbol.Value) []symbol.Value {
	if slices.ContainsFunc(values, func(known symbol.Value) bool { return slices.Equal(known, v) }) {
		return values
	}
	return append(values, v)
}

// isName tells whether a text can name a variable.
func isName(name string) bool {
	if name == "" || !utf8.ValidString(name) {
		return false
	}
	for i, c := range name {
		letter := c|0x20 >= 'a' && c|0x20 <= 'z' || c == '_'
		if !letter && (i == 0 || c < '0' || c > '9') {
			return false
		}
	}
	return true
}
