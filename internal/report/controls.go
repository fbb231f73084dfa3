package report

import (
	"fmt"
	"io"
	"slices"
	"strings"
)

// Controls is what is known of the controls of a framework, for [WriteControls].
type Controls struct {
	Title, URL, Summary string
	Tool                SheetTool
	Of                  []Control
}

// Control is one of them.
type Control struct {
	ID, Title string
	State     string // broken, unknown, kept, not-covered
	Reason    string // why it is unknown; else ""
	Rules     []ControlRule
}

// ControlRule is what a rule says of a control.
type ControlRule struct {
	ID, Text      string
	Found, Waived int // Waived are among those that were found
}

// WriteControls writes a page that loads and runs nothing.
func WriteControls(w io.Writer, c Controls) error { return c.clean().sheet().html(w) }

func (c Controls) clean() Controls {
	c.Title, c.URL, c.Summary, c.Tool = Clean(c.Title), Clean(c.URL), Clean(c.Summary), SheetTool{Clean(c.Tool.Name), Clean(c.Tool.Version)}
	c.Of = mapped(c.Of, func(one Control) Control {
		one.ID, one.Title, one.Reason = Clean(one.ID), Clean(one.Title), limit(flow(one.Reason), longMessage)
		one.Rules = mapped(one.Rules, func(r ControlRule) ControlRule { r.ID, r.Text = Clean(r.ID), Clean(r.Text); return r })
		return one
	})
	return c
}

var controlSeries = []series{{"denied", "found"}, {"waived", "found and waived"}}

func (c Controls) sheet() sheet {
	out := sheet{
		Title: c.Title, Subtitle: c.Summary, Foot: fmt.Sprintf("%s %s · %s", c.Tool.Name, c.Tool.Version, c.URL),
		Tiles: []htmlTile{{"deny", "broken", c.count("broken")}, {"open", "unknown", c.count("unknown")}, {"", "kept", c.count("kept")}, {"", "not covered by a rule", c.count("not-covered")}},
		Sections: []section{
			c.plotted(), c.table("Broken: a rule that maps to it found something", "broken"), c.table("Unknown: not all could look", "unknown"),
			c.table("Kept, as far as its rules look", "kept"), c.table("Not covered: no rule maps to it", "not-covered"),
		},
	}
	out.Verdict, out.Class = c.verdict()
	return out
}

func (c Controls) count(state string) int {
	n := 0
	for _, one := range c.Of {
		if one.State == state {
			n++
		}
	}
	return n
}

func (c Controls) verdict() (text, class string) {
	switch {
	case c.count("broken") > 0:
		return "not all kept", "denied"
	case c.count("kept") < len(c.Of):
		return "not all known", "open"
	}
	return "kept", ""
}

// plotted draws how much was found about each control, the most first.
func (c Controls) plotted() section {
	var groups []plotGroup
	for _, one := range c.Of {
		found, waived := 0, 0
		for _, r := range one.Rules {
			found, waived = found+r.Found-r.Waived, waived+r.Waived
		}
		if found+waived > 0 {
			groups = append(groups, plotGroup{one.ID, []int{found, waived}})
		}
	}
	if len(groups) == 0 {
		return section{}
	}
	slices.SortStableFunc(groups, func(a, b plotGroup) int { return b.numbers[0] + b.numbers[1] - a.numbers[0] - a.numbers[1] })
	return section{Title: "Findings by control", Plot: barPlot("Findings by control", controlSeries, groups), Legend: legends(controlSeries)}
}

func (c Controls) table(title, state string) section {
	s := section{Title: title, Head: heads("control", "asks for", "what its rules say")}
	if state == "not-covered" {
		s.Head = s.Head[:2]
	}
	for _, one := range c.Of {
		if one.State != state {
			continue
		}
		row := []field{textField(one.ID), textField(one.Title)}
		if state != "not-covered" {
			row = append(row, textField(one.says()))
		}
		s.Rows = append(s.Rows, row)
	}
	return s
}

// says is what the rules of a control say, and why that is not enough.
func (c Control) says() string {
	var parts []string
	if c.Reason != "" {
		parts = append(parts, c.Reason)
	}
	for _, r := range c.Rules {
		parts = append(parts, r.ID+": "+r.Text)
	}
	return strings.Join(parts, "; ")
}
