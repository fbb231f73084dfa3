package check_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"guard/internal/check"
	"guard/internal/config"
	"guard/internal/document"
	"guard/internal/pipeline"
	"guard/internal/pipeline/logic"
	"guard/internal/repository/forge"
)

var snapshotDay = time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)

// known is what pipelines know of an environment, as a forge tells it.
func known(change func(*forge.Environment)) (document.Pipelines, pipeline.Settings) {
	s := &forge.Snapshot{Forge: forge.GitHubName, Taken: snapshotDay}
	e := s.Environment("production")
	e.Exists = forge.Known(true)
	change(&e)
	s.Environments = []forge.Environment{e}
	p := check.WithSnapshot(document.Pipelines{DefaultBranch: "main"}, s, snapshotDay)
	return p, p.Settings("production")
}

func TestWithSnapshot_AnswersWhetherSomebodyMustAgree(t *testing.T) {
	refused := "HTTP 403"
	why := "whether environment production waits for a reviewer is not known: HTTP 403"
	tests := []struct {
		name   string
		change func(*forge.Environment)
		want   logic.Answer
	}{
		{"a reviewer is required", func(e *forge.Environment) { e.RequiredApprovals = forge.Known(1) }, logic.Yes},
		{"an app must agree", func(e *forge.Environment) { e.CustomGates = forge.Known([]string{"calendar"}) }, logic.Yes},
		{"nobody is asked", func(*forge.Environment) {}, logic.No},
		{"reviewers are not known", func(e *forge.Environment) { e.RequiredApprovals = forge.Unknown[int](refused) }, logic.Maybe(why)},
		{"apps are not known", func(e *forge.Environment) { e.CustomGates = forge.Unknown[[]string](refused) }, logic.Maybe(why)},
		{"apps are not known, and a reviewer is required", func(e *forge.Environment) {
			e.RequiredApprovals, e.CustomGates = forge.Known(1), forge.Unknown[[]string](refused)
		}, logic.Yes},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p, settings := known(tt.change)
			if got := p.Approval("production"); got != tt.want {
				t.Errorf("Approval = %+v, want %+v", got, tt.want)
			}
			if settings.Approval.Holds != tt.want.Truth.String() || p.Forge != "github" || p.DefaultBranch != "main" {
				t.Errorf("settings %+v of %+v do not say the same", settings, p)
			}
		})
	}
}

func TestWithSnapshot_TellsWhichBranchesMayDeploy(t *testing.T) {
	patterns := func(patterns ...forge.RefPattern) forge.Fact[forge.RefPolicy] {
		return forge.Known(forge.RefPolicy{Policy: forge.RefsPatterns, Patterns: patterns})
	}
	tests := []struct {
		name string
		refs forge.Fact[forge.RefPolicy]
		want string
	}{
		{"all", forge.Known(forge.RefPolicy{Policy: forge.RefsAll}), "yes"},
		{"protected ones", forge.Known(forge.RefPolicy{Policy: forge.RefsProtected}), "no"},
		{"a forge without the setting", forge.Known(forge.RefPolicy{Policy: forge.RefsNotOffered}), "no"},
		{"one by name", patterns(forge.RefPattern{Kind: "branch", Pattern: "main"}), "no"},
		{"nothing but wildcards", patterns(forge.RefPattern{Kind: "branch", Pattern: "main"}, forge.RefPattern{Kind: "branch", Pattern: "**/*"}), "yes"},
		{"every tag", patterns(forge.RefPattern{Kind: "tag", Pattern: "*"}), "no"},
		{"not known", forge.Unknown[forge.RefPolicy]("HTTP 500"), "unknown"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, settings := known(func(e *forge.Environment) { e.Branches = tt.refs })
			if settings.AnyBranch.Holds != tt.want {
				t.Errorf("any branch: %+v, want %s", settings.AnyBranch, tt.want)
			}
		})
	}
}

func TestWithSnapshot_HandsOnEveryFact(t *testing.T) {
	three := 3
	fact := func(holds string) pipeline.Fact { return pipeline.Fact{Holds: holds} }
	_, got := known(func(e *forge.Environment) {
		e.Protected, e.RequiredApprovals, e.SelfReviewPrevented, e.AdminsMayBypass = forge.Known(true), forge.Known(3), forge.Known(true), forge.Known(false)
	})
	want := pipeline.Settings{
		Read: true, Exists: fact("yes"), Protected: fact("yes"), Approval: fact("yes"), RequiredApprovals: pipeline.Count{Value: &three},
		SelfReviewPrevented: fact("yes"), AdminsMayBypass: fact("no"), AnyBranch: fact("yes"),
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("settings (-want +got):\n%s", diff)
	}
}

// A snapshot may be anybody's text.
func TestWithSnapshot_CutsReasons(t *testing.T) {
	long := strings.Repeat("ä", 1<<20)
	p, settings := known(func(e *forge.Environment) {
		e.RequiredApprovals, e.SelfReviewPrevented = forge.Unknown[int](long), forge.Unknown[bool](long)
	})
	for _, reason := range []string{p.Approval("production").Reason, settings.RequiredApprovals.Reason, settings.SelfReviewPrevented.Reason} {
		if len(reason) < 100 || len(reason) > 500 || !strings.HasSuffix(reason, "ä…") {
			t.Errorf("a reason of %d bytes was handed on as %q", len(long), reason)
		}
	}
}

func TestWithSnapshot_WithoutOneNothingIsKnown(t *testing.T) {
	if p := check.WithSnapshot(document.Pipelines{}, nil, snapshotDay); p.Approval != nil || p.Settings != nil || p.Forge != "" {
		t.Errorf("without a snapshot pipelines know %+v", p)
	}
}

// The configuration names every activity that a pipeline may have, but for
// what cannot be seen into.
func TestActivityKinds_AreThoseOfPipelines(t *testing.T) {
	var want []string
	for _, kind := range pipeline.ActivityKinds {
		if kind != pipeline.Opaque {
			want = append(want, string(kind))
		}
	}
	if !slices.Equal(config.ActivityKinds, want) {
		t.Errorf("the configuration knows %q, pipelines %q", config.ActivityKinds, want)
	}
}
