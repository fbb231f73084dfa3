package forge

import (
	"testing"
	"time"
)

func TestSnapshot_AtBelievesWhatIsFresh(t *testing.T) {
	taken := time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)
	tests := []struct {
		name  string
		now   time.Time
		known bool
		why   string
	}{
		{"taken now", taken, true, ""},
		{"thirty days ago", taken.AddDate(0, 0, 30), true, ""},
		{"a minute more", taken.AddDate(0, 0, 30).Add(time.Minute), false, "the snapshot of the settings is of 2026-05-01, more than 30 days old"},
		{"by a clock that is some hours ahead", taken.Add(-23 * time.Hour), true, ""},
		{"in two days", taken.Add(-48 * time.Hour), false, "the snapshot of the settings is of 2026-05-01, which lies ahead"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			for _, forge := range []string{GitHubName, GitLabName} {
				s := &Snapshot{Forge: forge, Taken: taken, GroupTiers: Known([]string{}), Environments: []Environment{missingEnvironment("production")}}
				for _, name := range []string{"production", "missing"} {
					protected := s.At(tt.now).Environment(name).Protected
					if _, known := protected.Get(); known != tt.known || protected.Unknown != tt.why {
						t.Errorf("%s, environment %s: protected = %+v, want known %t, reason %q", forge, name, protected, tt.known, tt.why)
					}
				}
			}
		})
	}
	if (*Snapshot)(nil).At(taken) != nil {
		t.Error("no snapshot became one")
	}
}

func TestSnapshot_IsOf(t *testing.T) {
	tests := []struct {
		name, forge, asked string
		want               bool
	}{
		{"the same name", GitHubName, "acme/shop", true},
		{"another case on GitHub", GitHubName, "Acme/Shop", true},
		{"another case on GitLab", GitLabName, "Acme/Shop", false},
		{"another owner", GitHubName, "evil/shop", false},
		{"a longer name", GitHubName, "x/acme/shop", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := &Snapshot{Forge: tt.forge, Repository: "acme/shop"}
			if got := s.IsOf(tt.asked); got != tt.want {
				t.Errorf("IsOf(%q) = %t, want %t", tt.asked, got, tt.want)
			}
		})
	}
}
