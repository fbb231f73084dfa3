package ruledocs

import (
	"fmt"
	"regexp"

	"guard/internal/authoring"
)

// Library is what is documented.
type Library struct {
	Title string // of the whole, for people
	Dir   string // of the rules, in front of the names of their files; "": none
	Rules []authoring.Documented
}

// File is one file of a documentation.
type File struct {
	Name string // with forward slashes, below the directory of the documentation
	Text string
}

// Format is a way to document rules.
type Format struct {
	Name        string // as -o takes it
	Description string // one line, without a full stop

	index, extension string // of the page that lists all rules, and of the names of all pages
	write            func(l Library, pages []page) ([]File, error)
}

// The formats.
var (
	Site     = Format{"html", "a site that can be searched, which needs no server", siteIndex, siteExtension, writeSite}
	Markdown = Format{"markdown", "pages for a repository or a wiki", markdownIndex, markdownExtension, writeMarkdown}
)

const (
	siteIndex, siteExtension         = "index.html", ".html"
	markdownIndex, markdownExtension = "README.md", ".md"
)

// Formats lists them by name.
func Formats() []Format { return []Format{Site, Markdown} }

// ruleID is what ids of rules look like; they are the names of files here.
var ruleID = regexp.MustCompile(`^[a-z0-9-]+/[a-z0-9-]+$`)

// Files makes the pages of a library: the list first, then the rules as they come.
func (f Format) Files(l Library) ([]File, error) {
	pages := make([]page, len(l.Rules))
	for i, r := range l.Rules {
		if !ruleID.MatchString(r.ID) {
			return nil, fmt.Errorf("%q is no id of a rule", r.ID)
		}
		pages[i] = newPage(l, r)
	}
	return f.write(l, pages)
}
