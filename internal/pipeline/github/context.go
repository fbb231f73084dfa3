package github

import (
	"slices"
	"strconv"
	"strings"

	"github.com/rhysd/actionlint"
)

// contextsOf lists what an expression reads: "github.event.pull_request.title",
// "secrets.TOKEN", "secrets" for the whole object. A part that another
// expression names is "*". Names of secrets and variables are in upper case, as
// GitHub stores them, everything else in lower case.
func contextsOf(node actionlint.ExprNode) []string {
	contexts := []string{}
	if node == nil {
		return contexts
	}
	actionlint.VisitExprNode(node, func(n, parent actionlint.ExprNode, entering bool) {
		if !entering || !isChain(n) || continuesChain(n, parent) {
			return
		}
		if name := chain(n); name != "" && !slices.Contains(contexts, name) {
			contexts = append(contexts, name)
		}
	})
	return contexts
}

func isChain(n actionlint.ExprNode) bool {
	switch n.(type) {
	case *actionlint.VariableNode, *actionlint.ObjectDerefNode, *actionlint.ArrayDerefNode, *actionlint.IndexAccessNode:
		return true
	}
	return false
}

// continuesChain tells whether n is the receiver of its parent, which then is
// the longer chain.
func continuesChain(n, parent actionlint.ExprNode) bool {
	switch p := parent.(type) {
	case *actionlint.ObjectDerefNode:
		return p.Receiver == n
	case *actionlint.ArrayDerefNode:
		return p.Receiver == n
	case *actionlint.IndexAccessNode:
		return p.Operand == n
	}
	return false
}

// chain writes a chain of properties with dots; "" where it does not begin
// with a context.
func chain(n actionlint.ExprNode) string {
	parts := chainParts(n)
	if len(parts) == 0 {
		return ""
	}
	if len(parts) > 1 && (parts[0] == "secrets" || parts[0] == "vars") {
		parts[1] = strings.ToUpper(parts[1])
	}
	return strings.Join(parts, ".")
}

func chainParts(n actionlint.ExprNode) []string {
	switch n := n.(type) {
	case *actionlint.VariableNode:
		return []string{n.Name}
	case *actionlint.ObjectDerefNode:
		return longer(chainParts(n.Receiver), n.Property)
	case *actionlint.ArrayDerefNode:
		return longer(chainParts(n.Receiver), "*")
	case *actionlint.IndexAccessNode:
		return longer(chainParts(n.Operand), indexName(n.Index))
	}
	return nil
}

func longer(parts []string, part string) []string {
	if len(parts) == 0 {
		return nil
	}
	return append(parts, part)
}

func indexName(n actionlint.ExprNode) string {
	switch n := n.(type) {
	case *actionlint.StringNode:
		return strings.ToLower(n.Value)
	case *actionlint.IntNode:
		return strconv.Itoa(n.Value)
	}
	return "*"
}

// yieldedSecrets names the secrets whose value an expression may have. What is
// only compared or tested is not yielded.
func yieldedSecrets(node actionlint.ExprNode) []string {
	names := []string{}
	for _, context := range yielded(node) {
		if name := secretName(context); name != "" && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}

// yielded lists the contexts whose value an expression may have.
func yielded(node actionlint.ExprNode) []string {
	var contexts []string
	var yield func(n actionlint.ExprNode)
	yield = func(n actionlint.ExprNode) {
		switch n := n.(type) {
		case *actionlint.LogicalOpNode:
			if n.Kind == actionlint.LogicalOpNodeKindOr {
				yield(n.Left)
			}
			yield(n.Right)
		case *actionlint.FuncCallNode:
			if passesOn(n.Callee) {
				for _, arg := range n.Args {
					yield(arg)
				}
			}
		case nil:
		default:
			contexts = append(contexts, chain(n))
		}
	}
	yield(node)
	return contexts
}

// passesOn tells whether a function's result holds its arguments.
func passesOn(function string) bool {
	return slices.Contains([]string{"format", "join", "tojson", "fromjson", "case"}, strings.ToLower(function))
}

// secretName is the secret that a context names; "" where it names none.
func secretName(context string) string {
	if context == "github.token" {
		return "GITHUB_TOKEN"
	}
	name, ok := strings.CutPrefix(context, "secrets.")
	if !ok {
		return ""
	}
	return name
}
