package bundle

import "fmt"

// RefusedError is why a bundle does not count: it is not signed as the trust
// policy demands, older than it may be, or no bundle. Asking again gives the
// same answer.
type RefusedError struct {
	Reference string // of the bundle; "" where it is known from elsewhere
	Reason    string // with what to do about it
}

// Error names the bundle and the reason.
func (e *RefusedError) Error() string {
	if e.Reference == "" {
		return e.Reason
	}
	return fmt.Sprintf("%s: refused: %s", e.Reference, e.Reason)
}

func refuse(reference, format string, args ...any) error {
	return &RefusedError{Reference: reference, Reason: fmt.Sprintf(format, args...)}
}
