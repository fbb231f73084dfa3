package admission

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"guard/internal/config"
	"guard/internal/document"
	"guard/internal/finding"
	"guard/internal/report"
)

// annotationKey is the annotation of an object that waives rules for it. It
// marks what exists already, and lets nothing in.
const annotationKey = "guard/waive"

// waivers marks findings of one object.
type waivers struct {
	handler   *Handler
	now       time.Time
	file      string
	documents []*document.Document // the first is of the text as a whole
}

// apply marks the findings that are waived, and tells of annotations that
// waive nothing any more.
func (w *waivers) apply(ctx context.Context, findings []finding.Finding) (ineffective []finding.Finding, err error) {
	var wrong []document.Waiver
	for _, annotation := range w.annotations() {
		wrong = append(wrong, w.inline(annotation, findings)...)
	}
	for n := range findings {
		w.configured(&findings[n])
	}
	if len(wrong) == 0 {
		return nil, nil
	}
	project := &document.Document{Kind: document.KindProject, Waivers: wrong, Elsewhere: w.elsewhere}
	results, err := w.handler.Policies.At(w.now).Evaluate(ctx, project)
	if err != nil {
		err = fmt.Errorf("judge the waivers: %w", err)
	}
	for _, result := range results {
		f := result.Finding
		f.Message, f.Object, f.Path = report.Clean(w.documents[0].Redact(f.Message)), w.file, ""
		f.Fingerprint = fingerprint(&f)
		ineffective = append(ineffective, f)
	}
	return ineffective, err
}

// elsewhere answers where a waiver stands: at the object.
func (w *waivers) elsewhere(file string, _ finding.Path) finding.Location {
	return finding.Location{File: file}
}

// annotations are the waivers that the object brings along.
func (w *waivers) annotations() []config.Inline {
	var all []config.Inline
	for _, d := range w.documents {
		if d.Kubernetes == nil {
			continue
		}
		for _, a := range d.Kubernetes.Annotations {
			if a.Key == annotationKey {
				all = append(all, config.Annotation(a.Value)...)
			}
		}
	}
	return all[:min(len(all), maxAnnotated)]
}

// maxAnnotated bounds how many waivers of one object count.
const maxAnnotated = 1000

// inline marks what an annotation waives, and says what is wrong with it.
func (w *waivers) inline(a config.Inline, findings []finding.Finding) []document.Waiver {
	used := false
	for _, rule := range a.Rules {
		a.Invalid = cmp.Or(a.Invalid, w.handler.Policies.Unwaivable(rule))
	}
	for n := range findings {
		f := &findings[n]
		if !slices.Contains(a.Rules, f.Rule) {
			continue
		}
		used = true
		if a.Invalid == "" && !a.Expired(w.now) && f.Waived == nil {
			f.Waived = &finding.Waived{Reason: report.Clean(w.documents[0].Redact(a.Reason)), Expires: a.Until.Format(time.DateOnly), Source: "annotation"}
		}
	}
	state, reason := w.state(&a, used)
	if state == "" {
		return nil
	}
	rule := ""
	if len(a.Rules) > 0 {
		rule = a.Rules[0]
	}
	return []document.Waiver{{State: state, Rule: rule, Reason: reason, File: w.file}}
}

func (w *waivers) state(a *config.Inline, used bool) (state, reason string) {
	switch {
	case a.Invalid != "":
		return "invalid", a.Invalid
	case a.Expired(w.now):
		return "expired", "it ended on " + a.Until.Format(time.DateOnly)
	case !used && slices.ContainsFunc(a.Rules, w.active):
		return "unused", "nothing here breaks that rule any more"
	}
	return "", ""
}

// active tells whether a rule is evaluated. One that does not exist counts as
// if it were: nothing can need a waiver for it.
func (w *waivers) active(rule string) bool {
	for _, known := range w.handler.Policies.Rules() {
		if known.ID == rule {
			return known.Action != finding.Off && (len(known.Needs) == 0 || w.handler.Facts.evaluates(rule))
		}
	}
	return true
}

// configured marks what the configuration waives for the object.
func (w *waivers) configured(f *finding.Finding) {
	for _, c := range w.handler.Waivers {
		if f.Waived == nil && c.Invalid == "" && !c.Expired(w.now) && c.Covers(f.Rule, f.File, f.Object) {
			f.Waived = &finding.Waived{Reason: c.Reason, Owner: c.Owner, Expires: c.Expires.Format(time.DateOnly), Source: "config"}
		}
	}
}
