package report_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"guard/internal/report"
)

// hostileText means something in every format.
const hostileText = "<script>alert(1)</script>\"'`|[x](http://example.com)\x1b[31m\u202e##[error]\n::error::no"

func hostileImpact() report.Impact {
	group := []report.ImpactGroup{{Name: hostileText, NewlyDenied: 2, NoLongerDeny: 1, NewlyWarned: 3, Things: 1}}
	return report.Impact{
		Version: 1, Tool: report.SheetTool{Name: "guard", Version: hostileText}, Old: report.ImpactRules{Name: hostileText}, New: report.ImpactRules{Name: hostileText},
		Rules: group, Repositories: group, Namespaces: group, Owners: group, AddedRules: []string{hostileText}, RemovedRules: []string{hostileText}, Notes: []string{hostileText},
		Changes:  []report.ImpactChange{{Rule: hostileText, To: "deny", Repository: hostileText, File: hostileText, Object: hostileText, Path: hostileText, Message: hostileText}, {From: "deny"}, {To: "warn"}},
		Unjudged: []report.Gap{{Input: hostileText, Line: 1, Reason: hostileText}},
	}
}

func hostileStats() report.Stats {
	return report.Stats{
		Version: 1, Tool: report.SheetTool{Name: "guard", Version: hostileText}, Rules: []report.StatsRule{{Rule: hostileText, Denied: 3, Waived: 1}},
		Waivers: []report.StatsWaiver{{Rule: hostileText, Reason: hostileText, Owner: hostileText, Expires: hostileText, State: report.WaiverSoon, Repositories: []string{hostileText}}},
		Trend:   []report.StatsPoint{{Label: hostileText, Denied: 1}, {Label: hostileText, Denied: 2}},
		Unread:  []report.Gap{{Input: hostileText, Reason: hostileText}},
	}
}

// Reliability: nothing of what is shown takes effect where it is shown.
func TestSheets_AreInert(t *testing.T) {
	for _, f := range report.SheetFormats() {
		for name, write := range map[string]func(*bytes.Buffer) error{
			"impact": func(b *bytes.Buffer) error { return report.WriteImpact(b, f, hostileImpact()) },
			"stats":  func(b *bytes.Buffer) error { return report.WriteStats(b, f, hostileStats()) },
		} {
			t.Run(name+" "+f.Name, func(t *testing.T) {
				var b bytes.Buffer
				if err := write(&b); err != nil {
					t.Fatal(err)
				}
				text := b.String()
				for _, never := range []string{"\x1b", "\u202e", "##[error]", "\n::error"} {
					if strings.Contains(text, never) {
						t.Errorf("%q comes out", never)
					}
				}
				if f.Name == "json" {
					if !json.Valid(b.Bytes()) {
						t.Error("it is no JSON")
					}
					return
				}
				if f.Name != "text" && strings.Contains(text, "<script") {
					t.Error("it holds a script")
				}
				if !strings.Contains(text, "alert(1)") {
					t.Error("it does not show what it should")
				}
			})
		}
	}
}

var coordinate = regexp.MustCompile(`(?:x|y|width|height|cx|cy)="(-?\d+)"`)

// A plot stays in its frame, whatever is drawn, and every page says that it
// loads and runs nothing.
func TestSheets_DrawWithinTheirFrame(t *testing.T) {
	for _, n := range []int{0, 1, 2, 7, 200} {
		i, s := report.Impact{}, report.Stats{}
		for k := range n {
			name := fmt.Sprintf("category/rule-%d", k)
			i.Rules = append(i.Rules, report.ImpactGroup{Name: name, NewlyDenied: k * 1_000_000, NoLongerDeny: 1, NewlyWarned: k % 3})
			s.Rules = append(s.Rules, report.StatsRule{Rule: name, Denied: k, Warned: 1})
			s.Trend = append(s.Trend, report.StatsPoint{Label: name, Denied: k * 1_000, Warned: n})
		}
		for _, f := range report.SheetFormats()[:1] {
			var b bytes.Buffer
			if err := report.WriteImpact(&b, f, i); err != nil {
				t.Fatal(err)
			}
			if err := report.WriteStats(&b, f, s); err != nil {
				t.Fatal(err)
			}
			page := b.String()
			if strings.Count(page, "default-src &#39;none&#39;; style-src &#39;sha256-") != 2 {
				t.Error("a page has no policy")
			}
			if drawn := strings.Count(page, "<svg"); n > 1 && drawn != 3 || n == 0 && drawn != 0 {
				t.Errorf("%d rules: %d plots", n, drawn)
			}
			for _, m := range coordinate.FindAllStringSubmatch(page, -1) {
				if len(m[1]) > 4 || strings.HasPrefix(m[1], "-") || !strings.HasPrefix(m[0], "y") && !strings.HasPrefix(m[0], "cy") && len(m[1]) > 3 {
					t.Errorf("%d rules: a coordinate outside of the frame: %s", n, m[0])
				}
			}
		}
	}
}

// A page of controls holds nothing that takes effect, whatever stands in a reason,
// draws what was found, and says of each control what is known.
func TestWriteControls(t *testing.T) {
	c := report.Controls{Title: "Some Benchmark", URL: "https://example.com/x", Tool: report.SheetTool{Name: "guard"}, Of: []report.Control{
		{ID: "X-1", Title: "First", State: "broken", Rules: []report.ControlRule{{ID: "a/b", Text: "3 found, 1 of them waived", Found: 3, Waived: 1}}},
		{ID: "X-2", Title: "Second", State: "unknown", Reason: hostileText, Rules: []report.ControlRule{{ID: "a/c", Text: "not evaluated"}}},
		{ID: "X-3", Title: "Third", State: "not-covered"},
	}}
	var b bytes.Buffer
	if err := report.WriteControls(&b, c); err != nil {
		t.Fatal(err)
	}
	page := b.String()
	for _, want := range []string{
		`<tr><td>X-1</td><td>First</td><td>a/b: 3 found, 1 of them waived</td></tr>`, `<tr><td>X-3</td><td>Third</td></tr>`, `<title>X-1: 2 found</title>`, `<title>X-1: 1 found and waived</title>`,
		`verdict denied">not all kept`, "default-src &#39;none&#39;; style-src &#39;sha256-", "alert(1)",
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %s", want)
		}
	}
	for _, never := range []string{"<script", "\x1b", "\u202e", "##[error]"} {
		if strings.Contains(page, never) {
			t.Errorf("%q comes out", never)
		}
	}
	if strings.Contains(page, "Kept, as far") {
		t.Error("there is a table of nothing")
	}
}
