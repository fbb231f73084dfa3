package report

import (
	"io"

	"guard/internal/finding"
)

func writeMarkdown(w io.Writer, r *finding.Report, _ Options) error { return nil }
