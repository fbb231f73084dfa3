package report

import (
	"fmt"
	"strings"

	"guard/internal/finding"
)

// rich is the look for people at a terminal: colours, boxes, wrapped lines.
type rich struct{ width int }

// Width of the terminal where it is not known, and what is used of it.
const (
	usualWidth  = 100
	leastWidth  = 30
	greatestUse = 140
)

func richStyle(width int) style {
	if width <= 0 {
		width = usualWidth
	}
	r := rich{min(max(width, leastWidth), greatestUse)}
	return style{file: r.file, finding: r.finding, incomplete: r.incomplete, closing: r.closing}
}

// look is how a finding of one status is shown.
type look struct{ badge, mark string }

var looks = map[string]look{
	"deny":   {redBadge, boldRed},
	"warn":   {goldBadge, boldAmber},
	"audit":  {blueBadge, blue},
	"waived": {grayBadge, faint},
}

// file writes the heading of a file: its name, a line, and what was found.
func (r rich) file(t *text, file fileFindings) {
	name := tail(file.File, r.width-6)
	found := tallied(file.Findings).String()
	rule := r.width - textWidth(name) - textWidth(found) - 8
	if rule < 1 {
		t.line(paint(faint, "━━ "), paint(bold, name))
		t.line()
		return
	}
	t.line(paint(faint, "━━ "), paint(bold, name), " ", paint(faint, strings.Repeat("━", rule)), " ", found, paint(faint, " ━━"))
	t.line()
}

// tail cuts a path on its left, where it says least.
func tail(path string, columns int) string {
	if textWidth(path) <= columns {
		return path
	}
	runes, n := []rune(path), 1
	for i := len(runes) - 1; i >= 0; i-- {
		if n += runeWidth(runes[i]); n > columns {
			return "…" + string(runes[i+1:])
		}
	}
	return path
}

func (r rich) finding(t *text, f finding.Finding) {
	l := looks[status(f)]
	r.title(t, f, l)
	edge := strings.Repeat(" ", t.gutter+2)
	t.line(paint(faint, edge+"╭─ "), paint(cyan, f.Location.String()), r.object(t, f))
	r.excerpt(t, f, l)
	for _, note := range notes(f) {
		r.note(t, note)
	}
	t.line(paint(faint, edge+"╰─ "), paint(severityColor(f.Severity), f.Severity.String()), paint(faint, " · "+f.Rule))
	t.line()
}

// title writes the badge and the message, wrapped beside the badge.
func (r rich) title(t *text, f finding.Finding, l look) {
	badge := " " + strings.ToUpper(status(f)) + " "
	indent := strings.Repeat(" ", len(badge)+1)
	for i, line := range wrap(f.Message, r.width-len(indent)) {
		if i == 0 {
			t.line(paint(l.badge, badge), " ", paint(bold, line))
			continue
		}
		t.line(indent, paint(bold, line))
	}
}

// object names what the finding is about, where there is room for it.
func (r rich) object(t *text, f finding.Finding) string {
	text := " · " + f.Object
	if f.Object == "" || t.gutter+5+textWidth(f.Location.String()+text) > r.width {
		return ""
	}
	return paint(faint, text)
}

func (r rich) excerpt(t *text, f finding.Finding, l look) {
	m, ok := firstLine(f, r.width-t.gutter-4, "…")
	if !ok {
		return
	}
	number := fmt.Sprintf(" %*d │ ", t.gutter, m.Number)
	t.line(paint(faint, number), m.Before, paint(l.mark, m.Mark), m.After)
	r.edge(t, strings.Repeat(" ", m.indent), paint(l.mark, strings.Repeat("━", max(m.length, 1))))
}

// edge writes a line beside the box's left edge.
func (r rich) edge(t *text, parts ...string) {
	t.line(paint(faint, strings.Repeat(" ", t.gutter+2)+"│ "), strings.Join(parts, ""))
}

func (r rich) note(t *text, note string) {
	edge := strings.Repeat(" ", t.gutter+2)
	for i, line := range wrap(note, r.width-t.gutter-5) {
		if i == 0 {
			t.line(paint(faint, edge+"├─ "), line)
			continue
		}
		t.line(paint(faint, edge+"│  "), line)
	}
}

func severityColor(s finding.Severity) string {
	switch s {
	case finding.Critical, finding.High:
		return red
	case finding.Medium:
		return yellow
	default:
		return blue
	}
}

func (r rich) incomplete(t *text, title string, shown []*alike, all int) {
	t.line(paint(faint, "━━ "), paint(bold, title), paint(faint, fmt.Sprintf(" (%d)", all)))
	t.line()
	rest := all
	for _, a := range shown {
		r.skipped(t, a.first)
		if more := a.more(); more != "" {
			t.line("     ", paint(faint, more))
		}
		rest -= a.places
	}
	if rest > 0 {
		t.line("   ", paint(faint, fmt.Sprintf("and %d more", rest)))
	}
	t.line()
}

// skipped writes one place that was not looked at, on one line if that is enough.
func (r rich) skipped(t *text, i finding.Incomplete) {
	where := paint(cyan, place(i))
	if textWidth(place(i))+textWidth(i.Reason)+5 <= r.width {
		t.line("   ", where, "  ", i.Reason)
		return
	}
	t.line("   ", where)
	for _, line := range wrap(i.Reason, r.width-5) {
		t.line("     ", line)
	}
}

func (r rich) closing(t *text, report *finding.Report) {
	t.line(outcome(report), " ", richTally(report), paint(faint, " in "+scope(report.Summary)))
}

// outcome is the badge of the whole check.
func outcome(r *finding.Report) string {
	switch {
	case tallied(r.Findings).denied > 0:
		return paint(redBadge, " DENIED ")
	case r.Summary.Files == 0:
		return paint(goldBadge, " NOTHING CHECKED ")
	case len(r.Incomplete) > 0:
		return paint(goldBadge, " INCOMPLETE ")
	default:
		return paint(okBadge, " PASSED ")
	}
}

func richTally(r *finding.Report) string {
	var parts []string
	for _, s := range tallied(r.Findings).shares() {
		parts = append(parts, paint(looks[s.status].mark, s.String()))
	}
	if len(parts) == 0 {
		parts = append(parts, paint(bold, "nothing found"))
	}
	if n := len(r.Incomplete); n > 0 {
		parts = append(parts, paint(boldAmber, fmt.Sprintf("%d not looked at", n)))
	}
	return strings.Join(parts, ", ")
}
