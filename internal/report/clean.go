package report

import (
	"fmt"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// logCommand matches what build systems take for a command anywhere in a line
// of their log: ##[…] (GitHub Actions, Azure Pipelines), ##vso[…], ##teamcity[…].
var logCommand = regexp.MustCompile(`##([A-Za-z]*)\[`)

// Clean makes text safe to show. Whatever does not print, or prints nothing, or
// changes the direction of what follows becomes a visible escape such as \x1b,
// \r or \u202e, so the result is always one line of valid UTF-8. Commands to
// build systems that may stand anywhere in a line lose their effect: ##[ becomes
// #\x23[.
func Clean(s string) string {
	if plain(s) {
		return s
	}
	return logCommand.ReplaceAllString(printable(s), `#\x23$1[`)
}

// printable writes what does not print as a visible escape.
func printable(s string) string {
	var b strings.Builder
	for len(s) > 0 {
		r, size := utf8.DecodeRuneInString(s)
		b.WriteString(visible(r, s[:size]))
		s = s[size:]
	}
	return b.String()
}

// Source makes text of several lines safe to show in a page, where no build system
// reads it: what does not print becomes visible as [Clean] says, but for tabs, and
// everything else stays as it is.
func Source(s string) string {
	lines := strings.Split(s, "\n")
	for i, line := range lines {
		parts := strings.Split(line, "\t")
		for j := range parts {
			parts[j] = printable(parts[j])
		}
		lines[i] = strings.Join(parts, "\t")
	}
	return strings.Join(lines, "\n")
}

// CleanLines makes text of several lines safe to show: each line as [Clean]
// does, but for its tabs, and none of them is a command to a build system.
func CleanLines(s string) string {
	lines := strings.Split(s, "\n")
	for i, line := range lines {
		parts := strings.Split(line, "\t")
		for j := range parts {
			parts[j] = Clean(parts[j])
		}
		lines[i] = logLine.ReplaceAllString(strings.Join(parts, "\t"), `$1\x3a$2`)
	}
	return strings.Join(lines, "\n")
}

// plain reports whether s is ASCII that prints and that no build log can take
// for a command.
func plain(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' || s[i] >= 0x7f || s[i] == '#' && i > 0 && s[i-1] == '#' {
			return false
		}
	}
	return true
}

// flow cleans text of several lines, such as a description, into one line.
func flow(s string) string { return Clean(strings.Join(strings.Fields(s), " ")) }

// visible returns r as it may be shown; raw are the bytes it was read from.
func visible(r rune, raw string) string {
	switch {
	case r == utf8.RuneError && len(raw) <= 1:
		return fmt.Sprintf(`\x%02x`, raw)
	case r == '\n':
		return `\n`
	case r == '\r':
		return `\r`
	case r == '\t':
		return `\t`
	case shows(r):
		return raw
	case r < 0x80:
		return fmt.Sprintf(`\x%02x`, r)
	case r <= 0xffff:
		return fmt.Sprintf(`\u%04x`, r)
	default:
		return fmt.Sprintf(`\U%08x`, r)
	}
}

// shows reports whether r prints as something, and as itself. The wide space of
// Chinese and Japanese text counts; letters without a shape do not.
func shows(r rune) bool {
	switch r {
	case '\u3000':
		return true
	case '\u115f', '\u1160', '\u3164', '\uffa0', '\u2800':
		return false
	}
	return unicode.IsPrint(r)
}
