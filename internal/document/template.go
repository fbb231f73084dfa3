package document

import (
	"regexp"
	"strings"

	"guard/internal/finding"
	"guard/internal/tree"
)

// templateMark is where a Helm, Go or Jinja template would be filled in.
// GitHub's ${{ … }} is none.
var templateMark = regexp.MustCompile(`(?:^|[^$])(\{\{|\{%)`)

// templateEndings are the endings of raw templates.
var templateEndings = map[string]bool{".tpl": true, ".tmpl": true, ".gotmpl": true, ".j2": true, ".jinja": true, ".jinja2": true}

// template tells whether a document of a stream is a raw template, which only
// its engine can turn into something to judge, and says so in whole.
// Documents that merely hold template text in their strings are none.
func (l *loader) template(whole *Document, part tree.Part) bool {
	if part.Err == nil && !l.templateKey(part.Problems) {
		return false
	}
	line := l.templateLine(part.Line)
	if line == 0 {
		return false
	}
	if len(whole.Incomplete) == 0 {
		whole.Incomplete = append(whole.Incomplete, Problem{
			Message: "a raw template, not looked at: render it first (helm template, kustomize build) and check what comes out",
			Path:    finding.NewPath(finding.Span{Line: line}),
		})
	}
	return true
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

// templateLine is the first line from the given one on with a template mark,
// or 0.
func (l *loader) templateLine(from int) int {
	start := l.source.Offset(from, 1)
	m := templateMark.FindStringSubmatchIndex(l.source.Text[start:])
	if m == nil {
		return 0
	}
	line, _ := l.source.Position(start + m[2])
	return line
}
