package check

import (
	"errors"
	"fmt"
	"io/fs"

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
	for _, w := range readInline(document.Load(e.file.name, []byte(before), document.Options{})) {
		trusted[w.Text]++
	}
	for _, w := range waivers {
		trusted[w.Text]--
		w.distrusted = trusted[w.Text] < 0
	}
	return nil
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
