package report

import (
	"cmp"
	"slices"

	"guard/internal/finding"
)

func compareIncomplete(a, b finding.Incomplete) int {
	return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Reason, b.Reason))
}

// worstFirst copies the findings ordered by what is done about them and how bad
// they are, and by place among equals.
func worstFirst(findings []finding.Finding) []finding.Finding {
	out := slices.Clone(findings)
	slices.SortStableFunc(out, func(a, b finding.Finding) int {
		return cmp.Or(cmp.Compare(b.Action, a.Action), cmp.Compare(b.Severity, a.Severity))
	})
	return out
}

// fileFindings are the findings in one file, in order.
type fileFindings struct {
	File     string
	Findings []finding.Finding
}

// byFile groups findings, which are ordered by file.
func byFile(findings []finding.Finding) []fileFindings {
	var files []fileFindings
	for _, f := range findings {
		if n := len(files); n == 0 || files[n-1].File != f.File {
			files = append(files, fileFindings{File: f.File})
		}
		last := &files[len(files)-1]
		last.Findings = append(last.Findings, f)
	}
	return files
}

// split separates the findings that count from those that are waived.
func split(findings []finding.Finding) (counting, waived []finding.Finding) {
	for _, f := range findings {
		if f.Waived != nil {
			waived = append(waived, f)
		} else {
			counting = append(counting, f)
		}
	}
	return counting, waived
}
