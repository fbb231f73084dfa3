package report

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"guard/internal/finding"
)

// writePipelineText writes for people what the runs of pipelines can do: a
// table of runs and environments, or a list where the terminal is too narrow
// for it, then the jobs, the images, and what is not known.
func writePipelineText(w io.Writer, r *finding.Report, o Options) error {
	t := &pipelineText{printer: &printer{w: w}, Options: o}
	if t.Width > 0 {
		t.Width = max(t.Width, leastWidth)
	}
	if t.Color && t.Width <= 0 {
		t.Width = usualWidth
	}
	c := cleaned(r)
	for i, p := range c.Pipelines {
		if i > 0 {
			t.line()
		}
		t.pipeline(p)
	}
	t.notRead(c.Incomplete)
	return t.err
}

// pipelineText writes pipelines as text.
type pipelineText struct {
	*printer
	Options
}

// paint colours text where colours are wanted.
func (t *pipelineText) paint(color, s string) string {
	if !t.Color {
		return s
	}
	return paint(color, s)
}

func (t *pipelineText) pipeline(p finding.Pipeline) {
	t.title(p)
	table := newPipelineTable(p)
	switch {
	case len(table.rows) == 0:
		t.line()
		t.wrapped("  ", "  ", "No event that guard knows of starts it.")
	case t.Width > 0 && table.width() > t.Width:
		t.list(table)
	default:
		t.table(table)
	}
	t.reasons(table)
	t.jobs(p)
	t.images(p)
	t.unknown(p)
}

// title names the file, and its pipeline behind it where there is room.
func (t *pipelineText) title(p finding.Pipeline) {
	subtitle := pipelineSubtitle(p)
	if t.Width <= 0 || textWidth(p.File+subtitle) <= t.Width {
		t.line(t.paint(bold, p.File), t.paint(faint, subtitle))
		return
	}
	t.coloured("", bold, p.File)
	t.coloured("  ", faint, strings.TrimSpace(subtitle))
}

// pipelineSubtitle says whose pipeline it is, and what it is called.
func pipelineSubtitle(p finding.Pipeline) string {
	text := "  " + map[string]string{"github": "GitHub", "gitlab": "GitLab", "azure": "Azure Pipelines"}[p.Provider]
	if p.Name != "" {
		text += ` "` + p.Name + `"`
	}
	return text
}

// heading begins a section.
func (t *pipelineText) heading(text string) {
	t.line()
	t.line("  ", t.paint(bold, text))
}

// wrapped writes a text below first, and what does not fit on further lines
// behind the indentation rest.
func (t *pipelineText) wrapped(first, rest, text string) {
	columns := 0
	if t.Width > 0 {
		columns = max(t.Width-len(rest), 10)
	}
	for i, line := range wrap(text, columns) {
		if i == 0 {
			t.line(first, line)
			continue
		}
		t.line(rest, line)
	}
}

// reasons says below a table what is against the configuration and why
// something is not known.
func (t *pipelineText) reasons(table *pipelineTable) {
	if len(table.against)+len(table.notes) > 0 {
		t.line()
	}
	for _, against := range table.against {
		t.wrapped("  "+t.paint(boldRed, "!")+" ", "    ", against.String())
	}
	for i, note := range table.notes {
		number := strings.TrimSpace(noteMark(i + 1))
		t.wrapped("  "+t.paint(faint, number)+" ", strings.Repeat(" ", len(number)+3), note)
	}
}

// jobs lists the jobs, each behind those that it waits for.
func (t *pipelineText) jobs(p finding.Pipeline) {
	if len(p.Jobs) == 0 {
		return
	}
	t.heading("jobs")
	for _, i := range layered(p).order {
		job := p.Jobs[i]
		t.jobTitle(job)
		if facts := jobFacts(p, job); len(facts) > 0 {
			t.wrapped("      ", "        ", strings.Join(facts, "; "))
		}
	}
}

// jobTitle names a job, and its gate behind it where there is room.
func (t *pipelineText) jobTitle(job finding.PipelineJob) {
	gate := ""
	if job.Gate != finding.NoGate {
		gate = "[" + gateText(job.Gate) + "]"
	}
	if t.Width <= 0 || textWidth(job.ID+gate)+5 <= t.Width {
		t.line("    ", t.paint(cyan, job.ID), " ", t.paint(gateColor(job.Gate), gate))
		return
	}
	t.coloured("    ", cyan, job.ID)
	t.coloured("      ", gateColor(job.Gate), gate)
}

func gateColor(g finding.Gate) string {
	if g == finding.UnknownGate {
		return yellow
	}
	return green
}

func (t *pipelineText) images(p finding.Pipeline) {
	groups := imageGroups(p)
	if len(groups) == 0 {
		return
	}
	t.heading("images")
	for _, group := range groups {
		t.wrapped("    ", "    ", strings.Join(group.titles, ", "))
		for _, image := range group.images {
			t.image(image)
		}
	}
}

func (t *pipelineText) image(image finding.PipelineImage) {
	text := "pushes " + imageName(image)
	if image.Use == "deployed" {
		text = fmt.Sprintf("deploys %s to %s", imageName(image), imageTarget(image))
	}
	t.wrapped("      ", "        ", text)
	fact, color := imageFact(image), yellow
	switch {
	case fact == "":
		return
	case image.Use == "deployed" && image.Pushed.Holds == "yes":
		color = green
	case image.Use == "deployed" && image.Pushed.Holds == "no":
		color = boldRed
	}
	t.coloured("        ", color, fact)
}

// coloured writes wrapped text in a colour.
func (t *pipelineText) coloured(indent, color, text string) {
	columns := 0
	if t.Width > 0 {
		columns = max(t.Width-len(indent), 10)
	}
	for _, line := range wrap(text, columns) {
		if line != "" {
			t.line(indent, t.paint(color, line))
		}
	}
}

func (t *pipelineText) unknown(p finding.Pipeline) {
	if len(p.Unknown) == 0 {
		return
	}
	t.heading("not known")
	for _, u := range slices.Compact(slices.Clone(p.Unknown)) {
		t.wrapped("    ", "      ", place(u)+": "+u.Reason)
	}
}

// notRead lists the files that could not be looked at.
func (t *pipelineText) notRead(list []finding.Incomplete) {
	if len(list) == 0 {
		return
	}
	t.line()
	t.line(t.paint(bold, "not looked at"))
	for _, i := range list {
		t.wrapped("  ", "    ", place(i)+": "+i.Reason)
	}
}
