package report

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"

	"guard/internal/finding"
)

// codeQuality is one issue of GitLab's Code Quality report:
// https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format
type codeQuality struct {
	Rule        string              `json:"check_name"`
	Description string              `json:"description"`
	Severity    string              `json:"severity"` // info, minor, major, critical, blocker
	Fingerprint string              `json:"fingerprint"`
	Location    codeQualityLocation `json:"location"`
}

type codeQualityLocation struct {
	Path  string           `json:"path"`
	Lines codeQualityLines `json:"lines"`
}

type codeQualityLines struct {
	Begin int `json:"begin"`
	End   int `json:"end,omitempty"`
}

var codeQualitySeverity = map[finding.Severity]string{
	finding.Info: "info", finding.Low: "minor", finding.Medium: "major", finding.High: "critical", finding.Critical: "blocker",
}

// writeGitLab writes a Code Quality report. It has no place for what is waived,
// which is left out; what was not looked at is an issue of its own.
func writeGitLab(w io.Writer, r *finding.Report, _ Options) error {
	issues := []codeQuality{}
	counting, _ := split(r.Findings)
	seen := ordinals{}
	for _, f := range counting {
		issues = append(issues, codeQualityIssue(f, seen))
	}
	for _, i := range r.Incomplete {
		issues = append(issues, codeQualityIssue(unseen(i), seen))
	}
	return encode(w, issues)
}

func codeQualityIssue(f finding.Finding, seen ordinals) codeQuality {
	return codeQuality{
		Rule: Clean(f.Rule), Description: Clean(Announced(f)), Severity: codeQualitySeverity[f.Severity], Fingerprint: unique(f, seen),
		Location: codeQualityLocation{f.File, codeQualityLines{max(f.Line, 1), f.EndLine}},
	}
}

// unique makes a fingerprint that no other issue of the report has.
func unique(f finding.Finding, seen ordinals) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%q %q %q %d", f.Rule, f.File, f.Fingerprint, seen.next(f)))
	return hex.EncodeToString(sum[:16])
}

// unseen makes a finding of something that was not looked at.
func unseen(i finding.Incomplete) finding.Finding {
	return finding.Finding{
		Rule: "incomplete", Severity: finding.Info, Message: "not looked at: " + i.Reason, Fingerprint: i.Reason,
		Location: finding.Location{File: i.File, Line: i.Line},
	}
}
