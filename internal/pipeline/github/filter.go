package github

import (
	"regexp"
	"strings"
)

// filtered tells whether GitHub lets a name through the patterns of a filter:
// those of branches or tags, and those to ignore. The last pattern that
// matches decides; one with ! in front takes a name out again.
func filtered(name string, patterns, ignored []string) bool {
	if len(patterns) > 0 && !lastMatch(name, patterns) {
		return false
	}
	return len(ignored) == 0 || !lastMatch(name, ignored)
}

func lastMatch(name string, patterns []string) bool {
	matches := false
	for _, pattern := range patterns {
		negative := strings.HasPrefix(pattern, "!")
		if matchFilter(strings.TrimPrefix(pattern, "!"), name) {
			matches = !negative
		}
	}
	return matches
}

// maxPattern bounds the patterns that are matched; names of branches are at
// most 255 bytes.
const maxPattern = 1000

// matchFilter matches GitHub's filter patterns: * is anything but a slash, **
// anything, ? makes what stands before it optional, + repeats it, and [] is
// one of several characters.
func matchFilter(pattern, name string) bool {
	if pattern == name {
		return true
	}
	if len(pattern) > maxPattern {
		return false
	}
	re, err := regexp.Compile(filterExpression(pattern))
	return err == nil && re.MatchString(name)
}

func filterExpression(pattern string) string {
	var b strings.Builder
	b.WriteString("^(?s:")
	for i := 0; i < len(pattern); i++ {
		switch c := pattern[i]; c {
		case '*':
			if strings.HasPrefix(pattern[i:], "**") {
				b.WriteString(".*")
				i++
				continue
			}
			b.WriteString("[^/]*")
		case '?', '+', '[', ']', '-':
			b.WriteByte(c)
		case '\\':
			if i++; i < len(pattern) {
				b.WriteString(regexp.QuoteMeta(pattern[i : i+1]))
			}
		default:
			b.WriteString(regexp.QuoteMeta(string(c)))
		}
	}
	return b.String() + ")$"
}

// version matches the v* of a pattern, which stands for a version.
var version = regexp.MustCompile(`(^|[/_-])v\*+`)

// instance is a name that a pattern matches; "" where none is found easily.
func instance(pattern string) string {
	return instanceOf(version.ReplaceAllString(pattern, "${1}v1.2"), pattern, "x")
}

// tagInstance is the same for a pattern of tags, which are versions as a rule.
func tagInstance(pattern string) string {
	return instanceOf(version.ReplaceAllString(pattern, "${1}v1.2.3"), pattern, "1.2.3")
}

func instanceOf(name, pattern, any string) string {
	name = strings.NewReplacer("**", any, "*", any, "[0-9]+", "1", "[0-9]", "1", "?", "", "+", "").Replace(name)
	if strings.HasPrefix(pattern, "!") || !matchFilter(pattern, name) {
		return ""
	}
	return name
}
