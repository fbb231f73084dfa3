package github

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"guard/internal/finding"

	"github.com/rhysd/actionlint"
)

// knownContexts are the names an expression may begin with; nan and infinity
// are numbers that actionlint takes for names.
var knownContexts = []string{
	"github", "env", "vars", "job", "jobs", "steps", "runner", "secrets", "strategy", "matrix", "needs", "inputs", "nan", "infinity",
}

// jobConditionContexts are those that GitHub knows when it decides whether a
// job runs; stepConditionContexts, those when it decides on a step.
var (
	jobConditionContexts  = []string{"github", "inputs", "vars", "needs", "nan", "infinity"}
	stepConditionContexts = []string{"github", "inputs", "vars", "needs", "strategy", "matrix", "steps", "job", "runner", "env", "nan", "infinity"}
)

// contextProblem says which name of an expression GitHub does not know at this
// place; "" where it knows all.
func contextProblem(contexts []string, path finding.Path) string {
	for _, context := range contexts {
		name, _, _ := strings.Cut(context, ".")
		switch {
		case !slices.Contains(knownContexts, name):
			return fmt.Sprintf("the name %q is not known; text stands in single quotes", name)
		case isJobCondition(path) && !slices.Contains(jobConditionContexts, name):
			return fmt.Sprintf("%q is not known when GitHub decides whether a job runs", name)
		case isStepKey(path, "if") && !slices.Contains(stepConditionContexts, name):
			return fmt.Sprintf("%q is not known in the condition of a step; pass it through env", name)
		}
	}
	return ""
}

// parseProblem words what actionlint says of an expression; "" where GitHub
// may well take it: its numbers have more forms (+1, .5, 08, large ones) and
// a list can also be asked with [*].
func parseProblem(err *actionlint.ExprError, text string) string {
	if strings.Contains(text, "[*]") || number.MatchString(err.Message) {
		return ""
	}
	if text == "" {
		return "it is empty"
	}
	if m := unexpectedByte.FindStringSubmatch(err.Message); m != nil {
		return byteProblem(m[1])
	}
	message, _, _ := strings.Cut(err.Message, ". expecting")
	return strings.NewReplacer(`unexpected token "END"`, "unexpected end", `unexpected end of input`, "unexpected end").Replace(message)
}

var (
	number         = regexp.MustCompile(`while lexing (?:integer|fraction|exponent) part|while lexing hex integer|while lexing character following|parsing invalid (?:integer|float)|character '\+'`)
	unexpectedByte = regexp.MustCompile(`got unexpected character ('.+?') while lexing`)
)

func byteProblem(char string) string {
	if char == `'"'` {
		return "text stands in single quotes, not in double quotes"
	}
	return "unexpected character " + char
}
