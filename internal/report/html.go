package report

import (
	_ "embed"
	"html/template"
	"io"
	"sync"

	"guard/internal/finding"
)

//go:embed html/report.tmpl
var htmlTemplate string

//go:embed html/report.css
var htmlStyle string

//go:embed html/report.js
var htmlScript string

// htmlPage parses the template when the first page is written.
var htmlPage = sync.OnceValues(func() (*template.Template, error) {
	return template.New("report").Parse(htmlTemplate)
})

// writeHTML writes one page that needs nothing else, loads nothing and can be
// read without scripts. Its policy lets nothing run but the script that filters
// the findings.
func writeHTML(w io.Writer, r *finding.Report, _ Options) error {
	page, err := htmlPage()
	if err != nil {
		return err
	}
	return page.Execute(w, newHTMLReport(cleaned(r)))
}
