package check

import (
	"cmp"
	"context"
	"slices"
	"time"

	"guard/internal/config"
	"guard/internal/document"
	"guard/internal/finding"
)

// annotationKey is the annotation of a Kubernetes object that waives rules
// for it. It counts in a check, and never at admission.
const annotationKey = "guard/waive"

// maxInline bounds how many waivers of one file count.
const maxInline = 10_000

// inlineWaiver is one waiver inside a file, and whether something needed it.
type inlineWaiver struct {
	config.Inline
	object *document.Document // whose annotation it is; nil for a comment
	at     int                // line of the file
	used   bool
	change string // what about it takes effect only after merge, as [document.Change] says it; "" where nothing does
}

// readInline finds the waivers inside a file: its comments, and the
// annotations of its objects.
func readInline(documents []*document.Document) []*inlineWaiver {
	var all []*inlineWaiver
	for _, inline := range config.Inlines(documents[0].Source.Text) {
		all = append(all, &inlineWaiver{Inline: inline, at: inline.Line})
	}
	for _, d := range documents[1:] {
		all = append(all, annotations(d)...)
	}
	for _, w := range all {
		w.Reason = documents[0].Redact(w.Reason)
	}
	return all[:min(len(all), maxInline)]
}

func annotations(d *document.Document) []*inlineWaiver {
	if d.Kubernetes == nil {
		return nil
	}
	var all []*inlineWaiver
	for _, a := range d.Kubernetes.Annotations {
		if a.Key != annotationKey {
			continue
		}
		for _, inline := range config.Annotation(a.Value) {
			all = append(all, &inlineWaiver{Inline: inline, object: d, at: max(1, d.Locate(a.Path).Line)})
		}
	}
	return all
}

// path leads to the waiver in the document of kind file.
func (w *inlineWaiver) path() finding.Path { return finding.NewPath(finding.Span{Line: w.at}) }

// covers tells whether the waiver is meant for a finding.
func (w *inlineWaiver) covers(f *found) bool {
	switch {
	case !slices.Contains(w.Rules, f.Rule):
		return false
	case w.object != nil:
		return f.on == w.object
	}
	last := max(f.Line, f.EndLine)
	return f.Line > 0 && (f.Line <= w.Line && w.Line <= last || w.Alone && f.Line == w.Line+1)
}

// counts tells whether the waiver may excuse anything now.
func (w *inlineWaiver) counts(now time.Time) bool {
	return w.Invalid == "" && !w.Expired(now)
}

func (w *inlineWaiver) waived() *finding.Waived {
	source := "inline"
	if w.object != nil {
		source = "annotation"
	}
	return &finding.Waived{Reason: w.Reason, Expires: w.Until.Format(time.DateOnly), Source: source}
}

// waive marks the findings of a file that some waiver excuses. A waiver that
// has ended is remembered as used all the same: it is not "unused".
func (r *run) waive(ctx context.Context, e *entry, documents []*document.Document, all []found) error {
	inline := readInline(documents)
	for _, w := range inline {
		for _, rule := range w.Rules {
			w.Invalid = cmp.Or(w.Invalid, r.Evaluator.Unwaivable(rule))
		}
	}
	if err := r.waiveInline(ctx, e, documents, inline, all); err != nil {
		return err
	}
	for i := range all {
		r.waiveConfigured(e, &all[i].Finding)
	}
	e.waivers = judged(documents, inline)
	for _, w := range e.waivers {
		w.object = nil // the document is not kept
	}
	return nil
}

func (r *run) waiveInline(ctx context.Context, e *entry, documents []*document.Document, inline []*inlineWaiver, all []found) error {
	if len(inline) == 0 {
		return nil
	}
	trusted, err := r.standing(ctx, e, documents[0].Source.Text)
	if err != nil {
		return err
	}
	for i := range all {
		for _, w := range inline {
			if w.covers(&all[i]) {
				w.used = true
				w.excuse(&all[i], trusted, r.Now)
			}
		}
	}
	return nil
}

// excuse marks a finding that the waiver covers, where it counts, and counts in
// the trusted revision too.
func (w *inlineWaiver) excuse(f *found, trusted *standing, now time.Time) {
	switch {
	case !w.counts(now) || f.Waived != nil:
	case trusted.allows(w, f):
		f.Waived = w.waived()
	case trusted.waivers[w.Text]:
		w.change = "what a waiver excuses"
	default:
		w.change = "a waiver"
	}
}

func (r *run) waiveConfigured(e *entry, f *finding.Finding) {
	for _, w := range r.Config.Waivers {
		if !w.Covers(f.Rule, f.File, f.Object) {
			continue
		}
		if !slices.Contains(e.matched, w) {
			e.matched = append(e.matched, w)
		}
		if w.Invalid == "" && !w.Expired(r.Now) && f.Waived == nil {
			f.Waived = &finding.Waived{Reason: w.Reason, Owner: w.Owner, Expires: w.Expires.Format(time.DateOnly), Source: "config"}
		}
	}
}

// judged leaves out the waivers that may be none: text like one in a page of
// documentation, or in a program, where nothing needs it.
func judged(documents []*document.Document, waivers []*inlineWaiver) []*inlineWaiver {
	if len(documents) > 1 {
		return waivers
	}
	return slices.DeleteFunc(waivers, func(w *inlineWaiver) bool { return !w.used })
}

// accept marks the findings that the baseline lists.
func (r *run) accept() {
	if r.Baseline == nil {
		return
	}
	accepted := map[string]bool{}
	for _, a := range r.Baseline.Findings {
		accepted[a.Rule+"\x00"+a.Fingerprint] = true
	}
	for _, e := range r.entries {
		for i := range e.findings {
			f := &e.findings[i]
			if f.Waived == nil && r.Evaluator.Unwaivable(f.Rule) == "" && accepted[f.Rule+"\x00"+f.Fingerprint] {
				f.Waived = &finding.Waived{Reason: "was there when the baseline was written", Source: "baseline"}
			}
		}
	}
}
