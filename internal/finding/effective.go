package finding

import "time"

// Pending tells whether a rule is announced and not yet in force at a time: its
// findings are not denied before EffectiveOn, which begins at midnight UTC. At
// the zero time, which is none, every rule is in force.
func (r Rule) Pending(at time.Time) bool {
	return r.EffectiveOn != "" && !at.IsZero() && at.UTC().Format(time.DateOnly) < r.EffectiveOn
}

// At is what is done at a time about findings of the rule where an action is
// configured, and the day from which on they are denied; "" where they are
// already, or will not be.
func (r Rule) At(at time.Time, configured Action) (action Action, deniedFrom string) {
	if configured == Deny && r.Pending(at) {
		return Warn, r.EffectiveOn
	}
	return configured, ""
}
