package report

import (
	"fmt"
	"io"
)

// Step is one line of what was found about one image.
type Step struct {
	Outcome string // "proved", "claimed", "broken", "unknown", "passed", "failed"
	Name    string
	Text    string
	Facts   []Fact
}

// Fact is a name and a value.
type Fact struct{ Name, Value string }

// outcomeColors are those of the outcomes; every other one has none.
var outcomeColors = map[string]string{
	"proved": green, "claimed": yellow, "broken": boldRed, "unknown": yellow, "passed": green, "failed": boldRed,
}

// Steps writes what was found about an image for people: a title, a line for
// each step with its facts below, and the whole at the end. It cleans what it
// writes.
func Steps(w io.Writer, title string, steps []Step, whole Step, o Options) error {
	t := &stepText{printer: &printer{w: w}, Options: o}
	t.line(t.colored(bold, Clean(title)))
	t.line()
	for _, s := range steps {
		t.step(s)
	}
	t.line()
	t.line(t.colored(outcomeColors[whole.Outcome], whole.Outcome) + ": " + Clean(whole.Text))
	return t.err
}

// stepText writes steps as text.
type stepText struct {
	*printer
	Options
}

func (t *stepText) colored(color, s string) string {
	if !t.Color {
		return s
	}
	return paint(color, s)
}

func (t *stepText) step(s Step) {
	const indent = 2 + 7 + 2 + 11 + 2 // of the text
	head := fmt.Sprintf("  %s  %-11s  ", t.colored(outcomeColors[s.Outcome], fmt.Sprintf("%-7s", s.Outcome)), Clean(s.Name))
	columns := 0
	if t.Width > 0 {
		columns = max(t.Width-indent, leastWidth)
	}
	for i, line := range wrap(Clean(s.Text), columns) {
		if i > 0 {
			head = fmt.Sprintf("%*s", indent, "")
		}
		t.line(head + line)
	}
	for _, f := range s.Facts {
		t.line(fmt.Sprintf("%*s", indent, "") + t.colored(faint, Clean(f.Name)+": "+Clean(f.Value)))
	}
}
