// Package logic has three answers, and how they combine. What cannot be known
// from the files is an answer of its own, with its reason, and never counts as
// yes or no.
//
//	answer := logic.And(logic.Yes, logic.Maybe("vars.DEPLOY is a setting of the repository"))
//	answer.Truth  // logic.Unknown
//	answer.Reason // "vars.DEPLOY is a setting of the repository"
package logic

import "encoding/json"

// Truth is one of three answers. The zero value is Unknown, so that what was
// forgotten never reads as an answer.
type Truth uint8

// The three truths.
const (
	Unknown Truth = iota
	False
	True
)

// String returns "yes", "no" or "unknown".
func (t Truth) String() string {
	switch t {
	case True:
		return "yes"
	case False:
		return "no"
	default:
		return "unknown"
	}
}

// MarshalJSON writes the truth as rules see it: "yes", "no" or "unknown".
func (t Truth) MarshalJSON() ([]byte, error) { return json.Marshal(t.String()) }

// Of turns a boolean into a truth.
func Of(b bool) Truth {
	if b {
		return True
	}
	return False
}

// Answer is a truth and, where it is Unknown, why.
type Answer struct {
	Truth  Truth
	Reason string // "" unless Truth is Unknown
}

// Yes and No are the answers that need no reason.
var (
	Yes = Answer{Truth: True}
	No  = Answer{Truth: False}
)

// Maybe is the answer that something is not known, for a reason.
func Maybe(reason string) Answer { return Answer{Reason: reason} }

// Is turns a boolean into an answer.
func Is(b bool) Answer { return Answer{Truth: Of(b)} }

// IsYes tells whether the answer is yes for certain.
func (a Answer) IsYes() bool { return a.Truth == True }

// IsNo tells whether the answer is no for certain.
func (a Answer) IsNo() bool { return a.Truth == False }

// IsUnknown tells whether nobody knows.
func (a Answer) IsUnknown() bool { return a.Truth == Unknown }

// And is yes where all answers are, and no where one is. The reason is that of
// the first unknown one.
func And(answers ...Answer) Answer {
	result := Yes
	for _, a := range answers {
		if a.IsNo() {
			return No
		}
		if a.IsUnknown() && result.IsYes() {
			result = a
		}
	}
	return result
}

// Or is yes where one answer is, and no where all are.
func Or(answers ...Answer) Answer {
	result := No
	for _, a := range answers {
		if a.IsYes() {
			return Yes
		}
		if a.IsUnknown() && result.IsNo() {
			result = a
		}
	}
	return result
}

// Not is yes for no and no for yes.
func Not(a Answer) Answer {
	switch a.Truth {
	case True:
		return No
	case False:
		return Yes
	default:
		return a
	}
}

// Both is the answer of which nobody knows which of two holds: one where they
// agree, else unknown.
func Both(a, b Answer) Answer {
	switch {
	case a.Truth == b.Truth:
		return a
	case a.IsUnknown():
		return a
	case b.IsUnknown():
		return b
	default:
		return Maybe("it depends on what came before")
	}
}
