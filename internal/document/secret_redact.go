package document

import "unicode/utf8"

// redacted is a secret as people may see it: at most its first four
// characters, and never more than a quarter of it.
func redacted(value string) string {
	shown := min(4, utf8.RuneCountInString(value)/4)
	return string([]rune(value)[:shown]) + "****"
}
