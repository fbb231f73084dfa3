package ruledocs

import (
	"fmt"
	"path"
	"strings"

	"guard/internal/authoring"
	"guard/internal/report"
)

func writeMarkdown(l Library, pages []page) ([]File, error) {
	files := []File{{markdownIndex, markdownList(l, pages)}}
	for _, p := range pages {
		files = append(files, File{p.ID + markdownExtension, p.markdown()})
	}
	return files, nil
}

// markdownList lists the rules, in a table for each category.
func markdownList(l Library, pages []page) string {
	var b strings.Builder
	fmt.Fprintf(&b, "# %s\n\n<!-- Written by guard policy docs; edit the rules. -->\n\n%s in %s.\n", report.Markdown(l.Title), counted(len(pages), "rule", "rules"), counted(len(categories(pages)), "category", "categories"))
	for _, c := range categories(pages) {
		fmt.Fprintf(&b, "\n## %s\n\n| rule | severity | what it finds | looks at | profiles |\n|---|---|---|---|---|\n", c.Name)
		for _, p := range c.Pages {
			fmt.Fprintf(&b, "| [%s](%s%s) | %s | %s | %s | %s |\n", p.ID, p.ID, markdownExtension, p.Severity, report.Markdown(p.Title), strings.Join(p.Kinds, ", "), shownProfiles(p))
		}
	}
	return b.String()
}

func shownProfiles(p page) string {
	switch {
	case len(p.Profiles) == 0:
		return "none"
	case p.Profiles[0] == "*":
		return "all"
	}
	return report.Markdown(strings.Join(p.Profiles, ", "))
}

func (p page) markdown() string {
	var b strings.Builder
	fmt.Fprintf(&b, "# %s\n\n<!-- Written by guard policy docs; edit the rule. -->\n\n**%s**\n\n[All rules](../%s)\n\n|  |  |\n|---|---|\n", p.ID, report.Markdown(p.Title), markdownIndex)
	for _, f := range p.Facts {
		fmt.Fprintf(&b, "| %s | %s |\n", f.Name, report.Markdown(f.Text))
	}
	section(&b, "Why", prose(p.Description))
	section(&b, "What to do", prose(p.Remediation))
	for _, g := range p.Examples {
		section(&b, g.Title, g.markdown())
	}
	if p.More > 0 {
		fmt.Fprintf(&b, "\n%s not shown.\n", counted(p.More, "more example file is", "more example files are"))
	}
	section(&b, "Parameters", markdownParams(p.Params))
	section(&b, "Configure", p.Setting.markdown())
	section(&b, "Waive", markdownWaivers(p.Waivers))
	section(&b, "Frameworks", markdownControls(p.Controls))
	section(&b, "Related", p.markdownLinks())
	section(&b, "Source", fmt.Sprintf("%s\n\n<details><summary>The rule in Rego</summary>\n\n%s\n</details>\n", code(p.Place), fenced("rego", p.Source)))
	return b.String()
}

// section writes a part of a page, which is left out where it is empty.
func section(b *strings.Builder, title, text string) {
	if text != "" {
		fmt.Fprintf(b, "\n## %s\n\n%s", title, text)
	}
}

// prose is paragraphs in Markdown.
func prose(paragraphs []string) string {
	var b strings.Builder
	for i, text := range paragraphs {
		if i > 0 {
			b.WriteString("\n")
		}
		b.WriteString(paragraph(report.Markdown(text)) + "\n")
	}
	return b.String()
}

// paragraph keeps safe Markdown from beginning a heading, a list or a line.
func paragraph(text string) string {
	if text != "" && strings.IndexByte("#-+=:0123456789", text[0]) >= 0 {
		return fmt.Sprintf("&#%d;%s", text[0], text[1:])
	}
	return text
}

func markdownParams(params []param) string {
	if len(params) == 0 {
		return ""
	}
	var b strings.Builder
	b.WriteString("| name | type | default | what it is |\n|---|---|---|---|\n")
	for _, p := range params {
		fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", code(p.Name), p.Type, p.markdownDefaults(), report.Markdown(p.Description))
	}
	return b.String()
}

func (p param) markdownDefaults() string {
	texts := make([]string, len(p.Defaults))
	for i, d := range p.Defaults {
		if texts[i] = code(d.Text); d.Name != "" {
			texts[i] = report.Markdown(d.Name) + ": " + texts[i]
		} else if p.Many > 0 {
			texts[i] = fmt.Sprintf("%d values, listed below", p.Many)
		}
	}
	return strings.Join(texts, "; ")
}

func (s snippet) markdown() string { return s.About + "\n\n" + fenced(s.Language, s.Text) }

func markdownWaivers(waivers []snippet) string {
	if len(waivers) == 0 {
		return "What it finds may not be waived: the bundle of these rules does not allow it.\n"
	}
	texts := make([]string, len(waivers))
	for i, s := range waivers {
		texts[i] = s.markdown()
	}
	return strings.Join(texts, "\n")
}

func (g exampleGroup) markdown() string {
	var b strings.Builder
	b.WriteString(g.Note + "\n")
	for _, e := range g.Files {
		fmt.Fprintf(&b, "\n### %s", code(e.File))
		if about := besides(e); about != "" {
			b.WriteString(": " + about)
		}
		b.WriteString("\n\n" + fenced(language(e.File), annotated(e)))
		for _, mark := range e.Whole {
			fmt.Fprintf(&b, "\n%s\n", report.Markdown(whole(e.Kind, mark)))
		}
		if e.Cut > 0 {
			fmt.Fprintf(&b, "\n%s not shown.\n", counted(e.Cut, "more line is", "more lines are"))
		}
	}
	return b.String()
}

// annotated is an example with a comment above each line that is marked: Markdown
// has no other way to point at one.
func annotated(e authoring.Example) string {
	var b strings.Builder
	for _, line := range e.Lines {
		indent := line.Text[:len(line.Text)-len(strings.TrimLeft(line.Text, " "))]
		for _, mark := range line.Marks {
			b.WriteString(indent + "# ↓ " + said(e.Kind, mark) + "\n")
		}
		b.WriteString(line.Text + "\n")
	}
	return b.String()
}

// language is what Markdown calls the language of a file.
func language(file string) string {
	switch ext := path.Ext(file); {
	case ext == ".yml" || ext == ".yaml":
		return "yaml"
	case ext == ".json":
		return "json"
	case ext == ".sh":
		return "sh"
	case strings.Contains(path.Base(file), "Dockerfile"):
		return "dockerfile"
	}
	return "text"
}

func markdownControls(controls []control) string {
	var b strings.Builder
	for _, c := range controls {
		b.WriteString("- " + paragraph(report.Markdown(c.ID)))
		if c.Title != "" {
			fmt.Fprintf(&b, ": %s (%s)", report.Markdown(c.Title), report.MarkdownLink(c.Framework, c.URL))
		}
		b.WriteString("\n")
	}
	return b.String()
}

func (p page) markdownLinks() string {
	var b strings.Builder
	for _, link := range p.Links {
		text := link.Description
		if text == "" {
			text = link.URL
		}
		fmt.Fprintf(&b, "- %s\n", paragraph(report.MarkdownLink(text, link.URL)))
	}
	return b.String()
}

// code is a text in the font of code; HTML is used, because a span in backticks
// breaks tables.
func code(text string) string { return "<code>" + report.Markdown(text) + "</code>" }

// fenced is a block of code, behind a fence that it does not hold.
func fenced(language, text string) string {
	fence := "```"
	for strings.Contains(text, fence) {
		fence += "`"
	}
	return fence + language + "\n" + strings.TrimSuffix(text, "\n") + "\n" + fence + "\n"
}
