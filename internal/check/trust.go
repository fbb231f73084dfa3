package check

import (
	"errors"
	"fmt"
	"io/fs"

	"guard/internal/config"
	"guard/internal/document"
	"guard/internal/finding"
	"guard/internal/repository"
)

// distrust marks the waivers of a file that do not stand in the trusted
// revision as they are: a change cannot excuse itself.
func (r *run) distrust(e *entry, waivers []*inlineWaiver) error {
	if r.Trust == nil || len(waivers) == 0 {
		return nil
	}
	before, err := r.textAt(r.Trust, e.file.name)
	if err != nil {
		return err
	}
	trusted := map[string]int{}
	for _, inline := range trustedInlines(e.file.name, before) {
		trusted[inline.Text]++
	}
	for _, w := range waivers {
		if trusted[w.Text]--; trusted[w.Text] >= 0 {
			continue
		}
		w.distrusted = true
		r.changes = append(r.changes, document.Change{What: "a waiver", File: w.file, Path: w.onFile()})
	}
	return nil
}

// onFile is the waiver's place as a path into its file as a whole, which is
// what the project document knows of a file.
func (w *inlineWaiver) onFile() finding.Path {
	return finding.NewPath(finding.Span{Line: max(1, w.on.Locate(w.path).Line)})
}

// trustedInlines finds the waivers of a file as it was.
func trustedInlines(name, text string) []config.Inline {
	all := config.Inlines(text)
	for _, d := range document.Load(name, []byte(text), document.Options{})[1:] {
		for _, w := range annotations(name, d) {
			all = append(all, w.Inline)
		}
	}
	return all
}

// textAt reads a file as it was at a revision; "" where there was none.
func (r *run) textAt(rev *repository.Revision, name string) (string, error) {
	data, err := rev.ReadFile(name)
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil
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
