package report

import "guard/internal/finding"

// deniedFrom says when a warning becomes a denial.
func deniedFrom(f finding.Finding) string { return "denied from " + f.DeniedFrom }

// Announced is the message of a finding, which says when it becomes a denial,
// for formats that have no place of its own for that.
func Announced(f finding.Finding) string {
	if f.DeniedFrom == "" {
		return f.Message
	}
	return f.Message + " (" + deniedFrom(f) + ")"
}
