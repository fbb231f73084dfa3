package report

import (
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"strings"
	"sync"
	"text/tabwriter"
)

// sheet is a report of tables, plots and lists that is written as text, as
// Markdown or as a page. Its texts are clean.
type sheet struct {
	Title, Subtitle string
	Verdict, Class  string // of the page: denied, open or ""
	Tiles           []htmlTile
	Sections        []section
	Foot            string
}

// section is a part of a sheet. It is left out where it holds nothing.
type section struct {
	Title  string
	Plot   *plot
	Legend []legend
	Head   []field
	Rows   [][]field
	Lines  []string
}

type legend struct{ Class, Name string }

type field struct {
	Text   string
	Number bool
}

func textField(text string) field { return field{Text: text} }

func numberField(n int) field { return field{fmt.Sprint(n), true} }

// heads are the heads of columns; what is below those with a # is numbers.
func heads(names ...string) []field {
	cells := make([]field, len(names))
	for i, name := range names {
		text, isNumber := strings.CutPrefix(name, "#")
		cells[i] = field{text, isNumber}
	}
	return cells
}

func (s section) empty() bool { return s.Plot == nil && len(s.Rows) == 0 && len(s.Lines) == 0 }

// kept are the sections that hold something.
func (s sheet) kept() sheet {
	var sections []section
	for _, one := range s.Sections {
		if !one.empty() {
			sections = append(sections, one)
		}
	}
	s.Sections = sections
	return s
}

// text writes a sheet for people; what is drawn stands in its tables, too.
func (s sheet) text(w io.Writer) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n", s.Subtitle)
	for _, one := range s.kept().Sections {
		if len(one.Rows) == 0 && len(one.Lines) == 0 {
			continue
		}
		fmt.Fprintf(&b, "\n%s\n", one.Title)
		columns := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
		for _, row := range append([][]field{one.Head}, one.Rows...) {
			if len(one.Rows) > 0 {
				fmt.Fprintf(columns, "  %s\n", joined(row))
			}
		}
		if err := columns.Flush(); err != nil {
			return err
		}
		for _, line := range one.Lines {
			fmt.Fprintf(&b, "  %s\n", line)
		}
	}
	_, err := io.WriteString(w, CleanLines(trimmedLines(b.String())))
	return err
}

func joined(row []field) string {
	texts := make([]string, len(row))
	for i, c := range row {
		if texts[i] = c.Text; c.Text == "" {
			texts[i] = "-"
		}
	}
	return strings.Join(texts, "\t")
}

// trimmedLines takes away what aligns nothing.
func trimmedLines(text string) string {
	lines := strings.Split(text, "\n")
	for i := range lines {
		lines[i] = strings.TrimRight(lines[i], " ")
	}
	return strings.Join(lines, "\n")
}

// markdown writes a sheet that fits into a comment.
func (s sheet) markdown(w io.Writer) error {
	p := &page{left: commentLimit}
	icon := map[string]string{"denied": "❌", "open": "⚠️", "": "✅"}[s.Class]
	p.add(fmt.Sprintf("### %s guard: %s\n\n%s\n", icon, escapeMarkdown(s.Title), escapeMarkdown(s.Subtitle)))
	for _, one := range s.kept().Sections {
		if len(one.Rows) > 0 {
			var rows []string
			for _, row := range one.Rows {
				rows = append(rows, markdownRow(row))
			}
			p.rows(fmt.Sprintf("\n**%s**\n\n%s%s", escapeMarkdown(one.Title), markdownRow(one.Head), "|"+strings.Repeat("---|", len(one.Head))+"\n"), rows)
		}
		if len(one.Lines) > 0 {
			var rows []string
			for _, line := range one.Lines {
				rows = append(rows, "- "+escapeMarkdown(line)+"\n")
			}
			p.rows(fmt.Sprintf("\n**%s**\n\n", escapeMarkdown(one.Title)), rows)
		}
	}
	_, err := io.WriteString(w, p.String())
	return err
}

func markdownRow(row []field) string {
	var b strings.Builder
	b.WriteString("|")
	for _, c := range row {
		fmt.Fprintf(&b, " %s |", escapeMarkdown(c.Text))
	}
	return b.String() + "\n"
}

//go:embed html/sheet.tmpl
var sheetTemplate string

//go:embed html/plot.css
var plotStyle string

// sheetPage parses the template when the first page is written.
var sheetPage = sync.OnceValues(func() (*template.Template, error) {
	return template.New("sheet").Parse(sheetTemplate)
})

// html writes a page that loads nothing and runs nothing.
func (s sheet) html(w io.Writer) error {
	page, err := sheetPage()
	if err != nil {
		return err
	}
	style := htmlStyle + plotStyle
	return page.Execute(w, struct {
		sheet
		Policy string
		Style  template.CSS
	}{s.kept(), ContentPolicy(style, ""), template.CSS(style)})
}

// sheetWriters are the formats of a sheet besides JSON, by name.
func (s sheet) write(w io.Writer, format string) error {
	switch format {
	case htmlFormat.Name:
		return s.html(w)
	case markdownFormat.Name:
		return s.markdown(w)
	}
	return s.text(w)
}
