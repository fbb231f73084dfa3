package report

import (
	"fmt"
	"io"
	"strings"

	"guard/internal/finding"
)

// writePipelineMarkdown writes a page that fits into a comment: a table and a
// graph for each pipeline.
func writePipelineMarkdown(w io.Writer, r *finding.Report, _ Options) error {
	c, p := cleaned(r), &page{left: commentLimit}
	for i, pipeline := range c.Pipelines {
		if !p.pipeline(pipeline) {
			p.add(fmt.Sprintf("\n%s left out, as this page would become too long\n", capital(count(len(c.Pipelines)-i, "pipeline"))))
			break
		}
	}
	p.incomplete(c.Incomplete)
	_, err := io.WriteString(w, p.String())
	return err
}

// mostColumns is how many environments a table of Markdown shows.
const mostColumns = 20

// pipeline writes what is known of a pipeline, as far as there is room; ok is
// false where there is none even for its table.
func (p *page) pipeline(pipeline finding.Pipeline) (ok bool) {
	const reserve = 4_000
	table := newPipelineTable(pipeline)
	text := "### " + codeSpan(pipeline.File) + " " + escapeMarkdown(strings.TrimSpace(pipelineSubtitle(pipeline))) + "\n\n" + markdownTable(table) + markdownReasons(table)
	p.left -= reserve
	defer func() { p.left += reserve }()
	if !p.add(text) {
		return false
	}
	p.graph(pipeline)
	p.images(pipeline)
	p.fold(fmt.Sprintf("%d not known", len(pipeline.Unknown)), mappedTo(pipeline.Unknown, func(i finding.Incomplete) string {
		return fmt.Sprintf("- %s: %s\n", codeSpan(place(i)), escapeMarkdown(i.Reason))
	}))
	p.add("\n")
	return true
}

// markdownTable is the table of runs and environments.
func markdownTable(t *pipelineTable) string {
	if len(t.rows) == 0 {
		return "No event that guard knows of starts it.\n"
	}
	var b strings.Builder
	shown := min(len(t.head), mostColumns)
	b.WriteString("| run |")
	for _, head := range t.head[len(t.head)-shown:] {
		b.WriteString(" " + escapeMarkdown(head) + " |")
	}
	b.WriteString("\n|---|" + strings.Repeat("---|", shown) + "\n")
	for _, row := range t.rows {
		b.WriteString("| " + escapeMarkdown(row.title.String()) + " |")
		for _, c := range row.cells[max(len(row.cells)-shown, 0):] {
			b.WriteString(" " + markdownCell(c) + " |")
		}
		b.WriteString("\n")
	}
	if left := len(t.head) - shown; left > 0 {
		fmt.Fprintf(&b, "\n%s left out, as the table would become too wide\n", capital(count(left, "environment")))
	}
	return b.String()
}

func markdownCell(c pipelineCell) string {
	if c.tone == "against" {
		return "**" + escapeMarkdown(c.text) + "**" + escapeMarkdown(noteMark(c.note))
	}
	return escapeMarkdown(c.String())
}

func markdownReasons(t *pipelineTable) string {
	var b strings.Builder
	for i, against := range t.against {
		if i == 0 {
			b.WriteString("\n")
		}
		b.WriteString("- **!** " + escapeMarkdown(against.String()) + "\n")
	}
	for i, note := range t.notes {
		if i == 0 {
			b.WriteString("\n")
		}
		b.WriteString("- " + escapeMarkdown(strings.TrimSpace(noteMark(i+1))+" "+note) + "\n")
	}
	return b.String()
}

// graph draws the jobs, or says why it does not.
func (p *page) graph(pipeline finding.Pipeline) {
	if len(pipeline.Jobs) == 0 {
		return
	}
	l := layered(pipeline)
	if why := l.undrawn(); why != "" {
		p.add("\nNo graph of the jobs: " + why + ".\n")
		return
	}
	if !p.add("\n```mermaid\n" + mermaid(pipeline, l) + "```\n") {
		p.add("\nNo graph of the jobs: this page would become too long.\n")
	}
}

// images lists what runs push and deploy.
func (p *page) images(pipeline finding.Pipeline) {
	var rows []string
	for _, group := range imageGroups(pipeline) {
		for _, image := range group.images {
			rows = append(rows, fmt.Sprintf("| %s | %s | %s | %s |\n", escapeMarkdown(strings.Join(group.titles, ", ")), escapeMarkdown(imageUse(image)), codeSpan(imageName(image)), escapeMarkdown(imageFact(image))))
		}
	}
	p.rows("\n| runs | | image | |\n|---|---|---|---|\n", rows)
}

// imageUse says what is done with an image.
func imageUse(i finding.PipelineImage) string {
	if target := imageTarget(i); target != "" {
		return "deployed to " + target
	}
	return i.Use
}
