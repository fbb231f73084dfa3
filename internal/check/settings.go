package check

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"guard/internal/document"
	"guard/internal/pipeline"
	"guard/internal/pipeline/logic"
	"guard/internal/repository/forge"
)

// WithSnapshot adds to what pipelines need to be understood what the forge
// says of environments, as far as it may be believed at a time. A nil snapshot
// adds nothing.
func WithSnapshot(p document.Pipelines, s *forge.Snapshot, now time.Time) document.Pipelines {
	if s == nil {
		return p
	}
	believed := s.At(now)
	return p.WithSettings(s.Forge, func(name string) pipeline.Settings { return settingsOf(believed.Environment(name)) })
}

// settingsOf puts what the forge says of an environment into the words of
// pipelines.
func settingsOf(e forge.Environment) pipeline.Settings {
	return pipeline.Settings{
		Read:                true,
		Exists:              factOf(e.Exists),
		Protected:           factOf(e.Protected),
		Approval:            answered(approval(e)),
		RequiredApprovals:   countOf(e.RequiredApprovals),
		SelfReviewPrevented: factOf(e.SelfReviewPrevented),
		AdminsMayBypass:     factOf(e.AdminsMayBypass),
		AnyBranch:           answered(anyBranch(e.Branches)),
	}
}

// approval tells whether a deployment waits until somebody agrees: a person,
// or an app that may refuse.
func approval(e forge.Environment) logic.Answer {
	people := answer(e.RequiredApprovals, func(n int) bool { return n > 0 })
	apps := answer(e.CustomGates, func(gates []string) bool { return len(gates) > 0 })
	either := logic.Or(people, apps)
	if either.IsUnknown() {
		either.Reason = fmt.Sprintf("whether environment %s waits for a reviewer is not known: %s", e.Name, either.Reason)
	}
	return either
}

// anyBranch tells whether whoever can push a branch can choose a name for it
// that may deploy.
func anyBranch(refs forge.Fact[forge.RefPolicy]) logic.Answer {
	return answer(refs, func(policy forge.RefPolicy) bool {
		return policy.Policy == forge.RefsAll || policy.Policy == forge.RefsPatterns && slices.ContainsFunc(policy.Patterns, matchesAll)
	})
}

// matchesAll tells whether a pattern is nothing but wildcards.
func matchesAll(p forge.RefPattern) bool {
	return p.Kind == "branch" && p.Pattern != "" && strings.Trim(p.Pattern, "*/") == ""
}

func answer[T any](f forge.Fact[T], holds func(T) bool) logic.Answer {
	value, known := f.Get()
	if !known {
		return logic.Maybe(short(f.Unknown))
	}
	return logic.Is(holds(value))
}

func factOf(f forge.Fact[bool]) pipeline.Fact {
	return answered(answer(f, func(set bool) bool { return set }))
}

func answered(a logic.Answer) pipeline.Fact {
	return pipeline.Fact{Holds: a.Truth.String(), Reason: a.Reason}
}

func countOf(f forge.Fact[int]) pipeline.Count {
	value, known := f.Get()
	if !known {
		return pipeline.Count{Reason: short(f.Unknown)}
	}
	return pipeline.Count{Value: &value}
}

// maxReason bounds a reason that a snapshot gives, in bytes.
const maxReason = 300

// short is a reason that may stand in many messages.
func short(reason string) string {
	if len(reason) <= maxReason {
		return reason
	}
	return strings.ToValidUTF8(reason[:maxReason], "") + "…"
}
