package stats_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"guard/internal/finding"
	"guard/internal/report"
	"guard/internal/stats"
)

var today = time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)

// written is a report as guard check -o json writes it.
func written(t *testing.T, findings ...finding.Finding) string {
	t.Helper()
	var b bytes.Buffer
	f, err := report.Lookup("json")
	if err != nil {
		t.Fatal(err)
	}
	r := finding.Report{Version: 1, Tool: finding.Tool{Name: "guard"}, Findings: findings}
	r.Summarize()
	if err := f.Write(&b, &r, report.Options{}); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func found(rule, file string, action finding.Action) finding.Finding {
	return finding.Finding{Rule: rule, Severity: finding.High, Action: action, Location: finding.Location{File: file}, Message: `"apiVersion": "items"`}
}

func waived(rule, file, expires string) finding.Finding {
	f := found(rule, file, finding.Deny)
	f.Waived = &finding.Waived{Reason: "later", Owner: "team", Expires: expires, Source: "config"}
	return f
}

func add(t *testing.T, s *stats.Statistics, name string, day int, text string) {
	t.Helper()
	if err := s.Add(name, time.Date(2026, 11, day, 8, 0, 0, 0, time.UTC), strings.NewReader(text)); err != nil {
		t.Fatal(err)
	}
}

func trend(r report.Stats) string {
	var b strings.Builder
	for _, p := range r.Trend {
		fmt.Fprintf(&b, "%s %d/%d/%d of %d\n", p.Label, p.Denied, p.Warned, p.Waived, p.Repositories)
	}
	return b.String()
}

// Of a repository the newest report counts, and goes on counting until there is
// a newer one, whatever the order they are read in.
func TestResult_CountsTheNewestReportOfEachRepository(t *testing.T) {
	for _, by := range stats.Labels {
		t.Run(by, func(t *testing.T) {
			name := func(repository string, day int) string {
				switch by {
				case stats.ByName:
					return fmt.Sprintf("reports/%s/2026-11-%02d.json", repository, day)
				case stats.ByDirectory:
					return fmt.Sprintf("reports/2026-11-%02d/%s.json", day, repository)
				}
				return repository + ".json"
			}
			s := stats.New(stats.Options{Now: today, Soon: 30 * 24 * time.Hour, By: by})
			add(t, s, name("web", 3), 3, written(t, found("image/x", "a", finding.Deny)))
			add(t, s, name("shop", 2), 2, written(t, found("image/x", "a", finding.Warn), found("image/y", "b", finding.Audit)))
			add(t, s, name("shop", 1), 1, written(t, found("image/x", "a", finding.Deny), found("image/x", "b", finding.Deny), waived("image/y", "a", "2026-12-01")))
			r := s.Result()
			if diff := cmp.Diff("2026-11-01 2/0/1 of 1\n2026-11-02 0/1/0 of 1\n2026-11-03 1/1/0 of 2\n", trend(r)); diff != "" {
				t.Errorf("trend (-want +got):\n%s", diff)
			}
			want := []report.StatsRule{{Rule: "image/x", Denied: 1, Warned: 1, Files: 2, Repositories: 2}, {Rule: "image/y", Audited: 1, Files: 1, Repositories: 1}}
			if diff := cmp.Diff(want, r.Rules); diff != "" {
				t.Errorf("rules (-want +got):\n%s", diff)
			}
			if r.Reports != 3 || r.Repositories != 2 || len(r.Waivers) != 0 {
				t.Errorf("%+v", r)
			}
		})
	}
}

func TestResult_SaysWhichWaiversEndSoon(t *testing.T) {
	s := stats.New(stats.Options{Now: today, Soon: 30 * 24 * time.Hour})
	for _, repository := range []string{"a", "b"} {
		add(t, s, repository+".json", 1, written(t, waived("r/ended", "f", "2026-11-23"), waived("r/today", "f", "2026-11-24"), waived("r/last", "f", "2026-12-23"), waived("r/later", "f", "2026-12-24"), waived("r/never", "f", "")))
	}
	r := s.Result()
	var got []string
	for _, w := range r.Waivers {
		got = append(got, fmt.Sprintf("%s %s %d %v", w.Rule, w.State, w.Findings, w.Repositories))
	}
	want := []string{"r/ended ended 2 [a b]", "r/today soon 2 [a b]", "r/last soon 2 [a b]", "r/later later 2 [a b]", "r/never endless 2 [a b]"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if r.EndSoon != 2 || r.Ended != 1 || r.Waived != 10 {
		t.Errorf("%d end soon, %d have ended, %d waived", r.EndSoon, r.Ended, r.Waived)
	}
}

func TestAdd_ReadsDecisions(t *testing.T) {
	const line = `{"uid":"%[5]d","time":"2026-11-%02[1]dT08:00:00Z","operation":"CREATE","resource":"pods","namespace":"shop","name":"%[2]s","allowed":%[3]t,"audit":{%[4]s}}` + "\n"
	log := fmt.Sprintf(line, 1, "a", false, `"decision":"denied","denied":"r/a,r/b"`, 1) + fmt.Sprintf(line, 1, "a", false, `"denied":"r/a"`, 2) +
		fmt.Sprintf(line, 3, "b", true, `"warned":"r/b"`, 3) + `{"time":"2026-11-03T08:00:00Z","dropped":7}` + "\n"
	recorded := `{"recording":1,"time":"2026-11-02T08:00:00Z","repository":"acme/shop"}` + "\n" +
		`{"time":"2026-11-02T08:00:00Z","operation":"CHECK","repository":"acme/shop","file":"f","audit":{"denied":"r/a"},"waivers":[{"rule":"r/c","expires":"2026-12-01"}]}` + "\n" + `{"recording":1,"ended":true,"files":1}` + "\n"
	s := stats.New(stats.Options{Now: today, Soon: 30 * 24 * time.Hour})
	add(t, s, "log.jsonl", 20, log)
	add(t, s, "again.jsonl", 20, strings.SplitAfter(log, "\n")[0]) // the same decision, which arrived twice
	add(t, s, "recorded.jsonl", 20, recorded)
	r := s.Result()
	if diff := cmp.Diff("2026-11-01 3/0/0 of 0\n2026-11-02 1/0/1 of 1\n2026-11-03 1/1/1 of 1\n", trend(r)); diff != "" {
		t.Errorf("trend (-want +got):\n%s", diff)
	}
	want := []report.StatsRule{{Rule: "r/a", Denied: 3, Files: 2, Repositories: 2}, {Rule: "r/b", Denied: 1, Warned: 1, Files: 2, Repositories: 1}, {Rule: "r/c", Waived: 1, Files: 1, Repositories: 1}}
	if diff := cmp.Diff(want, r.Rules); diff != "" {
		t.Errorf("rules (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]report.Gap{{Input: "log.jsonl", Line: 4, Reason: "7 decisions are missing from the log"}}, r.Unread); diff != "" {
		t.Errorf("not read (-want +got):\n%s", diff)
	}
	if r.Decisions != 3 || r.Reports != 1 {
		t.Errorf("%d decisions, %d reports", r.Decisions, r.Reports)
	}
}

func TestAdd_SaysWhatIsNoReport(t *testing.T) {
	for name, text := range map[string]string{
		"empty": "", "no JSON": "{", "another tool": `{"version":1,"tool":{"name":"x"}}`, "another version": `{"version":2,"tool":{"name":"guard"}}`,
		"an unknown severity": `{"version":1,"tool":{"name":"guard"},"findings":[{"severity":"bad"}]}`, "objects": "{\n\"apiVersion\": \"v1\", \"items\": []}",
		"a decision without a time": `{"operation":"CREATE","time":"now"}`, "an object": `{"apiVersion":"v1","kind":"Pod"}` + "\n",
	} {
		t.Run(name, func(t *testing.T) {
			s := stats.New(stats.Options{Now: today})
			add(t, s, "x.json", 1, text)
			if r := s.Result(); len(r.Unread) != 1 || r.Reports != 0 {
				t.Errorf("got %+v", r)
			}
		})
	}
}

// Lines that were picked of several repositories' recordings are theirs.
func TestAdd_KeepsRepositoriesApart(t *testing.T) {
	s := stats.New(stats.Options{Now: today})
	add(t, s, "picked.jsonl", 24, `{"time":"2026-11-20T08:00:00Z","operation":"CHECK","repository":"acme/shop","file":"a","audit":{"denied":"image/tag-latest"}}
{"time":"2026-11-20T08:00:00Z","operation":"CHECK","repository":"acme/billing","file":"a","audit":{"denied":"image/tag-latest"}}
{"recording":1,"time":"2026-11-21T08:00:00Z","repository":"acme/tools"}
{"time":"2026-11-21T08:00:00Z","operation":"CHECK","repository":"acme/tools","file":"a","audit":{}}
{"time":"2026-11-21T08:00:00Z","operation":"CHECK","repository":"acme/other","file":"a","audit":{"warned":"image/tag-latest"}}
`)
	r := s.Result()
	if r.Repositories != 4 || r.Rules[0].Repositories != 3 || r.Rules[0].Denied != 2 || r.Rules[0].Warned != 1 {
		t.Errorf("%d repositories, %+v", r.Repositories, r.Rules)
	}
}

// What a hostile log names is not kept without a limit, and what cannot be read is
// counted beyond what is listed.
func TestAdd_IsBounded(t *testing.T) {
	s := stats.New(stats.Options{Now: today})
	long := strings.Repeat("x", 1<<20)
	add(t, s, "log.jsonl", 24, `{"time":"2026-11-20T08:00:00Z","operation":"CREATE","uid":"`+long+`","name":"`+long+`","audit":{"denied":"`+long+`"},"waivers":[{"rule":"`+long+`","reason":"`+long+`"}]}`+"\n"+strings.Repeat("no JSON\n", 10_005))
	r := s.Result()
	if len(r.Rules) != 1 || len(r.Rules[0].Rule) > 1100 || r.Decisions != 1 || len(r.Waivers) != 1 || len(r.Waivers[0].Reason) > 1100 {
		t.Errorf("%d rules, %d decisions, %d waivers", len(r.Rules), r.Decisions, len(r.Waivers))
	}
	if n := len(r.Unread); n != 10_001 || r.Unread[n-1].Reason != "and 5 things more could not be read" {
		t.Errorf("%d are listed, the last %+v", n, r.Unread[n-1])
	}
}
