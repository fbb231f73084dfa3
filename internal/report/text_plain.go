package report

import (
	"fmt"
	"strings"

	"guard/internal/finding"
)

// plainStyle is ASCII only, but for the text of findings, and never wraps.
var plainStyle = style{file: plainFile, finding: plainFinding, incomplete: plainIncomplete, closing: plainClosing}

// plainColumns is where source lines are cut.
const plainColumns = 120

// plainFile writes nothing: each finding names its file.
func plainFile(*text, fileFindings) {}

func plainFinding(t *text, f finding.Finding) {
	t.linef("%s: %s: %s (%s) [%s]", f.Location, status(f), f.Message, f.Severity, f.Rule)
	plainExcerpt(t, f)
	for _, note := range notes(f) {
		t.linef("%*s = %s", t.gutter+2, "", note)
	}
	t.line()
}

func plainExcerpt(t *text, f finding.Finding) {
	m, ok := firstLine(f, plainColumns, "...")
	if !ok {
		return
	}
	t.linef("%*d | %s", t.gutter+2, m.Number, m.Before+m.Mark+m.After)
	t.linef("%*s | %s%s", t.gutter+2, "", strings.Repeat(" ", m.indent), strings.Repeat("^", max(m.length, 1)))
}

// notes are the lines that follow the source line.
func notes(f finding.Finding) []string {
	var out []string
	for _, r := range f.Related {
		out = append(out, fmt.Sprintf("%s: %s", r.Location, r.Message))
	}
	if f.Waived != nil {
		return append(out, excuse(f.Waived))
	}
	if f.DeniedFrom != "" {
		out = append(out, deniedFrom(f))
	}
	if f.Remediation != "" {
		out = append(out, f.Remediation)
	}
	if f.Fix != nil {
		out = append(out, fixed(f.Fix))
	}
	return out
}

// fixed says what a fix writes instead.
func fixed(fix *finding.Fix) string {
	if fix.Description == "" {
		return fmt.Sprintf("fix: write %s", fix.Replacement)
	}
	return fmt.Sprintf("fix: %s: %s", fix.Description, fix.Replacement)
}

func plainIncomplete(t *text, title string, shown []*alike, all int) {
	t.linef("%s (%d):", title, all)
	rest := all
	for _, a := range shown {
		t.linef("  %s: %s", place(a.first), a.first.Reason)
		if more := a.more(); more != "" {
			t.linef("    %s", more)
		}
		rest -= a.places
	}
	if rest > 0 {
		t.linef("  and %d more", rest)
	}
	t.line()
}

func plainClosing(t *text, r *finding.Report) {
	t.linef("%s in %s%s", tallied(r.Findings), scope(r.Summary), plainRest(len(r.Incomplete)))
}

// plainRest says what the tally leaves out.
func plainRest(incomplete int) string {
	if incomplete == 0 {
		return ""
	}
	return fmt.Sprintf("; %s not looked at", count(incomplete, "place"))
}
