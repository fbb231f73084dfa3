package expand

import (
	"fmt"
	"slices"
	"strings"

	"guard/internal/pipeline/shell"
	"guard/internal/pipeline/symbol"
)

// loop follows the body of a loop once for each word it goes through, or once
// where these are not known. What the body sets is not known when a turn
// begins, nor behind the loop.
func (f *follower) loop(p part, b *shell.Block, w world) world {
	reason := fmt.Sprintf("set in a loop on line %d", b.Clause.Line)
	p.outer = b
	items, known := f.items(b.Clause, w)
	if known && len(items) == 0 {
		return w
	}
	begin := f.beginning(p, w, reason)
	name := b.Clause.Variable
	if !known {
		items = []symbol.Value{symbol.Nobody(fmt.Sprintf("%s is one of several in a loop on line %d", name, b.Clause.Line))}
	}
	var ends []world
	for k, item := range items {
		turn := begin
		if k > 0 {
			turn.weight = 0 // the first turn stands for all
		}
		if !known {
			turn.weight, turn.why = 0, fmt.Sprintf("how often the loop on line %d runs is not known", b.Clause.Line)
		}
		if name != "" {
			turn.set(name, item, p.first)
		}
		ends = append(ends, f.run(p.first, p.end, b, []world{turn})...)
	}
	out := f.behind(w, ends, name, items[len(items)-1], reason)
	if slices.ContainsFunc(ends, func(end world) bool { return end.ended && (end.by == "exit" || end.by == "return") }) {
		out.weight, out.why = w.weight/2, fmt.Sprintf("the loop on line %d may end the script", b.Clause.Line)
	}
	return out
}

// beginning is a world at the beginning of a turn.
func (f *follower) beginning(p part, w world, reason string) world {
	f.quiet++
	trial := f.run(p.first, p.end, p.outer, []world{w})
	f.quiet--
	w.env = f.blurred(w.env, variablesOnly(f, w.env, trial), reason)
	return w
}

// variablesOnly is the states behind a trial without what it wrote to files.
func variablesOnly(f *follower, base *binding, worlds []world) []*binding {
	var envs []*binding
	for _, w := range worlds {
		env := base
		for _, b := range f.since(base, w.env) {
			if !isFile(b.name) {
				env = &binding{name: b.name, value: b.value, exported: b.exported, command: b.command, before: env}
			}
		}
		envs = append(envs, env)
	}
	return envs
}

// behind is the world behind a loop.
func (f *follower) behind(w world, ends []world, name string, last symbol.Value, reason string) world {
	envs, changed := make([]*binding, len(ends)), false
	for i, end := range ends {
		envs[i] = end.env
		changed = changed || !slices.Equal(end.out, w.out)
	}
	w.env = f.blurred(w.env, envs, reason)
	if changed {
		w.out = symbol.Join(w.out, symbol.Nobody("what is printed is "+reason))
	}
	if name != "" {
		w.set(name, last, -1)
	}
	return w
}

// items lists the words that a loop goes through.
func (f *follower) items(clause *shell.Clause, w world) (items []symbol.Value, known bool) {
	if clause.Variable == "" || len(clause.Items) == 0 || len(clause.Items) > maxItems {
		return nil, false
	}
	for i := range clause.Items {
		words, ok := f.split(&clause.Items[i], w.env)
		if !ok {
			return nil, false
		}
		items = append(items, words...)
	}
	return items, len(items) <= maxItems
}

// split is the words that the shell makes of one: it splits what comes of a
// variable at white space.
func (f *follower) split(word *shell.Word, env *binding) (words []symbol.Value, ok bool) {
	value := f.word(env, word)
	if !splits(word) {
		return []symbol.Value{value}, word.Parts != nil || !strings.ContainsAny(word.Text, "*?[{")
	}
	if text, plain := value.Known(); plain {
		for _, field := range strings.Fields(text) {
			words = append(words, symbol.Text(field))
		}
		return words, true
	}
	if value.Has(symbol.Unknown, symbol.Opaque, symbol.Input, symbol.Setting, symbol.Secret) || strings.ContainsAny(value.String(), " \t\n") {
		return nil, false
	}
	return []symbol.Value{value}, true
}

func splits(word *shell.Word) bool {
	return slices.ContainsFunc(word.Parts, func(p shell.Part) bool {
		return !p.Quoted && (p.Kind != shell.Literal)
	})
}

// pipe follows the commands of a pipe, each of which reads what the one before
// printed.
func (f *follower) pipe(p part, w world) world {
	out, input := w, w.input
	for i := p.first; i < p.end && f.spend(1); {
		block := f.below(i, p.outer)
		next := i + 1
		for next < p.end && f.below(next, p.outer) == block {
			next++
		}
		stage := w
		stage.env, stage.input, stage.out, stage.listen = out.env, input, nil, w.listen || next < p.end
		end := f.joined(stage, f.run(i, next, block, []world{stage}), "set under a condition")
		out.env, input, i = end.env, &end.out, next
	}
	if w.listen && input != nil {
		out.print(*input)
	}
	return out
}
