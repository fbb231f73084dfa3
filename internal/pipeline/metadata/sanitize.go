package metadata

import (
	"regexp"
	"strings"

	"guard/internal/pipeline/symbol"
)

// foreign is what no tag may hold. Parts that are not known count as what a
// tag may hold: where one does not, whoever writes it elsewhere as a tag has
// no valid reference to compare with.
var foreign = regexp.MustCompile(`[^a-zA-Z0-9._\-\x{100000}-\x{10FFFD}]+`)

// sanitized is the text as a tag: each run of characters that a tag may not
// have is one hyphen.
func (a *alphabet) sanitized(text string) string {
	text = foreign.ReplaceAllString(text, "-")
	return strings.Map(func(r rune) rune {
		if !isPart(r) || a.part(r).Kind != symbol.Date {
			return r
		}
		p := a.part(r)
		format, marks := cutFormat(p.Name)
		p.Name = foreign.ReplaceAllString(format, "-") + marks
		return a.rune(p)
	}, text)
}

// lower is the text in lower case, as the action writes the names of images.
func (a *alphabet) lower(text string) string {
	return a.encode(a.decode(text).Lower())
}
