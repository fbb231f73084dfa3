package report

import (
	"fmt"

	"guard/internal/finding"
)

type htmlFile struct {
	File, Tally string
	Findings    []htmlFinding
}

type htmlFinding struct {
	Rule, Severity, Status, Where, Object, Message, Remediation string

	Lines []marked
	Notes []string
	About *htmlAbout
}

// htmlAbout says more about a rule.
type htmlAbout struct {
	Title, Description string
	Links              []htmlLink
}

type htmlLink struct{ URL, Text string }

// htmlColumns is where source lines of the page are cut.
const htmlColumns = 160

func htmlFiles(findings []finding.Finding, rules map[string]finding.Rule) []htmlFile {
	return mappedTo(byFile(findings), func(file fileFindings) htmlFile {
		return htmlFile{file.File, tallied(file.Findings).String(), htmlFindings(file.Findings, rules)}
	})
}

// htmlFindings tells what to do about a rule, and why, once in a file.
func htmlFindings(findings []finding.Finding, rules map[string]finding.Rule) []htmlFinding {
	told := map[string]bool{}
	return mappedTo(findings, func(f finding.Finding) htmlFinding {
		h := newHTMLFinding(f)
		if !told[f.Rule] {
			h.Remediation, h.About = f.Remediation, newAbout(rules[f.Rule])
		}
		told[f.Rule] = true
		return h
	})
}

func newHTMLFinding(f finding.Finding) htmlFinding {
	h := htmlFinding{
		Rule: f.Rule, Severity: f.Severity.String(), Status: status(f), Where: f.Location.String(),
		Object: f.Object, Message: f.Message, Lines: dedent(allLines(f, htmlColumns)),
	}
	for _, r := range f.Related {
		h.Notes = append(h.Notes, fmt.Sprintf("%s: %s", r.Location, r.Message))
	}
	if f.Waived != nil {
		h.Notes = append(h.Notes, excuse(f.Waived))
	} else if f.DeniedFrom != "" {
		h.Notes = append(h.Notes, deniedFrom(f))
	}
	if f.Waived == nil && f.Fix != nil {
		h.Notes = append(h.Notes, fixed(f.Fix))
	}
	return h
}

func newAbout(rule finding.Rule) *htmlAbout {
	if rule.Title == "" {
		return nil
	}
	about := &htmlAbout{Title: rule.Title, Description: rule.Description}
	for _, link := range rule.Related {
		if address, ok := webLink(link.URL); ok {
			about.Links = append(about.Links, htmlLink{address, or(link.Description, address)})
		}
	}
	return about
}
