package document

import (
	"path"
	"regexp"
	"strings"

	"guard/internal/pipeline/azure"
)

// syntax is how a file is written.
type syntax int

const (
	syntaxText syntax = iota
	syntaxDockerfile
	syntaxYAML
	syntaxJSON
)

// syntaxOf decides how a file is read. Names that say YAML or JSON are
// believed; of other files the beginning is looked at.
func syntaxOf(file, text string) syntax {
	switch endingOf(file) {
	case ".yaml", ".yml":
		return syntaxYAML
	case ".json":
		if jsonHint(text) {
			return syntaxJSON
		}
		return syntaxText
	}
	switch {
	case isDockerfile(file, text):
		return syntaxDockerfile
	case manifestStart.MatchString(text):
		return syntaxYAML
	case strings.HasPrefix(strings.TrimLeft(text, " \t\r\n"), "{") && jsonHint(text):
		return syntaxJSON
	}
	return syntaxText
}

// manifestStart is how a Kubernetes manifest begins that has no name to tell:
// standard input, or a name without a known ending.
var manifestStart = regexp.MustCompile(`^(?:\s*(?:#[^\n]*)?\n)*(?:---[^\n]*\n(?:\s*(?:#[^\n]*)?\n)*)?(?:apiVersion|kind):[ \t]`)

// jsonHint tells whether JSON may hold something of a known kind; most JSON
// is data, and not worth reading.
func jsonHint(text string) bool {
	return strings.Contains(text, `"apiVersion"`) && strings.Contains(text, `"kind"`) ||
		strings.Contains(text, `"services"`) && strings.Contains(text, `"image"`) ||
		escapedLetter.MatchString(text)
}

// escapedLetter is an ASCII letter written as an escape, which nothing but the
// wish to hide a word needs: \u006bind.
var escapedLetter = regexp.MustCompile(`\\u00[4-7]`)

func endingOf(file string) string { return strings.ToLower(path.Ext(file)) }

func baseName(file string) string { return path.Base(file) }

// kindHint is a line that says of broken YAML or JSON what it was meant to be:
// a key at the beginning of a line, or one that only manifests have.
var kindHint = regexp.MustCompile(`(?m)^(?:apiVersion|kind|services|jobs|runs|stages|before_script|script)[ \t]*:|(?:^|[{,])[ \t]*["']?apiVersion["']?[ \t]*:`)

// hinted tells whether a file that cannot be read is of a known kind, by its
// name or by some line of it.
func (l *loader) hinted() bool {
	return knownByName(l.source.File) || kindHint.MatchString(l.source.Text)
}

// knownByName tells whether the name alone says that a file is of a kind that
// rules look at.
func knownByName(file string) bool {
	name := strings.ToLower(baseName(file))
	ending := endingOf(name)
	stem := strings.TrimSuffix(name, ending)
	isYAML := ending == ".yml" || ending == ".yaml"
	switch {
	case isDockerfile(file, ""):
		return true
	case isYAML && strings.HasSuffix(path.Dir("/"+file), "/.github/workflows"):
		return true
	case azure.IsName(file):
		return true
	case isYAML && (stem == "action" || stem == "kustomization" || strings.HasSuffix(stem, ".gitlab-ci")):
		return true
	case isYAML && (stem == "compose" || strings.HasPrefix(stem, "docker-compose") || strings.HasPrefix(stem, "compose.")):
		return true
	}
	return false
}
