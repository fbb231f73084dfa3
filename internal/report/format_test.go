package report

import (
	"bytes"
	"encoding/json"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"guard/internal/finding"
)

func TestLookup_FindsEveryFormat(t *testing.T) {
	for _, want := range Formats() {
		got, err := Lookup(want.Name)
		if err != nil || got.Name != want.Name || got.Description == "" {
			t.Errorf("Lookup(%q) = %q, %v", want.Name, got.Name, err)
		}
	}
}

func TestLookup_NamesTheFormatsAndTheNearest(t *testing.T) {
	const all = "expected one of github, gitlab, html, json, junit, markdown, sarif, text"
	for name, want := range map[string]string{
		"sariff":   `unknown format "sariff": did you mean "sarif"? (` + all + ")",
		"jsn":      `unknown format "jsn": did you mean "json"? (` + all + ")",
		"JSON":     `unknown format "JSON": ` + all,
		"protobuf": `unknown format "protobuf": ` + all,
		"":         `unknown format "": ` + all,
	} {
		if _, err := Lookup(name); err == nil || err.Error() != want {
			t.Errorf("Lookup(%q):\ngot  %v\nwant %s", name, err, want)
		}
	}
}

func TestParseTarget(t *testing.T) {
	for name, c := range map[string]struct{ in, format, path, err string }{
		"a format":                   {"json", "json", "", ""},
		"a format and a path":        {"sarif=out/guard.sarif", "sarif", "out/guard.sarif", ""},
		"a path that holds =":        {"html=a=b.html", "html", "a=b.html", ""},
		"a dash for standard output": {"text=-", "text", "", ""},
		"a path that is empty":       {"sarif=", "", "", "has no path behind ="},
		"a format that is unknown":   {"xml=a", "", "", `unknown format "xml"`},
		"nothing":                    {"", "", "", `unknown format ""`},
	} {
		got, err := ParseTarget(Formats(), c.in)
		if c.err != "" {
			if err == nil || !strings.Contains(err.Error(), c.err) {
				t.Errorf("%s: ParseTarget(%q): error %v, want %q", name, c.in, err, c.err)
			}
			continue
		}
		if err != nil || got.Format.Name != c.format || got.Path != c.path {
			t.Errorf("%s: ParseTarget(%q) = %s to %q, %v", name, c.in, got.Format.Name, got.Path, err)
		}
	}
}

func TestDefaultTargets_AnnotateInGitHubActionsBelowTheText(t *testing.T) {
	for name, c := range map[string]struct {
		env  map[string]string
		want []string
	}{
		"a terminal":     {nil, []string{"text"}},
		"GitHub Actions": {map[string]string{"GITHUB_ACTIONS": "true"}, []string{"text", "github"}},
		"GitLab CI":      {map[string]string{"GITLAB_CI": "true"}, []string{"text"}},
	} {
		var got []string
		for _, target := range DefaultTargets(Formats(), lookup(c.env)) {
			got = append(got, target.Format.Name)
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func lookup(env map[string]string) func(string) string {
	return func(name string) string { return env[name] }
}

func TestColorMode(t *testing.T) {
	type env = map[string]string
	for name, c := range map[string]struct {
		mode     string
		env      env
		terminal bool
		want     bool
	}{
		"auto on a terminal":                        {"auto", nil, true, true},
		"auto in a pipe":                            {"auto", nil, false, false},
		"nothing said is auto":                      {"", nil, true, true},
		"always beats everything":                   {"always", env{"NO_COLOR": "1", "TERM": "dumb"}, false, true},
		"never beats everything":                    {"never", env{"CLICOLOR_FORCE": "1"}, true, false},
		"NO_COLOR on a terminal":                    {"auto", env{"NO_COLOR": "1"}, true, false},
		"NO_COLOR of any value":                     {"auto", env{"NO_COLOR": "0"}, true, false},
		"NO_COLOR that is empty counts for nothing": {"auto", env{"NO_COLOR": ""}, true, true},
		"NO_COLOR beats CLICOLOR_FORCE":             {"auto", env{"NO_COLOR": "1", "CLICOLOR_FORCE": "1"}, true, false},
		"CLICOLOR_FORCE in a pipe":                  {"auto", env{"CLICOLOR_FORCE": "1"}, false, true},
		"CLICOLOR_FORCE=0 forces nothing":           {"auto", env{"CLICOLOR_FORCE": "0"}, false, false},
		"FORCE_COLOR in a pipe":                     {"auto", env{"FORCE_COLOR": "1"}, false, true},
		"CLICOLOR=0 on a terminal":                  {"auto", env{"CLICOLOR": "0"}, true, false},
		"a dumb terminal":                           {"auto", env{"TERM": "dumb"}, true, false},
		"the log of GitHub Actions":                 {"auto", env{"GITHUB_ACTIONS": "true"}, false, true},
		"the log of GitLab CI":                      {"auto", env{"GITLAB_CI": "true"}, false, true},
		"NO_COLOR in the log of GitLab CI":          {"auto", env{"GITLAB_CI": "true", "NO_COLOR": "1"}, false, false},
	} {
		got, err := ColorMode(c.mode, lookup(c.env), c.terminal)
		if err != nil || got != c.want {
			t.Errorf("%s: got %t, %v, want %t", name, got, err, c.want)
		}
	}
}

func TestColorMode_RefusesAModeThatIsUnknown(t *testing.T) {
	_, err := ColorMode("sometimes", lookup(nil), true)
	if err == nil || err.Error() != `unknown colour mode "sometimes", expected one of auto, always, never` {
		t.Errorf("error %v", err)
	}
}

func TestWrite_OrdersByPlaceAndChangesNothingInTheReport(t *testing.T) {
	for _, format := range Formats() {
		want := render(t, format.Name, manyReport(), Options{})
		r := manyReport()
		rand.New(rand.NewPCG(1, 2)).Shuffle(len(r.Findings), func(i, j int) { r.Findings[i], r.Findings[j] = r.Findings[j], r.Findings[i] })
		slices.Reverse(r.Incomplete)
		before := slices.Clone(r.Findings)
		if got := render(t, format.Name, r, Options{}); !bytes.Equal(want, got) {
			t.Errorf("%s depends on the order of the findings", format.Name)
		}
		if diff := cmp.Diff(before, r.Findings); diff != "" {
			t.Errorf("%s changed the report:\n%s", format.Name, diff)
		}
	}
}

func TestWrite_TakesAReportOfZeroValues(t *testing.T) {
	r := &finding.Report{Findings: []finding.Finding{{}, {Waived: &finding.Waived{}, Fix: &finding.Fix{}, Excerpt: finding.Excerpt{Lines: []string{""}}}}, Incomplete: []finding.Incomplete{{}}}
	for _, format := range Formats() {
		for _, o := range []Options{{}, {Color: true, Width: 1, Verbose: true, Group: true}} {
			if out := render(t, format.Name, r, o); format.Name == "sarif" {
				checkSARIF(t, out)
			}
		}
	}
}

func TestJSON_IsTheReportItself(t *testing.T) {
	var got finding.Report
	if err := json.Unmarshal(render(t, "json", manyReport(), Options{}), &got); err != nil {
		t.Fatal(err)
	}
	want := ordered(manyReport())
	want.Rules, want.Pipelines = nil, nil
	for i := range want.Findings {
		want.Findings[i].Excerpt = finding.Excerpt{}
	}
	if diff := cmp.Diff(want, &got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestJSON_KeepsTheBytesOfANameThatIsValid(t *testing.T) {
	const name = "a\x1b\u202e\u2028##[x]\U000e0041\"\\構築.yaml"
	f := tagLatest()
	f.File = name
	var got finding.Report
	if err := json.Unmarshal(render(t, "json", newReport([]finding.Finding{f}, nil), Options{}), &got); err != nil {
		t.Fatal(err)
	}
	if got.Findings[0].File != name {
		t.Errorf("got %q, want %q", got.Findings[0].File, name)
	}
}

func TestJSON_HasNoNullList(t *testing.T) {
	out := string(render(t, "json", &finding.Report{Version: 1}, Options{}))
	if !strings.Contains(out, `"findings": []`) || !strings.Contains(out, `"incomplete": []`) {
		t.Errorf("got %s", out)
	}
}

func TestGitLab_FingerprintsDiffer(t *testing.T) {
	f := tagLatest()
	var issues []codeQuality
	out := render(t, "gitlab", newReport([]finding.Finding{f, f, secondLatest(), baselined()}, []finding.Incomplete{{File: "a", Reason: "b"}}), Options{})
	if err := json.Unmarshal(out, &issues); err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, issue := range issues {
		if seen[issue.Fingerprint] || issue.Location.Lines.Begin < 1 {
			t.Errorf("issue %+v", issue)
		}
		seen[issue.Fingerprint] = true
	}
	if len(issues) != 4 {
		t.Errorf("%d issues, want 4: what is waived is left out", len(issues))
	}
}

func BenchmarkWrite(b *testing.B) {
	r := newReport(slices.Repeat(manyReport().Findings, 1_000), nil)
	for _, format := range Formats() {
		b.Run(format.Name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if err := format.Write(&bytes.Buffer{}, r, Options{}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
