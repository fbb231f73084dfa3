package statement

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"guard/internal/registry/signature"
	"guard/internal/tree"
)

// The versions of in-toto statements. cosign 2 writes the older one.
const (
	TypeV01 = "https://in-toto.io/Statement/v0.1"
	TypeV1  = "https://in-toto.io/Statement/v1"
)

const (
	maxSubjects = 1024
	maxDigests  = 32
)

// Parse reads a statement. Names count exactly as they are written, and a name
// that stands twice is refused, so that no two readers see different things.
func Parse(payload []byte) (signature.Statement, error) {
	if err := CheckJSON(payload); err != nil {
		return signature.Statement{}, err
	}
	var parts map[string]json.RawMessage
	if err := json.Unmarshal(payload, &parts); err != nil {
		return signature.Statement{}, fmt.Errorf("read in-toto statement: %w", err)
	}
	var s signature.Statement
	for _, part := range []struct {
		name string
		to   *string
	}{{"_type", &s.Type}, {"predicateType", &s.PredicateType}} {
		if err := decodePart(parts, part.name, part.to); err != nil {
			return signature.Statement{}, err
		}
	}
	if s.Type != TypeV01 && s.Type != TypeV1 {
		return signature.Statement{}, fmt.Errorf("_type of the in-toto statement is %q; %s or v0.1 is expected", s.Type, TypeV1)
	}
	if s.PredicateType == "" {
		return signature.Statement{}, errors.New("predicateType of the in-toto statement is empty")
	}
	s.Predicate = parts["predicate"]
	var err error
	s.Subjects, err = subjects(parts)
	return s, err
}

// subjects lists the sha256 digests of what a statement is about. Subjects
// with other digests only are about nothing that guard knows.
func subjects(parts map[string]json.RawMessage) ([]string, error) {
	var list []map[string]json.RawMessage
	if err := decodePart(parts, "subject", &list); err != nil {
		return nil, err
	}
	if len(list) == 0 || len(list) > maxSubjects {
		return nil, fmt.Errorf("the in-toto statement has %d subjects; 1 to %d are expected", len(list), maxSubjects)
	}
	var found []string
	for _, subject := range list {
		var digests map[string]string
		if err := decodePart(subject, "digest", &digests); err != nil {
			return nil, err
		}
		if len(digests) > maxDigests {
			return nil, fmt.Errorf("a subject of the in-toto statement has %d digests; %d are the most", len(digests), maxDigests)
		}
		if digest := "sha256:" + digests["sha256"]; signature.ValidDigest(digest) {
			found = append(found, digest)
		}
	}
	slices.Sort(found)
	return slices.Compact(found), nil
}

func decodePart[T any](parts map[string]json.RawMessage, name string, to *T) error {
	raw, ok := parts[name]
	if !ok {
		return fmt.Errorf("%s of the in-toto statement is missing", name)
	}
	if err := json.Unmarshal(raw, to); err != nil {
		return fmt.Errorf("read %s of the in-toto statement: %w", name, err)
	}
	return nil
}

// CheckJSON refuses what is not one JSON document with every name once, within
// the limits of all documents that guard reads.
func CheckJSON(data []byte) error {
	parts := tree.ParseJSON(string(data))
	if len(parts) != 1 {
		return fmt.Errorf("%d JSON documents are there; one is expected", len(parts))
	}
	if parts[0].Err != nil {
		return fmt.Errorf("read JSON: %w", parts[0].Err)
	}
	if len(parts[0].Problems) > 0 {
		return fmt.Errorf("read JSON: %w", &parts[0].Problems[0])
	}
	return nil
}

// New writes a statement of the current version about one image.
func New(image signature.Image, predicateType string, predicate []byte) ([]byte, error) {
	if err := image.Validate(); err != nil {
		return nil, err
	}
	if predicateType == "" {
		return nil, errors.New("the predicate type is missing")
	}
	if err := CheckJSON(predicate); err != nil {
		return nil, fmt.Errorf("predicate: %w", err)
	}
	var object map[string]json.RawMessage
	if err := json.Unmarshal(predicate, &object); err != nil || object == nil {
		return nil, errors.New("the predicate is no JSON object")
	}
	type subject struct {
		Name   string            `json:"name"`
		Digest map[string]string `json:"digest"`
	}
	return json.Marshal(struct {
		Type          string          `json:"_type"`
		Subject       []subject       `json:"subject"`
		PredicateType string          `json:"predicateType"`
		Predicate     json.RawMessage `json:"predicate"`
	}{TypeV1, []subject{{image.Repository, map[string]string{"sha256": image.Digest[len("sha256:"):]}}}, predicateType, predicate})
}
