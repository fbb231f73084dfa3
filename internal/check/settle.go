package check

import (
	"context"
	"fmt"
	"slices"
	"time"

	"guard/internal/config"
	"guard/internal/document"
	"guard/internal/finding"
)

// settle applies waivers and baseline, and judges the waivers themselves.
func (r *run) settle(ctx context.Context) error {
	matched := map[*config.Waiver]bool{}
	var inline []*inlineWaiver
	for _, e := range r.entries {
		if len(e.documents) == 0 {
			continue
		}
		own := readInline(e)
		if err := r.distrust(e, own); err != nil {
			return err
		}
		r.waive(e, own, matched)
		inline = append(inline, judged(e, own)...)
	}
	r.accept()
	return r.judge(ctx, inline, matched)
}

// judged leaves out the waivers that may be none: text like one in a page of
// documentation, or in a program, where nothing needs it.
func judged(e *entry, waivers []*inlineWaiver) []*inlineWaiver {
	if len(e.documents) > 1 {
		return waivers
	}
	return slices.DeleteFunc(waivers, func(w *inlineWaiver) bool { return !w.used })
}

// judge evaluates the rules on the project document, which holds what is
// known only when everything else is.
func (r *run) judge(ctx context.Context, inline []*inlineWaiver, matched map[*config.Waiver]bool) error {
	project := &document.Document{Kind: document.KindProject, Elsewhere: r.locate, Changes: r.changes}
	for _, w := range r.Config.Waivers {
		if state, reason := r.configState(w, matched[w]); state != "" {
			project.Waivers = append(project.Waivers, document.Waiver{State: state, Rule: w.Rule, Reason: reason, File: w.Place.File, Path: w.Place.Path})
		}
	}
	for _, w := range inline {
		if state, reason := r.inlineState(w); state != "" {
			project.Waivers = append(project.Waivers, document.Waiver{State: state, Rule: first(w.Rules), Reason: reason, File: w.file, Path: w.onFile()})
		}
	}
	results, err := r.Evaluator.Evaluate(ctx, project)
	if err != nil {
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

// configState says what is wrong with a waiver of the configuration; state is
// "" where nothing is. Whether nothing needs it can be told only by a run that
// looked at everything it could be for.
func (r *run) configState(w *config.Waiver, matched bool) (state, reason string) {
	switch {
	case w.Invalid != "":
		return "invalid", w.Invalid
	case w.Expired(r.Now):
		return "expired", "it ended on " + w.Expires.Format(time.DateOnly)
	case !matched && r.whole() && r.active(w.Rule):
		return "unused", "nothing in " + describe(w) + " breaks that rule any more"
	}
	return "", ""
}

func describe(w *config.Waiver) string {
	return fmt.Sprint(append(w.Files[:len(w.Files):len(w.Files)], w.Objects...))
}

func (r *run) inlineState(w *inlineWaiver) (state, reason string) {
	switch {
	case w.Invalid != "":
		return "invalid", w.Invalid
	case w.distrusted:
		return "", "" // said once, as a change that takes effect after the merge
	case w.Expired(r.Now):
		return "expired", "it ended on " + w.Until.Format(time.DateOnly)
	case !w.used && r.anyActive(w.Rules):
		return "unused", "nothing here breaks that rule any more"
	}
	return "", ""
}

// whole tells whether the run looks at everything below its root.
func (r *run) whole() bool { return slices.Contains(r.Paths, ".") && r.Dir == r.Root }

func (r *run) active(rule string) bool {
	for _, known := range r.Evaluator.Rules() {
		if known.ID == rule {
			return known.Action != finding.Off
		}
	}
	return true // a rule that does not exist is a waiver nothing can need
}

func (r *run) anyActive(rules []string) bool { return slices.ContainsFunc(rules, r.active) }

func first(list []string) string {
	if len(list) == 0 {
		return ""
	}
	return list[0]
}
