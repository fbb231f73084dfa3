package framework_test

import (
	"slices"
	"strings"
	"testing"

	"guard/internal/finding"
	"guard/internal/framework"
)

var twoParts = finding.Param{Name: "drop", Default: false, Profiles: map[string]any{"pss-restricted": true}}

func capabilities(drop any) finding.Rule {
	return finding.Rule{ID: "k/capabilities", Frameworks: []string{"PSS-Baseline-Capabilities", "PSS-Restricted-Capabilities"}, Params: []finding.Param{twoParts}, Values: map[string]any{"drop": drop}}
}

func TestAssess_SaysNoMoreThanWasLookedAt(t *testing.T) {
	other := finding.Rule{ID: "k/other", Frameworks: []string{"PSS-Baseline-Capabilities"}}
	looked := map[string]int{"k/capabilities": 3, "k/other": 1}
	tests := map[string]struct {
		rules                []finding.Rule
		report               finding.Report
		baseline, restricted framework.State
		reason               string
	}{
		"nothing is found":                      {[]finding.Rule{capabilities(true), other}, finding.Report{Evaluated: looked}, framework.Kept, framework.Kept, ""},
		"by a parameter that asks for less":     {[]finding.Rule{capabilities(false), other}, finding.Report{Evaluated: looked}, framework.Kept, framework.Unknown, ""},
		"by a parameter of somebody's own":      {[]finding.Rule{capabilities("x"), other}, finding.Report{Evaluated: looked}, framework.Unknown, framework.Unknown, `evaluated with drop = "x"`},
		"by parameters that are not known":      {[]finding.Rule{{ID: "k/capabilities", Frameworks: capabilities(1).Frameworks, Params: capabilities(1).Params}}, finding.Report{Evaluated: looked}, framework.Unknown, framework.Unknown, "is not known"},
		"one rule finds something":              {[]finding.Rule{capabilities(true), other}, finding.Report{Evaluated: looked, Findings: []finding.Finding{{Rule: "k/other"}}}, framework.Broken, framework.Kept, ""},
		"what is waived is broken all the same": {[]finding.Rule{capabilities(true), other}, finding.Report{Evaluated: looked, Findings: []finding.Finding{{Rule: "k/other", Waived: &finding.Waived{}}}}, framework.Broken, framework.Kept, ""},
		"more is asked for, and not kept":       {[]finding.Rule{capabilities(true), other}, finding.Report{Evaluated: looked, Findings: []finding.Finding{{Rule: "k/capabilities"}}}, framework.Unknown, framework.Broken, "evaluated with drop = true"},
		"less is asked for, and not kept":       {[]finding.Rule{capabilities(false), other}, finding.Report{Evaluated: looked, Findings: []finding.Finding{{Rule: "k/capabilities"}}}, framework.Broken, framework.Unknown, ""},
		"one rule is off":                       {[]finding.Rule{capabilities(true), other}, finding.Report{Evaluated: map[string]int{"k/capabilities": 3}}, framework.Unknown, framework.Kept, "k/other was not evaluated"},
		"one rule saw nothing":                  {[]finding.Rule{capabilities(true), other}, finding.Report{Evaluated: map[string]int{"k/capabilities": 3, "k/other": 0}}, framework.Unknown, framework.Kept, "nothing was there for k/other"},
		"a report that does not say":            {[]finding.Rule{capabilities(true), other}, finding.Report{}, framework.Unknown, framework.Unknown, "was not evaluated"},
		"something could not be looked at":      {[]finding.Rule{capabilities(true), other}, finding.Report{Evaluated: looked, Incomplete: []finding.Incomplete{{}}}, framework.Unknown, framework.Unknown, "1 thing could not be looked at"},
		"no rule maps to it":                    {nil, finding.Report{Evaluated: looked}, framework.NotCovered, framework.NotCovered, ""},
	}
	pss, _ := framework.Find("pss")
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			for _, a := range pss.Assess(tt.rules, &tt.report) {
				want := framework.NotCovered
				switch a.ID {
				case "PSS-Baseline-Capabilities":
					if want = tt.baseline; !strings.Contains(a.Reason, tt.reason) {
						t.Errorf("reason %q, want %q", a.Reason, tt.reason)
					}
				case "PSS-Restricted-Capabilities":
					want = tt.restricted
				}
				if a.State != want {
					t.Errorf("%s: got %s (%s), want %s", a.ID, a.State, a.Reason, want)
				}
			}
		})
	}
}

func TestMisnamed_IsWhatClaimsToBeAControl(t *testing.T) {
	for id, want := range map[string]bool{
		"CICD-SEC-4": false, "CICD-SEC-11": true, "SSDF-PS.9": true, "CIS-Docker-4.13": true, "PSS-Baseline-Capabilites": true, "SLSA-Build-L4": true,
		"CIS-DI-0001": false, "PSS-Baseline": false, "ACME-7": false, "": false,
	} {
		if got := framework.Misnamed(id); got != want {
			t.Errorf("%s: got %t, want %t", id, got, want)
		}
	}
	if ids := framework.ControlIDs(); len(ids) != len(slices.Compact(slices.Sorted(slices.Values(ids)))) {
		t.Error("two controls have the same id")
	}
}
