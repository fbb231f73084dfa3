package policy

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/open-policy-agent/opa/v1/ast"

	"guard/internal/document"
	"guard/internal/finding"
)

// Result is a finding with the path it was reported at, which its string form
// cannot be turned back into.
type Result struct {
	finding.Finding
	At finding.Path
}

// RuleError says that a rule could not be evaluated on a document. The other
// rules were, unless it is for a [Stopped].
type RuleError struct {
	Rule string // several, with commas between them, where it is not known which it was; "": all
	File string
	Err  error
	slow []*rule // that Rule names, where they were stopped
}

// Error names rule and file.
func (e *RuleError) Error() string {
	file := cmp.Or(e.File, "the project")
	if e.Rule == "" {
		return fmt.Sprintf("evaluate the rules on %s: %v", file, e.Err)
	}
	return fmt.Sprintf("evaluate rule %s on %s: %v", e.Rule, file, e.Err)
}

// Unwrap returns the cause.
func (e *RuleError) Unwrap() error { return e.Err }

// Evaluate returns what the active rules of the document's kind find, ordered
// by place. Where a rule fails, the results are those of all others, and the
// error joins a [RuleError] for each that failed. Where the rules take too much
// time or memory, there are no results, and the error holds [Stopped].
func (e *Evaluator) Evaluate(ctx context.Context, doc *document.Document) ([]Result, error) {
	if e.givingUp != nil {
		return e.givingUp.evaluate(ctx, doc, e)
	}
	q, ok := e.kinds[doc.Kind]
	if !ok {
		return nil, fmt.Errorf("evaluate %s: there is no kind %q", doc.File, doc.Kind)
	}
	if len(q.rules) == 0 {
		return nil, nil
	}
	if err := q.prepare(); err != nil {
		return nil, err
	}
	set, err := q.asked(doc)
	if err != nil || len(set.rules) == 0 {
		return nil, err
	}
	results, err := within(ctx, maxEvaluation(), func(ctx context.Context) ([]Result, error) {
		return q.evaluate(ctx, doc, set, q.encoding.inputTerm(doc, e.now))
	})
	if stop := (*Stopped)(nil); errors.As(err, &stop) {
		slow := q.slow(ctx, doc, set, stop, e.now)
		return nil, &RuleError{strings.Join(idsOf(slow), ", "), doc.File, stop, slow}
	}
	for i := range results {
		f := &results[i].Finding
		f.Action, f.DeniedFrom = e.Act(f.Rule, f.Action)
	}
	slices.SortStableFunc(results, func(a, b Result) int { return a.Finding.Compare(b.Finding) })
	return results, err
}

// evaluate asks all rules at once, and, where that fails, each alone.
func (q *kindQuery) evaluate(ctx context.Context, doc *document.Document, set *ruleSet, input *ast.Term) ([]Result, error) {
	answers, err := q.run(ctx, set.query, input)
	if err == nil {
		return q.results(doc, set.rules, answers)
	}
	if ctx.Err() != nil {
		return nil, err
	}
	var results []Result
	var errs []error
	for i, r := range set.rules {
		answers, err := q.alone(ctx, r, input)
		if err != nil {
			errs = append(errs, &RuleError{Rule: r.ID, File: doc.File, Err: err})
			continue
		}
		found, err := q.results(doc, set.rules[i:i+1], answers)
		results, errs = append(results, found...), append(errs, err)
	}
	if err := errors.Join(errs...); err != nil {
		return results, err
	}
	return results, fmt.Errorf("evaluate %s: %w", doc.File, err)
}

// alone asks one rule.
func (q *kindQuery) alone(ctx context.Context, r *rule, input *ast.Term) (ast.Object, error) {
	query, err := q.query([]*rule{r})
	if err != nil {
		return nil, err
	}
	return q.run(ctx, query, input)
}

// shortly is how long one rule may take when it is sought which of them was too
// slow, and seeking how long that may last.
const (
	shortly = 200 * time.Millisecond
	seeking = 4 * shortly
)

// slow are the rules that take long on a document for which all together were
// stopped: all that are not guard's own, where that cannot be found out.
func (q *kindQuery) slow(ctx context.Context, doc *document.Document, set *ruleSet, stop *Stopped, now string) []*rule {
	suspects := set.custom()
	if len(suspects) < 2 || stop.Running || ctx.Err() != nil {
		return suspects
	}
	ctx, cancel := context.WithTimeout(ctx, seeking)
	defer cancel()
	var slow []*rule
	for _, r := range suspects {
		_, err := within(ctx, shortly, func(ctx context.Context) (ast.Object, error) {
			return q.alone(ctx, r, q.encoding.inputTerm(doc, now))
		})
		if stopped(err) {
			slow = append(slow, r)
		}
	}
	if len(slow) == 0 {
		return suspects
	}
	return slow
}

// custom are the rules of others; all, where there are none of others.
func (s *ruleSet) custom() []*rule {
	var custom []*rule
	for _, r := range s.rules {
		if !r.module.source.builtin() {
			custom = append(custom, r)
		}
	}
	if len(custom) == 0 {
		return s.rules
	}
	return custom
}

func idsOf(rules []*rule) []string {
	ids := make([]string, len(rules))
	for i, r := range rules {
		ids[i] = r.ID
	}
	return ids
}

// results turns the answers of rules into findings.
func (q *kindQuery) results(doc *document.Document, rules []*rule, answers ast.Object) ([]Result, error) {
	var results []Result
	var errs []error
	for _, r := range rules {
		term := answers.Get(ast.InternedTerm(r.ID))
		if term == nil {
			errs = append(errs, &RuleError{Rule: r.ID, File: doc.File, Err: errors.New("the rule gave no answer")})
			continue
		}
		decoded, err := decodeAnswers(term, q.kind == document.KindProject)
		if err != nil {
			errs = append(errs, &RuleError{Rule: r.ID, File: doc.File, Err: err})
		}
		for _, a := range decoded {
			results = append(results, r.result(doc, a))
		}
	}
	return results, errors.Join(errs...)
}

func (r *rule) result(doc *document.Document, a answer) Result {
	f := finding.Finding{
		Rule: r.ID, Severity: r.Severity, Action: r.Action,
		Message: a.message, Remediation: r.Remediation,
		Location: locate(doc, a.file, a.path), Path: a.path.String(),
		Object: doc.Object, Fix: a.fix,
	}
	for _, related := range a.related {
		f.Related = append(f.Related, finding.Related{Message: related.message, Location: locate(doc, related.file, related.path)})
	}
	return Result{f, a.path}
}

// locate answers where a path stands: in the document's own file, or, for the
// project document, in another.
func locate(doc *document.Document, file string, path finding.Path) finding.Location {
	switch {
	case file != "" && doc.Elsewhere != nil:
		return doc.Elsewhere(file, path)
	case file != "" && file != doc.File || doc.Source == nil:
		return finding.Location{File: cmp.Or(file, doc.File)}
	default:
		return doc.Locate(path)
	}
}
