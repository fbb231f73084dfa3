package doctor

import (
	"encoding/json"
	"fmt"
	"io"

	"guard/internal/report"
)

// JSON writes the report for programs.
func (r Report) JSON(to io.Writer) error {
	encoder := json.NewEncoder(to)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(r)
}

// Text writes the report for people.
func (r Report) Text(to io.Writer) error {
	for _, c := range r.Checks {
		if _, err := fmt.Fprintf(to, "%-7s %s: %s\n", c.Status, c.ID, report.Clean(c.Message)); err != nil {
			return err
		}
		if c.Remedy != "" {
			if _, err := fmt.Fprintf(to, "        = %s\n", report.Clean(c.Remedy)); err != nil {
				return err
			}
		}
	}
	_, err := fmt.Fprintf(to, "\n%d ok, %d to note, %d wrong, %d not looked at\n", r.Summary[OK], r.Summary[Note], r.Summary[Wrong], r.Summary[Unknown])
	return err
}
