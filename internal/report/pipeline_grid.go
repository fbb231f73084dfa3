package report

import "strings"

// gap is how far apart the columns of a table are.
const columnGap = 2

// widths are the columns that each column of the table takes, the titles
// first.
func (t *pipelineTable) widths() []int {
	all := make([]int, len(t.head)+1)
	all[0] = textWidth("run")
	for i, head := range t.head {
		all[i+1] = textWidth(head)
	}
	for _, row := range t.rows {
		all[0] = max(all[0], textWidth(row.title.String()))
		for i, c := range row.cells {
			all[i+1] = max(all[i+1], textWidth(c.String()))
		}
	}
	return all
}

// width is how many columns of a terminal the table takes.
func (t *pipelineTable) width() int {
	n := 2
	for _, w := range t.widths() {
		n += w + columnGap
	}
	return n - columnGap
}

func (t *pipelineText) table(table *pipelineTable) {
	widths := table.widths()
	t.line()
	parts := []string{"  ", t.paint(faint, "run"), pad("run", widths[0])}
	for i, head := range table.head {
		parts = append(parts, t.paint(faint, head), pad(head, widths[i+1]))
	}
	t.line(parts...)
	for _, row := range table.rows {
		parts := []string{"  ", row.title.text, t.paint(faint, noteMark(row.title.note)), pad(row.title.String(), widths[0])}
		for i, c := range row.cells {
			parts = append(parts, t.cell(c), pad(c.String(), widths[i+1]))
		}
		t.line(parts...)
	}
}

// pad is what stands between a text and the next column.
func pad(text string, width int) string {
	return strings.Repeat(" ", max(width-textWidth(text), 0)+columnGap)
}

func (t *pipelineText) cell(c pipelineCell) string {
	return t.paint(toneColor(c.tone), c.text) + t.paint(faint, noteMark(c.note))
}

func toneColor(tone string) string {
	return map[string]string{"ok": green, "open": yellow, "against": boldRed, "none": faint}[tone]
}

// list shows the table on a narrow terminal: a run, and below it what there is
// to say of it. Environments that it cannot reach are left out.
func (t *pipelineText) list(table *pipelineTable) {
	for _, row := range table.rows {
		t.line()
		t.wrapped("  ", "  ", row.title.String())
		if row.quiet() {
			t.line("    ", t.paint(faint, "deploys and pushes nothing"))
			continue
		}
		for i, c := range row.cells {
			if c.text != "-" {
				t.entry(table.head[i]+":", c)
			}
		}
	}
}

// entry writes what one cell says, below its heading where both do not fit on
// one line.
func (t *pipelineText) entry(head string, c pipelineCell) {
	if textWidth(head)+textWidth(c.String())+5 <= t.Width {
		t.line("    ", head, " ", t.cell(c))
		return
	}
	t.wrapped("    ", "      ", head)
	t.line("      ", t.cell(c))
}
