package github

import (
	"strings"

	"guard/internal/pipeline/logic"
	"guard/internal/pipeline/symbol"

	"github.com/rhysd/actionlint"
)

// contexts answers what the contexts of an expression hold at one place.
type contexts interface {
	// context returns the value of a chain of properties: ["github", "sha"].
	// Names are in lower case, those of secrets and vars in upper case; a part
	// that another expression names is "*".
	context(chain []string) operand

	// status answers the status functions: success, failure, always, cancelled.
	status(function string) logic.Answer
}

// maxDepth bounds expressions inside each other.
const maxDepth = 100

// evaluator evaluates one expression.
type evaluator struct {
	in contexts
}

// evaluate evaluates an expression; what it cannot follow is unknown.
func evaluate(node actionlint.ExprNode, in contexts) operand {
	return evaluator{in}.node(node, 0)
}

func (e evaluator) node(node actionlint.ExprNode, depth int) operand {
	if depth > maxDepth {
		return unknown("the expression is nested too deep")
	}
	switch n := node.(type) {
	case *actionlint.NullNode:
		return null
	case *actionlint.BoolNode:
		return boolean(logic.Is(n.Value))
	case *actionlint.IntNode:
		return numeric(float64(n.Value))
	case *actionlint.FloatNode:
		return numeric(n.Value)
	case *actionlint.StringNode:
		return textOf(symbol.Text(n.Value))
	case *actionlint.NotOpNode:
		return boolean(logic.Not(e.node(n.Operand, depth+1).truth()))
	case *actionlint.LogicalOpNode:
		return e.logical(n, depth)
	case *actionlint.CompareOpNode:
		return boolean(compare(n.Kind, e.node(n.Left, depth+1), e.node(n.Right, depth+1)))
	case *actionlint.FuncCallNode:
		return e.call(n, depth)
	}
	return e.chain(node, depth)
}

// logical evaluates && and ||, which answer one of their operands.
func (e evaluator) logical(n *actionlint.LogicalOpNode, depth int) operand {
	left := e.node(n.Left, depth+1)
	decides := left.truth()
	if n.Kind == actionlint.LogicalOpNodeKindAnd {
		decides = logic.Not(decides)
	}
	switch {
	case decides.IsYes():
		return left
	case decides.IsNo():
		return e.node(n.Right, depth+1)
	}
	return e.undecided(n, left, e.node(n.Right, depth+1))
}

// undecided is the value of && or || where the left operand is not known:
// which of the two it is nobody can say, even where both are true.
func (e evaluator) undecided(n *actionlint.LogicalOpNode, left, right operand) operand {
	combined := logic.Or(left.truth(), right.truth())
	if n.Kind == actionlint.LogicalOpNodeKindAnd {
		combined = logic.And(left.truth(), right.truth())
	}
	if left.kind == boolKind && right.kind == boolKind {
		return boolean(combined)
	}
	out := unknown(left.truth().Reason)
	out.answer = combined
	return out
}

// chain evaluates a chain of properties, or an index into a value that was
// computed.
func (e evaluator) chain(node actionlint.ExprNode, depth int) operand {
	parts := chainParts(node)
	if len(parts) > 0 {
		if len(parts) > 1 && (parts[0] == "secrets" || parts[0] == "vars") {
			parts[1] = strings.ToUpper(parts[1])
		}
		return e.in.context(parts)
	}
	switch n := node.(type) {
	case *actionlint.ObjectDerefNode:
		return e.node(n.Receiver, depth+1).member(n.Property)
	case *actionlint.IndexAccessNode:
		index := e.node(n.Index, depth+1)
		return e.node(n.Operand, depth+1).index(index)
	}
	return unknown("what the expression reads is not known")
}
