package forge

import (
	"errors"
	"fmt"
)

// Fact is something about a setting of the forge: its value, or why it is
// unknown. Exactly one of the two is set; JSON has {"value": …} or
// {"unknown": "reason"}.
type Fact[T any] struct {
	Value   *T     `json:"value,omitempty"`
	Unknown string `json:"unknown,omitempty"` // the reason
}

// Known is a fact whose value the forge told.
func Known[T any](value T) Fact[T] { return Fact[T]{Value: &value} }

// Unknown is a fact that could not be read, with the reason.
func Unknown[T any](reason string) Fact[T] {
	if reason == "" {
		reason = "not read"
	}
	return Fact[T]{Unknown: reason}
}

// Get returns the value, and whether it is known.
func (f Fact[T]) Get() (value T, known bool) {
	if f.Value == nil || f.Unknown != "" {
		return value, false
	}
	return *f.Value, true
}

// Is tells whether the fact is known to have the value.
func Is[T comparable](f Fact[T], value T) bool {
	got, known := f.Get()
	return known && got == value
}

// Check tells whether exactly one of the two is set.
func (f Fact[T]) Check() error {
	if (f.Value == nil) == (f.Unknown == "") {
		return errors.New(`expected either "value" or "unknown"`)
	}
	return nil
}

// maxCount is the largest number of approvals or minutes that is believed.
const maxCount = 1_000_000

// counted is a number as the forge tells it, where it may leave the field out.
func counted(n *int, absent string) Fact[int] {
	if n != nil && (*n < 0 || *n > maxCount) {
		return Unknown[int](fmt.Sprintf("the forge tells an impossible number: %d", *n))
	}
	return told(n, absent)
}

// told is a fact as the forge tells it, where it may leave the field out.
func told[T any](value *T, absent string) Fact[T] {
	if value == nil {
		return Unknown[T](absent)
	}
	return Known(*value)
}
