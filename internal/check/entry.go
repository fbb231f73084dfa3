package check

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"

	"guard/internal/config"
	"guard/internal/document"
	"guard/internal/finding"
	"guard/internal/pipeline"
	"guard/internal/pipeline/activity"
	"guard/internal/pipeline/flow"
	"guard/internal/policy"
)

// entry is what is kept of one file. Its documents are not: a run may see
// many thousands.
type entry struct {
	file       file
	text       bool              // it was looked at; false for what is binary or could not be read
	sum        [sha256.Size]byte // of its text, where it is recorded
	documents  int
	kinds      []kindCount // of the documents, that of kind file too
	names      []string    // of images, of which other files may say something
	learned    document.Facts
	asked      []question           // of a registry
	waits      bool                 // it is judged only when all others are known
	held       []*document.Document // while it waits; nil: they are loaded once more
	parts      []string             // files that its pipelines consist of besides it
	findings   []finding.Finding
	incomplete []finding.Incomplete
	waivers    []*inlineWaiver
	matched    []*config.Waiver // of the configuration, that are for some finding
	skipped    []skipped
	pipelines  []finding.Pipeline // where they are asked for
}

// look reads a file and judges it as if there were no other. A pipeline waits
// for what the others say: nearly always they say something of it.
func (r *run) look(ctx context.Context, e *entry) error {
	documents := r.load(e)
	if len(documents) == 0 {
		return nil
	}
	e.names, e.learned = document.Names(documents), document.Learn(documents)
	var err error
	if e.asked, err = r.questions(documents); err != nil {
		return err
	}
	if e.waits = len(e.asked) > 0 || slices.ContainsFunc(documents, isPipeline); e.waits {
		r.hold(e, documents)
		return nil
	}
	return r.evaluate(ctx, e, documents)
}

// maxHeld is how many bytes of files may have their documents held until all
// files are known. Those of further files are loaded once more.
const maxHeld = 512 << 10

// hold keeps the documents of a file that waits.
func (r *run) hold(e *entry, documents []*document.Document) {
	if r.heldBytes.Add(int64(len(documents[0].Source.Text))) <= maxHeld {
		e.held = documents
	}
}

// release takes the documents that are held of a file, or loads them.
func (r *run) release(e *entry) []*document.Document {
	if documents := e.held; documents != nil {
		e.held = nil
		return documents
	}
	return r.load(e)
}

// lookAgain judges those files anew of which others, or a registry, say
// something.
func (r *run) lookAgain(ctx context.Context) error {
	r.join()
	if err := r.askAll(ctx); err != nil {
		return err
	}
	return r.again(ctx, func(ctx context.Context, e *entry, documents []*document.Document) error {
		if err := r.tell(ctx, documents); err != nil {
			return err
		}
		return r.evaluate(ctx, e, documents)
	})
}

// join puts together what all files say of each other.
func (r *run) join() {
	learned := make([]document.Facts, len(r.entries))
	for i, e := range r.entries {
		learned[i] = e.learned
	}
	r.facts = document.Facts{}.Merge(learned...)
	if r.partial {
		r.facts = r.facts.Partial()
	}
}

// again does something with the documents of those files of which others say
// something, now that they are told.
func (r *run) again(ctx context.Context, do func(context.Context, *entry, []*document.Document) error) error {
	var concerned []*entry
	for i, e := range r.entries {
		if e.waits || r.facts.Concern(e.names) {
			r.entries[i] = &entry{file: e.file, held: e.held}
			concerned = append(concerned, r.entries[i])
		}
	}
	return r.workers(ctx, concerned, nil, func(ctx context.Context, e *entry) error {
		documents := r.release(e)
		if len(documents) == 0 {
			return nil
		}
		r.facts.Apply(documents)
		return do(ctx, e, documents)
	})
}

// load reads the documents of a file; there are none where it is binary or
// could not be read.
func (r *run) load(e *entry) []*document.Document {
	data, binary, err := e.file.read()
	switch {
	case binary:
		return nil
	case errors.Is(err, errTooLarge):
		return e.tooLarge()
	case err != nil:
		e.unread(err)
		return nil
	}
	return document.Load(e.file.name, data, r.documentOptions(e.file.scope))
}

// tooLarge is the document of a file that is too large to be read.
func (e *entry) tooLarge() []*document.Document {
	in, _, err := openRegular(e.file.scope.root, e.file.path)
	if err != nil {
		e.unread(err)
		return nil
	}
	defer in.Close()
	return document.TooLarge(e.file.name, in, errTooLarge.Error())
}

func (e *entry) unread(err error) {
	e.skipped = append(e.skipped, skipped{name: e.file.name, reason: pathReason(err), unread: true})
}

func (r *run) documentOptions(s *scope) document.Options {
	o := policy.Reading(r.Config, r.Branches...)
	o.Repository, o.Host, o.Pipelines = r.Repository, r.Host, r.pipelines()
	switch {
	case s != nil:
		o.Lookup, o.Glob = s.lookup, s.glob
	case len(r.Inputs) > 0:
		o.Lookup = r.lookupInput
	}
	return o
}

// pipelines is what pipelines need to be understood.
func (r *run) pipelines() document.Pipelines {
	return WithSnapshot(document.Pipelines{
		DefaultBranch: r.DefaultBranch,
		Environments:  environments(r.Config.Environments),
		Activities:    activities(r.Config.Activities),
	}, r.Snapshot, r.Now)
}

// evaluate runs the rules on the documents of a file and applies its waivers.
func (r *run) evaluate(ctx context.Context, e *entry, documents []*document.Document) error {
	e.text, e.documents, e.parts, e.kinds = true, len(documents)-1, partsOf(documents), countKinds(documents)
	if r.Record != nil {
		e.sum = sha256.Sum256([]byte(documents[0].Source.Text))
	}
	if r.Seen != nil {
		r.Seen(documents)
	}
	v := newView(documents)
	all, err := r.results(ctx, e, documents, v)
	if err != nil {
		return err
	}
	if err := r.waive(ctx, e, documents, all); err != nil {
		return err
	}
	seen := map[string]int{}
	for i := range all {
		number(seen, &all[i].Finding)
		e.findings = append(e.findings, all[i].Finding)
	}
	e.incomplete = incomplete(documents, e.findings, v)
	if r.Pipelines {
		e.pipelines = describePipelines(documents, v)
	}
	return nil
}

// results are the findings of all rules on the documents of a file, in order.
func (r *run) results(ctx context.Context, e *entry, documents []*document.Document, v *view) ([]found, error) {
	var all []found
	for _, d := range documents {
		results, err := r.Evaluator.Evaluate(ctx, d)
		if err := e.note(ctx, err, v); err != nil {
			return nil, err
		}
		for _, result := range once(d, results) {
			all = append(all, found{v.dress(result), d})
		}
	}
	slices.SortStableFunc(all, func(a, b found) int { return a.Compare(b.Finding) })
	return all, nil
}

func partsOf(documents []*document.Document) []string {
	var parts []string
	for _, d := range documents {
		parts = append(parts, d.Parts...)
	}
	return parts
}

// note remembers the rules that could not be evaluated on a file; every other
// error ends the run.
func (e *entry) note(ctx context.Context, err error, v *view) error {
	var one *policy.RuleError
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return ctx.Err()
	case !errors.As(err, &one):
		return fmt.Errorf("%s: %s", e.file.name, v.redact(err.Error())) // it may repeat values of the file
	}
	e.skipped = append(e.skipped, skipped{name: e.file.name, reason: v.redact(err.Error()), unread: true})
	return nil
}

// activities hands on what the configuration says of actions and programs.
func activities(configured []config.Activity) []activity.Entry {
	list := make([]activity.Entry, len(configured))
	for i, a := range configured {
		list[i] = activity.Entry{Uses: a.Uses, Run: a.Run, Images: a.Images, Push: a.Push, Files: a.Files}
		for _, kind := range a.Kinds {
			list[i].Kinds = append(list[i].Kinds, pipeline.ActivityKind(kind))
		}
	}
	return list
}

// environments hands on what the configuration calls its environments.
func environments(configured []config.Environment) []flow.Environment {
	list := make([]flow.Environment, len(configured))
	for i, e := range configured {
		list[i] = flow.Environment(e)
	}
	return list
}
