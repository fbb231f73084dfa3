package report

import (
	"io"

	"guard/internal/finding"
)

func writeSARIF(w io.Writer, r *finding.Report, _ Options) error { return nil }
