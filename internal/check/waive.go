package check

import (
	"time"

	"guard/internal/config"
	"guard/internal/document"
	"guard/internal/finding"
)

// annotationKey is the annotation of a Kubernetes object that waives rules
// for it. It counts in a check, and never at admission.
const annotationKey = "guard/waive"

// inlineWaiver is one waiver inside a file, and whether something needed it.
type inlineWaiver struct {
	config.Inline
	file       string
	path       finding.Path // of the waiver, in on
	on         *document.Document
	annotation bool
	distrusted bool // it does not stand in the trusted revision
	used       bool
}

// readInline finds the waivers inside a file: its comments, and the
// annotations of its objects.
func readInline(e *entry) []*inlineWaiver {
	whole := e.documents[0]
	var all []*inlineWaiver
	for _, inline := range config.Inlines(whole.Source.Text) {
		path := finding.NewPath(finding.Span{Line: inline.Line})
		all = append(all, &inlineWaiver{Inline: inline, file: e.file.name, path: path, on: whole})
	}
	for _, d := range e.documents[1:] {
		all = append(all, annotations(e.file.name, d)...)
	}
	return all
}

func annotations(file string, d *document.Document) []*inlineWaiver {
	if d.Kubernetes == nil {
		return nil
	}
	var all []*inlineWaiver
	for _, a := range d.Kubernetes.Annotations {
		if a.Key != annotationKey {
			continue
		}
		for _, inline := range config.Annotation(a.Value) {
			all = append(all, &inlineWaiver{Inline: inline, file: file, path: a.Path, on: d, annotation: true})
		}
	}
	return all
}

// covers tells whether the waiver is meant for a finding of document d.
func (w *inlineWaiver) covers(f *finding.Finding, d *document.Document) bool {
	if !w.names(f.Rule) {
		return false
	}
	if w.annotation {
		return d == w.on
	}
	last := max(f.Line, f.EndLine)
	return f.Line > 0 && (f.Line <= w.Line && w.Line <= last || w.Alone && f.Line == w.Line+1)
}

func (w *inlineWaiver) names(rule string) bool {
	for _, id := range w.Rules {
		if id == rule {
			return true
		}
	}
	return false
}

// counts tells whether the waiver may excuse anything now.
func (w *inlineWaiver) counts(now time.Time) bool {
	return w.Invalid == "" && !w.distrusted && !w.Expired(now)
}

func (w *inlineWaiver) waived() *finding.Waived {
	source := "inline"
	if w.annotation {
		source = "annotation"
	}
	return &finding.Waived{Reason: w.Reason, Expires: w.Until.Format(time.DateOnly), Source: source}
}

// waive marks the findings of one file that some waiver excuses. A waiver
// that has ended is remembered as used all the same: it is not "unused".
func (r *run) waive(e *entry, inline []*inlineWaiver, matched map[*config.Waiver]bool) {
	for i := range e.findings {
		found := &e.findings[i]
		for _, w := range inline {
			if w.covers(&found.Finding, found.on) {
				w.used = true
				if w.counts(r.Now) && found.Waived == nil {
					found.Waived = w.waived()
				}
			}
		}
		for _, w := range r.Config.Waivers {
			if w.Covers(found.Rule, found.File, found.Object) {
				matched[w] = true
				if w.Invalid == "" && !w.Expired(r.Now) && found.Waived == nil {
					found.Waived = &finding.Waived{Reason: w.Reason, Owner: w.Owner, Expires: w.Expires.Format(time.DateOnly), Source: "config"}
				}
			}
		}
	}
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
			if f.Waived == nil && accepted[f.Rule+"\x00"+f.Fingerprint] {
				f.Waived = &finding.Waived{Reason: "was there when the baseline was written", Source: "baseline"}
			}
		}
	}
}
