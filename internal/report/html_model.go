package report

import (
	"cmp"
	"html/template"
	"slices"

	"guard/internal/finding"
)

// htmlReport is what the template of the page reads.
type htmlReport struct {
	Policy                 string
	Style                  template.CSS
	Script                 template.JS
	Tool                   finding.Tool
	Verdict                htmlVerdict
	Tally, Scope           string
	Tiles                  []htmlTile
	Severities, Categories []htmlBar
	Rules                  []htmlRule
	Files, Waived          []htmlFile
	Incomplete, Ignored    []htmlIncomplete
	Pipelines              []htmlPipeline
}

type htmlVerdict struct {
	Class, Text string
	Clean       bool // nothing found, nothing left out
}

type htmlTile struct {
	Class, Name string
	N           int
}

// htmlBar is a bar, or a part of one, that is 1000 wide.
type htmlBar struct {
	Name           string
	N, From, Width int
}

type htmlRule struct {
	ID string
	N  int
}

type htmlIncomplete struct{ Place, Reason string }

func newHTMLReport(r *finding.Report) htmlReport {
	counting, waived := split(r.Findings)
	return htmlReport{
		Policy: ContentPolicy(htmlStyle, htmlScript), Style: template.CSS(htmlStyle), Script: template.JS(htmlScript), Tool: r.Tool,
		Verdict: newVerdict(r), Tally: tallied(r.Findings).String(), Scope: scope(r.Summary), Tiles: tiles(r),
		Severities: severityBars(counting), Categories: categoryBars(counting), Rules: rulesFound(counting),
		Files: htmlFiles(counting, r.Rules), Waived: htmlFiles(waived, r.Rules), Incomplete: mappedTo(r.Incomplete, newIncomplete),
		Ignored:   mappedTo(r.Ignored, func(i finding.Ignored) htmlIncomplete { return htmlIncomplete{ignoredAt(i), ignoredBy(i)} }),
		Pipelines: htmlPipelines(r.Pipelines),
	}
}

func newIncomplete(i finding.Incomplete) htmlIncomplete { return htmlIncomplete{place(i), i.Reason} }

func newVerdict(r *finding.Report) htmlVerdict {
	switch {
	case tallied(r.Findings).denied > 0:
		return htmlVerdict{Class: "denied", Text: "denied"}
	case r.Summary.Files == 0:
		return htmlVerdict{Class: "open", Text: "nothing checked"}
	case len(r.Incomplete) > 0:
		return htmlVerdict{Class: "open", Text: "incomplete"}
	default:
		return htmlVerdict{Text: "passed", Clean: true}
	}
}

func tiles(r *finding.Report) []htmlTile {
	t := tallied(r.Findings)
	return []htmlTile{
		{"deny", "denied", t.denied}, {"warn", "warned", t.warned}, {"", "waived", t.waived},
		{"open", "not looked at", len(r.Incomplete)}, {"", "files", r.Summary.Files}, {"", "documents", r.Summary.Documents},
	}
}

// severityBars are the parts of one bar, from worst to least.
func severityBars(findings []finding.Finding) []htmlBar {
	counts := map[finding.Severity]int{}
	for _, f := range findings {
		counts[f.Severity]++
	}
	var bars []htmlBar
	before := 0
	for _, s := range slices.Backward(finding.Severities) {
		if n := counts[s]; n > 0 {
			from := 1000 * before / len(findings)
			before += n
			bars = append(bars, htmlBar{s.String(), n, from, 1000*before/len(findings) - from})
		}
	}
	return bars
}

// mostCategories is how many categories are drawn; own rules may have any.
const mostCategories = 12

// categoryBars are one bar for each category, the longest first.
func categoryBars(findings []finding.Finding) []htmlBar {
	bars := countBy(findings, func(f finding.Finding) string { return limit(finding.Rule{ID: f.Rule}.Category(), 40) })
	slices.SortStableFunc(bars, func(a, b htmlBar) int { return cmp.Or(b.N-a.N, cmp.Compare(a.Name, b.Name)) })
	for i := range bars {
		bars[i].Width = 1000 * bars[i].N / bars[0].N
	}
	return bars[:min(len(bars), mostCategories)]
}

// rulesFound lists the rules that have findings, by ID.
func rulesFound(findings []finding.Finding) []htmlRule {
	bars := countBy(findings, func(f finding.Finding) string { return f.Rule })
	slices.SortFunc(bars, func(a, b htmlBar) int { return cmp.Compare(a.Name, b.Name) })
	return mappedTo(bars, func(b htmlBar) htmlRule { return htmlRule{b.Name, b.N} })
}

func countBy(findings []finding.Finding, key func(finding.Finding) string) []htmlBar {
	var bars []htmlBar
	index := map[string]int{}
	for _, f := range findings {
		i, ok := index[key(f)]
		if !ok {
			i = len(bars)
			index[key(f)] = i
			bars = append(bars, htmlBar{Name: key(f)})
		}
		bars[i].N++
	}
	return bars
}
