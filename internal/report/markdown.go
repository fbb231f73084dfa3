package report

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"guard/internal/finding"
)

// How long Markdown may become, in characters: GitHub refuses a comment of more
// than 65,536, and a step summary of more than 1 MiB.
const (
	commentLimit = 60_000
	summaryLimit = 900_000
)

// writeMarkdown writes a report that fits into a comment.
func writeMarkdown(w io.Writer, r *finding.Report, _ Options) error {
	_, err := io.WriteString(w, markdown(cleaned(r), commentLimit))
	return err
}

// Summary writes the report as Markdown for the file that GITHUB_STEP_SUMMARY
// names. What was there before stays if w appends.
func Summary(w io.Writer, r *finding.Report) error {
	if _, err := io.WriteString(w, markdown(cleaned(ordered(r)), summaryLimit/4)); err != nil {
		return fmt.Errorf("write summary: %w", err)
	}
	return nil
}

// page is Markdown that grows up to a limit.
type page struct {
	strings.Builder
	left int // characters
}

// add appends the text if there is room for it.
func (p *page) add(text string) bool {
	n := utf8.RuneCountInString(text)
	if n > p.left {
		return false
	}
	p.left -= n
	p.WriteString(text)
	return true
}

func markdown(r *finding.Report, limit int) string {
	p := &page{left: limit}
	counting, waived := split(r.Findings)
	p.add(fmt.Sprintf("### %s guard: %s\n\n%s\n", icon(r), tallied(r.Findings), capital(scope(r.Summary)+" looked at.")))
	p.findings(worstFirst(counting))
	p.remedies(counting)
	p.waived(waived)
	p.incomplete(r.Incomplete)
	p.ignored(r.Ignored)
	return p.String()
}

func icon(r *finding.Report) string {
	t := tallied(r.Findings)
	switch {
	case t.denied > 0:
		return "❌"
	case t.warned > 0, len(r.Incomplete) > 0, r.Summary.Files == 0:
		return "⚠️"
	default:
		return "✅"
	}
}

func capital(s string) string { return strings.ToUpper(s[:1]) + s[1:] }

// rows writes a table with as many rows as there is room for, and how many are
// missing. Room for what follows is kept.
func (p *page) rows(head string, rows []string) {
	const reserve = 2_000
	p.left -= reserve
	defer func() { p.left += reserve }()
	if len(rows) == 0 || !p.add(head) {
		return
	}
	for i, row := range rows {
		if !p.add(row) {
			p.left += reserve / 4
			p.add(fmt.Sprintf("\nand %d more\n", len(rows)-i))
			p.left -= reserve / 4
			return
		}
	}
}

func (p *page) findings(findings []finding.Finding) {
	rows := mappedTo(findings, func(f finding.Finding) string {
		return fmt.Sprintf("| %s %s | %s | %s | %s |\n", dot(f.Severity), status(f), codeSpan(f.Location.String()), escapeMarkdown(Announced(f)), codeSpan(f.Rule))
	})
	p.rows("\n| | Where | What | Rule |\n|---|---|---|---|\n", rows)
}

// dot shows a severity at a glance.
func dot(s finding.Severity) string {
	switch s {
	case finding.Critical:
		return "🟣 critical,"
	case finding.High:
		return "🔴 high,"
	case finding.Medium:
		return "🟠 medium,"
	case finding.Low:
		return "🔵 low,"
	default:
		return "⚪ info,"
	}
}

// remedies says once for each rule what to do.
func (p *page) remedies(findings []finding.Finding) {
	told := map[string]bool{}
	var rows []string
	for _, f := range findings {
		if f.Remediation != "" && !told[f.Rule] {
			told[f.Rule] = true
			rows = append(rows, fmt.Sprintf("- %s: %s\n", codeSpan(f.Rule), escapeMarkdown(f.Remediation)))
		}
	}
	p.fold("What to do", rows)
}

func (p *page) waived(findings []finding.Finding) {
	p.fold(fmt.Sprintf("%d waived", len(findings)), mappedTo(findings, func(f finding.Finding) string {
		return fmt.Sprintf("- %s %s (%s): %s\n", codeSpan(f.Location.String()), escapeMarkdown(f.Message), codeSpan(f.Rule), escapeMarkdown(excuse(f.Waived)))
	}))
}

func (p *page) incomplete(list []finding.Incomplete) {
	p.fold(fmt.Sprintf("%d not looked at", len(list)), mappedTo(list, func(i finding.Incomplete) string {
		return fmt.Sprintf("- %s: %s\n", codeSpan(place(i)), escapeMarkdown(i.Reason))
	}))
}

func (p *page) ignored(list []finding.Ignored) {
	p.fold(fmt.Sprintf("%d left alone", len(list)), mappedTo(list, func(i finding.Ignored) string {
		return fmt.Sprintf("- %s: %s by %s\n", codeSpan(ignoredAt(i)), count(i.Paths, "path"), codeSpan(i.Pattern))
	}))
}

// fold writes a list that opens on a click.
func (p *page) fold(title string, rows []string) {
	if len(rows) == 0 {
		return
	}
	p.add("\n<details><summary>" + title + "</summary>\n\n")
	p.rows("", rows)
	p.add("\n</details>\n")
}
