package report

import (
	"fmt"
	"io"
	"regexp"
	"strings"
)

// printer writes lines, remembers the first error and writes nothing after it.
type printer struct {
	w   io.Writer
	err error
}

// logLine matches a line that build systems take for a command: one that
// begins, behind white space, with two colons.
var logLine = regexp.MustCompile(`^((?:\s|\x1b\[[0-9;]*m)*):((?:\x1b\[[0-9;]*m)*:)`)

// line writes the parts as one line without white space at its end. A line that
// a build log would take for a command gets its first colon escaped.
func (p *printer) line(parts ...string) {
	if p.err != nil {
		return
	}
	text := strings.TrimRight(strings.Join(parts, ""), " ")
	_, p.err = io.WriteString(p.w, logLine.ReplaceAllString(text, `$1\x3a$2`)+"\n")
}

// linef writes a formatted line.
func (p *printer) linef(format string, args ...any) { p.line(fmt.Sprintf(format, args...)) }
