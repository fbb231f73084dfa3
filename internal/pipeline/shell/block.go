package shell

import "mvdan.cc/sh/v3/syntax"

// BlockKind says how the commands of a block run.
type BlockKind uint8

// The kinds of blocks.
const (
	Branch      BlockKind = iota // where a condition chooses it: then, else, an arm of case, behind && or ||
	Question                     // to find out whether a branch is chosen
	Loop                         // any number of times
	Stage                        // in a pipe, in a shell of its own
	Subshell                     // in a shell of its own
	Function                     // when it is called
	Substituted                  // when the word they stand in is read
)

// Block is a part of a script that does not simply run once, in its turn, in
// the script's own shell.
type Block struct {
	Kind   BlockKind
	Outer  *Block  // what it stands in; nil for the script itself
	Depth  int     // how many blocks it stands in, itself counted
	Clause *Clause // what it is a part of; blocks of one clause stand side by side. Nil of subshells, functions and substitutions
	Arm    int     // which branch of the clause, or stage of the pipe, it is
	Name   string  // of a function
}

// Clause is a whole if, case, loop or pipe, or one command behind && or ||.
type Clause struct {
	Line     int          // 1-based, in the file or text that paths point into
	Tests    []*Condition // when each branch is chosen, given that none before it is; nil: always
	Chained  bool         // behind &&, which is the usual way to say "and then"
	Variable string       // of a loop over words; "" of any other
	Items    []Word       // the words it loops over
}

// ConditionKind says how a condition is decided.
type ConditionKind uint8

// The kinds of conditions.
const (
	Undecided ConditionKind = iota // it cannot be read
	Succeeds                       // the command succeeds
	Holds                          // a test of two words, or of one
	All                            // all of several
	Any                            // one of several
	Not                            // the other one does not hold
)

// Condition is what decides whether a branch is chosen.
type Condition struct {
	Kind     ConditionKind
	Command  int          // of Succeeds: index into the script's commands
	Operator string       // of Holds: "==", "!=", "=~", "-z", "-n", or another
	Left     *Word        // of Holds; the only word of -z and -n
	Right    *Word        // of Holds: a pattern for == and !=, a regular expression for =~
	Of       []*Condition // of All, Any and Not
}

// within is c inside another block.
func (c context) within(kind BlockKind, clause *Clause, arm int) context {
	depth := 1
	if c.block != nil {
		depth = c.block.Depth + 1
	}
	c.block = &Block{Kind: kind, Outer: c.block, Depth: depth, Clause: clause, Arm: arm}
	return c
}

// in is c inside another block, where blocks are asked for.
func (w *walker) in(c context, kind BlockKind, clause *Clause, arm int) context {
	if !w.reader.Detailed {
		return c
	}
	return c.within(kind, clause, arm)
}

func (w *walker) clause(s *script, node syntax.Node) *Clause {
	if !w.reader.Detailed {
		return nil
	}
	line, _ := w.reader.Place(s.start(offset(node.Pos())))
	return &Clause{Line: line}
}

// ask adds the condition of a branch to a clause.
func (c *Clause) ask(test *Condition) {
	if c != nil {
		c.Tests = append(c.Tests, test)
	}
}

// condition reads what statements, which have been walked, decide: the last
// one does.
func (w *walker) condition(s *script, stmts []*syntax.Stmt) *Condition {
	if !w.reader.Detailed {
		return nil
	}
	if len(stmts) == 0 {
		return &Condition{}
	}
	return w.outcome(s, stmts[len(stmts)-1])
}

// outcome is whether a statement that has been walked succeeds.
func (w *walker) outcome(s *script, stmt *syntax.Stmt) *Condition {
	if !w.reader.Detailed {
		return nil
	}
	c := &Condition{}
	switch cmd := stmt.Cmd.(type) {
	case *syntax.CallExpr:
		if index, known := w.calls[cmd]; known {
			c = &Condition{Kind: Succeeds, Command: index}
		}
	case *syntax.DeclClause:
		c = &Condition{Kind: All} // export and its kin succeed
	case *syntax.TestClause:
		c = w.test(s, cmd.X)
	case *syntax.BinaryCmd:
		c = w.chained(s, cmd)
	case *syntax.Block:
		c = w.condition(s, cmd.Stmts)
	case *syntax.Subshell:
		c = w.condition(s, cmd.Stmts)
	}
	if stmt.Negated {
		return not(c)
	}
	return c
}

func not(c *Condition) *Condition {
	if c == nil {
		return nil
	}
	return &Condition{Kind: Not, Of: []*Condition{c}}
}

// both is that one condition holds and then another one does.
func both(a, b *Condition) *Condition {
	if a == nil {
		return b
	}
	return &Condition{Kind: All, Of: []*Condition{a, b}}
}

func (w *walker) chained(s *script, b *syntax.BinaryCmd) *Condition {
	kind := map[syntax.BinCmdOperator]ConditionKind{syntax.AndStmt: All, syntax.OrStmt: Any}[b.Op]
	if kind == Undecided {
		return &Condition{}
	}
	parts := chain(b, func(op syntax.BinCmdOperator) bool { return op == b.Op })
	c := &Condition{Kind: kind}
	for _, part := range parts {
		c.Of = append(c.Of, w.outcome(s, part))
	}
	return c
}

// test reads what stands in [[ … ]].
func (w *walker) test(s *script, expr syntax.TestExpr) *Condition {
	switch expr := expr.(type) {
	case *syntax.ParenTest:
		return w.test(s, expr.X)
	case *syntax.Word:
		return &Condition{Kind: Holds, Operator: "-n", Left: w.kept(s, expr, false)}
	case *syntax.UnaryTest:
		if expr.Op == syntax.TsNot {
			return not(w.test(s, expr.X))
		}
		if word, ok := expr.X.(*syntax.Word); ok {
			return &Condition{Kind: Holds, Operator: expr.Op.String(), Left: w.kept(s, word, false)}
		}
	case *syntax.BinaryTest:
		return w.binaryTest(s, expr)
	}
	return &Condition{}
}

func (w *walker) binaryTest(s *script, expr *syntax.BinaryTest) *Condition {
	switch expr.Op {
	case syntax.AndTest:
		return &Condition{Kind: All, Of: []*Condition{w.test(s, expr.X), w.test(s, expr.Y)}}
	case syntax.OrTest:
		return &Condition{Kind: Any, Of: []*Condition{w.test(s, expr.X), w.test(s, expr.Y)}}
	}
	left, x := expr.X.(*syntax.Word)
	right, y := expr.Y.(*syntax.Word)
	if !x || !y {
		return &Condition{}
	}
	operator := expr.Op.String()
	if operator == "=" {
		operator = "=="
	}
	return &Condition{Kind: Holds, Operator: operator, Left: w.kept(s, left, false), Right: w.kept(s, right, true)}
}

// kept reads a word of a condition.
func (w *walker) kept(s *script, word *syntax.Word, pattern bool) *Word {
	read, _ := w.read(s, word, unquoted, pattern)
	return &read
}

// matches is that a word matches one of the patterns of an arm of case.
func (w *walker) matches(word *Word, s *script, item *syntax.CaseItem) *Condition {
	c := &Condition{Kind: Any}
	for _, pattern := range item.Patterns {
		c.Of = append(c.Of, &Condition{Kind: Holds, Operator: "==", Left: word, Right: w.kept(s, pattern, true)})
	}
	return c
}
