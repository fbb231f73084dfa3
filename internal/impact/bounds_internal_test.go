package impact

import (
	"fmt"
	"testing"

	"guard/internal/finding"
	"guard/internal/recording"
	"guard/internal/report"
)

// Of one recorded run at most 512 MiB of texts are held together; what is beyond is
// not judged, and said so.
func TestRun_IsBounded(t *testing.T) {
	r := &run{denied: map[string][]string{}, size: maxRun - 10}
	text := func(name, text string) string {
		return r.add(&recording.Decision{File: name, Input: &recording.Input{Text: &text}})
	}
	for _, tt := range []struct{ name, text, why string }{
		{"a", "ten bytes.", ""}, {"a", "", "the run holds it twice"}, {"b", "x", "the run holds more than 512 MiB"}, {"c", "x", "the run holds more than 512 MiB"},
	} {
		if why := text(tt.name, tt.text); why != tt.why {
			t.Errorf("%s: got %q, want %q", tt.name, why, tt.why)
		}
	}
	if len(r.inputs) != 1 {
		t.Errorf("%d files are held", len(r.inputs))
	}
}

// Nothing that is counted one by one is kept without a limit, and what is beyond it
// is counted all the same, or told.
func TestTally_IsBounded(t *testing.T) {
	tally := newTally()
	for n := range maxUnjudged + 5 {
		tally.gap("a", n, "broken")
		tally.gap("a", n, "broken")
	}
	for n := range maxChanges + 5 {
		tally.doubt(finding.Incomplete{File: fmt.Sprint(n)})
		tally.change(place{thing: thing{file: fmt.Sprint(n)}, rule: "a/b"}, stands{}, stands{action: report.ImpactDeny}, about{})
	}
	var i report.Impact
	tally.into(&i)
	if len(i.Unjudged) != maxUnjudged || i.Summary.Unjudged != maxUnjudged+5 {
		t.Errorf("%d listed of %d that are not judged", len(i.Unjudged), i.Summary.Unjudged)
	}
	if len(i.Changes) != maxChanges || i.Omitted != 5 || i.Summary.NewlyDenied != maxChanges+5 || i.Rules[0].Things != maxChanges+5 {
		t.Errorf("%d changes listed, %d omitted, %+v", len(i.Changes), i.Omitted, i.Summary)
	}
	if i.Incomplete != maxChanges+5 || len(tally.doubts) != maxChanges {
		t.Errorf("%d could not be followed, %d are held", i.Incomplete, len(tally.doubts))
	}
	for n := len(tally.gaps); n < maxGaps+5; n++ {
		tally.gap("b", n, "broken")
	}
	if len(tally.gaps) > maxGaps || tally.gapped != maxGaps+5 {
		t.Errorf("%d gaps are held of %d", len(tally.gaps), tally.gapped)
	}
}
