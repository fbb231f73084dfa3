package imageref

import (
	"fmt"
	"strings"
)

// mask stands for a template in the text that is parsed. No reference holds
// it, and text that does is refused before.
const mask = 0

func masked(s string) bool { return strings.IndexByte(s, mask) >= 0 }

// template is a reference with its templates found.
type template struct {
	text    string   // with a mask byte for each template
	symbols []string // what the templates name, in order
}

// scanTemplate finds variables, expressions and placeholders. None of them
// can be part of a reference that a runtime accepts.
func scanTemplate(raw string) (t template, problem string) {
	var text strings.Builder
	for i := 0; i < len(raw); {
		size, name := templateAt(raw[i:])
		switch {
		case size < 0:
			return t, fmt.Sprintf("%q in it is not closed", shorten(raw[i:]))
		case size == 0:
			text.WriteByte(raw[i])
			i++
		default:
			text.WriteByte(mask)
			t.symbols = append(t.symbols, name)
			i += size
		}
	}
	t.text = text.String()
	return t, ""
}

// templateAt answers how long the template is that s begins with, and what it
// names: 0 where s begins with none, -1 where it is not closed.
func templateAt(s string) (size int, name string) {
	switch s[0] {
	case '$', '{', '<', '%', '#', '(':
		if size, name = bracketed(s); size != 0 {
			return size, name
		}
	}
	switch s[0] {
	case '$':
		return variable(s)
	case '%', '@':
		return fenced(s)
	}
	return 0, ""
}

// brackets are the templates with an opening and a closing mark, the longer
// opening first.
var brackets = []struct{ open, close string }{
	{"${{", "}}"}, // GitHub Actions
	{"$[[", "]]"}, // inputs of GitLab CI
	{"${", "}"},   // shell, Compose, GitLab CI, Dockerfile
	{"$(", ")"},   // Azure Pipelines, Tekton, Kubernetes
	{"{{", "}}"},  // Helm, Go templates, Jinja
	{"{%", "%}"},  // Jinja
	{"{", "}"},    // format strings
	{"<", ">"},    // placeholders for people
	{"%(", ")s"},  // Python's format strings
	{"%{", "}"},   // Ruby's format strings
	{"#{", "}#"},  // token replacement of Azure DevOps
	{"#{", "}"},   // Octopus Deploy
	{"((", "))"},  // Concourse
}

// bracketed measures a template that a pair of brackets encloses.
func bracketed(s string) (size int, name string) {
	unclosed := 0
	for _, b := range brackets {
		if !strings.HasPrefix(s, b.open) {
			continue
		}
		if end := closing(s, b.open, b.close); end > 0 {
			return end, symbolName(b.open, strings.TrimSpace(s[len(b.open):end-len(b.close)]))
		}
		unclosed = -1
	}
	return unclosed, ""
}

// closing answers the index behind the mark that closes what s begins with,
// -1 where there is none. Single brackets nest: ${TAG:-${DEFAULT}}.
func closing(s, open, end string) int {
	depth := 0
	for i := len(open); i < len(s); i++ {
		switch {
		case depth == 0 && strings.HasPrefix(s[i:], end):
			return i + len(end)
		case len(end) == 1 && s[i] == open[len(open)-1]:
			depth++
		case len(end) == 1 && s[i] == end[0]:
			depth--
		}
	}
	return -1
}

// symbolName answers what the inside of a template names: TAG of
// ${TAG:-latest}.
func symbolName(open, inside string) string {
	if open != "${" {
		return shorten(inside)
	}
	if _, name := variable("$" + inside); name != "" {
		return name
	}
	return shorten(inside)
}

// variable measures $NAME.
func variable(s string) (size int, name string) {
	end := 1
	for end < len(s) && (isAlnum(s[end]) || s[end] == '_') {
		end++
	}
	if end == 1 {
		return 0, ""
	}
	return end, s[1:end]
}

// fenced measures %NAME% and @NAME@. Between two "@" only a name in capitals
// or with dots is one, since digests are set off by "@" too.
func fenced(s string) (size int, name string) {
	end := strings.IndexByte(s[1:], s[0])
	if end < 1 {
		return 0, ""
	}
	name = s[1 : end+1]
	if !isSymbol(name) || s[0] == '@' && strings.ToUpper(name) != name && strings.IndexByte(name, '.') < 0 {
		return 0, ""
	}
	return end + 2, name
}

func isSymbol(s string) bool {
	for i := 0; i < len(s); i++ {
		if !isAlnum(s[i]) && s[i] != '_' && s[i] != '.' {
			return false
		}
	}
	return s != "" && !isDigit(s[0])
}

// doubt notes that the reference depends on symbols, if there are any.
func (r *Reference) doubt(symbols []string) {
	switch len(symbols) {
	case 0:
		return
	case 1:
		r.Reason = symbols[0] + " is not known here"
	default:
		r.Reason = strings.Join(symbols, ", ") + " are not known here"
	}
	r.Unresolved, r.Symbols = true, symbols
}
