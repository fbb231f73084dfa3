package statement

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// PredicateApproval is the type of guard's approvals.
const PredicateApproval = "urn:guard:approval:v1"

// Approval is the predicate by which somebody lets an image into an
// environment, for a time.
type Approval struct {
	Approver    string    `json:"approver"`
	Environment string    `json:"environment"`
	ApprovedAt  time.Time `json:"approvedAt"`
	Expires     time.Time `json:"expires"`
	Reason      string    `json:"reason,omitempty"`
}

// JSON writes the predicate, or says what is missing in it.
func (a Approval) JSON() ([]byte, error) {
	a.ApprovedAt, a.Expires = a.ApprovedAt.UTC(), a.Expires.UTC()
	if err := a.validate(); err != nil {
		return nil, err
	}
	return json.Marshal(a)
}

// ParseApproval reads the predicate strictly: a field that is not known,
// missing or written twice is an error.
func ParseApproval(predicate []byte) (Approval, error) {
	var a Approval
	if err := decodeStrict(predicate, &a); err != nil {
		return Approval{}, fmt.Errorf("read approval: %w", err)
	}
	return a, a.validate()
}

func (a Approval) validate() error {
	switch {
	case a.Approver == "":
		return errors.New("approval: approver is missing")
	case a.Environment == "":
		return errors.New("approval: environment is missing")
	case a.ApprovedAt.IsZero():
		return errors.New("approval: approvedAt is missing")
	case a.Expires.IsZero():
		return errors.New("approval: expires is missing; an approval has an end")
	case !a.Expires.After(a.ApprovedAt):
		return errors.New("approval: expires is not after approvedAt")
	}
	return nil
}

// Holds says why an approval does not let its image into an environment now.
func (a Approval) Holds(environment string, now time.Time) error {
	switch {
	case a.Environment != environment:
		return fmt.Errorf("the approval is for %q, not for %q", a.Environment, environment)
	case now.Add(clockSkew).Before(a.ApprovedAt):
		return fmt.Errorf("the approval is of %s, which is not yet", a.ApprovedAt.Format(time.RFC3339))
	case !now.Before(a.Expires):
		return fmt.Errorf("the approval has ended on %s", a.Expires.Format(time.RFC3339))
	}
	return nil
}
