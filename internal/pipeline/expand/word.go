package expand

import (
	"fmt"
	"strings"

	"guard/internal/pipeline/shell"
	"guard/internal/pipeline/symbol"
)

// word is the value of a word. It changes nothing.
func (f *follower) word(env *binding, word *shell.Word) symbol.Value {
	if word == nil {
		return nil
	}
	if len(word.Parts) == 0 {
		if word.Known {
			return symbol.Text(word.Text)
		}
		return symbol.Nobody(word.Text + " is not known here")
	}
	return f.parts(env, word.Parts, false)
}

// pattern is the value of a word that is read as a pattern: what is quoted has
// a backslash before every character that means something.
func (f *follower) pattern(env *binding, word *shell.Word) symbol.Value {
	if word == nil {
		return nil
	}
	if len(word.Parts) == 0 {
		return f.word(env, word)
	}
	return f.parts(env, word.Parts, true)
}

func (f *follower) parts(env *binding, parts []shell.Part, pattern bool) symbol.Value {
	values := make([]symbol.Value, 0, len(parts))
	for i := range parts {
		value := f.part(env, &parts[i])
		if !f.charge(value) {
			return symbol.Nobody(tooLong)
		}
		if pattern && parts[i].Quoted {
			value = value.Map(escaped)
		}
		values = append(values, value)
	}
	return clipped(symbol.Join(values...))
}

var escaper = strings.NewReplacer(`\`, `\\`, "*", `\*`, "?", `\?`, "[", `\[`, "(", `\(`)

func escaped(text string) string { return escaper.Replace(text) }

func (f *follower) part(env *binding, p *shell.Part) symbol.Value {
	switch p.Kind {
	case shell.Literal:
		return symbol.Text(p.Text)
	case shell.Parameter:
		return f.expansion(env, p)
	case shell.Substitution:
		return f.substitution(env, p)
	case shell.Expression:
		if f.scope.Expression == nil {
			return symbol.Nobody(p.Text + " is not known here")
		}
		return f.scope.Expression(p.Text)
	case shell.Arithmetic:
		return symbol.Nobody("the result of " + short(p.Text) + " is not worked out")
	}
	return symbol.Nobody(short(p.Text) + " is not known here")
}

// short is a piece of a script as messages quote it.
func short(text string) string {
	const most = 60
	text = strings.Join(strings.Fields(text), " ")
	if runes := []rune(text); len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return text
}

// substitution is what the commands of $(…) print, without line ends behind.
func (f *follower) substitution(env *binding, p *shell.Part) symbol.Value {
	c := p.Commands
	if c == nil || c.First >= c.End || c.End > len(f.commands) {
		return f.unread(env, p)
	}
	if f.calls >= maxDepth {
		f.spent = true
		return symbol.Nobody(tooLong)
	}
	f.quiet++
	defer func() { f.quiet-- }()
	worlds := f.run(c.First, c.End, c.Block, []world{{env: env, listen: true}})
	out := sameOutput(worlds)
	if out == nil {
		return symbol.Nobody(fmt.Sprintf("what %s prints depends on a condition that cannot be decided", short(p.Text)))
	}
	return trimmedEnd(*out)
}

// unread is a substitution that holds no command: $(<file), or nothing.
func (f *follower) unread(env *binding, p *shell.Part) symbol.Value {
	inner := strings.TrimSpace(strings.TrimSuffix(strings.TrimPrefix(p.Text, "$("), ")"))
	if inner == "" {
		return nil
	}
	return symbol.Nobody("what " + short(p.Text) + " prints is not known")
}

// trimmedEnd is a value without the line ends at its end.
func trimmedEnd(v symbol.Value) symbol.Value {
	n := len(v)
	if n == 0 || v[n-1].Kind != symbol.Literal {
		return v
	}
	return symbol.Join(v[:n-1], symbol.Text(strings.TrimRight(v[n-1].Text, "\r\n")))
}

// queried is the value of a word that somebody asks for.
func (f *follower) queried(env *binding, word *shell.Word) symbol.Value {
	if len(word.Parts) == 0 {
		return f.word(env, word)
	}
	var value symbol.Value
	if !f.ask(func() { value = f.word(env, word) }) {
		return symbol.Nobody(tooLong)
	}
	return value
}

// ask answers a question about a script that was followed. It is false where
// that took too long.
func (f *follower) ask(question func()) bool {
	f.left, f.spent = maxQuery, false
	if b := f.scope.Budget; b != nil {
		f.left = min(maxQuery, b.steps)
		b.steps -= f.left
		defer f.settle()
	}
	question()
	answered := !f.spent
	f.spent = false
	return answered
}

// variable is the value of a variable; known is false where nobody knows
// whether it is set.
func (f *follower) variable(env *binding, name string) (value symbol.Value, known bool) {
	if bound := f.find(env, name); bound != nil {
		return bound.value, true
	}
	if f.spent {
		return symbol.Nobody(tooLong), false
	}
	if f.scope.Lookup != nil && isVariable(name) {
		if value, ok := f.scope.Lookup(name); ok {
			return value, true
		}
	}
	return f.outside(name), false
}

// isVariable tells $X from what the shell keeps itself, such as $? and $1.
func isVariable(name string) bool {
	switch name {
	case "RANDOM", "SRANDOM", "SECONDS", "EPOCHSECONDS", "EPOCHREALTIME", "LINENO", "BASHPID", "PPID", "BASH_REMATCH", "REPLY", "_":
		return false
	}
	return isName(name)
}

// outside is the value of a variable that the script does not set.
func (f *follower) outside(name string) symbol.Value {
	if !isVariable(name) {
		return symbol.Nobody("$" + name + " is only known when the script runs")
	}
	return symbol.Nobody("nothing that can be seen here sets " + name)
}
