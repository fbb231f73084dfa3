package check

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"guard/internal/config"
	"guard/internal/document"
	"guard/internal/finding"
	"guard/internal/policy"
)

// judge applies the baseline and evaluates the rules on the project document,
// which holds what is known only when everything else is.
func (r *run) judge(ctx context.Context) error {
	r.accept()
	results, err := r.Evaluator.Evaluate(ctx, r.projectDocument())
	switch failed := (*policy.RuleError)(nil); {
	case ctx.Err() != nil:
		return fmt.Errorf("judge the waivers: %w", context.Cause(ctx))
	case errors.As(err, &failed):
		r.skipped = append(r.skipped, skipped{name: ".", reason: err.Error(), unread: true})
	case err != nil:
		return fmt.Errorf("judge the waivers: %w", err)
	}
	seen := map[string]int{}
	for _, result := range results {
		f := r.viewOf(result.File).dress(result)
		number(seen, &f)
		r.project = append(r.project, f)
	}
	return nil
}

func (r *run) projectDocument() *document.Document {
	project := &document.Document{Kind: document.KindProject, Elsewhere: r.locate, Changes: r.Changes}
	for _, w := range r.Config.Waivers {
		if state, reason := r.configState(w); state != "" {
			project.Waivers = append(project.Waivers, document.Waiver{State: state, Rule: w.Rule, Reason: reason, File: w.Place.File, Path: w.Place.Path})
		}
	}
	for _, e := range r.entries {
		for _, w := range e.waivers {
			r.addInline(project, e.file.name, w)
		}
	}
	return project
}

// addInline says what is wrong with a waiver inside a file, and what about it
// takes effect only when it is merged.
func (r *run) addInline(project *document.Document, file string, w *inlineWaiver) {
	if w.change != "" {
		project.Changes = append(project.Changes, document.Change{What: w.change, File: file, Path: w.path()})
	}
	if state, reason := r.inlineState(w); state != "" {
		rule := ""
		if len(w.Rules) > 0 {
			rule = w.Rules[0]
		}
		project.Waivers = append(project.Waivers, document.Waiver{State: state, Rule: rule, Reason: reason, File: file, Path: w.path()})
	}
}

// configState says what is wrong with a waiver of the configuration; state is
// "" where nothing is. Whether nothing needs it can be told only by a run that
// looked at everything it could be for.
func (r *run) configState(w *config.Waiver) (state, reason string) {
	switch {
	case w.Invalid != "":
		return "invalid", w.Invalid
	case w.Expired(r.Now):
		return "expired", "it ended on " + w.Expires.Format(time.DateOnly)
	case r.whole() && r.active(w.Rule) && !r.matched(w):
		return "unused", "nothing in " + strings.Join(slices.Concat(w.Files, w.Objects), ", ") + " breaks that rule any more"
	}
	return "", ""
}

func (r *run) inlineState(w *inlineWaiver) (state, reason string) {
	switch {
	case w.Invalid != "":
		return "invalid", w.Invalid
	case w.Expired(r.Now):
		return "expired", "it ended on " + w.Until.Format(time.DateOnly)
	case !w.used && slices.ContainsFunc(w.Rules, r.active):
		return "unused", "nothing here breaks that rule any more"
	}
	return "", ""
}

func (r *run) matched(w *config.Waiver) bool {
	return slices.ContainsFunc(r.entries, func(e *entry) bool { return slices.Contains(e.matched, w) })
}

// whole tells whether the run has looked at everything below its root.
func (r *run) whole() bool {
	return slices.Contains(r.Paths, ".") && r.Dir == r.Root && !slices.ContainsFunc(r.entries, func(e *entry) bool { return len(e.skipped) > 0 })
}

// active tells whether a rule is evaluated. One that does not exist counts as
// if it were: nothing can need a waiver for it.
func (r *run) active(rule string) bool {
	for _, known := range r.Evaluator.Rules() {
		if known.ID == rule {
			return known.Action != finding.Off
		}
	}
	return true
}
