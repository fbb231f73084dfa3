package statement

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"time"
)

// The outcomes of a verification summary.
const (
	Passed = "PASSED"
	Failed = "FAILED"
)

const slsaVersion = "1.0"

// Summary is the predicate of a SLSA verification summary (version 1): who has
// judged an image, by which policy, and with what outcome.
type Summary struct {
	Verifier           Verifier       `json:"verifier"`
	TimeVerified       time.Time      `json:"timeVerified"`
	ResourceURI        string         `json:"resourceUri"`
	Policy             Resource       `json:"policy"`
	InputAttestations  []Resource     `json:"inputAttestations,omitempty"`
	VerificationResult string         `json:"verificationResult"`
	VerifiedLevels     []string       `json:"verifiedLevels"`
	DependencyLevels   map[string]int `json:"dependencyLevels,omitempty"`
	SLSAVersion        string         `json:"slsaVersion,omitempty"`
}

// Verifier is the program that judged.
type Verifier struct {
	ID      string            `json:"id"`
	Version map[string]string `json:"version,omitempty"`
}

// Resource is a file or artifact by address, digest or both.
type Resource struct {
	URI    string            `json:"uri,omitempty"`
	Digest map[string]string `json:"digest,omitempty"`
}

// JSON writes the predicate, or says what is missing in it.
func (s Summary) JSON() ([]byte, error) {
	if s.VerifiedLevels == nil {
		s.VerifiedLevels = []string{}
	}
	if s.SLSAVersion == "" {
		s.SLSAVersion = slsaVersion
	}
	s.TimeVerified = s.TimeVerified.UTC()
	if err := s.validate(); err != nil {
		return nil, err
	}
	return json.Marshal(s)
}

// ParseSummary reads the predicate strictly: a field that is not known, missing
// or written twice is an error.
func ParseSummary(predicate []byte) (Summary, error) {
	var s Summary
	if err := decodeStrict(predicate, &s); err != nil {
		return Summary{}, fmt.Errorf("read verification summary: %w", err)
	}
	return s, s.validate()
}

func (s Summary) validate() error {
	switch {
	case s.Verifier.ID == "":
		return errors.New("verification summary: verifier.id is missing")
	case s.TimeVerified.IsZero():
		return errors.New("verification summary: timeVerified is missing")
	case s.ResourceURI == "":
		return errors.New("verification summary: resourceUri is missing")
	case s.Policy.URI == "" && len(s.Policy.Digest) == 0:
		return errors.New("verification summary: policy has neither uri nor digest")
	case s.VerificationResult != Passed && s.VerificationResult != Failed:
		return fmt.Errorf("verification summary: verificationResult is %q; %s or %s is expected", s.VerificationResult, Passed, Failed)
	}
	return nil
}

// Holds says why a summary does not let its image pass: it has another outcome,
// is older than maxAge (0 means any age), or is from the future.
func (s Summary) Holds(now time.Time, maxAge time.Duration) error {
	switch age := now.Sub(s.TimeVerified); {
	case s.VerificationResult != Passed:
		return fmt.Errorf("the verdict of %s is %s", s.Verifier.ID, s.VerificationResult)
	case age < -clockSkew:
		return fmt.Errorf("the verdict is of %s, which is not yet", s.TimeVerified.Format(time.RFC3339))
	case maxAge > 0 && age > maxAge:
		return fmt.Errorf("the verdict is %s old; %s is the most", age.Round(time.Second), maxAge)
	}
	return nil
}

// clockSkew is how far the clocks of two machines may differ.
const clockSkew = time.Minute

// decodeStrict reads one JSON object in which every field is known and stands
// once, exactly as it is written here.
func decodeStrict(data []byte, to any) error {
	if err := CheckJSON(data); err != nil {
		return err
	}
	decoder := json.NewDecoder(strings.NewReader(string(data)))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(to); err != nil {
		return err
	}
	return checkNames(data, reflect.TypeOf(to).Elem())
}
