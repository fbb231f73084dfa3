package report

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"guard/internal/finding"
)

func TestText_MarksExactlyTheRegion(t *testing.T) {
	for name, c := range map[string]struct {
		line        string
		column, end int
		want        string // the marked line and the carets below
	}{
		"plain":                      {"image: a:1", 8, 11, "image: a:1\n       ^^^"},
		"behind a tab":               {"\ta: b", 5, 6, "    a: b\n       ^"},
		"behind a tab in the line":   {"ab\tcd", 4, 6, "ab  cd\n    ^^"},
		"behind wide characters":     {"構築: x", 5, 6, "構築: x\n      ^"},
		"wide characters":            {"a: 構築", 4, 6, "a: 構築\n   ^^^^"},
		"behind a combining mark":    {"e\u0301: x", 5, 6, "e\u0301: x\n   ^"},
		"behind a control character": {"\x1b: x", 4, 5, "\\x1b: x\n      ^"},
		"an invalid byte":            {"\xff: x", 4, 5, "\\xff: x\n      ^"},
		"an emoji":                   {"🚀 x", 3, 4, "🚀 x\n   ^"},
		"no end":                     {"a: bcd", 4, 0, "a: bcd\n   ^^^"},
		"no column":                  {"  a: b", 0, 0, "  a: b\n  ^^^^"},
		"an end before the start":    {"a: b", 4, 2, "a: b\n   ^"},
		"a column behind the line":   {"ab", 9, 12, "ab\n  ^"},
		"an empty line":              {"", 1, 1, "\n^"},
	} {
		t.Run(name, func(t *testing.T) {
			f := tagLatest()
			f.Location = finding.Location{File: "f", Line: 3, Column: c.column, EndLine: 3, EndColumn: c.end}
			f.Excerpt = finding.Excerpt{Line: 3, Lines: []string{c.line}}
			if diff := cmp.Diff(c.want, drawnLines(t, f)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// drawnLines are the source line and the carets of the only finding.
func drawnLines(t *testing.T, f finding.Finding) string {
	t.Helper()
	lines := strings.Split(string(render(t, "text", newReport([]finding.Finding{f}, nil), Options{})), "\n")
	return strings.TrimPrefix(strings.TrimPrefix(lines[1], "   3 |"), " ") + "\n" + strings.TrimPrefix(lines[2], "     | ")
}

func TestText_KeepsTheRegionInSightOfALongLine(t *testing.T) {
	line := strings.Repeat("construct ", 100_000) + "HERE" + strings.Repeat(" construct", 100_000)
	f := tagLatest()
	f.Location = finding.Location{File: "f", Line: 3, Column: 1_000_001, EndLine: 3, EndColumn: 1_000_005}
	f.Excerpt = finding.Excerpt{Line: 3, Lines: []string{line}}
	drawn := strings.Split(drawnLines(t, f), "\n")
	at := strings.Index(drawn[0], "HERE")
	if at < 0 || strings.Index(drawn[1], "^^^^") != at || len(drawn[0]) > plainColumns {
		t.Errorf("got\n%s", strings.Join(drawn, "\n"))
	}
}

func TestText_NoLineIsWiderThanTheTerminalButLocationsAndIDs(t *testing.T) {
	for _, width := range []int{30, 44, 60, 80, 100, 139} {
		for name, r := range fixtures() {
			out := colors.ReplaceAllString(string(render(t, "text", r, Options{Color: true, Width: width})), "")
			for line := range strings.Lines(out) {
				if n := textWidth(strings.TrimSuffix(line, "\n")); n > width && !unbreakable.MatchString(line) {
					t.Errorf("%s at width %d: %d columns: %q", name, width, n, line)
				}
			}
		}
	}
}

// unbreakable matches lines with a location, which has to stay in one piece to
// be clicked on, with an id, and the last line.
var unbreakable = regexp.MustCompile(`^ +[╭╰]─|^   \S|\\x3a:|^ [A-Z ]+  .* in \d+ files?, `)

func TestText_SaysOnceInAFileWhatToDo(t *testing.T) {
	const remedy = "Use a release tag and pin it"
	for _, o := range []Options{{}, {Color: true}} {
		out := string(render(t, "text", newReport([]finding.Finding{tagLatest(), secondLatest()}, nil), o))
		if n := strings.Count(out, remedy); n != 1 {
			t.Errorf("the remedy stands there %d times:\n%s", n, out)
		}
	}
}

func TestText_ShowsTheWaivedOnlyWhenAsked(t *testing.T) {
	const reason = "needs port 80 until the proxy moves, by team-web, until 2027-01-31"
	for _, color := range []bool{false, true} {
		short := string(render(t, "text", manyReport(), Options{Color: color}))
		long := string(render(t, "text", manyReport(), Options{Color: color, Verbose: true}))
		if strings.Contains(short, reason) || !strings.Contains(short, "2 waived") {
			t.Errorf("without asking:\n%s", short)
		}
		if !strings.Contains(long, reason) {
			t.Errorf("asked:\n%s", long)
		}
	}
}

func TestText_NamesTheFirstPlacesNotLookedAtAndCountsTheRest(t *testing.T) {
	out := string(render(t, "text", manyReport(), Options{}))
	if !strings.Contains(out, "not looked at (6):\n  .github/workflows/matrix.yml:12: the matrix") || !strings.Contains(out, "  and 1 more\n") {
		t.Errorf("got\n%s", out)
	}
	if out := string(render(t, "text", manyReport(), Options{Verbose: true})); strings.Contains(out, "more\n") {
		t.Errorf("asked for all:\n%s", out)
	}
}

func TestText_ClosesWithWhatWasFound(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*finding.Report)
		want   string
	}{
		"nothing":          {func(*finding.Report) {}, "nothing found in 12 files, 31 documents"},
		"one of each":      {func(r *finding.Report) { r.Findings = manyReport().Findings }, "4 denied, 2 warned, 1 audited, 2 waived in 12 files, 31 documents"},
		"one file":         {func(r *finding.Report) { r.Summary.Files, r.Summary.Documents = 1, 1 }, "nothing found in 1 file, 1 document"},
		"something unseen": {func(r *finding.Report) { r.Incomplete = []finding.Incomplete{{File: "a", Reason: "b"}} }, "nothing found in 12 files, 31 documents; 1 place not looked at"},
	} {
		r := emptyReport()
		c.change(r)
		lines := strings.Split(strings.TrimSpace(string(render(t, "text", r, Options{}))), "\n")
		if got := lines[len(lines)-1]; got != c.want {
			t.Errorf("%s: got %q, want %q", name, got, c.want)
		}
	}
}

func TestWrap_BreaksAtSpacesAndOnlyThenInWords(t *testing.T) {
	for name, c := range map[string]struct {
		text    string
		columns int
		want    []string
	}{
		"fits":               {"a b", 3, []string{"a b"}},
		"breaks at a space":  {"ab cd ef", 5, []string{"ab cd", "ef"}},
		"breaks a long word": {"x abcdefg y", 3, []string{"x", "abc", "def", "g y"}},
		"counts wide ones":   {"構築構築", 4, []string{"構築", "構築"}},
		"no limit":           {strings.Repeat("a ", 100) + "b", 0, []string{strings.Repeat("a ", 100) + "b"}},
		"nothing":            {"", 5, []string{""}},
	} {
		if diff := cmp.Diff(c.want, wrap(c.text, c.columns)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func TestClean_ShowsWhatHidesAndLeavesTheRest(t *testing.T) {
	for in, want := range map[string]string{
		"plain ASCII":         "plain ASCII",
		"ünïcödé 構築 🚀":        "ünïcödé 構築 🚀",
		"a\nb\rc\td":          `a\nb\rc\td`,
		"\x00\x1b\x7f":        `\x00\x1b\x7f`,
		"\u009b":              `\u009b`,
		"\u202e\u2066\u200b":  `\u202e\u2066\u200b`,
		"\ufeff\u00ad\u00a0":  `\ufeff\u00ad\u00a0`,
		"\U000e0041":          `\U000e0041`,
		"\u3164\u2800":        `\u3164\u2800`,
		"\xff\xc3(":           `\xff\xc3(`,
		"\ufffd":              "\ufffd",
		"##[error]x ##vso[a]": `#\x23[error]x #\x23vso[a]`,
		"### [x] ##x":         "### [x] ##x",
	} {
		if got := Clean(in); got != want {
			t.Errorf("Clean(%q) = %s, want %s", in, got, want)
		}
	}
}

func FuzzText(f *testing.F) {
	seedPayloads(f)
	f.Fuzz(func(t *testing.T, text string) {
		for _, o := range []Options{{Verbose: true}, {Color: true, Width: 50, Verbose: true}} {
			out := string(render(t, "text", poisoned(text), o))
			checkInert(t, out)
			checkCommands(t, out, 0)
		}
		if again := Clean(Clean(text)); again != Clean(text) {
			t.Errorf("Clean(%q) = %q is not clean: %q", text, Clean(text), again)
		}
	})
}

func TestText_NamesPlacesNotLookedAtOnceWhereTheirReasonsAreAlike(t *testing.T) {
	list := []finding.Incomplete{{File: "ci.yml", Line: 2, Reason: `image "$A" of job a: A is not known here`}}
	for i := range 7 {
		list = append(list, finding.Incomplete{File: fmt.Sprintf("templates/%d.yaml", i), Line: 1, Reason: "a raw template, not looked at: render it first"})
	}
	list = append(list,
		finding.Incomplete{File: "ci.yml", Line: 9, Reason: `image "$B" of job b: B is not known here`},
		finding.Incomplete{File: "a", Reason: "one"}, finding.Incomplete{File: "b", Reason: "two"}, finding.Incomplete{File: "c", Reason: "three"}, finding.Incomplete{File: "d", Reason: "four"})
	want := `not looked at (13):
  templates/0.yaml:1: a raw template, not looked at: render it first
    and 6 more like it, in 7 files
  ci.yml:2: image "$A" of job a: A is not known here
    and 1 more like it
  a: one
  b: two
  c: three
  and 1 more
`
	out := string(render(t, "text", newReport(nil, list), Options{}))
	if !strings.HasPrefix(out, want) {
		t.Errorf("got\n%s\nwant\n%s", out, want)
	}
	if out = string(render(t, "text", newReport(nil, list), Options{Verbose: true})); strings.Count(out, "\n  ") != len(list) || strings.Contains(out, "more") {
		t.Errorf("verbose: got\n%s\nwant all %d", out, len(list))
	}
	if out = string(render(t, "text", newReport(nil, list[:5]), Options{})); strings.Count(out, "\n  ") != 5 {
		t.Errorf("few: got\n%s\nwant each by itself", out)
	}
}
