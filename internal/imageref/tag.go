package imageref

import (
	"fmt"
	"path"
	"strings"
)

// shortestCommit is the length from which an abbreviated commit is taken to
// name one commit; it is what git abbreviates to by default.
const shortestCommit = 7

// meaning is what a tag says.
type meaning struct {
	class     Class
	readings  []Class // nil where there is only class
	reason    string  // what makes the class ambiguous, or less than it seems
	commit    string
	version   string
	precision int
}

// tag classifies a tag that is well-formed.
func (c *Classifier) tag(tag string) meaning {
	lower := strings.ToLower(tag)
	switch {
	case lower == "latest":
		return meaning{class: ClassLatest}
	case isDigits(tag):
		return digits(tag)
	case isUUID(lower):
		return meaning{class: ClassOther}
	}
	words := scanWords(tag, lower)
	return c.configured(lower, words.meaning())
}

// configured lets the configured names of branches and channels decide on what
// is only a word. A release line stays one: a repository may have a branch 15
// and use postgres:15.
func (c *Classifier) configured(lower string, m meaning) meaning {
	switch {
	case c == nil || m.class != ClassOther && m.class != ClassChannel:
		return m
	case named(c.Branches, lower):
		return meaning{class: ClassBranch}
	case named(c.Channels, lower):
		return meaning{class: ClassChannel}
	default:
		return m
	}
}

// named tells whether one of the patterns names the tag.
func named(patterns []string, lower string) bool {
	for _, pattern := range patterns {
		if ok, err := path.Match(asTag(pattern), lower); ok && err == nil {
			return true
		}
	}
	return false
}

// asTag writes a branch as pipelines do when they make a tag of it.
func asTag(branch string) string {
	return strings.ToLower(strings.ReplaceAll(branch, "/", "-"))
}

// digits classifies a tag that is nothing but digits.
func digits(tag string) meaning {
	switch {
	case dayAt(tag) == len(tag):
		return meaning{class: ClassDate}
	case len(tag) == 40 || len(tag) == 64:
		return meaning{class: ClassSHA, commit: tag}
	case len(tag) <= 2:
		return meaning{class: ClassFloatingVersion, version: tag, precision: 1}
	case isYear(tag):
		return meaning{
			class: ClassFloatingVersion, readings: []Class{ClassFloatingVersion, ClassNumber}, version: tag, precision: 1,
			reason: fmt.Sprintf("%s may be the release line of a year or a number", tag),
		}
	case len(tag) >= shortestCommit && len(tag) <= 12:
		return meaning{
			class: ClassNumber, readings: []Class{ClassNumber, ClassShortSHA},
			reason: fmt.Sprintf("%s may be a number or an abbreviated commit", tag),
		}
	default:
		return meaning{class: ClassNumber}
	}
}

// isYear tells whether four digits are a year that releases are named after.
func isYear(s string) bool {
	return len(s) == 4 && s >= "2000" && s <= "2039"
}

// isUUID tells whether s has the form 8-4-4-4-12 of hex digits.
func isUUID(s string) bool {
	if len(s) != 36 {
		return false
	}
	for i := 0; i < len(s); i++ {
		if dash := i == 8 || i == 13 || i == 18 || i == 23; dash != (s[i] == '-') || !dash && !isHex(s[i:i+1], 1, 1) {
			return false
		}
	}
	return true
}
