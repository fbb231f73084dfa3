package forge

import (
	"fmt"
	"time"
)

// maxAge is how long a snapshot is believed. Settings are changed by hand and
// seldom, but nothing in the files tells when.
const maxAge = 30 * 24 * time.Hour

// maxAhead is how far the clock of who took a snapshot may be ahead.
const maxAhead = 24 * time.Hour

// At returns what may be believed of the snapshot at a time: where it is
// older than 30 days, or of the future, nothing is known of any environment,
// with that as the reason. A nil snapshot stays nil.
func (s *Snapshot) At(now time.Time) *Snapshot {
	if s == nil {
		return nil
	}
	reason := ""
	switch age := now.Sub(s.Taken); {
	case age > maxAge:
		reason = fmt.Sprintf("the snapshot of the settings is of %s, more than 30 days old", s.Taken.UTC().Format(time.DateOnly))
	case age < -maxAhead:
		reason = fmt.Sprintf("the snapshot of the settings is of %s, which lies ahead", s.Taken.UTC().Format(time.DateOnly))
	default:
		return s
	}
	return &Snapshot{
		Version: s.Version, Forge: s.Forge, Host: s.Host, Repository: s.Repository, Taken: s.Taken,
		GroupTiers: Unknown[[]string](reason), Incomplete: []Gap{{What: environmentsList, Reason: reason}},
	}
}

// IsOf tells whether the snapshot is of the repository of this name. GitHub
// does not tell upper from lower case in names.
func (s *Snapshot) IsOf(repository string) bool {
	return s.nameKey(s.Repository) == s.nameKey(repository)
}
