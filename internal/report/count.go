package report

import (
	"fmt"
	"slices"
	"strings"

	"guard/internal/finding"
)

// count writes "1 file", "2 files".
func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// tally counts findings by what is done about them.
type tally struct{ denied, warned, audited, waived int }

func tallied(findings []finding.Finding) (t tally) {
	for _, f := range findings {
		switch {
		case f.Waived != nil:
			t.waived++
		case f.Action == finding.Deny:
			t.denied++
		case f.Action == finding.Warn:
			t.warned++
		default:
			t.audited++
		}
	}
	return t
}

// share is one part of a tally.
type share struct {
	n      int
	word   string // denied, warned, audited, waived
	status string // deny, warn, audit, waived
}

func (s share) String() string { return fmt.Sprintf("%d %s", s.n, s.word) }

// shares lists the parts that are not zero.
func (t tally) shares() []share {
	all := []share{{t.denied, "denied", "deny"}, {t.warned, "warned", "warn"}, {t.audited, "audited", "audit"}, {t.waived, "waived", "waived"}}
	return slices.DeleteFunc(all, func(s share) bool { return s.n == 0 })
}

// String says in a few words what was found: "2 denied, 1 warned".
func (t tally) String() string {
	if t == (tally{}) {
		return "nothing found"
	}
	var words []string
	for _, s := range t.shares() {
		words = append(words, s.String())
	}
	return strings.Join(words, ", ")
}

// scope says how much was looked at: "3 files, 5 documents".
func scope(s finding.Summary) string {
	return count(s.Files, "file") + ", " + count(s.Documents, "document")
}

// place writes where something incomplete is.
func place(i finding.Incomplete) string {
	return finding.Location{File: i.File, Line: i.Line}.String()
}

// ignoredAt writes where a pattern stands that keeps paths out, and ignoredBy what
// it does.
func ignoredAt(i finding.Ignored) string {
	return finding.Location{File: i.File, Line: i.Line}.String()
}

func ignoredBy(i finding.Ignored) string { return count(i.Paths, "path") + " by " + i.Pattern }

// status is the word for what is done about a finding.
func status(f finding.Finding) string {
	if f.Waived != nil {
		return "waived"
	}
	return f.Action.String()
}

// excuse says why a finding is waived, who answers for it and until when.
func excuse(w *finding.Waived) string {
	text := "waived: " + w.Reason
	if w.Owner != "" {
		text += ", by " + w.Owner
	}
	if w.Expires != "" {
		text += ", until " + w.Expires
	}
	if w.Source != "" && w.Source != w.Reason {
		text += " (" + w.Source + ")"
	}
	return text
}
