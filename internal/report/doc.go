// Package report turns a [finding.Report] into what people and machines read:
// text for a terminal, JSON, SARIF, JUnit, annotations for GitHub, Code Quality
// for GitLab, Markdown and one HTML page.
//
// Everything in a report comes from files that somebody else wrote, so every
// format treats it as hostile: [Clean] makes control characters, direction
// overrides and build-log commands visible and harmless, and each format escapes
// the rest in its own way.
//
//	format, err := report.Lookup("sarif")
//	if err != nil {
//		return err // names the formats there are
//	}
//	return format.Write(os.Stdout, r, report.Options{})
//
// # What is printed where nobody asks for a format
//
// [DefaultTargets] gives text. In GitHub Actions it gives text, and below it the
// annotations, folded away in the log, since they are for the margin of the pull
// request; there the table of [Summary] belongs into the file that
// GITHUB_STEP_SUMMARY names. In GitLab CI it gives text, since Code Quality is a
// file that the pipeline has to collect by name.
package report
