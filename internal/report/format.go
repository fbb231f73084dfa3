package report

import (
	"bufio"
	"fmt"
	"io"
	"slices"
	"strings"

	"guard/internal/finding"
)

// Options say how a report is to be shown. The zero value is plain output that
// is the same everywhere. All of them concern text only, but for Group.
type Options struct {
	Color   bool // shows text with colours and box drawing, for people at a terminal
	Width   int  // columns of the terminal; 0 where nobody knows
	Verbose bool // shows waived findings and all that is incomplete
	Group   bool // folds the annotations of the format github into one group of the log
}

// Format is one way to write a report.
type Format struct {
	Name        string // as -o takes it
	Description string // one line, without a full stop
	write       func(io.Writer, *finding.Report, Options) error
}

var (
	githubFormat   = Format{"github", "annotations for GitHub Actions (workflow commands)", writeGitHub}
	gitlabFormat   = Format{"gitlab", "Code Quality report for GitLab", writeGitLab}
	htmlFormat     = Format{"html", "one self-contained page", writeHTML}
	jsonFormat     = Format{"json", "everything, for programs (version 1)", writeJSON}
	junitFormat    = Format{"junit", "JUnit XML for test reports", writeJUnit}
	markdownFormat = Format{"markdown", "a table for comments and summaries", writeMarkdown}
	sarifFormat    = Format{"sarif", "SARIF 2.1.0 for code scanning", writeSARIF}
	textFormat     = Format{"text", "for people, with the source lines", writeText}
)

// Formats lists all formats by name.
func Formats() []Format {
	return []Format{githubFormat, gitlabFormat, htmlFormat, jsonFormat, junitFormat, markdownFormat, sarifFormat, textFormat}
}

// Lookup returns the format with this name. The error of an unknown name says
// which formats there are and which was probably meant.
func Lookup(name string) (Format, error) { return named(Formats(), name) }

// Pipelines tells whether the format shows [finding.Report.Pipelines].
func (f Format) Pipelines() bool { return f.Name == htmlFormat.Name }

func named(formats []Format, name string) (Format, error) {
	for _, f := range formats {
		if f.Name == name {
			return f, nil
		}
	}
	return Format{}, unknownFormat(name, formatNames(formats))
}

func formatNames(formats []Format) []string {
	names := make([]string, len(formats))
	for i, f := range formats {
		names[i] = f.Name
	}
	return names
}

func unknownFormat(name string, names []string) error {
	known := "expected one of " + strings.Join(names, ", ")
	if near := finding.Nearest(name, names); near != "" {
		return fmt.Errorf("unknown format %q: did you mean %q? (%s)", name, near, known)
	}
	return fmt.Errorf("unknown format %q: %s", name, known)
}

// Write writes r to w, ordered by place whatever its order was. An error of w
// is always returned. Write changes nothing in r.
func (f Format) Write(w io.Writer, r *finding.Report, o Options) error {
	out := bufio.NewWriter(w)
	if err := f.write(out, ordered(r), o); err != nil {
		return fmt.Errorf("write %s report: %w", f.Name, err)
	}
	if err := out.Flush(); err != nil {
		return fmt.Errorf("write %s report: %w", f.Name, err)
	}
	return nil
}

// ordered copies r with its lists in order and never null.
func ordered(r *finding.Report) *finding.Report {
	c := *r
	c.Findings = append([]finding.Finding{}, r.Findings...)
	c.Incomplete = append([]finding.Incomplete{}, r.Incomplete...)
	finding.Sort(c.Findings)
	slices.SortStableFunc(c.Incomplete, compareIncomplete)
	return &c
}
