//go:build mutants

package policies_test

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"guard/internal/policy"
)

// leastNoticed is the part of the mutants that the rules' unit tests must notice,
// and leastMutants how many there must be for that to mean anything.
const (
	leastNoticed = 0.95
	leastMutants = 2000
)

// TestMutants changes all rules in one place at a time, and wants their unit tests
// to notice. It takes half a minute of two cores, and many times that under the
// race detector, so it has a target of its own.
func TestMutants(t *testing.T) {
	mutation, err := policy.Mutate(t.Context(), []policy.Source{{Name: "policies", FS: os.DirFS(".")}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d mutants, %d unnoticed", mutation.Tried, len(mutation.Unnoticed))
	report(t, checkMutants(mutation))
}

// checkMutants says why too little is proved; with all that nobody notices.
func checkMutants(m *policy.MutationReport) (problems []string) {
	for _, rule := range m.Untested {
		problems = append(problems, fmt.Sprintf("%s has no unit tests", rule))
	}
	if m.Left > 0 {
		problems = append(problems, fmt.Sprintf("%d mutants were not tried", m.Left))
	}
	if m.Tried < leastMutants {
		problems = append(problems, fmt.Sprintf("only %d mutants, want %d", m.Tried, leastMutants))
	}
	noticed := float64(m.Tried-len(m.Unnoticed)) / float64(max(m.Tried, 1))
	if noticed < leastNoticed {
		problems = append(problems, fmt.Sprintf("the unit tests notice %.1f %% of %d mutants, want %.0f %%; unnoticed:", 100*noticed, m.Tried, 100*leastNoticed))
		for _, one := range m.Unnoticed {
			problems = append(problems, strings.TrimSpace(fmt.Sprintf("%s:%d: %s %s", one.Place.File, one.Place.Line, one.Change, one.Becomes)))
		}
	}
	return problems
}

func TestMutantsCheck_Bites(t *testing.T) {
	unnoticed := func(n int) []policy.Mutant { return slices.Repeat([]policy.Mutant{{}}, n) }
	tests := map[string]struct {
		report policy.MutationReport
		want   string
	}{
		"enough is noticed":       {policy.MutationReport{Tried: 2000, Unnoticed: unnoticed(100)}, ""},
		"too little is":           {policy.MutationReport{Tried: 2000, Unnoticed: unnoticed(200)}, "notice 90.0 % of 2000 mutants, want 95 %"},
		"there are few":           {policy.MutationReport{Tried: 1999}, "only 1999 mutants"},
		"there are none":          {policy.MutationReport{}, "only 0 mutants"},
		"some were not tried":     {policy.MutationReport{Tried: 2000, Left: 1}, "1 mutants were not tried"},
		"a rule has no unit test": {policy.MutationReport{Tried: 2000, Untested: []string{"image/x"}}, "image/x has no unit tests"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			if got := strings.Join(checkMutants(&tt.report), "\n"); tt.want == "" && got != "" || !strings.Contains(got, tt.want) {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}
