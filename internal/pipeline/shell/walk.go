package shell

import (
	"fmt"

	"guard/internal/finding"

	"mvdan.cc/sh/v3/syntax"
)

// walker collects the commands of a script and of the scripts inside it.
type walker struct {
	reader   Reader
	base     finding.Path
	commands []Command
	pipes    int     // pipes seen so far
	options  options // in force at the place the walk has reached
	inner    int     // how many substitutions deep the walk is
	scripts  int     // how many scripts deep the walk is
	failure  *Error
}

// context is what a command takes from what it stands in.
type context struct {
	pipe, stage int
	last        bool
	ignored     bool
	inner       bool
	parent      int
	redirects   []Redirect
}

// script walks a script that is read by a shell of its own.
func (w *walker) script(s *script, c context) error {
	file, err := w.reader.parse(s)
	if err != nil {
		return err
	}
	w.statements(s, file.Stmts, c)
	if w.failure != nil {
		return w.failure
	}
	return nil
}

func (w *walker) statements(s *script, stmts []*syntax.Stmt, c context) {
	for _, stmt := range stmts {
		w.statement(s, stmt, c)
	}
}

// isolated walks statements whose options do not outlive them.
func (w *walker) isolated(walk func()) {
	before := w.options
	walk()
	w.options = before
}

// optional walks what may or may not run.
func (w *walker) optional(walk func()) {
	before := w.options
	walk()
	w.options = either(before, w.options)
}

func (w *walker) statement(s *script, stmt *syntax.Stmt, c context) {
	if stmt == nil || w.failure != nil {
		return
	}
	c.ignored = c.ignored || stmt.Negated
	if call, simple := stmt.Cmd.(*syntax.CallExpr); simple {
		w.call(s, call, stmt.Redirs, c)
		return
	}
	redirects, _ := w.redirects(s, stmt.Redirs)
	c.redirects = append(redirects, c.redirects...)
	if stmt.Cmd == nil {
		w.bareRedirect(s, stmt, c)
		return
	}
	if stmt.Background {
		w.isolated(func() { w.command(s, stmt.Cmd, c) })
		return
	}
	w.command(s, stmt.Cmd, c)
	for _, r := range stmt.Redirs {
		w.substitutions(s, r, c)
	}
}

// command walks everything but a simple command.
func (w *walker) command(s *script, cmd syntax.Command, c context) {
	switch cmd := cmd.(type) {
	case *syntax.CallExpr:
		w.call(s, cmd, nil, c)
	case *syntax.DeclClause:
		w.declare(s, cmd, c)
	case *syntax.BinaryCmd:
		w.binary(s, cmd, c)
	case *syntax.Block:
		w.statements(s, cmd.Stmts, c)
	case *syntax.Subshell:
		w.isolated(func() { w.statements(s, cmd.Stmts, c) })
	case *syntax.IfClause:
		w.ifClause(s, cmd, c)
	case *syntax.WhileClause:
		w.whileClause(s, cmd, c)
	case *syntax.ForClause:
		w.substitutions(s, cmd.Loop, c)
		w.optional(func() { w.statements(s, cmd.Do, c) })
	case *syntax.CaseClause:
		w.caseClause(s, cmd, c)
	case *syntax.FuncDecl:
		w.isolated(func() { w.statement(s, cmd.Body, context{pipe: -1, last: true, parent: -1, inner: c.inner}) })
	case *syntax.TimeClause:
		w.statement(s, cmd.Stmt, c)
	case *syntax.CoprocClause:
		w.isolated(func() { w.statement(s, cmd.Stmt, c) })
	default: // arithmetic and tests run nothing but their substitutions
		w.substitutions(s, cmd, c)
	}
}

func (w *walker) whileClause(s *script, loop *syntax.WhileClause, c context) {
	w.statements(s, loop.Cond, c.forCondition())
	w.optional(func() { w.statements(s, loop.Do, c) })
}

func (w *walker) caseClause(s *script, clause *syntax.CaseClause, c context) {
	w.substitutions(s, clause.Word, c)
	for _, item := range clause.Items {
		w.optional(func() { w.statements(s, item.Stmts, c) })
	}
}

func (w *walker) ifClause(s *script, clause *syntax.IfClause, c context) {
	condition := c
	if !stops(clause) {
		condition = c.forCondition()
	}
	for ; clause != nil; clause = clause.Else {
		w.statements(s, clause.Cond, condition)
		w.optional(func() { w.statements(s, clause.Then, c) })
	}
}

func (c context) forCondition() context {
	c.ignored = true
	return c
}

// substitutions walks the commands of $(…) and <(…) below a node.
func (w *walker) substitutions(s *script, node syntax.Node, c context) {
	inner := context{pipe: -1, last: true, inner: true, parent: c.parent, ignored: c.ignored}
	syntax.Walk(node, func(n syntax.Node) bool {
		switch n := n.(type) {
		case *syntax.CmdSubst:
			w.substitution(s, n.Stmts, inner)
			return false
		case *syntax.ProcSubst:
			w.substitution(s, n.Stmts, inner)
			return false
		}
		return w.failure == nil
	})
}

func (w *walker) substitution(s *script, stmts []*syntax.Stmt, c context) {
	if w.inner == maxInner {
		w.fail(fmt.Sprintf("more than %d substitutions inside each other", maxInner))
		return
	}
	w.inner++
	w.isolated(func() { w.statements(s, stmts, c) })
	w.inner--
}

func (w *walker) fail(message string) {
	if w.failure == nil {
		w.failure = &Error{Message: message}
	}
}

// add appends a command and returns its index.
func (w *walker) add(command Command) int {
	if len(w.commands) == MaxCommands {
		w.fail(fmt.Sprintf("the script has more than %d commands", MaxCommands))
	}
	w.commands = append(w.commands, command)
	return len(w.commands) - 1
}
