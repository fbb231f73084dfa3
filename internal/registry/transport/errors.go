package transport

import (
	"errors"
	"strings"
	"unicode/utf8"
)

// The kinds of failure, to be told apart with errors.Is.
var (
	ErrNotFound     = errors.New("not found")
	ErrUnauthorized = errors.New("unauthorized")
	ErrUnavailable  = errors.New("unavailable") // after all retries
	ErrRefused      = errors.New("refused")     // guard's own policy forbids it
	ErrInvalid      = errors.New("invalid")     // the answer breaks the protocol or a limit
)

// Error is a failure to get an answer from a registry.
type Error struct {
	Kind    error  // one of the above
	Host    string // who was asked
	Status  int    // of the answer, where that is the failure; else 0
	Message string
	Err     error // the cause; nil where Message says it all
}

func (e *Error) Error() string {
	text := e.Host + ": " + e.Kind.Error()
	if e.Message != "" {
		text += ": " + e.Message
	}
	if e.Err != nil {
		text += ": " + Clean(e.Err.Error())
	}
	return text
}

// Unwrap gives the kind and the cause.
func (e *Error) Unwrap() []error {
	if e.Err == nil {
		return []error{e.Kind}
	}
	return []error{e.Kind, e.Err}
}

// maxText bounds what is quoted of others.
const maxText = 300

// Clean makes text of others fit for one line of a message: printable and
// short.
func Clean(text string) string {
	text = strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t' || r == '\r':
			return ' '
		case r < ' ' || r == 0x7f || r == utf8.RuneError, r >= 0x80 && r < 0xa0,
			r >= 0x202a && r <= 0x202e, r >= 0x2066 && r <= 0x2069, r == 0x200e || r == 0x200f:
			return -1
		}
		return r
	}, text)
	if len(text) > maxText {
		cut := maxText
		for !utf8.RuneStart(text[cut]) {
			cut--
		}
		text = text[:cut] + "…"
	}
	return strings.TrimSpace(text)
}
