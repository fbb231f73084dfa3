package report

import (
	"fmt"
	"slices"
	"strings"

	"guard/internal/finding"
)

// pipelineRow is a run as a row of the table, with what its cells say.
type pipelineRow struct {
	title pipelineCell
	cells []pipelineCell // of the environments, then what is asked of every run
}

// pipelineCell is one cell of the table.
type pipelineCell struct {
	text string
	tone string // ok, open, against, none: for colours
	note int    // of the reasons below the table; 0 for none
}

// pipelineTable is the table of a pipeline: runs by environments.
type pipelineTable struct {
	head    []string // of the columns behind the title
	rows    []pipelineRow
	notes   []string // reasons why something is not known, by number
	against []*against
}

// against is what some runs do against the configuration.
type against struct {
	what   string // "reaches production, which …"
	titles []string
}

func (a *against) String() string { return strings.Join(a.titles, ", ") + ": " + a.what }

// newPipelineTable works out the table of a clean pipeline.
func newPipelineTable(p finding.Pipeline) *pipelineTable {
	t := &pipelineTable{}
	for _, e := range p.Environments {
		t.head = append(t.head, environmentLabel(e)+noteMark(t.note(e.Unknown)))
	}
	t.head = append(t.head, "tests before", "pushes")
	for _, run := range p.Runs {
		t.rows = append(t.rows, t.row(run))
	}
	return t
}

func (t *pipelineTable) row(run finding.PipelineRun) pipelineRow {
	row := pipelineRow{title: pipelineCell{text: run.Title, note: t.note(run.Starts.Reason)}}
	for _, c := range run.Cells {
		row.cells = append(row.cells, pipelineCell{text: cellText(c), tone: cellTone(c), note: t.note(cellReason(c))})
		if c.Against != "" {
			t.fault(c.Against, run.Title)
		}
	}
	for _, a := range []finding.Answer{run.Tested, run.Pushes} {
		row.cells = append(row.cells, pipelineCell{text: answerText(a), tone: map[string]string{"unknown": "open", "yes": "", "no": "none", "": "none"}[a.Holds], note: t.note(a.Reason)})
	}
	return row
}

func cellTone(c finding.PipelineCell) string {
	switch {
	case c.Against != "":
		return "against"
	case c.Reached.Holds == "unknown", c.Reached.Holds == "yes" && c.Gate == finding.UnknownGate:
		return "open"
	case c.Reached.Holds == "yes":
		return "ok"
	}
	return "none"
}

// fault adds that a run does something against the configuration.
func (t *pipelineTable) fault(what, title string) {
	i := slices.IndexFunc(t.against, func(a *against) bool { return a.what == what })
	if i < 0 {
		i, t.against = len(t.against), append(t.against, &against{what: what})
	}
	if !slices.Contains(t.against[i].titles, title) {
		t.against[i].titles = append(t.against[i].titles, title)
	}
}

// note gives a reason its number; 0 where there is none.
func (t *pipelineTable) note(reason string) int {
	if reason == "" {
		return 0
	}
	if i := slices.Index(t.notes, reason); i >= 0 {
		return i + 1
	}
	t.notes = append(t.notes, reason)
	return len(t.notes)
}

func noteMark(note int) string {
	if note == 0 {
		return ""
	}
	return fmt.Sprintf(" [%d]", note)
}

func (c pipelineCell) String() string { return c.text + noteMark(c.note) }

// quiet tells whether a run neither reaches an environment nor pushes.
func (r pipelineRow) quiet() bool {
	return !slices.ContainsFunc(r.cells, func(c pipelineCell) bool { return c.text != "-" && c.text != "no" })
}
