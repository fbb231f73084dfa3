package report

import (
	"cmp"
	"fmt"
	"io"
	"strings"
)

// Stats is what many reports say together, and version 1 of the JSON that guard
// stats writes. Of a repository the newest report counts.
type Stats struct {
	Version      int           `json:"version"` // always 1
	Tool         SheetTool     `json:"tool"`
	Reports      int           `json:"reports"`
	Decisions    int           `json:"decisions"` // of webhooks
	Repositories int           `json:"repositories"`
	Denied       int           `json:"denied"` // findings, or rules in decisions
	Warned       int           `json:"warned"`
	Waived       int           `json:"waived"`
	EndSoon      int           `json:"waivers_end_soon"`
	Ended        int           `json:"waivers_ended"`
	Rules        []StatsRule   `json:"rules"`   // those that deny most first
	Waivers      []StatsWaiver `json:"waivers"` // those that end first first
	Trend        []StatsPoint  `json:"trend"`
	Unread       []Gap         `json:"unread"`
}

// StatsRule is how often a rule fires, and in how many files or objects of how
// many repositories or logs.
type StatsRule struct {
	Rule         string `json:"rule"`
	Denied       int    `json:"denied"`
	Warned       int    `json:"warned"`
	Audited      int    `json:"audited"`
	Waived       int    `json:"waived"`
	Files        int    `json:"files"`
	Repositories int    `json:"repositories"`
}

// StatsWaiver is a waiver that excuses something.
type StatsWaiver struct {
	Rule         string   `json:"rule"`
	Reason       string   `json:"reason"`
	Owner        string   `json:"owner"`
	Expires      string   `json:"expires"` // YYYY-MM-DD; "" where it has no end
	Source       string   `json:"source"`
	State        string   `json:"state"`
	Findings     int      `json:"findings"`
	Repositories []string `json:"repositories"`
}

// The states of a waiver.
const (
	WaiverEnded   = "ended"
	WaiverSoon    = "soon"
	WaiverLater   = "later"
	WaiverEndless = "endless"
)

// StatsPoint is what holds at one time.
type StatsPoint struct {
	Label        string `json:"label"`
	Repositories int    `json:"repositories"` // of which there is a report by then
	Denied       int    `json:"denied"`
	Warned       int    `json:"warned"`
	Waived       int    `json:"waived"`
}

// WriteStats writes what many reports say in one of [SheetFormats]. JSON has all
// texts as they are.
func WriteStats(w io.Writer, f Format, s Stats) error {
	if f.Name == jsonFormat.Name {
		return encode(w, s)
	}
	return s.clean().sheet().write(w, f.Name)
}

func (s Stats) clean() Stats {
	short := func(text string) string { return limit(Clean(text), longName) }
	s.Tool = SheetTool{Clean(s.Tool.Name), Clean(s.Tool.Version)}
	s.Rules = mapped(s.Rules, func(r StatsRule) StatsRule { r.Rule = short(r.Rule); return r })
	s.Waivers = mapped(s.Waivers, func(w StatsWaiver) StatsWaiver {
		w.Rule, w.Reason, w.Owner = short(w.Rule), limit(flow(w.Reason), longMessage), short(w.Owner)
		w.Expires, w.Source, w.Repositories = short(w.Expires), short(w.Source), mapped(w.Repositories, short)
		return w
	})
	s.Trend = mapped(s.Trend, func(p StatsPoint) StatsPoint { p.Label = short(p.Label); return p })
	s.Unread = mapped(s.Unread, func(g Gap) Gap {
		return Gap{short(g.Input), g.Line, limit(flow(g.Reason), longMessage)}
	})
	return s
}

var statsSeries = []series{{"denied", "denied"}, {"warned", "warned"}, {"waived", "waived"}}

func (s Stats) sheet() sheet {
	out := sheet{
		Title: "What the rules find", Subtitle: s.subtitle(), Foot: s.Tool.Name + " " + s.Tool.Version, Verdict: "all read",
		Tiles: []htmlTile{
			{"deny", "denied", s.Denied}, {"warn", "warned", s.Warned}, {"", "waived", s.Waived},
			{"open", "waivers end soon", s.EndSoon}, {"", "repositories", s.Repositories}, {"open", "not read", len(s.Unread)},
		},
		Sections: []section{
			s.trended(), s.plotted(), s.ruleTable(),
			s.waiverTable("Waivers that have ended", WaiverEnded), s.waiverTable("Waivers that end soon", WaiverSoon),
			s.waiverTable("Waivers that end later", WaiverLater), s.waiverTable("Waived without an end", WaiverEndless),
			{Title: "Not read", Lines: cutLines(mappedTo(s.Unread, Gap.String))},
		},
	}
	if len(s.Unread) > 0 {
		out.Verdict, out.Class = "not all read", "open"
	}
	return out
}

func (s Stats) subtitle() string {
	parts := []string{count(s.Reports, "report") + " of " + plural(s.Repositories, "repository", "repositories")}
	if s.Decisions > 0 {
		parts = append(parts, count(s.Decisions, "decision"))
	}
	return fmt.Sprintf("%s: %d denied, %d warned, %d waived; %s soon", strings.Join(parts, ", "), s.Denied, s.Warned, s.Waived, plural(s.EndSoon, "waiver ends", "waivers end"))
}

// plural writes "1 repository", "2 repositories".
func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

func legends(of []series) []legend {
	return mappedTo(of, func(s series) legend { return legend{s.class, s.name} })
}

// trended draws how it goes on, where there is more than one time.
func (s Stats) trended() section {
	if len(s.Trend) < 2 {
		return section{}
	}
	points := mappedTo(s.Trend, func(p StatsPoint) plotGroup { return plotGroup{p.Label, []int{p.Denied, p.Warned, p.Waived}} })
	out := section{Title: "Trend", Plot: linePlot("Trend", statsSeries, points), Legend: legends(statsSeries), Head: heads("time", "#denied", "#warned", "#waived", "#repositories")}
	for _, p := range s.Trend[max(0, len(s.Trend)-mostGroups):] {
		out.Rows = append(out.Rows, []field{textField(p.Label), numberField(p.Denied), numberField(p.Warned), numberField(p.Waived), numberField(p.Repositories)})
	}
	return out
}

func (s Stats) plotted() section {
	if len(s.Rules) == 0 {
		return section{}
	}
	groups := mappedTo(s.Rules, func(r StatsRule) plotGroup { return plotGroup{r.Rule, []int{r.Denied, r.Warned, r.Waived}} })
	return section{Title: "Findings by rule", Plot: barPlot("Findings by rule", statsSeries, groups), Legend: legends(statsSeries)}
}

func (s Stats) ruleTable() section {
	out := section{Title: "Rules", Head: heads("rule", "#denied", "#warned", "#audited", "#waived", "#files", "#repositories")}
	for _, r := range s.Rules[:min(len(s.Rules), mostListed)] {
		out.Rows = append(out.Rows, []field{textField(r.Rule), numberField(r.Denied), numberField(r.Warned), numberField(r.Audited), numberField(r.Waived), numberField(r.Files), numberField(r.Repositories)})
	}
	if more := len(s.Rules) - mostListed; more > 0 {
		out.Lines = []string{fmt.Sprintf("and %d more", more)}
	}
	return out
}

func (s Stats) waiverTable(title, state string) section {
	out := section{Title: title, Head: heads("last day", "rule", "owner", "reason", "#findings", "repositories")}
	more := 0
	for _, w := range s.Waivers {
		switch {
		case w.State != state:
		case len(out.Rows) == mostGroups:
			more++
		default:
			out.Rows = append(out.Rows, []field{textField(cmp.Or(w.Expires, "none")), textField(w.Rule), textField(w.Owner), textField(w.Reason), numberField(w.Findings), textField(someOf(w.Repositories))})
		}
	}
	if more > 0 {
		out.Lines = []string{fmt.Sprintf("and %d more", more)}
	}
	return out
}

// someOf names a few.
func someOf(names []string) string {
	const most = 3
	if len(names) <= most {
		return strings.Join(names, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(names[:most], ", "), len(names)-most)
}
