package document

import (
	"regexp"
	"strings"

	"guard/internal/finding"
	"guard/internal/tree"
)

var (
	// templateMark is where a Helm, Go or Jinja template, or a %%NAME%% of
	// sed, would be filled in. GitHub's ${{ … }} is none.
	templateMark = regexp.MustCompile(`(?:^|[^$])(\{\{|\{%|%%[A-Z][A-Z0-9_]*%%)`)

	// templateFrame is a mark where only a template has one: at the beginning
	// of a line or of a value, or with quotes of its own inside quotes. Text
	// that merely holds a mark, such as '{{.State}}', is no template.
	templateFrame = regexp.MustCompile(`(?m)^[ \t]*(?:-[ \t]+)*(?:[^\s'"#][^'"#\n]*[:=][ \t]+)?((?:\{\{|\{%|%%[A-Z][A-Z0-9_]*%%)|"[^"\n]*\{\{[^"}\n]*"[^"\n]*"[^}\n]*\}\})`)

	// dockerTemplateFrame is the same of a Dockerfile.
	dockerTemplateFrame = regexp.MustCompile(`(?m)^[ \t]*(?:FROM[ \t][^\n]*)?(\{\{|\{%|%%[A-Z][A-Z0-9_]*%%)`)

	// chartHint is what only the templates of Helm charts hold.
	chartHint = regexp.MustCompile(`\{\{[^}\n]*(?:\.Values\b|\.Release\.|\.Chart\.|\binclude ")`)
)

// template tells whether a document of a stream is a raw template, which only
// its engine can turn into something to judge. Documents that merely hold
// template text in their strings are none. Where the file is of a known kind,
// it says so in whole; another template is nobody's concern.
func (l *loader) template(whole *Document, part tree.Part) bool {
	line := l.framedLine(part)
	if line == 0 {
		return false
	}
	if len(whole.Incomplete) == 0 && (l.hinted() || chartHint.MatchString(l.source.Text)) {
		whole.Incomplete = append(whole.Incomplete, Problem{
			Message: "a raw template, not looked at: render it first (helm template, kustomize build) and check what comes out",
			Path:    finding.NewPath(finding.Span{Line: line}),
		})
	}
	return true
}

// framedLine is the line that shows a document to be a raw template, or 0.
func (l *loader) framedLine(part tree.Part) int {
	if part.Err != nil {
		return l.firstLine(templateFrame, part.Line)
	}
	if l.templateKey(part.Problems) {
		return l.firstLine(templateMark, part.Line)
	}
	return 0
}

// templateKey tells whether a problem is an unquoted {{ … }}, which YAML takes
// for a map that is the key of a map.
func (l *loader) templateKey(problems []tree.Error) bool {
	for _, p := range problems {
		if strings.HasPrefix(l.source.Text[l.source.Offset(p.Line, p.Column):], "{") && templateMark.MatchString(l.source.Line(p.Line)) {
			return true
		}
	}
	return false
}

// firstLine is the first line from the given one on where the group of the
// expression matches, or 0.
func (l *loader) firstLine(expression *regexp.Regexp, from int) int {
	start := l.source.Offset(from, 1)
	m := expression.FindStringSubmatchIndex(l.source.Text[start:])
	if m == nil {
		return 0
	}
	line, _ := l.source.Position(start + m[2])
	return line
}
