package shell

import (
	"slices"

	"mvdan.cc/sh/v3/syntax"
)

// binary walks two statements joined by &&, || or a pipe.
func (w *walker) binary(s *script, b *syntax.BinaryCmd, c context) {
	switch b.Op {
	case syntax.AndStmt:
		w.and(s, b, c)
	case syntax.OrStmt:
		w.or(s, b, c)
	default:
		w.pipe(s, b, c)
	}
}

// and walks a chain of &&. Each part runs with the options of the one before;
// behind the chain only the first is sure to have run.
func (w *walker) and(s *script, b *syntax.BinaryCmd, c context) {
	parts := chain(b, func(op syntax.BinCmdOperator) bool { return op == syntax.AndStmt })
	w.statement(s, parts[0], c)
	first := w.options
	for _, part := range parts[1:] {
		w.statement(s, part, c)
	}
	w.options = either(first, w.options)
}

// or walks a chain of ||. A failure is swallowed where the last way out cannot
// fail.
func (w *walker) or(s *script, b *syntax.BinaryCmd, c context) {
	parts := chain(b, func(op syntax.BinCmdOperator) bool { return op == syntax.OrStmt })
	left := c
	left.ignored = c.ignored || succeeds(parts[len(parts)-1])
	for _, part := range parts[:len(parts)-1] {
		w.statement(s, part, left)
	}
	w.optional(func() { w.statement(s, parts[len(parts)-1], c) })
}

// pipe walks a pipe. Its parts are subshells.
func (w *walker) pipe(s *script, b *syntax.BinaryCmd, c context) {
	parts := chain(b, isPipe)
	c.pipe = w.pipes
	w.pipes++
	for stage, part := range parts {
		c.stage, c.last = stage, stage == len(parts)-1
		w.isolated(func() { w.statement(s, part, c) })
	}
}

func isPipe(op syntax.BinCmdOperator) bool { return op == syntax.Pipe || op == syntax.PipeAll }

// chain lists the statements that operators of one sort join. The tree leans
// to the left, and in pipes of some dialects to the right.
func chain(b *syntax.BinaryCmd, same func(syntax.BinCmdOperator) bool) []*syntax.Stmt {
	var right, left []*syntax.Stmt
	y := b.Y
	for next := sameChain(y, same); next != nil; next = sameChain(y, same) {
		right, y = append(right, next.X), next.Y
	}
	right = append(right, y)
	x := b.X
	for next := sameChain(x, same); next != nil; next = sameChain(x, same) {
		left, x = append(left, next.Y), next.X
	}
	left = append(left, x)
	slices.Reverse(left)
	return append(left, right...)
}

func sameChain(stmt *syntax.Stmt, same func(syntax.BinCmdOperator) bool) *syntax.BinaryCmd {
	b, ok := stmt.Cmd.(*syntax.BinaryCmd)
	if !ok || !same(b.Op) || stmt.Negated || len(stmt.Redirs) > 0 {
		return nil
	}
	return b
}

// succeeds tells whether a statement cannot fail: true, :, exit 0, echo, or a
// block that ends in one.
func succeeds(stmt *syntax.Stmt) bool {
	if stmt == nil || stmt.Negated {
		return false
	}
	switch cmd := stmt.Cmd.(type) {
	case *syntax.CallExpr:
		return succeedingCall(cmd)
	case *syntax.Block:
		return len(cmd.Stmts) > 0 && !slices.ContainsFunc(cmd.Stmts, fails) && succeeds(cmd.Stmts[len(cmd.Stmts)-1])
	case *syntax.Subshell:
		return len(cmd.Stmts) > 0 && !slices.ContainsFunc(cmd.Stmts, fails) && succeeds(cmd.Stmts[len(cmd.Stmts)-1])
	}
	return false
}

func succeedingCall(call *syntax.CallExpr) bool {
	if len(call.Args) == 0 {
		return false
	}
	switch call.Args[0].Lit() {
	case "true", ":", "echo", "printf":
		return true
	case "exit", "return":
		return len(call.Args) == 2 && call.Args[1].Lit() == "0"
	}
	return false
}

// fails tells whether a statement ends the script as failed: exit 1, false.
func fails(stmt *syntax.Stmt) bool {
	call, ok := stmt.Cmd.(*syntax.CallExpr)
	if !ok || len(call.Args) == 0 {
		return false
	}
	switch call.Args[0].Lit() {
	case "false":
		return true
	case "exit", "return":
		return len(call.Args) == 1 || call.Args[1].Lit() != "0"
	}
	return false
}

// stops tells whether some branch of a condition ends the script as failed.
// Then the condition asks, and hides nothing.
func stops(clause *syntax.IfClause) bool {
	found := false
	syntax.Walk(clause, func(n syntax.Node) bool {
		if stmt, ok := n.(*syntax.Stmt); ok && fails(stmt) {
			found = true
		}
		return !found
	})
	return found
}
