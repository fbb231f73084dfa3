package forge

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"
)

// take reads one snapshot within the time of all requests. An error means
// that nothing could be read, or that ctx has ended.
func (c *client) take(ctx context.Context, s *Snapshot, read func(context.Context, *Snapshot) error) (*Snapshot, error) {
	defer c.http.CloseIdleConnections()
	limited, cancel := context.WithTimeout(ctx, c.limits.Total)
	defer cancel()
	c.requests = 0
	err := read(limited, s)
	if ctx.Err() != nil {
		err = ctx.Err()
	}
	if err != nil {
		return nil, fmt.Errorf("read the settings of %s on %s: %s", s.Repository, s.Host, c.reasonOf(err))
	}
	s.arrange()
	return s, nil
}

// begin is a snapshot that holds nothing yet.
func begin(forge, host string, o Options) *Snapshot {
	now := time.Now
	if o.Now != nil {
		now = o.Now
	}
	return &Snapshot{
		Version: Version, Forge: forge, Host: host, Repository: o.Repository,
		Taken: now().UTC().Truncate(time.Second),
	}
}

// arrange sorts the lists, so that the same settings give the same bytes, and
// leaves no list null.
func (s *Snapshot) arrange() {
	slices.SortFunc(s.Environments, func(a, b Environment) int { return cmp.Compare(a.Name, b.Name) })
	slices.SortFunc(s.Branches, func(a, b Branch) int { return cmp.Compare(a.Name, b.Name) })
	slices.SortStableFunc(s.ApprovalRules, func(a, b Rule) int { return cmp.Compare(a.Name, b.Name) })
	s.Environments = orEmpty(s.Environments)
	s.Branches = orEmpty(s.Branches)
	s.ApprovalRules = orEmpty(s.ApprovalRules)
	s.Incomplete = orEmpty(s.Incomplete)
}

func orEmpty[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

// onlyAsked says why a snapshot of some environments knows nothing of others.
const onlyAsked = "only the named environments were read"

// anyOf is whether something is set: a part that is set decides, else every
// part must be known.
func anyOf(parts ...Fact[bool]) Fact[bool] {
	reason := ""
	for _, part := range parts {
		set, known := part.Get()
		if set {
			return Known(true)
		}
		if !known && reason == "" {
			reason = part.Unknown
		}
	}
	if reason != "" {
		return Unknown[bool](reason)
	}
	return Known(false)
}

// isSet turns a fact into whether its value is something that guards.
func isSet[T any](f Fact[T], guards func(T) bool) Fact[bool] {
	value, known := f.Get()
	if !known {
		return Unknown[bool](f.Unknown)
	}
	return Known(guards(value))
}

func positive(n int) bool { return n > 0 }
