package github

import (
	"fmt"
	"slices"
	"strings"

	"guard/internal/finding"
	"guard/internal/pipeline"
)

// expressions reads every expression outside of scripts.
func (r *reader) expressions() {
	walkTexts(r.root, make(finding.Path, 0, 16), func(path finding.Path, text string) {
		switch {
		case len(r.out.Expressions) >= maxExpressions || isScript(path):
		case isCondition(path):
			r.out.Expressions = append(r.out.Expressions, r.checked(condition(text, slices.Clone(path)), path)...)
		case strings.Contains(text, "${{"):
			r.out.Expressions = append(r.out.Expressions, r.expressionsIn(text, path)...)
		}
	})
	if len(r.out.Expressions) >= maxExpressions {
		r.exceeded(finding.Path{}, fmt.Sprintf("more than %d expressions; not all of them were read", maxExpressions))
	}
}

// expressionsIn reads the expressions of one text and notes what is wrong with
// them.
func (r *reader) expressionsIn(text string, path finding.Path) []pipeline.Expression {
	if !strings.Contains(text, "${{") {
		return []pipeline.Expression{}
	}
	found := scan(text, path)
	if len(found) >= maxExpressions {
		r.exceeded(path, fmt.Sprintf("more than %d expressions in one text; not all of them were read", maxExpressions))
	}
	return r.checked(found, path)
}

func (r *reader) checked(found []scanned, path finding.Path) []pipeline.Expression {
	expressions := make([]pipeline.Expression, 0, len(found))
	for _, e := range found {
		expressions = append(expressions, e.Expression)
		problem := e.problem
		if problem == "" {
			problem = contextProblem(e.Contexts, path)
		}
		if problem != "" {
			r.invalid(e.Path, fmt.Sprintf("the expression %q is not valid: %s", e.Text, problem))
		}
	}
	return expressions
}

// isStepKey tells whether a path ends in a key of a step.
func isStepKey(path finding.Path, name string) bool {
	if len(path) < 3 {
		return false
	}
	key, _ := path[len(path)-1].Key()
	_, inList := path[len(path)-2].Index()
	list, _ := path[len(path)-3].Key()
	return key == name && inList && (list == "steps" || list == "parallel")
}

func isScript(path finding.Path) bool { return isStepKey(path, "run") }

// isCondition tells whether a path is that of if: of a job or step, which is
// an expression even where nothing stands around it.
func isCondition(path finding.Path) bool { return isStepKey(path, "if") || isJobCondition(path) }

func isJobCondition(path finding.Path) bool {
	if len(path) != 3 {
		return false
	}
	top, _ := path[0].Key()
	key, _ := path[2].Key()
	return top == "jobs" && key == "if"
}
