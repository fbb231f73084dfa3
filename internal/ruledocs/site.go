package ruledocs

import (
	"cmp"
	"embed"
	"html/template"
	"slices"
	"strings"
	"sync"

	"guard/internal/authoring"
	"guard/internal/finding"
	"guard/internal/report"
)

//go:embed site/*.tmpl
var siteTemplates embed.FS

//go:embed site/docs.css
var siteStyle string

//go:embed site/search.js
var siteScript string

// siteTemplate parses the templates when the first site is written.
var siteTemplate = sync.OnceValues(func() (*template.Template, error) {
	functions := template.FuncMap{"counted": counted, "whole": whole, "besides": besides, "link": webLink, "words": words, "shown": shownMarks, "numbered": numbered}
	return template.New("").Funcs(functions).ParseFS(siteTemplates, "site/*.tmpl")
})

// sitePage is what every page of the site has. The styles and scripts stand in the
// pages: a browser takes two files on a disk for strangers to each other.
type sitePage struct {
	Library string
	Policy  string
	Style   template.CSS
	Script  template.JS // "": none
}

type siteList struct {
	sitePage
	Rules                       int
	Categories                  []category
	Severities, Kinds, Profiles []string
}

type siteRule struct {
	sitePage
	page
}

func writeSite(l Library, pages []page) ([]File, error) {
	style := report.Stylesheet() + siteStyle
	look := sitePage{Library: flowed(l.Title), Policy: report.ContentPolicy(style, ""), Style: template.CSS(style)}
	index := siteList{sitePage: look, Rules: len(pages), Categories: categories(pages)}
	index.Policy, index.Script = report.ContentPolicy(style, siteScript), template.JS(siteScript)
	index.Severities = severities(pages)
	index.Kinds = distinct(pages, func(p page) []string { return p.Kinds })
	index.Profiles = distinct(pages, func(p page) []string {
		return slices.DeleteFunc(slices.Clone(p.Profiles), func(name string) bool { return name == "*" })
	})

	first, err := render(siteIndex, "index.tmpl", index)
	files := []File{first}
	for _, p := range pages {
		file, wrong := render(p.ID+siteExtension, "rule.tmpl", siteRule{look, p})
		files, err = append(files, file), cmp.Or(err, wrong)
	}
	return files, err
}

func render(name, with string, data any) (File, error) {
	templates, err := siteTemplate()
	if err != nil {
		return File{}, err
	}
	var b strings.Builder
	err = templates.ExecuteTemplate(&b, with, data)
	return File{name, b.String()}, err
}

// severities are those that rules have, the worst first.
func severities(pages []page) []string {
	var names []string
	for _, s := range slices.Backward(finding.Severities) {
		if slices.ContainsFunc(pages, func(p page) bool { return p.Severity == s.String() }) {
			names = append(names, s.String())
		}
	}
	return names
}

// distinct lists what pages hold of something, sorted.
func distinct(pages []page, of func(page) []string) []string {
	var all []string
	for _, p := range pages {
		all = append(all, of(p)...)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// words are names for an attribute, with blanks between them.
func words(names []string) string { return strings.Join(names, " ") }

// webLink is the address of a page of the web; "" where it is none.
func webLink(address string) string {
	link, _ := report.WebLink(address)
	return link
}

// listing is lines of code, with a name for those who do not see them.
type listing struct {
	Name  string
	Lines []codeLine
}

// codeLine is a line of code with its number.
type codeLine struct {
	Number int
	Text   string
	Marks  []string
}

func shownMarks(e authoring.Example) listing {
	lines := make([]codeLine, len(e.Lines))
	for i, line := range e.Lines {
		lines[i] = codeLine{i + 1, line.Text, nil}
		for _, mark := range line.Marks {
			lines[i].Marks = append(lines[i].Marks, said(e.Kind, mark))
		}
	}
	return listing{e.File, lines}
}

func numbered(name, text string) listing {
	var lines []codeLine
	for line := range strings.SplitSeq(text, "\n") {
		lines = append(lines, codeLine{Number: len(lines) + 1, Text: line})
	}
	return listing{name, lines}
}
