package pin

import (
	"fmt"
	"strings"
)

// contextLines is how many lines stand around a change.
const contextLines = 3

// Diff writes what changes in a file as a unified diff. Show says how a line is
// shown, without its end. The lines of both sides are the same in number, since
// changes stay within them, so no search for what belongs together is needed.
func (f *Changed) Diff(show func(string) string) string {
	before, after := splitLines(f.Before), splitLines(f.After)
	var b strings.Builder
	fmt.Fprintf(&b, "--- a/%s\n+++ b/%s\n", show(f.Name), show(f.Name))
	for _, h := range hunks(before, after) {
		fmt.Fprintf(&b, "@@ -%[1]s +%[1]s @@\n", extent(h))
		for i := h.from; i < h.to; {
			end := i
			for end < h.to && before[end] != after[end] {
				end++
			}
			if end == i {
				writeLine(&b, " ", before[i], show)
				i++
				continue
			}
			for _, line := range before[i:end] {
				writeLine(&b, "-", line, show)
			}
			for _, line := range after[i:end] {
				writeLine(&b, "+", line, show)
			}
			i = end
		}
	}
	return b.String()
}

// hunk is a run of lines, from is 0-based, to is behind the last.
type hunk struct{ from, to int }

func hunks(before, after []string) []hunk {
	var list []hunk
	for i := range before {
		if before[i] == after[i] {
			continue
		}
		from, to := max(0, i-contextLines), min(len(before), i+contextLines+1)
		if last := len(list) - 1; last >= 0 && from <= list[last].to {
			list[last].to = to
			continue
		}
		list = append(list, hunk{from, to})
	}
	return list
}

func extent(h hunk) string {
	if h.to-h.from == 1 {
		return fmt.Sprint(h.from + 1)
	}
	return fmt.Sprintf("%d,%d", h.from+1, h.to-h.from)
}

func splitLines(data []byte) []string {
	lines := strings.SplitAfter(string(data), "\n")
	if lines[len(lines)-1] == "" {
		lines = lines[:len(lines)-1]
	}
	return lines
}

func writeLine(b *strings.Builder, sign, line string, show func(string) string) {
	text, ended := strings.CutSuffix(line, "\n")
	text, carriage := strings.CutSuffix(text, "\r")
	b.WriteString(sign + show(text))
	if carriage {
		b.WriteString("\r")
	}
	b.WriteString("\n")
	if !ended {
		b.WriteString("\\ No newline at end of file\n")
	}
}
