package forge

import (
	"os"
	"reflect"
	"strings"
	"testing"

	"guard/internal/tree/strict"
)

// TestFormat_EveryFieldIsDocumented wants each name of the format in the page
// that describes it.
func TestFormat_EveryFieldIsDocumented(t *testing.T) {
	page, err := os.ReadFile("../../../docs/snapshot.md")
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	fieldNames(reflect.TypeFor[Snapshot](), seen)
	if len(seen) < 30 {
		t.Fatalf("found only %d names", len(seen))
	}
	for name := range seen {
		if !strings.Contains(string(page), "`"+name+"`") && !strings.Contains(string(page), `"`+name+`"`) {
			t.Errorf("docs/snapshot.md does not mention %q", name)
		}
	}
}

func fieldNames(t reflect.Type, seen map[string]bool) {
	switch t.Kind() {
	case reflect.Pointer, reflect.Slice:
		fieldNames(t.Elem(), seen)
	case reflect.Struct:
		if t.PkgPath() == "time" {
			return
		}
		names, _ := strict.Fields(t)
		for i, name := range names {
			seen[name] = true
			fieldNames(t.Field(i).Type, seen)
		}
	}
}
