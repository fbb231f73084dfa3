package check

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"

	"guard/internal/document"
	"guard/internal/finding"
	"guard/internal/repository"
)

// standing is what the waivers inside a file excuse where the file is as the
// trusted revision has it, and everything around it as it is here. It bounds
// what they excuse now, so that a change cannot excuse itself: neither by a new
// waiver nor by putting another fault, or one fault more, where an old one is.
// Nil bounds nothing.
type standing struct {
	waivers map[string]bool      // as written
	excused map[string]*excusing // by the fingerprint of the findings
}

// excusing is how many findings of one fingerprint are excused, and by which
// waivers, as written.
type excusing struct {
	left int
	by   map[string]bool
}

// allows tells whether a waiver excuses a finding of this content in the
// trusted revision too, and takes it off what is left.
func (s *standing) allows(w *inlineWaiver, f *found) bool {
	if s == nil {
		return true
	}
	there := s.excused[f.Fingerprint]
	if there == nil || there.left == 0 || !there.by[w.Text] {
		return false
	}
	there.left--
	return true
}

// standing judges the file of an entry as the trusted revision has it.
func (r *run) standing(ctx context.Context, e *entry, now string) (*standing, error) {
	if r.Trust == nil {
		return nil, nil
	}
	before, err := r.textAt(r.Trust, e.file.name)
	if err != nil || before == now {
		return nil, err
	}
	s := &standing{waivers: map[string]bool{}, excused: map[string]*excusing{}}
	documents := document.Load(e.file.name, []byte(before), r.documentOptions(e.file.scope))
	waivers := readInline(documents)
	if len(waivers) == 0 || documents[0].Concealed() { // whose findings nobody can tell apart
		return s, nil
	}
	r.facts.Apply(documents)
	all, err := r.results(ctx, &entry{file: e.file}, documents, newView(documents))
	if err != nil {
		return nil, err
	}
	s.learn(waivers, all)
	return s, nil
}

func (s *standing) learn(waivers []*inlineWaiver, all []found) {
	for _, w := range waivers {
		s.waivers[w.Text] = true
	}
	for i := range all {
		by := map[string]bool{}
		for _, w := range waivers {
			if w.covers(&all[i]) {
				by[w.Text] = true
			}
		}
		s.excuse(all[i].Fingerprint, by)
	}
}

func (s *standing) excuse(fingerprint string, by map[string]bool) {
	if len(by) == 0 {
		return
	}
	if s.excused[fingerprint] == nil {
		s.excused[fingerprint] = &excusing{by: map[string]bool{}}
	}
	there := s.excused[fingerprint]
	there.left++
	maps.Copy(there.by, by)
}

// textAt reads a file as it was at a revision; "" where there was none.
func (r *run) textAt(rev *repository.Revision, name string) (string, error) {
	data, err := rev.ReadFile(name)
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrInvalid) {
		return "", nil // fs.ErrInvalid: it lies outside of the repository
	}
	if err != nil {
		return "", fmt.Errorf("compare with %s: %w", rev.Name, err)
	}
	return string(data), nil
}

// onChangedLines leaves only the findings that touch a line changed since the
// revision to compare with.
func (r *run) onChangedLines(all []finding.Finding) ([]finding.Finding, error) {
	if r.Diff == nil {
		return all, nil
	}
	changed, kept := map[string]repository.Lines{}, []finding.Finding{}
	for _, f := range all {
		lines, known := changed[f.File]
		if !known {
			before, err := r.textAt(r.Diff, f.File)
			if err != nil {
				return nil, err
			}
			lines = repository.ChangedLines(before, r.text(f.File))
			changed[f.File] = lines
		}
		if lines.Overlaps(f.Line, f.EndLine) {
			kept = append(kept, f)
		}
	}
	return kept, nil
}
