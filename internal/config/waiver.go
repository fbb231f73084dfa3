package config

import (
	"cmp"
	"fmt"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/bmatcuk/doublestar/v4"
)

// dateLayout is how dates are written: 2027-01-31.
const dateLayout = time.DateOnly

func (d *decoder) waivers(into *[]*Waiver) func(cursor) {
	return func(c cursor) {
		d.items(c, func(at cursor) {
			w := &Waiver{Place: d.place(at)}
			var expires string
			d.fields(at,
				field{"rule", d.str(&w.Rule)},
				field{"files", d.patterns(&w.Files)},
				field{"objects", d.patterns(&w.Objects)},
				field{"reason", d.str(&w.Reason)},
				field{"owner", d.str(&w.Owner)},
				field{"expires", d.date(&expires, &w.Expires)},
			)
			w.Invalid = w.problem()
			*into = append(*into, w)
		})
	}
}

// date reads a day, quoted or not.
func (d *decoder) date(text *string, into *time.Time) func(cursor) {
	return func(c cursor) {
		*text = c.node.Scalar()
		day, err := time.Parse(dateLayout, *text)
		if err != nil {
			d.fail(c, "%s: expected a date like 2027-01-31, found %q", c.name(), *text)
			return
		}
		*into = day
	}
}

// patterns reads glob patterns.
func (d *decoder) patterns(into *[]string) func(cursor) {
	return func(c cursor) {
		d.strs(into)(c)
		for i, pattern := range *into {
			if !doublestar.ValidatePattern(pattern) {
				d.fail(cursor{c.node.Item(i), c.path.With(i)}, "%q is not a pattern: a bracket or brace is not closed", pattern)
			}
		}
	}
}

// problem says why a waiver excuses nothing: it must name a rule, some files,
// why, who and until when, and may not excuse everything.
func (w *Waiver) problem() string {
	switch {
	case w.Rule == "":
		return "it names no rule"
	case strings.Contains(w.Rule, "*"):
		return fmt.Sprintf("it names %q; one waiver is for one rule", w.Rule)
	case strings.TrimSpace(w.Reason) == "":
		return "it gives no reason"
	case strings.TrimSpace(w.Owner) == "":
		return "it names no owner"
	case w.Expires.IsZero():
		return "it has no end (expires: YYYY-MM-DD)"
	case len(w.Files) == 0 && len(w.Objects) == 0:
		return "it names neither files nor objects"
	}
	if everything := cmp.Or(coversEverything(w.Files), coversEverything(w.Objects)); everything != "" {
		return fmt.Sprintf("its pattern %q matches everything; switch the rule off instead", everything)
	}
	return ""
}

// probes are names that have nothing in common but being names. Patterns that
// together match them all leave nothing out.
var probes = []string{
	"q", ".q", "q.q", "Zz/7", "k8s/web.yaml", "q/q/q", "a-b/c_d/e f/g.h/i", "Dockerfile", ".github/workflows/ci.yml",
	"Deployment/shop/web", "stage final", "é",
}

// coversEverything returns a pattern that matches everything, alone or
// together with the others; "" where something is left out.
func coversEverything(patterns []string) string {
	for _, pattern := range patterns {
		if strings.Trim(pattern, "*/?.") == "" {
			return pattern
		}
	}
	if len(patterns) == 0 || slices.ContainsFunc(probes, func(name string) bool { return !matchAny(patterns, name) }) {
		return ""
	}
	return strings.Join(patterns, ", ")
}

// Expired tells whether the waiver's last day is over.
func (w *Waiver) Expired(now time.Time) bool { return !w.Expires.IsZero() && over(w.Expires, now) }

func over(day, now time.Time) bool { return !now.Before(day.AddDate(0, 0, 1)) }

// Covers tells whether the waiver is meant for findings of a rule in a file
// and object. Whether it still counts is asked of Invalid and Expired.
func (w *Waiver) Covers(rule, file, object string) bool {
	return rule == w.Rule && matchAny(w.Files, path.Clean(file)) && matchAny(w.Objects, object)
}

// matchAny tells whether one of the patterns matches; no pattern asks nothing.
func matchAny(patterns []string, name string) bool {
	for _, pattern := range patterns {
		if ok, err := doublestar.Match(pattern, name); ok && err == nil {
			return true
		}
	}
	return len(patterns) == 0
}
