package cli

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"guard/internal/framework"
	"guard/internal/report"
)

// frameworkFormats write what is known of the controls of a framework.
var frameworkFormats = map[string]func(io.Writer, framework.Framework, []framework.Assessment) error{
	"text": frameworkText, "json": frameworkJSON, "markdown": frameworkMarkdown, "html": frameworkHTML,
}

// frameworkStates are in the order in which they are counted.
var frameworkStates = []framework.State{framework.Broken, framework.Unknown, framework.Kept, framework.NotCovered}

func countStates(all []framework.Assessment) map[framework.State]int {
	counts := map[framework.State]int{}
	for _, s := range frameworkStates {
		counts[s] = 0
	}
	for _, a := range all {
		counts[a.State]++
	}
	return counts
}

// stateSummary is "2 broken, 1 unknown, 0 kept, 7 not-covered".
func stateSummary(all []framework.Assessment) string {
	counts := countStates(all)
	parts := make([]string, len(frameworkStates))
	for i, s := range frameworkStates {
		parts[i] = fmt.Sprintf("%d %s", counts[s], s)
	}
	return strings.Join(parts, ", ")
}

// ruleText is what one rule says of a control.
func ruleText(r framework.Rule) string {
	switch {
	case r.Found > 0 && r.Waived > 0:
		return fmt.Sprintf("%d found, %d of them waived", r.Found, r.Waived)
	case r.Found > 0:
		return fmt.Sprintf("%d found", r.Found)
	case !r.Evaluated:
		return "not evaluated"
	case r.Documents == 0:
		return "nothing to look at"
	case r.Documents == 1:
		return "nothing found in 1 document"
	}
	return fmt.Sprintf("nothing found in %d documents", r.Documents)
}

func frameworkText(out io.Writer, f framework.Framework, all []framework.Assessment) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n%s\n\n", f.Title, f.URL)
	for _, a := range all {
		fmt.Fprintf(&b, "%-11s  %s  %s\n", a.State, a.ID, a.Title)
		if a.Reason != "" {
			fmt.Fprintf(&b, "             = %s\n", report.Clean(a.Reason))
		}
		for _, r := range a.Rules {
			fmt.Fprintf(&b, "             %s: %s\n", r.ID, ruleText(r))
		}
	}
	fmt.Fprintf(&b, "\n%s\n", stateSummary(all))
	_, err := io.WriteString(out, b.String())
	return err
}

func frameworkJSON(out io.Writer, f framework.Framework, all []framework.Assessment) error {
	encoder := json.NewEncoder(out)
	encoder.SetIndent("", "  ")
	return encoder.Encode(struct {
		Version   int                     `json:"version"` // always 1
		Framework map[string]string       `json:"framework"`
		Controls  []framework.Assessment  `json:"controls"`
		Summary   map[framework.State]int `json:"summary"`
	}{1, map[string]string{"name": f.Name, "title": f.Title, "url": f.URL}, all, countStates(all)})
}

func frameworkMarkdown(out io.Writer, f framework.Framework, all []framework.Assessment) error {
	var b strings.Builder
	fmt.Fprintf(&b, "### [%s](%s)\n\n%s\n\n| control | state | rules |\n|---|---|---|\n", f.Title, f.URL, stateSummary(all))
	for _, a := range all {
		state := "**" + string(a.State) + "**"
		if a.Reason != "" {
			state += ": " + report.Markdown(a.Reason)
		}
		rules := make([]string, len(a.Rules))
		for i, r := range a.Rules {
			rules[i] = fmt.Sprintf("`%s`: %s", r.ID, ruleText(r))
		}
		fmt.Fprintf(&b, "| `%s` %s | %s | %s |\n", a.ID, report.Markdown(a.Title), state, strings.Join(rules, "<br>"))
	}
	_, err := io.WriteString(out, b.String())
	return err
}

func frameworkHTML(out io.Writer, f framework.Framework, all []framework.Assessment) error {
	page := report.Controls{Title: f.Title, URL: f.URL, Summary: stateSummary(all), Tool: report.SheetTool{Name: "guard", Version: build().Version}}
	for _, a := range all {
		one := report.Control{ID: a.ID, Title: a.Title, State: string(a.State), Reason: a.Reason}
		for _, r := range a.Rules {
			one.Rules = append(one.Rules, report.ControlRule{ID: r.ID, Text: ruleText(r), Found: r.Found, Waived: r.Waived})
		}
		page.Of = append(page.Of, one)
	}
	return report.WriteControls(out, page)
}
