package report

import (
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"html/template"
	"io"
	"strings"
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

// contentPolicy is the page's Content-Security-Policy.
func contentPolicy() string {
	return strings.Join([]string{
		"default-src 'none'", "style-src " + sourceHash(htmlStyle), "script-src " + sourceHash(htmlScript), "base-uri 'none'", "form-action 'none'",
	}, "; ")
}

// sourceHash allows an inline script or style by its content.
func sourceHash(text string) string {
	sum := sha256.Sum256([]byte(text))
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}
