package github

import (
	"regexp"
	"slices"
	"strings"
	"sync"
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
	if len(pattern) > maxPattern || !strings.ContainsAny(pattern, `*?+[\`) {
		return false
	}
	re := filters.compile(pattern)
	return re != nil && re.MatchString(name)
}

// filters are the patterns that were compiled last: the same few stand in
// most workflows, and are asked for in every run.
var filters filterCache

// maxFilters bounds the patterns that are kept.
const maxFilters = 100

type filterCache struct {
	mu    sync.Mutex
	known map[string]*regexp.Regexp // nil: it is no pattern
}

func (c *filterCache) compile(pattern string) *regexp.Regexp {
	c.mu.Lock()
	defer c.mu.Unlock()
	re, ok := c.known[pattern]
	if ok {
		return re
	}
	if c.known == nil || len(c.known) == maxFilters {
		c.known = map[string]*regexp.Regexp{}
	}
	re, _ = regexp.Compile(filterExpression(pattern))
	c.known[pattern] = re
	return re
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

// examples are names of branches that a pattern matches, the best first; none
// where none is found easily.
func examples(pattern string) []string {
	return examplesOf(pattern, version.ReplaceAllString(pattern, "${1}v1.2"), "x")
}

// tagExamples is the same for a pattern of tags, which are versions as a rule.
func tagExamples(pattern string) []string {
	return examplesOf(pattern, version.ReplaceAllString(pattern, "${1}v1.2.3"), "1.2.3")
}

// examplesOf tries to put some texts in the place of stars: first into likely,
// which is the pattern with versions in it.
func examplesOf(pattern, likely, usual string) []string {
	if strings.HasPrefix(pattern, "!") || len(pattern) > maxPattern {
		return nil
	}
	var names []string
	try := func(name string) {
		if name != "" && !slices.Contains(names, name) && matchFilter(pattern, name) {
			names = append(names, name)
		}
	}
	try(example(likely, usual))
	for _, any := range []string{usual, "x", "y", "1", ""} {
		try(example(pattern, any))
	}
	return names
}

// example writes something in the place of every star, and one of its
// characters in the place of every [].
func example(pattern, any string) string {
	var b strings.Builder
	for i := 0; i < len(pattern); i++ {
		switch c := pattern[i]; c {
		case '*':
			b.WriteString(any)
			if strings.HasPrefix(pattern[i:], "**") {
				i++
			}
		case '?', '+': // once is enough
		case '[':
			b.WriteString(oneOf(pattern[i+1:]))
			i += max(0, strings.IndexByte(pattern[i:], ']'))
		case '\\':
			if i++; i < len(pattern) {
				b.WriteByte(pattern[i])
			}
		default:
			b.WriteByte(c)
		}
	}
	return b.String()
}

// oneOf is a character of a class that begins behind its bracket; none of one
// that only says which it is not.
func oneOf(class string) string {
	switch {
	case strings.HasPrefix(class, "0-9"):
		return "1"
	case strings.HasPrefix(class, "^"):
		return ""
	}
	return class[:min(1, len(class))]
}
