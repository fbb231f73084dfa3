package report

import (
	"encoding/xml"
	"fmt"
	"io"
	"strings"

	"guard/internal/finding"
)

type junitSuites struct {
	XMLName  xml.Name     `xml:"testsuites"`
	Name     string       `xml:"name,attr"`
	Tests    int          `xml:"tests,attr"`
	Failures int          `xml:"failures,attr"`
	Skipped  int          `xml:"skipped,attr"`
	Suites   []junitSuite `xml:"testsuite"`
}

type junitSuite struct {
	Name     string      `xml:"name,attr"`
	Tests    int         `xml:"tests,attr"`
	Failures int         `xml:"failures,attr"`
	Errors   int         `xml:"errors,attr"`
	Skipped  int         `xml:"skipped,attr"`
	Cases    []junitCase `xml:"testcase"`
}

type junitCase struct {
	Name    string        `xml:"name,attr"`
	Class   string        `xml:"classname,attr"`
	File    string        `xml:"file,attr,omitempty"`
	Line    int           `xml:"line,attr,omitempty"`
	Failure *junitFailure `xml:"failure"`
	Skipped *junitSkipped `xml:"skipped"`
	Output  string        `xml:"system-out,omitempty"`
}

type junitFailure struct {
	Message string `xml:"message,attr"`
	Type    string `xml:"type,attr"`
	Text    string `xml:",chardata"`
}

type junitSkipped struct {
	Message string `xml:"message,attr"`
}

// writeJUnit writes a suite for each file with findings, and one for the check
// itself, so that a report without findings has a test that passed. What is
// denied failed; what warns passed with a text; what is waived or was not looked
// at was skipped.
func writeJUnit(w io.Writer, r *finding.Report, _ Options) error {
	c := cleaned(r)
	suites := junitSuites{Name: "guard", Suites: []junitSuite{newSuite("guard", checkCases(c))}}
	for _, file := range byFile(c.Findings) {
		suites.Suites = append(suites.Suites, newSuite(file.File, mappedTo(file.Findings, findingCase)))
	}
	for _, s := range suites.Suites {
		suites.Tests, suites.Failures, suites.Skipped = suites.Tests+s.Tests, suites.Failures+s.Failures, suites.Skipped+s.Skipped
	}
	return encodeXML(w, suites)
}

func encodeXML(w io.Writer, v any) error {
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	e := xml.NewEncoder(w)
	e.Indent("", "  ")
	if err := e.Encode(v); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n")
	return err
}

func newSuite(name string, cases []junitCase) junitSuite {
	s := junitSuite{Name: name, Tests: len(cases), Cases: cases}
	for _, c := range cases {
		if c.Failure != nil {
			s.Failures++
		}
		if c.Skipped != nil {
			s.Skipped++
		}
	}
	return s
}

// checkCases are the tests of the check itself: that it ran, and what it left
// out.
func checkCases(r *finding.Report) []junitCase {
	cases := []junitCase{{Name: "checked " + scope(r.Summary), Class: "guard"}}
	for _, i := range r.Incomplete {
		cases = append(cases, junitCase{
			Name: "not looked at: " + place(i), Class: "guard", File: i.File, Line: i.Line, Skipped: &junitSkipped{i.Reason},
		})
	}
	return cases
}

func findingCase(f finding.Finding) junitCase {
	c := junitCase{Name: fmt.Sprintf("%s at %s", f.Rule, f.Location), Class: f.File, File: f.File, Line: f.Line}
	switch {
	case f.Waived != nil:
		c.Skipped = &junitSkipped{f.Message + " (" + excuse(f.Waived) + ")"}
	case f.Action == finding.Deny:
		c.Failure = &junitFailure{f.Message, f.Severity.String(), caseText(f)}
	default:
		c.Output = caseText(f)
	}
	return c
}

// caseText is what a finding says as plain text.
func caseText(f finding.Finding) string {
	lines := []string{fmt.Sprintf("%s: %s: %s (%s) [%s]", f.Location, status(f), f.Message, f.Severity, f.Rule)}
	if m, ok := firstLine(f, plainColumns, "..."); ok {
		lines = append(lines, "  "+m.Before+m.Mark+m.After, "  "+strings.Repeat(" ", m.indent)+strings.Repeat("^", max(m.length, 1)))
	}
	return strings.Join(append(lines, notes(f)...), "\n")
}

func mappedTo[T, U any](list []T, change func(T) U) []U {
	out := make([]U, len(list))
	for i, item := range list {
		out[i] = change(item)
	}
	return out
}
