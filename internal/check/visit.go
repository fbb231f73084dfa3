package check

import (
	"context"
	"path/filepath"
	"slices"

	"guard/internal/document"
	"guard/internal/finding"
)

// Visited is one file of a run of [Visit].
type Visited struct {
	Name      string // as reported
	Dir       string // absolute: below it the file lies, and nothing that it stands for may lie elsewhere
	Path      string // of the file below Dir
	Documents []*document.Document
	Retagged  []document.Image // images of Documents that get their tag from a Kustomization, and are left out there

	// Read reads the bytes of the file once more, Load makes documents of such
	// bytes, of which other files have said nothing yet.
	Read func() ([]byte, error)
	Load func([]byte) []*document.Document
}

// Visit hands the files below the paths of a run that hold more than text, or
// might, to visit, one after the other in the order of their names. Before, it reads all
// files below learn besides, since what is built here may be known from a file
// that was not asked for. It returns what could not be looked at.
func Visit(ctx context.Context, o Options, learn []string, visit func(Visited) error) ([]finding.Incomplete, error) {
	r := &run{Options: &o}
	d, err := r.find(ctx)
	if err != nil {
		return nil, err
	}
	defer d.close()
	asked := map[string]bool{}
	for _, e := range r.entries {
		asked[e.file.name] = true
	}
	o.Paths = append(slices.Clone(o.Paths), learn...)
	whole, err := r.find(ctx)
	if err != nil {
		return nil, err
	}
	defer whole.close()
	if err := r.workers(ctx, r.entries, o.Progress, r.learn); err != nil {
		return nil, err
	}
	return r.visitAll(ctx, d, asked, visit)
}

// learn reads a file and keeps what it says of others.
func (r *run) learn(_ context.Context, e *entry) error {
	documents := r.load(e)
	e.learned = document.Learn(documents)
	if e.text = holdsMore(documents); e.text {
		r.hold(e, documents)
	}
	return nil
}

// holdsMore tells whether there is more in a file than text, or might be.
func holdsMore(documents []*document.Document) bool {
	return len(documents) > 1 || len(documents) == 1 && len(documents[0].Unparsable)+len(documents[0].Incomplete) > 0
}

func (r *run) visitAll(ctx context.Context, d *discovery, asked map[string]bool, visit func(Visited) error) ([]finding.Incomplete, error) {
	r.join()
	var unread []finding.Incomplete
	for _, s := range d.skipped {
		if s.unread {
			unread = append(unread, finding.Incomplete{File: s.name, Line: s.line, Reason: s.reason})
		}
	}
	for _, e := range r.entries {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if !asked[e.file.name] {
			continue
		}
		delete(asked, e.file.name) // a link may be found twice
		for _, s := range e.skipped {
			unread = append(unread, finding.Incomplete{File: s.name, Line: s.line, Reason: s.reason})
		}
		if !e.text {
			continue
		}
		if err := visit(r.visited(e)); err != nil {
			return nil, err
		}
	}
	return unread, nil
}

// visited is a file with all that the others say of it.
func (r *run) visited(e *entry) Visited {
	v := Visited{Name: e.file.name, Path: e.file.path, Documents: r.release(e)}
	if e.file.scope != nil {
		v.Dir = filepath.Clean(e.file.scope.dir)
	}
	v.Read = func() ([]byte, error) {
		data, _, err := e.file.read()
		return data, err
	}
	v.Load = func(data []byte) []*document.Document {
		return document.Load(e.file.name, data, r.documentOptions(e.file.scope))
	}
	for _, d := range v.Documents {
		for _, image := range d.Images {
			if r.facts.Retags(d, &image) {
				v.Retagged = append(v.Retagged, image)
			}
		}
	}
	r.facts.Apply(v.Documents)
	return v
}
