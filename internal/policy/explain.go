package policy

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/metrics"
	"github.com/open-policy-agent/opa/v1/topdown"

	"guard/internal/document"
	"guard/internal/finding"
)

// Explanation is why a rule says something of a document, or nothing.
type Explanation struct {
	Results []Result
	Steps   []Step // what was evaluated, in order
	Cut     bool   // there are more steps than are kept
}

// Step is an expression of a rule that was evaluated, or the beginning of a
// definition.
type Step struct {
	Place  Place
	Text   string // as it stands in the file, in one line
	Depth  int    // how many definitions it is in
	Kind   StepKind
	Values []string // name = value, of what stands in it; secrets redacted
}

// StepKind says what became of a step.
type StepKind int

// The kinds of steps.
const (
	StepDefinition StepKind = iota // a definition is tried
	StepTrue                       // the expression holds
	StepFalse                      // it is false or undefined, and what follows it is not evaluated
	StepResult                     // the definition gives its value
)

// Furthest are the last failures of each definition of deny that gave no
// result: where it got furthest.
func (e *Explanation) Furthest() []Step {
	var furthest []Step
	var deny, best *Step
	gave := false
	flush := func() {
		if deny != nil && best != nil && !gave {
			furthest = append(furthest, *best)
		}
	}
	for i := range e.Steps {
		s := &e.Steps[i]
		switch {
		case s.Kind == StepDefinition && s.Depth == 0:
			flush()
			deny, best, gave = s, nil, false
		case s.Kind == StepResult && s.Depth == 0:
			gave = true
		case s.Kind == StepFalse && s.Depth == 1 && (best == nil || s.Place.Line >= best.Place.Line):
			best = s
		}
	}
	flush()
	return furthest
}

// Explain evaluates one rule on a document and keeps every step. It is slower
// than [Evaluator.Evaluate] and gives the same results.
func (e *Evaluator) Explain(ctx context.Context, doc *document.Document, id string) (*Explanation, error) {
	r, ok := e.library.find(id)
	if !ok {
		return nil, fmt.Errorf("%s", e.library.unknownRule(id))
	}
	if !appliesTo(r.Kinds, doc.Kind) {
		return nil, fmt.Errorf("%s reads documents of kind %s, and this is of kind %s", id, strings.Join(r.Kinds, ", "), doc.Kind)
	}
	q := &kindQuery{library: e.library, kind: doc.Kind, rules: []*rule{r}, params: e.library.paramStore()}
	if err := q.prepare(); err != nil {
		return nil, err
	}
	query, err := q.query(q.rules)
	if err != nil {
		return nil, err
	}
	explanation, err := within(ctx, maxEvaluation(), func(ctx context.Context) (*Explanation, error) {
		tracer := newStepTracer(r.module, doc)
		answers, err := q.explained(ctx, query, wholeInput.inputTerm(doc, e.now), tracer)
		if err != nil {
			return nil, &RuleError{Rule: r.ID, File: doc.File, Err: err}
		}
		results, err := q.results(doc, q.rules, answers)
		slices.SortStableFunc(results, func(a, b Result) int { return a.Finding.Compare(b.Finding) })
		return &Explanation{Results: results, Steps: tracer.steps, Cut: tracer.cut}, err
	})
	if stopped(err) {
		err = &RuleError{Rule: r.ID, File: doc.File, Err: err}
	}
	return explanation, err
}

// explained asks the query with every definition tried, as many as give the
// same result.
func (q *kindQuery) explained(ctx context.Context, query ast.Body, input *ast.Term, tracer topdown.QueryTracer) (ast.Object, error) {
	txn, err := q.params.NewTransaction(ctx)
	if err != nil {
		return nil, fmt.Errorf("read the parameters: %w", err)
	}
	defer q.params.Abort(ctx, txn)
	cancel := topdown.NewCancel()
	defer context.AfterFunc(ctx, cancel.Cancel)()
	results, err := newQuery(query).
		WithCompiler(q.compiler).
		WithStore(q.params).
		WithTransaction(txn).
		WithCancel(cancel).
		WithInput(input).
		WithMetrics(metrics.NoOp()).
		WithQueryTracer(tracer).
		WithIndexing(false).
		WithEarlyExit(false).
		Run(ctx)
	if err != nil {
		return nil, err
	}
	return answered(results)
}

// Input is what rules see of a document, as JSON, secrets redacted.
func (e *Evaluator) Input(doc *document.Document) ([]byte, error) {
	value, err := ast.JSON(wholeInput.inputTerm(doc, e.now).Value)
	if err != nil {
		return nil, fmt.Errorf("write the input of %s: %w", doc.File, err)
	}
	return json.MarshalIndent(redactLeaves(doc, value), "", "  ")
}

// redactLeaves redacts every text in a value.
func redactLeaves(doc *document.Document, value any) any {
	switch value := value.(type) {
	case string:
		return doc.Redact(value)
	case []any:
		for i := range value {
			value[i] = redactLeaves(doc, value[i])
		}
	case map[string]any:
		redacted := make(map[string]any, len(value))
		for key, item := range value {
			redacted[doc.RedactKnown(key)] = redactLeaves(doc, item)
		}
		return redacted
	}
	return value
}

// KindsOf tells which kinds of documents a rule reads.
func KindsOf(r finding.Rule) []document.Kind {
	var kinds []document.Kind
	for _, kind := range document.Kinds {
		if appliesTo(r.Kinds, kind) {
			kinds = append(kinds, kind)
		}
	}
	return kinds
}
