package cli

import (
	"encoding/json"
	"fmt"
	"strings"

	"guard/internal/finding"
	"guard/internal/pin"
	"guard/internal/report"
)

// pinReport is the form for programs.
type pinReport struct {
	Version    int                  `json:"version"` // always 1
	Written    bool                 `json:"written"` // the changes are made; false: they would be
	Changes    []pin.Change         `json:"changes"`
	Notes      []pin.Note           `json:"notes"`      // references that are left as they are
	Incomplete []finding.Incomplete `json:"incomplete"` // files that could not be read or written
	Pinned     int                  `json:"pinned"`     // references that were pinned before
}

// tell writes what would change, or did, to standard output, and what is left
// to standard error; as JSON all of it to standard output.
func (o *pinOutcome) tell(format string) error {
	if format == "json" {
		return o.tellJSON()
	}
	for _, n := range o.result.Notes {
		fmt.Fprintln(o.world.Err, noteLine(n))
	}
	for _, u := range o.unread {
		fmt.Fprintf(o.world.Err, "guard: %s: %s\n", report.Clean(u.File), report.Clean(u.Reason))
	}
	var b strings.Builder
	changes := 0
	for i := range o.result.Files {
		f := &o.result.Files[i]
		changes += len(f.Changes)
		if !o.write {
			b.WriteString(f.Diff(o.shown(f)))
			continue
		}
		for _, c := range f.Changes {
			fmt.Fprintf(&b, "%s:%d:%d: %s -> %s\n", report.Clean(c.File), c.Line, c.Column, report.Clean(c.From), report.Clean(c.To))
		}
	}
	if _, err := o.world.Out.Write([]byte(b.String())); err != nil {
		return fmt.Errorf("write the output: %w", err)
	}
	fmt.Fprintf(o.world.Err, "guard: %s\n", o.sum(changes))
	return nil
}

func (o *pinOutcome) sum(changes int) string {
	verb := "would change"
	if o.write {
		verb = "changed"
	}
	return fmt.Sprintf("%s %d references in %d files; %d were pinned before, %d are left as they are", verb, changes, len(o.result.Files), o.result.Pinned, len(o.result.Notes))
}

func noteLine(n pin.Note) string {
	place := fmt.Sprintf("guard: %s:%d:%d: ", report.Clean(n.File), n.Line, n.Column)
	if n.Kind == pin.Unread {
		return place + report.Clean(n.Reason)
	}
	return fmt.Sprintf("%s%s %q is left: %s", place, n.Kind, report.Clean(n.Reference), report.Clean(n.Reason))
}

func (o *pinOutcome) tellJSON() error {
	r := pinReport{Version: 1, Written: o.write, Changes: []pin.Change{}, Notes: o.result.Notes, Incomplete: o.unread, Pinned: o.result.Pinned}
	for _, f := range o.result.Files {
		r.Changes = append(r.Changes, f.Changes...)
	}
	if r.Notes == nil {
		r.Notes = []pin.Note{}
	}
	if r.Incomplete == nil {
		r.Incomplete = []finding.Incomplete{}
	}
	out := json.NewEncoder(o.world.Out)
	out.SetIndent("", "  ")
	out.SetEscapeHTML(false)
	return out.Encode(r)
}
