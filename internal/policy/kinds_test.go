package policy

import (
	"reflect"
	"testing"

	"guard/internal/document"
)

// A field that some documents leave out must be known as one of some kinds,
// or rules about other kinds could refer to it and never fire.
func TestEveryFieldThatMayBeMissingBelongsToKinds(t *testing.T) {
	fields := map[string]bool{}
	for _, field := range jsonFields(reflect.TypeFor[document.Document]()) {
		fields[field.name] = true
		if _, known := ownFields[field.name]; field.omitEmpty && !known {
			t.Errorf("ownFields does not say which kinds have %q", field.name)
		}
	}
	for name := range ownFields {
		if !fields[name] {
			t.Errorf("ownFields names %q, which a document does not have", name)
		}
	}
}

func TestAppliesTo_AStarStandsForAllThatHoldsImages(t *testing.T) {
	tests := map[string]struct {
		kinds []string
		kind  document.Kind
		want  bool
	}{
		"a star and a manifest":   {[]string{"*"}, document.KindKubernetes, true},
		"a star and a text":       {[]string{"*"}, document.KindFile, false},
		"a star and the project":  {[]string{"*"}, document.KindProject, false},
		"a star, file and a text": {[]string{"*", "file"}, document.KindFile, true},
		"another kind":            {[]string{"compose"}, document.KindKubernetes, false},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			if got := appliesTo(tt.kinds, tt.kind); got != tt.want {
				t.Errorf("got %t, want %t", got, tt.want)
			}
		})
	}
}
