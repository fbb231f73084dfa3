package policy

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/topdown"

	"guard/internal/document"
	"guard/internal/finding"
)

// The bounds of one question to a session.
const (
	maxAnswerTime = 5 * time.Second
	maxAnswers    = 100 // of one question
)

// Session answers expressions in Rego about one document, as rules see it.
type Session struct {
	library *library
	doc     *document.Document
	input   *ast.Term
}

// Session begins a session about a document.
func (e *Evaluator) Session(doc *document.Document) *Session {
	return &Session{e.library, doc, wholeInput.inputTerm(doc, e.now)}
}

// Ask evaluates expressions as in the body of a rule. They may call what rules
// may call, and refer to input, data.guard.lib, data.guard.params and
// data.guard.rules. It returns the value of a single expression, or the values
// of the variables, as JSON, one answer an element; none where the expressions
// are undefined or false. Secrets are redacted.
func (s *Session) Ask(ctx context.Context, text string) ([]string, error) {
	return within(ctx, min(maxAnswerTime, maxEvaluation()), func(ctx context.Context) ([]string, error) { return s.ask(ctx, text) })
}

func (s *Session) ask(ctx context.Context, text string) ([]string, error) {
	body, err := ast.ParseBodyWithOpts(text, ast.ParserOptions{RegoVersion: ast.RegoV1, Capabilities: capabilities(false), SkipRules: true})
	if err != nil {
		return nil, sessionError(err)
	}
	if value, ok := valueOf(body); ok {
		body = ast.NewBody(ast.Equality.Expr(ast.NewTerm(resultVar), value))
	}
	if body.Loc() == nil && len(body) > 0 {
		body[0].Location = ast.NewLocation([]byte(text), "", 1, 1)
	}
	compiler, err := s.compiler(body)
	if err != nil {
		return nil, err
	}
	asking := compiler.QueryCompiler()
	query, err := asking.Compile(body)
	if err != nil {
		return nil, sessionError(err)
	}
	results, err := s.run(ctx, compiler, query)
	if err != nil {
		return nil, errors.New(ErrorText(err))
	}
	return s.answers(results, asking.RewrittenVars())
}

// valueOf is what a single expression is asked for, unless it binds variables.
func valueOf(body ast.Body) (*ast.Term, bool) {
	if len(body) != 1 || body[0].Negated || len(body[0].With) > 0 || body[0].IsAssignment() {
		return nil, false
	}
	switch terms := body[0].Terms.(type) {
	case *ast.Term:
		return terms, true
	case []*ast.Term:
		if terms[0].String() != ast.Equality.Name {
			return ast.CallTerm(terms...), true
		}
	}
	return nil, false
}

// compiler compiles what the expressions refer to.
func (s *Session) compiler(body ast.Body) (*ast.Compiler, error) {
	asking := &module{source: &Source{}, role: roleTest, parsed: &ast.Module{Package: &ast.Package{Path: ast.MustParseRef("data.question")}, Rules: []*ast.Rule{{Head: ast.NewHead("x"), Body: body}}}}
	asking.once.Do(func() {})
	var errs Errors
	if s.library.proveTested(asking, &errs); len(errs) > 0 {
		errs = Errors{{Message: errs[0].Message}}
		return nil, errs.result()
	}
	parsed, err := parseAll(s.library.needed([]*module{asking}))
	if err != nil {
		return nil, err
	}
	compiler := fastCompiler()
	if compiler.Compile(parsed); compiler.Failed() {
		return nil, sessionError(compiler.Errors)
	}
	return compiler, nil
}

func (s *Session) run(ctx context.Context, compiler *ast.Compiler, query ast.Body) (topdown.QueryResultSet, error) {
	params := s.library.paramStore()
	txn, err := params.NewTransaction(ctx)
	if err != nil {
		return nil, fmt.Errorf("read the parameters: %w", err)
	}
	defer params.Abort(ctx, txn)
	cancel := topdown.NewCancel()
	defer context.AfterFunc(ctx, cancel.Cancel)()
	var results topdown.QueryResultSet
	err = newQuery(query).
		WithCompiler(compiler).WithStore(params).WithTransaction(txn).WithCancel(cancel).WithInput(s.input).
		Iter(ctx, func(result topdown.QueryResult) error {
			if results = append(results, maps.Clone(result)); len(results) > maxAnswers {
				return errEnough
			}
			return nil
		})
	if err != nil && !errors.Is(err, errEnough) {
		return nil, err
	}
	return results, nil
}

var errEnough = errors.New("there are answers enough")

func (s *Session) answers(results topdown.QueryResultSet, names map[ast.Var]ast.Var) ([]string, error) {
	var answers []string
	for i, result := range results {
		if i == maxAnswers {
			return append(answers, fmt.Sprintf("… only the first %d answers are shown", maxAnswers)), nil
		}
		answer, err := s.answer(result, names)
		if err != nil {
			return nil, err
		}
		if !slices.Contains(answers, answer) {
			answers = append(answers, answer)
		}
	}
	return answers, nil
}

// answer is the value of an expression, or those of the variables by their
// names in the question.
func (s *Session) answer(result topdown.QueryResult, names map[ast.Var]ast.Var) (string, error) {
	if value := result[resultVar]; value != nil {
		return s.json(value)
	}
	var lines []string
	for v, value := range result {
		name, renamed := names[v]
		if !renamed {
			name = v
		}
		if name.IsGenerated() || name.IsWildcard() {
			continue
		}
		text, err := s.json(value)
		if err != nil {
			return "", err
		}
		lines = append(lines, string(name)+" = "+text)
	}
	if len(lines) == 0 {
		return "true", nil
	}
	slices.Sort(lines)
	return strings.Join(lines, "\n"), nil
}

func (s *Session) json(term *ast.Term) (string, error) {
	value, err := ast.JSON(term.Value)
	if err != nil {
		return "", err
	}
	text, err := json.MarshalIndent(redactLeaves(s.doc, value), "", "  ")
	return string(text), err
}

// Missing says what of a reference into input is not there, and the nearest
// field that is; "" where the text is no such reference, or leads somewhere.
func (s *Session) Missing(text string) string {
	term, err := ast.ParseTerm(text)
	if err != nil {
		return ""
	}
	ref, is := term.Value.(ast.Ref)
	if !is || !ref[0].Equal(ast.InputRootDocument) || !ref.IsGround() {
		return ""
	}
	at := s.input.Value
	for i, step := range ref[1:] {
		next, err := at.Find(ast.Ref{step})
		if err == nil {
			at = next
			continue
		}
		var known []string
		if object, is := at.(ast.Object); is {
			for _, key := range object.Keys() {
				known = append(known, strings.Trim(key.Value.String(), `"`))
			}
		}
		message := fmt.Sprintf("%s has no %s", ref[:i+1], step)
		if near := finding.Nearest(strings.Trim(step.Value.String(), `"`), known); near != "" {
			message += fmt.Sprintf(", did you mean %q?", near)
		}
		return message
	}
	return ""
}

// sessionError writes OPA's errors without a file.
func sessionError(err error) error {
	var errs Errors
	errs.fromOPA("", err)
	for _, one := range errs {
		one.File = ""
	}
	return errs.result()
}
