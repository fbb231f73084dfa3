package check

import (
	"cmp"
	"regexp"
	"slices"

	"guard/internal/document"
	"guard/internal/finding"
)

// outcome collects what all slots hold into one report.
func (r *run) outcome() (*Outcome, error) {
	out := &Outcome{Ignored: r.ignored}
	report := &finding.Report{
		Version: 1,
		Tool:    finding.Tool{Name: "guard", Version: r.Version, Policies: r.Evaluator.Digest()},
		Rules:   map[string]finding.Rule{},
	}
	for _, rule := range r.Evaluator.Rules() {
		report.Rules[rule.ID] = rule
	}
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
		report.Incomplete = append(report.Incomplete, e.incomplete...)
		report.Pipelines = append(report.Pipelines, e.pipelines...)
		for _, f := range e.findings {
			if !listed(f) && !r.toldByPart(e, f) {
				report.Findings = append(report.Findings, f)
			}
		}
	}
	report.Findings = append(report.Findings, r.project...)
	var err error
	if report.Findings, err = r.onChangedLines(report.Findings); err != nil {
		return nil, err
	}
	finding.Sort(report.Findings)
	slices.SortStableFunc(report.Incomplete, func(a, b finding.Incomplete) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Reason, b.Reason))
	})
	report.Incomplete = slices.Compact(report.Incomplete)
	if r.Diff == nil { // of other lines nothing is told, so that finding nothing says nothing
		report.Evaluated = r.evaluated()
	}
	report.Ignored = r.leftAlone()
	report.Summarize()
	out.Report = report
	return out, nil
}

func (o *Outcome) skip(report *finding.Report, s skipped) {
	told := finding.Incomplete{File: s.name, Line: s.line, Reason: s.reason}
	report.Incomplete = append(report.Incomplete, told)
	if s.unread {
		o.Unread++
		o.NotRead = append(o.NotRead, told)
	}
}

// incompleteRule is the rule that turns what could not be followed into
// findings, for those who want to waive it or have it denied.
const incompleteRule = "analysis/incomplete"

// listed tells whether a finding says only what the report's list of
// incomplete things says anyway.
func listed(f finding.Finding) bool {
	return f.Rule == incompleteRule && f.Action != finding.Deny && f.Waived == nil
}

// incomplete lists what could not be read or followed in a file, and is not
// waived.
func incomplete(documents []*document.Document, findings []finding.Finding, v *view) []finding.Incomplete {
	waived := map[int]bool{}
	for _, f := range findings {
		if f.Rule == incompleteRule && f.Waived != nil {
			waived[f.Line] = true
		}
	}
	var all []finding.Incomplete
	for _, d := range documents {
		for _, p := range slices.Concat(d.Unparsable, d.Incomplete) {
			if line := d.Locate(p.Path).Line; !waived[line] {
				all = append(all, finding.Incomplete{File: d.File, Line: line, Reason: v.redact(p.Message)})
			}
		}
	}
	return all
}

// toldByPart tells whether a finding of a pipeline is one of a file that it
// includes, and is told there. What stands in the pipeline itself is its own,
// even where an included file has the same.
func (r *run) toldByPart(e *entry, f finding.Finding) bool {
	if len(e.parts) == 0 || !bringsFile.MatchString(f.Path) {
		return false
	}
	for _, part := range e.parts {
		if part != e.file.name && r.tells(part, f) {
			return true
		}
	}
	return false
}

// bringsFile matches the places at which pipelines bring other files in, and
// where all of these stands: include: and trigger: of GitLab, uses: of GitHub,
// template: of Azure.
var bringsFile = regexp.MustCompile(`^include\b|\btrigger\.include\b|\buses$|\btemplate$`)

func (r *run) tells(file string, f finding.Finding) bool {
	i, found := slices.BinarySearchFunc(r.entries, file, func(e *entry, name string) int { return cmp.Compare(e.file.name, name) })
	return found && slices.ContainsFunc(r.entries[i].findings, func(other finding.Finding) bool {
		return other.Rule == f.Rule && other.Message == f.Message
	})
}

// maxLeft bounds how many patterns are told of that keep paths out.
const maxLeft = 1000

// leftAlone are the patterns that keep paths out, where a layer demands something:
// whoever has written it was not asked. Else they are the user's own.
func (r *run) leftAlone() []finding.Ignored {
	if len(r.Evaluator.Layers()) == 0 {
		return nil
	}
	list := slices.Clone(r.left)
	slices.SortFunc(list, func(a, b finding.Ignored) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Pattern, b.Pattern), cmp.Compare(a.Paths, b.Paths))
	})
	return list[:min(len(list), maxLeft)]
}
