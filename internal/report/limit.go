package report

import "unicode/utf8"

// limit cuts s to so many characters, the last of which then is an ellipsis.
func limit(s string, characters int) string {
	if len(s) <= characters || utf8.RuneCountInString(s) <= characters {
		return s
	}
	return s[:byteOffset(s, characters-1)] + "…"
}
