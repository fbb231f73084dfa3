package policy_test

import (
	"strings"
	"testing"
	"time"

	"guard/internal/config"
	"guard/internal/finding"
	"guard/internal/policy"
)

// announced is the sound rule, in force from a day on.
var announced = replace("since: 0.1.0\n", "since: 0.1.0\n#   effective-on: 2027-01-15\n")

// One evaluator lives over midnight UTC, as that of the webhook does.
func TestEvaluate_DeniesFromTheDayOnForWhichARuleIsAnnounced(t *testing.T) {
	noon := time.Date(2027, 1, 14, 12, 0, 0, 0, time.UTC)
	tests := map[string]struct {
		settings   policy.Settings
		at         time.Time
		action     finding.Action
		deniedFrom string
	}{
		"before it is a warning":        {policy.Settings{}, noon, finding.Warn, "2027-01-15"},
		"the last second before is one": {policy.Settings{}, noon.Add(12*time.Hour - time.Second), finding.Warn, "2027-01-15"},
		"at midnight UTC it is denied":  {policy.Settings{}, noon.Add(12 * time.Hour), finding.Deny, ""},
		"midnight elsewhere is none":    {policy.Settings{}, time.Date(2027, 1, 15, 0, 30, 0, 0, time.FixedZone("CET", 3600)), finding.Warn, "2027-01-15"},
		"without a time it is denied":   {policy.Settings{}, time.Time{}, finding.Deny, ""},
		"a warning stays one":           {policy.Settings{FailOn: finding.Critical}, noon, finding.Warn, ""},
		"an audit stays one":            {policy.Settings{Rules: []config.Rule{{ID: "image/moving", Action: finding.Audit}}}, noon, finding.Audit, ""},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			e := mustCompile(t, announced, tt.settings)
			if !tt.at.IsZero() {
				e = e.At(tt.at)
			}
			results, err := e.Evaluate(t.Context(), pod())
			if err != nil || len(results) != 1 {
				t.Fatalf("got %d results, %v; want 1", len(results), err)
			}
			if f := results[0].Finding; f.Action != tt.action || f.DeniedFrom != tt.deniedFrom {
				t.Errorf("got %s, denied from %q; want %s, %q", f.Action, f.DeniedFrom, tt.action, tt.deniedFrom)
			}
		})
	}
}

func TestCompile_RefusesADayThatIsNone(t *testing.T) {
	for _, day := range []string{"2027-13-01", "15.01.2027", "2027-01-15T00:00:00Z", "soon", "[2027-01-15]"} {
		_, err := compile(strings.Replace(announced, "2027-01-15", day, 1), policy.Settings{})
		if err == nil || !strings.Contains(err.Error(), "image/moving.rego:16:19: METADATA: effective-on: expected a date like 2027-01-15") {
			t.Errorf("effective-on: %s: got %v", day, err)
		}
	}
	_, err := compile(strings.Replace(announced, "effective-on", "effective_on", 1), policy.Settings{})
	if err == nil || !strings.Contains(err.Error(), `custom has no key "effective_on", did you mean "effective-on"?`) {
		t.Errorf("got %v", err)
	}
}

func TestEffective_SaysWhereMetadataStands(t *testing.T) {
	e := mustCompile(t, announced, policy.Settings{})
	all := e.Effective()
	if len(all) != 1 {
		t.Fatalf("got %d rules", len(all))
	}
	lines := strings.Split(announced, "\n")
	for entry, from := range map[string]policy.Origin{"severity:": all[0].SeverityFrom, "effective-on:": all[0].EffectiveOnFrom, "tags:": all[0].ValuesFrom["tags"]} {
		if from.File != "own/image/moving.rego" || from.Line < 1 || !strings.HasPrefix(strings.TrimLeft(lines[from.Line-1], "# "), entry) {
			t.Errorf("%s: got %v", entry, from)
		}
	}
}
