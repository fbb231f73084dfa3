package github

import (
	"strings"

	"guard/internal/finding"
	"guard/internal/pipeline"

	"github.com/rhysd/actionlint"
)

// maxExpression is how long an expression may be for GitHub, in bytes.
const maxExpression = 21_000

// scanned is one expression of a text, with what is wrong with it.
type scanned struct {
	pipeline.Expression
	start, end int // bytes of the text from ${{ to behind }}
	problem    string
}

// maxExpressions is how many expressions of one text are read.
const maxExpressions = 5000

// scan finds the expressions of a text. After one that never ends nothing more
// is looked for.
func scan(text string, path finding.Path) []scanned {
	var found []scanned
	place := pipeline.NewCursor(text)
	for at := 0; at < len(text) && len(found) < maxExpressions; {
		start := strings.Index(text[at:], "${{")
		if start < 0 {
			break
		}
		e := expressionAt(text, at+start)
		e.Path = path.With(place.Span(e.start, e.end))
		found = append(found, e)
		at = e.end
	}
	return found
}

// expressionAt reads the expression whose ${{ begins at start.
func expressionAt(text string, start int) scanned {
	inside := start + len("${{")
	limit := min(len(text), inside+maxExpression+len("}}"))
	lexer := actionlint.NewExprLexer(text[inside:limit])
	node, err := actionlint.NewExprParser().Parse(lexer)
	e := scanned{start: start}
	if err == nil {
		e.end = inside + lexer.Offset()
		e.Text = strings.TrimSpace(text[inside : e.end-len("}}")])
		e.take(node)
		return e
	}
	e.take(nil)
	length := strings.Index(text[inside:limit], "}}")
	if length < 0 {
		e.end = len(text)
		e.Text = strings.TrimSpace(text[inside:min(limit, inside+80)])
		e.problem = "}} is missing"
		return e
	}
	e.end = inside + length + len("}}")
	e.Text = strings.TrimSpace(text[inside : inside+length])
	e.problem = parseProblem(err, e.Text)
	return e
}

// condition reads what stands behind if:, which is an expression even without
// ${{ around it.
func condition(text string, path finding.Path) []scanned {
	if strings.Contains(text, "${{") || strings.TrimSpace(text) == "" {
		return scan(text, path)
	}
	e := expressionAt("${{"+text+"}}", 0)
	e.Path = path
	return []scanned{e}
}

func (e *scanned) take(node actionlint.ExprNode) {
	e.Contexts, e.Secrets = contextsOf(node), yieldedSecrets(node)
	for _, context := range yielded(node) {
		if e.Outsider == "" && outsiderContexts().MatchString(context) {
			e.Outsider = context
		}
	}
}

// secretsIn names the secrets whose value a text may hold.
func secretsIn(text string) []string {
	names := []string{}
	if !strings.Contains(text, "${{") {
		return names
	}
	for _, e := range scan(text, nil) {
		names = append(names, e.Secrets...)
	}
	return names
}
