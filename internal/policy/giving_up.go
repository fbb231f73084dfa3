package policy

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"

	"guard/internal/document"
	"guard/internal/finding"
)

// GivingUp is the same for one run over many documents: a rule of others that
// was stopped is asked of no further one, so that the run ends soon after. For
// each that it would have been asked of, the error holds a [RuleError]. Where
// something goes on though it was stopped, nothing is asked any more.
func (e *Evaluator) GivingUp() *Evaluator {
	if e.givingUp != nil {
		return e
	}
	run := *e
	run.givingUp = &givingUp{asked: *e}
	return &run
}

// givingUp is what a run has given up.
type givingUp struct {
	mu     sync.Mutex
	asked  Evaluator // by which the rest is judged
	over   []given
	runsOn error // why nothing is asked any more; nil: the rest is
}

// given is a rule that is not asked any more, and why.
type given struct {
	rule *rule
	err  error
}

func (g *givingUp) evaluate(ctx context.Context, doc *document.Document, e *Evaluator) ([]Result, error) {
	rest, over, runsOn := g.now(e)
	if runsOn != nil {
		return nil, &RuleError{Rule: "", File: doc.File, Err: fmt.Errorf("no rule is asked any more: %w", runsOn)}
	}
	results, err := rest.Evaluate(ctx, doc)
	var failed *RuleError
	if stopped(err) && ctx.Err() == nil && errors.As(err, &failed) && g.giveUp(failed) {
		rest, _, runsOn = g.now(e)
		if runsOn != nil {
			return nil, err
		}
		others, wrong := rest.Evaluate(ctx, doc)
		return others, errors.Join(err, wrong)
	}
	for _, o := range over {
		if appliesTo(o.rule.Kinds, doc.Kind) {
			err = errors.Join(err, &RuleError{Rule: o.rule.ID, File: doc.File, Err: o.err})
		}
	}
	return results, err
}

// now is what is still asked, at the time of an evaluator.
func (g *givingUp) now(e *Evaluator) (*Evaluator, []given, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	rest := g.asked
	rest.now, rest.at = e.now, e.at
	return &rest, g.over, g.runsOn
}

// giveUp takes the rules of others out that an error is about, and tells
// whether there are any.
func (g *givingUp) giveUp(failed *RuleError) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	if stop := (*Stopped)(nil); errors.As(failed, &stop) && stop.Running {
		g.runsOn = fmt.Errorf("rule %s goes on on %s though it was stopped: %w", failed.Rule, failed.File, stop)
		return true
	}
	over := slices.Clone(g.over)
	for _, r := range failed.slow {
		if !r.module.source.builtin() && !slices.ContainsFunc(over, func(o given) bool { return o.rule == r }) {
			over = append(over, given{r, fmt.Errorf("it is not asked any more since it was stopped on %s: %w", failed.File, failed.Err)})
		}
	}
	if len(over) == len(g.over) {
		return false
	}
	g.over = over
	g.asked = *g.asked.Only(func(f finding.Rule) bool {
		return !slices.ContainsFunc(over, func(o given) bool { return o.rule.ID == f.ID })
	})
	return true
}
