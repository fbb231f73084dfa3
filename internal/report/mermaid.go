package report

import (
	"fmt"
	"strings"
	"unicode"

	"guard/internal/finding"
)

// mermaid draws the jobs of a clean pipeline from left to right. Nodes are
// named by number, so nothing of the file stands outside of a quoted label.
func mermaid(p finding.Pipeline, l layers) string {
	var b strings.Builder
	b.WriteString("flowchart LR\n")
	for i, job := range p.Jobs {
		left, right := `["`, `"]`
		if job.Gate != finding.NoGate {
			left, right = `{{"`, `"}}`
		}
		fmt.Fprintf(&b, "  j%d%s%s%s\n", i, left, mermaidLabel(job), right)
	}
	for i, before := range l.edges {
		for _, j := range before {
			fmt.Fprintf(&b, "  j%d --> j%d\n", j, i)
		}
	}
	return b.String()
}

// mermaidLabel is what stands in the node of a job.
func mermaidLabel(job finding.PipelineJob) string {
	label := mermaidEscape(limit(job.ID, longLabel))
	if text := nodeText(job); text != "" {
		label += "<br/>" + mermaidEscape(limit(text, longLabel))
	}
	return label
}

// longLabel is how many characters of a line of a node are shown.
const longLabel = 40

// nodeText says in a few words what a job deploys to, or does.
func nodeText(job finding.PipelineJob) string {
	text := strings.Join(job.Activities, ", ")
	if job.Environment != "" {
		text = "to " + job.Environment
	}
	if gate := gateText(job.Gate); gate != "" {
		text = strings.TrimSuffix(gate+", "+text, ", ")
	}
	return text
}

// mermaidEscape writes clean text so that it means nothing in a label of
// Mermaid, in HTML, or to the Markdown around it: all but letters, digits, the
// space and the comma becomes an entity as Mermaid writes it, #96; for a
// backtick. Unlike HTML's these cannot end a label.
func mermaidEscape(s string) string {
	var b strings.Builder
	for _, r := range s {
		if unicode.IsLetter(r) || unicode.IsDigit(r) || r == ' ' || r == ',' {
			b.WriteRune(r)
			continue
		}
		fmt.Fprintf(&b, "#%d;", r)
	}
	return b.String()
}
