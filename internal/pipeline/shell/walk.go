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

	statementsSeen int // statements of the outermost script that the walk has begun

	// Where the reader is Detailed, the commands of each substitution, and the
	// index of each call.
	substitutes map[*syntax.CmdSubst]*Substitute
	calls       map[*syntax.CallExpr]int
}

// context is what a command takes from what it stands in.
type context struct {
	pipe, stage int
	last        bool
	ignored     bool
	swallowed   string // by what, where ignored
	background  bool
	chained     bool
	handled     bool
	asked       bool // it is the condition of an if one of whose branches fails
	fallback    bool
	function    string
	inner       bool
	parent      int
	redirects   []Redirect
	block       *Block
}

// script walks a script that is read by a shell of its own.
func (w *walker) script(s *script, c context) error {
	file, err := w.reader.parse(s)
	if err != nil {
		return err
	}
	for _, stmt := range file.Stmts {
		w.statement(s, stmt, c)
		if w.scripts == 0 {
			w.statementsSeen++
		}
	}
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
	if stmt.Negated {
		c = c.negate()
	}
	c.background = c.background || stmt.Background
	if call, simple := stmt.Cmd.(*syntax.CallExpr); simple {
		if stmt.Background {
			c = w.in(c, Subshell, nil, 0)
		}
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
		w.isolated(func() { w.command(s, stmt.Cmd, w.in(c, Subshell, nil, 0)) })
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
		w.isolated(func() { w.statements(s, cmd.Stmts, w.in(c, Subshell, nil, 0)) })
	case *syntax.IfClause:
		w.ifClause(s, cmd, c)
	case *syntax.WhileClause:
		w.whileClause(s, cmd, c)
	case *syntax.ForClause:
		w.substitutions(s, cmd.Loop, c)
		body := w.in(c, Loop, w.loop(s, cmd), 0)
		w.optional(func() { w.statements(s, cmd.Do, body) })
	case *syntax.CaseClause:
		w.caseClause(s, cmd, c)
	case *syntax.FuncDecl:
		w.functions(s, cmd, c)
	case *syntax.TimeClause:
		w.statement(s, cmd.Stmt, c)
	case *syntax.CoprocClause:
		w.isolated(func() { w.statement(s, cmd.Stmt, w.in(c, Subshell, nil, 0)) })
	case *syntax.TestClause:
		w.bare(s, "[[", cmd, c)
	case *syntax.ArithmCmd:
		w.bare(s, "((", cmd, c)
	default: // others run nothing but their substitutions
		w.substitutions(s, cmd, c)
	}
}

func (w *walker) whileClause(s *script, loop *syntax.WhileClause, c context) {
	c = w.in(c, Loop, w.clause(s, loop), 0)
	w.statements(s, loop.Cond, c.ignore("the condition of a loop"))
	w.optional(func() { w.statements(s, loop.Do, c) })
}

// loop reads what a loop goes through.
func (w *walker) loop(s *script, loop *syntax.ForClause) *Clause {
	clause := w.clause(s, loop)
	words, over := loop.Loop.(*syntax.WordIter)
	if clause == nil || !over {
		return clause
	}
	clause.Variable = s.text[offset(words.Name.Pos()):offset(words.Name.End())]
	for _, item := range words.Items {
		clause.Items = append(clause.Items, *w.kept(s, item, false))
	}
	return clause
}

// functions walks the body of a function under its name. In zsh it may have
// several, or none: then it runs where it stands.
func (w *walker) functions(s *script, f *syntax.FuncDecl, c context) {
	names := f.Names
	if f.Name != nil {
		names = []*syntax.Lit{f.Name}
	}
	for _, name := range names {
		w.isolated(func() { w.statement(s, f.Body, w.function(c, name.Value)) })
	}
	if len(names) == 0 {
		w.statement(s, f.Body, c)
	}
}

// function is where the body of a function stands.
func (w *walker) function(c context, name string) context {
	body := w.in(context{pipe: -1, last: true, parent: -1, inner: c.inner, block: c.block, function: name}, Function, nil, 0)
	if body.block != nil {
		body.block.Name = name
	}
	return body
}

func (w *walker) caseClause(s *script, clause *syntax.CaseClause, c context) {
	w.substitutions(s, clause.Word, c)
	all := w.clause(s, clause)
	var word *Word
	if all != nil {
		word = w.kept(s, clause.Word, false)
	}
	for arm, item := range clause.Items {
		if all != nil {
			all.ask(w.arm(s, word, clause.Items, arm))
		}
		w.optional(func() { w.statements(s, item.Stmts, w.in(c, Branch, all, arm)) })
	}
}

// arm is when an arm of case is chosen. Nobody knows where the arm before it
// runs on into it.
func (w *walker) arm(s *script, word *Word, items []*syntax.CaseItem, arm int) *Condition {
	if arm > 0 && items[arm-1].Op != syntax.Break {
		return &Condition{}
	}
	return w.matches(word, s, items[arm])
}

func (w *walker) ifClause(s *script, clause *syntax.IfClause, c context) {
	condition := c
	condition.handled, condition.asked = true, true
	if !stops(clause) {
		condition = c.ignore("the condition of an if")
		condition.asked = false
	}
	all := w.clause(s, clause)
	for arm := 0; clause != nil; arm, clause = arm+1, clause.Else {
		w.statements(s, clause.Cond, w.in(condition, Question, all, arm))
		if len(clause.Cond) == 0 {
			all.ask(nil)
		} else {
			all.ask(w.condition(s, clause.Cond))
		}
		w.optional(func() { w.statements(s, clause.Then, w.in(c, Branch, all, arm)) })
	}
}

// negate is the context of what stands behind !. Where a branch of the if that
// asks it fails, nothing is swallowed.
func (c context) negate() context {
	if c.asked {
		c.ignored = true
		return c
	}
	return c.ignore("!")
}

// ignore is the context of what may fail without notice, by what.
func (c context) ignore(by string) context {
	if !c.ignored {
		c.swallowed = by
	}
	c.ignored = true
	return c
}

// substitutions walks the commands of $(…) and <(…) below a node.
func (w *walker) substitutions(s *script, node syntax.Node, c context) {
	inner := context{pipe: -1, last: true, inner: true, parent: c.parent, ignored: c.ignored, swallowed: c.swallowed, function: c.function, block: c.block}
	syntax.Walk(node, func(n syntax.Node) bool {
		switch n := n.(type) {
		case *syntax.CmdSubst:
			first := w.reader.First + len(w.commands)
			block := w.in(inner, Substituted, nil, 0)
			w.substitution(s, n.Stmts, block)
			if known := w.substitutes[n]; known != nil {
				*known = Substitute{First: first, End: w.reader.First + len(w.commands), Block: block.block}
			}
			return false
		case *syntax.ProcSubst:
			w.substitution(s, n.Stmts, w.in(inner, Substituted, nil, 0))
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
