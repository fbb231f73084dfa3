package statement_test

import (
	"encoding/json"
	"slices"
	"testing"

	"guard/internal/registry/signature"
	"guard/internal/registry/signature/statement"
)

// FuzzParse holds what is read as a statement to what encoding/json makes of
// the same bytes: two readers that see different subjects are a bypass.
func FuzzParse(f *testing.F) {
	f.Add(text(partType, partPredicate, partBody, partSubject))
	f.Add(text(partType, partPredicate, partBody, partSubject, `"Subject":[]`))
	f.Add([]byte(`{"_type":"https://in-toto.io/Statement/v0.1","subject":[{"digest":{"sha256":"a","sha256":"b"}}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		got, err := statement.Parse(data)
		if err != nil {
			return
		}
		for _, subject := range got.Subjects {
			if !signature.ValidDigest(subject) {
				t.Errorf("%q is no digest", subject)
			}
		}
		var other map[string]any
		if err := json.Unmarshal(data, &other); err != nil {
			t.Fatalf("encoding/json does not read it: %v", err)
		}
		if other["_type"] != got.Type || other["predicateType"] != got.PredicateType {
			t.Errorf("got %s and %s, encoding/json reads %v", got.Type, got.PredicateType, other)
		}
		var subjects []string
		for _, s := range other["subject"].([]any) {
			digests, _ := s.(map[string]any)["digest"].(map[string]any)
			if digest, ok := digests["sha256"].(string); ok && signature.ValidDigest("sha256:"+digest) {
				subjects = append(subjects, "sha256:"+digest)
			}
		}
		slices.Sort(subjects)
		if !slices.Equal(slices.Compact(subjects), got.Subjects) {
			t.Errorf("got %v, encoding/json reads %v", got.Subjects, subjects)
		}
	})
}
