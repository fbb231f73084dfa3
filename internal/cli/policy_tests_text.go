package cli

import (
	"fmt"
	"strings"

	"guard/internal/authoring"
	"guard/internal/finding"
)

// untested says that nobody knows whether a rule works.
const untested = "the rule has neither unit tests nor examples"

// writeTests writes a line for each rule, what failed below it, and a sum.
func writeTests(b *strings.Builder, o *authoring.Outcome, coverage bool) {
	for i := 0; i < len(o.Cases); {
		first := i
		for i < len(o.Cases) && o.Cases[i].Rule == o.Cases[first].Rule {
			i++
		}
		writeRule(b, o.Cases[first:i])
	}
	for _, id := range o.Untested {
		fmt.Fprintf(b, "FAIL  %s  %s\n", id, untested)
	}
	if coverage {
		writeCoverage(b, o.Coverage)
	}
	if o.Mutation != nil {
		writeMutation(b, o.Mutation)
	}
	fmt.Fprintf(b, "\n%s, %d failed", counted(len(o.Cases), "test"), o.Failed)
	if len(o.Untested) > 0 {
		fmt.Fprintf(b, "; %s without any test", counted(len(o.Untested), "rule"))
	}
	if coverage {
		fmt.Fprintf(b, "; coverage %d %%", o.Coverage.Percent())
	}
	if m := o.Mutation; m != nil {
		fmt.Fprintf(b, "; %s, %d unnoticed", counted(m.Tried, "mutant"), len(m.Unnoticed))
	}
	b.WriteString("\n")
}

// unnoticing says why no change of a rule can be noticed.
const unnoticing = "the rule has no unit tests, so they notice no change of it"

func writeMutation(b *strings.Builder, m *authoring.Mutation) {
	for _, p := range m.Unnoticed {
		b.WriteString("\n")
		writeProblem(b, []authoring.Problem{p})
	}
	for _, id := range m.Untested {
		fmt.Fprintf(b, "\n%s: %s\n", id, unnoticing)
	}
	if m.Left > 0 {
		fmt.Fprintf(b, "\n%s were not tried: there are too many, or they take too long\n", counted(m.Left, "mutant"))
	}
}

func writeRule(b *strings.Builder, cases []authoring.Case) {
	status, examples := "ok  ", 0
	for _, c := range cases {
		if !c.Passed {
			status = "FAIL"
		}
		if !strings.HasPrefix(c.Name, "test_") {
			examples++
		}
	}
	fmt.Fprintf(b, "%s  %s  %s, %s\n", status, cases[0].Rule, counted(len(cases)-examples, "unit test"), counted(examples, "example"))
	for _, c := range cases {
		if !c.Passed {
			writeCase(b, c)
		}
	}
	if status == "FAIL" {
		b.WriteString("\n")
	}
}

func writeCase(b *strings.Builder, c authoring.Case) {
	fmt.Fprintf(b, "\n  %s\n", c.Name)
	var problems strings.Builder
	writeProblem(&problems, c.Problems)
	indented(b, "  ", problems.String())
	if c.Output != "" {
		b.WriteString("    it printed:\n")
		indented(b, "      ", c.Output)
	}
}

// writeProblem writes why a case failed: the place, the line, and how what is
// there differs from what was expected.
func writeProblem(b *strings.Builder, problems []authoring.Problem) {
	for _, p := range problems {
		fmt.Fprintf(b, "%s: %s\n", placeOf(p), p.Message)
		if p.Excerpt != "" {
			indented(b, "    ", p.Excerpt)
		}
		writeList(b, "- ", "expected, and not there", p.Missing)
		writeList(b, "+ ", "there, and not expected", p.Unexpected)
		if p.Got != "" {
			fmt.Fprintf(b, "  got   %s\n  want  %s\n", p.Got, p.Want)
		}
		for _, value := range p.Values {
			fmt.Fprintf(b, "  it is %s\n", value)
		}
	}
}

func placeOf(p authoring.Problem) string {
	return finding.Location{File: p.File, Line: p.Line, Column: p.Column}.String()
}

func writeList(b *strings.Builder, sign, title string, list []string) {
	if len(list) == 0 {
		return
	}
	fmt.Fprintf(b, "  %s:\n", title)
	for _, item := range list {
		fmt.Fprintf(b, "  %s%s\n", sign, item)
	}
}

func writeCoverage(b *strings.Builder, c authoring.Coverage) {
	if len(c.Uncovered) == 0 {
		return
	}
	b.WriteString("\nNo unit test reaches\n")
	for _, line := range c.Uncovered {
		fmt.Fprintf(b, "  %s\n", line)
	}
}

// counted writes "1 rule", "2 rules".
func counted(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
