package report

import (
	"io"
	"strconv"

	"guard/internal/finding"
)

// writeText shows findings file by file with the source line of each. With
// colours it is made for people at a terminal, without for grep: each finding
// begins with a line of its own, FILE:LINE:COLUMN: STATUS: MESSAGE (SEVERITY) [RULE].
func writeText(w io.Writer, r *finding.Report, o Options) error {
	t := &text{printer: &printer{w: w}, style: plainStyle, Options: o}
	if o.Color {
		t.style = richStyle(o.Width)
	}
	t.report(cleaned(r))
	return t.err
}

// text writes one report as text.
type text struct {
	*printer
	Options
	style  style
	gutter int // columns of the line numbers of the current file
}

func (t *text) report(r *finding.Report) {
	shown, _ := split(r.Findings)
	if t.Verbose {
		shown = r.Findings
	}
	for _, file := range byFile(shown) {
		t.file(file)
	}
	t.incomplete(r.Incomplete)
	t.ignored(r.Ignored)
	t.style.closing(t, r)
}

func (t *text) file(file fileFindings) {
	t.gutter = gutter(file.Findings)
	t.style.file(t, file)
	told := map[string]bool{}
	for _, f := range file.Findings {
		if told[f.Rule+f.Remediation] {
			f.Remediation = ""
		}
		told[f.Rule+f.Remediation] = true
		t.style.finding(t, f)
	}
}

// gutter is the width of the largest line number.
func gutter(findings []finding.Finding) int {
	last := 0
	for _, f := range findings {
		last = max(last, f.Line)
	}
	return max(len(strconv.Itoa(last)), 2)
}

// fewIncomplete is how many places that were not looked at are named unless
// all are asked for. Of more, those whose reasons are alike share a place.
const fewIncomplete = 5

func (t *text) incomplete(list []finding.Incomplete) {
	if len(list) == 0 {
		return
	}
	shown := single(list)
	if !t.Verbose && len(list) > fewIncomplete {
		shown = grouped(list)
		shown = shown[:min(len(shown), fewIncomplete)]
	}
	t.style.incomplete(t, "not looked at", shown, len(list))
}

// ignored names the patterns that keep paths out of the check.
func (t *text) ignored(list []finding.Ignored) {
	if len(list) == 0 {
		return
	}
	shown := single(mappedTo(list, func(i finding.Ignored) finding.Incomplete {
		return finding.Incomplete{File: i.File, Line: i.Line, Reason: ignoredBy(i)}
	}))
	t.style.incomplete(t, "left alone", shown[:min(len(shown), fewIgnored)], len(list))
}

// fewIgnored is how many patterns are named that keep paths out.
const fewIgnored = 10

// style is a look of the text.
type style struct {
	file       func(*text, fileFindings)
	finding    func(*text, finding.Finding)
	incomplete func(t *text, title string, shown []*alike, all int)
	closing    func(*text, *finding.Report)
}
