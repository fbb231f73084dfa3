package check

import (
	"cmp"
	"context"
	"slices"

	"guard/internal/document"
	"guard/internal/finding"
)

// Pipelines looks at the files as [Run] does, and reports what the runs of
// those pipelines can do that some event starts, in place of findings. No rule
// is evaluated, so o needs no Evaluator; waivers, baseline and changed lines
// play no part. Incomplete lists what could not be read and may be a pipeline;
// Unread counts it.
func Pipelines(ctx context.Context, o Options) (*Outcome, error) {
	r := &run{Options: &o}
	d, err := r.find(ctx)
	if err != nil {
		return nil, err
	}
	defer d.close()
	if err := r.workers(ctx, r.entries, r.Progress, r.survey); err != nil {
		return nil, err
	}
	r.join()
	if err := r.again(ctx, r.describe); err != nil {
		return nil, err
	}
	return r.gathered(), nil
}

// survey reads a file and describes its pipelines as if there were no other.
func (r *run) survey(ctx context.Context, e *entry) error {
	documents := r.load(e)
	if len(documents) == 0 {
		return nil
	}
	e.learned = document.Learn(documents)
	if slices.ContainsFunc(documents, isPipeline) {
		e.names = document.Names(documents)
	}
	return r.describe(ctx, e, documents)
}

func isPipeline(d *document.Document) bool { return d.Pipeline != nil }

// describe keeps what is told of the pipelines in a file.
func (r *run) describe(_ context.Context, e *entry, documents []*document.Document) error {
	v := newView(documents)
	e.text, e.documents = true, len(documents)-1
	e.pipelines = describePipelines(documents, v)
	for _, d := range documents {
		if d.Pipeline == nil && !(d.Kind == document.KindFile && document.IsPipelineName(d.File)) {
			continue
		}
		for _, p := range d.Unparsable {
			e.skipped = append(e.skipped, skipped{name: d.File, line: d.Locate(p.Path).Line, reason: v.redact(p.Message), unread: true})
		}
	}
	return nil
}

// gathered collects what is told of all pipelines into one report.
func (r *run) gathered() *Outcome {
	out := &Outcome{Ignored: r.ignored}
	report := &finding.Report{Version: 1, Tool: finding.Tool{Name: "guard", Version: r.Version}}
	for _, s := range r.skipped {
		out.skip(report, s)
	}
	for _, e := range r.entries {
		for _, s := range e.skipped {
			out.skip(report, s)
		}
		if e.text {
			report.Summary.Files++
		}
		report.Summary.Documents += e.documents
		report.Pipelines = append(report.Pipelines, e.pipelines...)
	}
	slices.SortStableFunc(report.Incomplete, func(a, b finding.Incomplete) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Reason, b.Reason))
	})
	report.Incomplete = slices.Compact(report.Incomplete)
	report.Summarize()
	out.Report = report
	return out
}
