package pin

import (
	"regexp"
	"strings"
)

var (
	// trailing matches a comment behind a value and its closing quote.
	trailing = regexp.MustCompile(`^["']?[ \t]+#`)

	// versionComment matches a comment that begins with a version, as tools
	// write it: # v4, # 4.1.2, # tag=v4, # pin@v4. A number alone is none.
	versionComment = regexp.MustCompile(`^(["']?[ \t]+#[ \t]*(?:tag=|pin@)?)((?:v\d+|\d+\.\d+)(?:\.\d+)*(?:[-+.][\w.+-]+)?)(?:[ \t,;:)]|$)`)
)

// comment says which bytes of a line a comment with the version takes the
// place of. Rest is what follows the reference on its line, at is its offset. A
// version that stands there already is replaced; other text is kept behind it.
func comment(rest string, at int, version string) (offset, length int, text string) {
	if m := versionComment.FindStringSubmatchIndex(rest); m != nil {
		return at + m[4], m[5] - m[4], version
	}
	quote := len(rest) - len(strings.TrimLeft(rest, `"'`))
	switch {
	case trailing.MatchString(rest), strings.TrimSpace(rest[quote:]) == "":
		return at + quote, 0, " # " + version
	case strings.Contains(rest, "#"):
		return at, 0, "" // in the middle of something; the value alone is changed
	}
	return at + len(rest), 0, " # " + version // behind the rest of a flow collection
}

// versionIn is the version that a comment behind a commit names; "" where none
// does.
func versionIn(rest string) string {
	if m := versionComment.FindStringSubmatch(rest); m != nil {
		return m[2]
	}
	return ""
}
