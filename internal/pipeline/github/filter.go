package github

import (
	"regexp"
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
	if len(pattern) > maxPattern || !strings.ContainsAny(pattern, `*?+[]\`) {
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

// instance is a name that a pattern matches; "" where none is found easily.
func instance(pattern string) string {
	name := strings.NewReplacer("**", "x", "*", "x", "[0-9]+", "1", "[0-9]", "1", "?", "", "+", "").Replace(pattern)
	if strings.HasPrefix(pattern, "!") || !matchFilter(pattern, name) {
		return ""
	}
	return name
}
