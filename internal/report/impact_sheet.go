package report

import (
	"fmt"
	"io"

	"guard/internal/finding"
)

// SheetFormats lists the formats of what [WriteImpact] and [WriteStats] write.
// They write nothing of findings.
func SheetFormats() []Format {
	return []Format{
		{"html", "one page with plots", nil}, {"json", "everything, for programs (version 1)", nil},
		{"markdown", "tables for comments and summaries", nil}, {"text", "for people", nil},
	}
}

// WriteImpact writes what a change of rules changes in one of [SheetFormats].
// JSON has all texts as they are.
func WriteImpact(w io.Writer, f Format, i Impact) error {
	if f.Name == jsonFormat.Name {
		return encode(w, i)
	}
	return i.clean().sheet().write(w, f.Name)
}

// How much is shown to people. JSON has more.
const (
	mostGroups = 50
	mostListed = 200
)

var impactSeries = []series{{"denied", "newly denied"}, {"allowed", "no longer denied"}, {"warned", "newly warned"}, {"quiet", "no longer warned"}}

func (i Impact) sheet() sheet {
	s := i.Summary
	out := sheet{
		Title: "Impact of a change of rules", Subtitle: i.subtitle(), Foot: fmt.Sprintf("%s %s · %s %s · %s %s", i.Tool.Name, i.Tool.Version, i.Old.Name, i.Old.Policies, i.New.Name, i.New.Policies),
		Tiles: []htmlTile{
			{"deny", "passed, fail now", s.NewlyFailing}, {"", "failed, pass now", s.NewlyPassing}, {"deny", "newly denied", s.NewlyDenied},
			{"", "no longer denied", s.NoLongerDeny}, {"warn", "newly warned", s.NewlyWarned}, {"open", "not judged", s.Unjudged},
		},
		Sections: []section{i.plotted(), groupTable("By rule", "rule", i.Rules, true)},
	}
	out.Verdict, out.Class = i.verdict()
	for _, one := range []struct {
		title, name string
		groups      []ImpactGroup
	}{{"By repository", "repository", i.Repositories}, {"By namespace", "namespace", i.Namespaces}, {"By owner", "owner", i.Owners}} {
		if len(one.groups) > 1 || len(one.groups) == 1 && one.groups[0].Name != "" {
			out.Sections = append(out.Sections, groupTable(one.title, one.name, one.groups, false))
		}
	}
	out.Sections = append(out.Sections,
		i.listed("Newly denied", func(c ImpactChange) bool { return c.To == ImpactDeny }),
		i.listed("No longer denied", func(c ImpactChange) bool { return c.From == ImpactDeny }),
		i.listed("Other changes", func(c ImpactChange) bool { return c.From != ImpactDeny && c.To != ImpactDeny }),
		section{Title: "Rules that only the new version has active", Lines: cutLines(i.AddedRules)},
		section{Title: "Rules that only the old version has active", Lines: cutLines(i.RemovedRules)},
		section{Title: "Not judged, so nothing is known of it", Lines: cutLines(mappedTo(i.Unjudged, Gap.String))},
		section{Title: "Notes", Lines: i.notes()},
	)
	return out
}

func (i Impact) subtitle() string {
	s := i.Summary
	text := fmt.Sprintf("%s -> %s, %s: %d newly denied, %d no longer; of what passed, %d fail now, and of what failed, %d pass", i.Old.Name, i.New.Name, count(s.Inputs, "input"), s.NewlyDenied, s.NoLongerDeny, s.NewlyFailing, s.NewlyPassing)
	if s.Unjudged > 0 {
		text += fmt.Sprintf("; %d not judged", s.Unjudged)
	}
	return text
}

func (i Impact) verdict() (text, class string) {
	switch {
	case i.Summary.Unjudged > 0:
		return "not all looked at", "open"
	case i.Summary.NewlyDenied > 0:
		return "newly denied", "denied"
	}
	return "nothing newly denied", ""
}

func (i Impact) plotted() section {
	if len(i.Rules) == 0 {
		return section{}
	}
	groups := mappedTo(i.Rules, func(g ImpactGroup) plotGroup {
		return plotGroup{g.Name, []int{g.NewlyDenied, g.NoLongerDeny, g.NewlyWarned, g.NoLongerWarns}}
	})
	return section{
		Title: "Changes by rule", Plot: barPlot("Changes by rule", impactSeries, groups),
		Legend: legends(impactSeries),
	}
}

func groupTable(title, name string, groups []ImpactGroup, repositories bool) section {
	s := section{Title: title, Head: heads(name, "#newly denied", "#no longer denied", "#newly warned", "#no longer warned", "#things")}
	if repositories {
		s.Head = append(s.Head, field{"repositories", true})
	}
	for _, g := range groups[:min(len(groups), mostGroups)] {
		row := []field{textField(g.Name), numberField(g.NewlyDenied), numberField(g.NoLongerDeny), numberField(g.NewlyWarned), numberField(g.NoLongerWarns), numberField(g.Things)}
		if repositories {
			row = append(row, numberField(g.Repositories))
		}
		s.Rows = append(s.Rows, row)
	}
	if more := len(groups) - mostGroups; more > 0 {
		s.Lines = []string{fmt.Sprintf("and %d more", more)}
	}
	return s
}

func (i Impact) listed(title string, which func(ImpactChange) bool) section {
	var lines []string
	for _, c := range i.Changes {
		if which(c) {
			lines = append(lines, fmt.Sprintf("%s: %s [%s] %s", c.place(), c.Message, c.Rule, c.becomes()))
		}
	}
	return section{Title: title, Lines: cutLines(lines)}
}

func (i Impact) notes() []string {
	notes := i.Notes
	if i.Incomplete > 0 {
		notes = append(notes, fmt.Sprintf("%s could not be followed in what was judged, as guard check lists it", count(i.Incomplete, "thing")))
	}
	if i.Omitted > 0 {
		notes = append(notes, fmt.Sprintf("%s counted and not listed", count(i.Omitted, "change")))
	}
	return notes
}

// String writes where an input is, and why it was not judged.
func (g Gap) String() string {
	return finding.Location{File: g.Input, Line: g.Line}.String() + ": " + g.Reason
}

func cutLines(lines []string) []string {
	if len(lines) <= mostListed {
		return lines
	}
	return append(lines[:mostListed:mostListed], fmt.Sprintf("and %d more; JSON has them", len(lines)-mostListed))
}
