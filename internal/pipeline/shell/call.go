package shell

import (
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// call adds a simple command, then the commands of its substitutions and of
// the script it runs.
func (w *walker) call(s *script, call *syntax.CallExpr, redirs []*syntax.Redirect, c context) {
	words, builders := w.words(s, call.Args)
	command := w.fresh(c)
	redirects, documents := w.redirects(s, redirs)
	command.Redirect = append(redirects, c.redirects...)
	command.Path = w.path(s, offset(call.Pos()), offset(call.Pos())+1)
	command.Assigns = w.assigns(s, call.Assigns, false)
	at := 0
	if len(words) > 0 {
		at = w.unwrap(&command, words, builders)
		command.Name, command.Path, command.Args = builders[at].program(), words[at].Path, words[at+1:]
		command.Program = words[at].Text
	}
	w.exports(&command)
	index := w.add(command)
	if w.calls != nil {
		w.calls[call] = w.reader.First + index
	}
	c.parent = index
	w.substitutions(s, call, c)
	for _, r := range redirs {
		w.substitutions(s, r, c)
	}
	w.effect(command, builders[min(at+1, len(builders)):], documents, c)
}

// fresh is a command that stands in c.
func (w *walker) fresh(c context) Command {
	return Command{
		Wrappers: []string{}, Args: []Word{}, Assigns: []Assign{}, Redirect: []Redirect{},
		Pipe: c.pipe, Stage: c.stage, Last: c.last, Ignored: c.ignored, Inner: c.inner, Parent: c.parent, Block: c.block,
		Pipefail: w.options.pipefail, Trace: w.options.trace, Errexit: w.options.errexit,
		Swallowed: c.swallowed, Background: c.background, Chained: c.chained, Handled: c.handled, Fallback: c.fallback, Statement: w.statementsSeen, Function: c.function,
	}
}

func (w *walker) words(s *script, args []*syntax.Word) ([]Word, []*wordBuilder) {
	words, builders := make([]Word, len(args)), make([]*wordBuilder, len(args))
	for i, arg := range args {
		words[i], builders[i] = w.word(s, arg, unquoted)
	}
	return words, builders
}

// unwrap skips the wrappers and returns the index of the program's word.
func (w *walker) unwrap(command *Command, words []Word, builders []*wordBuilder) int {
	at := 0
	for {
		name := builders[at].program()
		wrapper, known := wrappers[name]
		if !known {
			return at
		}
		program, assigns := wrapper.skip(words[at:])
		if program < 0 {
			return at
		}
		command.Wrappers = append(command.Wrappers, name)
		for _, i := range assigns {
			command.Assigns = append(command.Assigns, assignment(words[at+i], false))
		}
		at += program
	}
}

// assigns reads NAME=value before a program.
func (w *walker) assigns(s *script, assigns []*syntax.Assign, export bool) []Assign {
	all := make([]Assign, 0, len(assigns))
	for _, a := range assigns {
		if a.Name == nil || a.Naked {
			continue
		}
		value, _ := w.word(s, a.Value, unquoted)
		path := w.path(s, offset(a.Pos()), offset(a.End()))
		if a.Array != nil {
			value.Known = false
		}
		if a.Value == nil {
			value.Path = path
		}
		all = append(all, Assign{Name: s.text[offset(a.Name.Pos()):offset(a.Name.End())], Value: value, Export: export, Append: a.Append, Path: path})
	}
	return all
}

// assignment reads a word NAME=value.
func assignment(word Word, export bool) Assign {
	name, value, _ := strings.Cut(word.Text, "=")
	return Assign{Name: name, Value: Word{Text: value, Known: word.Known, Variables: word.Variables, Path: word.Path, Parts: behindEqual(word.Parts)}, Export: export, Path: word.Path}
}

// behindEqual is the parts behind the first "=".
func behindEqual(parts []Part) []Part {
	for i, part := range parts {
		if _, value, found := strings.Cut(part.Text, "="); found && part.Kind == Literal {
			if part.Text = value; value == "" {
				return parts[i+1:]
			}
			return append([]Part{part}, parts[i+1:]...)
		}
	}
	return parts
}

// exports moves the assignments among the words of export and its kin, which
// plain POSIX shells read as any other words.
func (w *walker) exports(command *Command) {
	if !slices.Contains([]string{"export", "readonly", "declare", "local", "typeset"}, command.Name) {
		return
	}
	rest := []Word{}
	for _, arg := range command.Args {
		if isAssignment(arg.Text) {
			command.Assigns = append(command.Assigns, assignment(arg, command.Name == "export"))
			continue
		}
		rest = append(rest, arg)
	}
	command.Args = rest
}

// declare adds export, declare, local, readonly and typeset as bash reads
// them.
func (w *walker) declare(s *script, d *syntax.DeclClause, c context) {
	command := w.fresh(c)
	command.Name, command.Program, command.Redirect = d.Variant.Value, d.Variant.Value, c.redirects
	command.Path = w.path(s, offset(d.Variant.Pos()), offset(d.Variant.End()))
	for _, a := range d.Args {
		if a.Naked {
			command.Args = append(command.Args, w.naked(s, a))
		}
	}
	exported := d.Variant.Value == "export" || slices.ContainsFunc(command.Args, func(arg Word) bool {
		return strings.HasPrefix(arg.Text, "-") && strings.Contains(arg.Text, "x")
	})
	command.Assigns = w.assigns(s, d.Args, exported)
	c.parent = w.add(command)
	w.substitutions(s, d, c)
}

func (w *walker) naked(s *script, a *syntax.Assign) Word {
	if a.Name != nil {
		return Word{Text: a.Name.Value, Known: true, Variables: []string{}, Path: w.path(s, offset(a.Pos()), offset(a.End()))}
	}
	word, _ := w.word(s, a.Value, unquoted)
	return word
}

// bare adds what is a word of the shell and fails as a command does: [[ and ((.
// It has no words: what is asked is its condition.
func (w *walker) bare(s *script, name string, cmd syntax.Command, c context) {
	command := w.fresh(c)
	command.Name, command.Program, command.Redirect = name, name, c.redirects
	command.Path = w.path(s, offset(cmd.Pos()), offset(cmd.Pos())+len(name))
	c.parent = w.add(command)
	w.substitutions(s, cmd, c)
}

// redirects reads redirections. The target of a here-document is its text;
// documents has a builder for each of them.
func (w *walker) redirects(s *script, redirs []*syntax.Redirect) (all []Redirect, documents []*wordBuilder) {
	all = make([]Redirect, 0, len(redirs))
	for _, r := range redirs {
		target, _ := w.word(s, r.Word, unquoted)
		if r.Hdoc != nil {
			var builder *wordBuilder
			target, builder = w.word(s, r.Hdoc, quotingOf(r.Word))
			documents = append(documents, builder)
		}
		all = append(all, Redirect{Op: r.Op.String(), Number: number(r), Target: target, Path: w.path(s, offset(r.Pos()), offset(r.Word.End()))})
	}
	return all, documents
}

func number(r *syntax.Redirect) string {
	if r.N == nil {
		return ""
	}
	return r.N.Value
}

// quotingOf is how a here-document is read whose closing word is this.
func quotingOf(delimiter *syntax.Word) quoting {
	for _, part := range delimiter.Parts {
		lit, ok := part.(*syntax.Lit)
		if !ok || strings.Contains(lit.Value, "\\") {
			return raw
		}
	}
	return quoted
}

// bareRedirect adds a statement that is nothing but redirections.
func (w *walker) bareRedirect(s *script, stmt *syntax.Stmt, c context) {
	command := w.fresh(c)
	command.Redirect = c.redirects
	command.Path = w.path(s, offset(stmt.Pos()), offset(stmt.End()))
	if len(command.Redirect) > 0 {
		command.Path = command.Redirect[0].Path
	}
	c.parent = w.add(command)
	for _, r := range stmt.Redirs {
		w.substitutions(s, r, c)
	}
}
