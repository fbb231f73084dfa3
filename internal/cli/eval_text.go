package cli

import (
	"fmt"
	"strings"

	"guard/internal/document"
	"guard/internal/finding"
	"guard/internal/policy"
)

// writeOutcome says what a rule found in a document, or where each of its
// definitions of deny ended.
func writeOutcome(b *strings.Builder, rule finding.Rule, doc *document.Document, e *policy.Explanation) {
	name := string(doc.Kind)
	if doc.Object != "" {
		name += " " + doc.RedactKnown(doc.Object)
	}
	verb := "does not fire"
	if n := len(e.Results); n > 0 {
		verb = "fires, " + counted(n, "finding")
	}
	fmt.Fprintf(b, "%s on %s (%s): %s\n", rule.ID, doc.File, name, verb)
	for _, r := range e.Results {
		fmt.Fprintf(b, "  %s: %s\n", r.Location, doc.Redact(r.Message))
	}
	for _, s := range e.Furthest() {
		fmt.Fprintf(b, "\n  %s: this is not so, and ends a definition of deny\n    ✗ %s\n", placeText(s.Place), s.Text)
		for _, value := range s.Values {
			fmt.Fprintf(b, "        %s\n", value)
		}
	}
}

func placeText(p policy.Place) string {
	return finding.Location{File: p.File, Line: p.Line, Column: p.Column}.String()
}

// signs are what steps are marked with.
var signs = map[policy.StepKind]string{policy.StepDefinition: "▸", policy.StepTrue: "✓", policy.StepFalse: "✗", policy.StepResult: "="}

// writeSteps writes what was evaluated, one expression a line, indented by the
// definition it is in, with the values below it.
func writeSteps(b *strings.Builder, e *policy.Explanation) {
	b.WriteString("\nTrace\n")
	file := ""
	for _, s := range e.Steps {
		if s.Place.File != file {
			file = s.Place.File
			fmt.Fprintf(b, "  %s\n", file)
		}
		indent := strings.Repeat("  ", s.Depth)
		text := s.Text
		if s.Kind == policy.StepResult {
			text = "it holds"
		}
		fmt.Fprintf(b, "  %5d  %s%s %s\n", s.Place.Line, indent, signs[s.Kind], text)
		for _, value := range s.Values {
			fmt.Fprintf(b, "         %s    %s\n", indent, value)
		}
	}
	if e.Cut {
		fmt.Fprintf(b, "  … only the first %d steps are shown\n", len(e.Steps))
	}
}
