package azure

import (
	"strconv"
	"strings"

	"guard/internal/pipeline/azure/expression"
)

// condition is a condition: of a stage, job or step.
type condition struct {
	node    *expression.Node // nil where there is none, which is succeeded()
	unknown string           // why it cannot be read; "" where it can
	size    int              // of the expression, in parts
}

// conditions are those of a whole file.
type conditions struct {
	stages []condition
	jobs   []condition
	steps  [][]condition
}

func conditionsOf(file *File) conditions {
	var all conditions
	for _, s := range file.stages {
		all.stages = append(all.stages, conditionOf(s.condition))
	}
	for _, j := range file.jobs {
		all.jobs = append(all.jobs, conditionOf(j.condition))
		steps := make([]condition, len(j.steps))
		for i, s := range j.steps {
			steps[i] = conditionOf(s.condition)
		}
		all.steps = append(all.steps, steps)
	}
	return all
}

// conditionOf reads a condition. What ${{ … }} writes into it is a part of it:
// a value inside quotes, else an expression of its own.
func conditionOf(text string) condition {
	switch {
	case strings.TrimSpace(text) == "":
		return condition{}
	case strings.Contains(text, "$("):
		return condition{unknown: "the condition holds a macro, which Azure does not replace everywhere"}
	}
	if inside, ok := runtimeExpression(text); ok {
		text = inside
	}
	written, inserted := withMarks(text)
	node, err := expression.Parse(written)
	if err != nil {
		return condition{unknown: "the condition cannot be read: " + err.Error()}
	}
	if len(inserted) > 0 {
		node = unmarked(node, inserted)
	}
	return condition{node: node, size: node.Size()}
}

// mark stands for an inserted expression while a condition is read. It is a
// name outside of quotes, and text inside them.
const mark = "guard_inserted_"

func withMarks(text string) (written string, inserted []*expression.Node) {
	var b strings.Builder
	for _, p := range pieces(text) {
		if !p.expression {
			b.WriteString(p.text)
			continue
		}
		b.WriteString(mark + strconv.Itoa(len(inserted)) + "_")
		inserted = append(inserted, parse(p.text))
	}
	return b.String(), inserted
}

// unmarked puts the inserted expressions into their places.
func unmarked(node *expression.Node, inserted []*expression.Node) *expression.Node {
	return node.Replace(func(n *expression.Node) *expression.Node {
		if chains := n.Chains(); len(chains) == 1 && len(n.Calls()) == 0 && strings.HasPrefix(chains[0], mark) {
			if i := markedIndex(chains[0]); i >= 0 && i < len(inserted) {
				return expression.Parsed(inserted[i])
			}
		}
		if text, ok := n.Literal(); ok && strings.Contains(text, mark) {
			return formatted(text, inserted)
		}
		return nil
	})
}

func markedIndex(text string) int {
	digits, _, _ := strings.Cut(strings.TrimPrefix(text, mark), "_")
	i := 0
	for _, c := range digits {
		if c < '0' || c > '9' || i > maxPieces {
			return -1
		}
		i = i*10 + int(c-'0')
	}
	return i
}

// formatted is a text with marks as an expression.
func formatted(text string, inserted []*expression.Node) *expression.Node {
	escape := strings.NewReplacer("{", "{{", "}", "}}")
	pattern, args := "", []*expression.Node{nil}
	for {
		before, after, found := strings.Cut(text, mark)
		pattern += escape.Replace(before)
		if !found {
			break
		}
		i := markedIndex(after)
		_, text, _ = strings.Cut(after, "_")
		if i < 0 || i >= len(inserted) {
			return unreadable
		}
		pattern += "{" + strconv.Itoa(len(args)-1) + "}"
		args = append(args, inserted[i])
	}
	args[0] = expression.Text(pattern)
	return expression.Call("format", args...)
}
