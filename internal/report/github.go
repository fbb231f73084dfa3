package report

import (
	"fmt"
	"io"
	"strings"

	"guard/internal/finding"
)

// writeGitHub writes one workflow command for each finding that is not waived:
// ::error for what is denied, ::warning and ::notice for the rest. GitHub shows
// ten of each kind, so the worst come first. What was not looked at follows as
// notices.
//
// https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
func writeGitHub(w io.Writer, r *finding.Report, o Options) error {
	clean := cleaned(r)
	commands := annotations(clean)
	if o.Group && len(commands) > 0 {
		commands = append(append([]string{"::group::Annotations of guard"}, commands...), "::endgroup::")
	}
	for _, command := range commands {
		if _, err := io.WriteString(w, command+"\n"); err != nil {
			return err
		}
	}
	return nil
}

func annotations(r *finding.Report) []string {
	var out []string
	counting, _ := split(r.Findings)
	for _, f := range worstFirst(counting) {
		out = append(out, annotation(annotationKind(f), f.Location, title(f), annotationText(f)))
	}
	for _, i := range r.Incomplete {
		out = append(out, annotation("notice", finding.Location{File: i.File, Line: i.Line}, "guard: not looked at", i.Reason))
	}
	return out
}

func annotationKind(f finding.Finding) string {
	switch f.Action {
	case finding.Deny:
		return "error"
	case finding.Warn:
		return "warning"
	default:
		return "notice"
	}
}

func title(f finding.Finding) string { return fmt.Sprintf("guard: %s (%s)", f.Rule, f.Severity) }

func annotationText(f finding.Finding) string {
	if f.Remediation == "" {
		return Announced(f)
	}
	return Announced(f) + "\n" + f.Remediation
}

// annotation writes a workflow command. GitHub shows columns only where a region
// ends on its first line.
func annotation(kind string, l finding.Location, title, message string) string {
	var properties []string
	add := func(name, value string) { properties = append(properties, name+"="+escapeProperty(value)) }
	if l.File != "" {
		add("file", l.File)
	}
	if l.Line > 0 {
		add("line", fmt.Sprint(l.Line))
		add("endLine", fmt.Sprint(max(l.Line, l.EndLine)))
	}
	if l.Line > 0 && l.EndLine <= l.Line && l.Column > 0 && l.EndColumn > l.Column {
		add("col", fmt.Sprint(l.Column))
		add("endColumn", fmt.Sprint(l.EndColumn-1))
	}
	add("title", title)
	return "::" + kind + " " + strings.Join(properties, ",") + "::" + escapeData(message)
}

var (
	dataEscaper     = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")
	propertyEscaper = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C")
)

// escapeData escapes the text behind the last :: of a workflow command.
func escapeData(s string) string { return dataEscaper.Replace(s) }

// escapeProperty escapes the value of a property of a workflow command.
func escapeProperty(s string) string { return propertyEscaper.Replace(s) }
