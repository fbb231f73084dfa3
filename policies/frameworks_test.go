package policies_test

import (
	"slices"
	"testing"

	"guard/internal/framework"
	"guard/internal/policy"
)

// Guard's own rules map to controls that there are, and the Pod Security Standards
// are covered as a whole.
func TestFrameworks_AreThere(t *testing.T) {
	rules, err := policy.Catalogue([]policy.Source{policy.Builtin()})
	if err != nil {
		t.Fatal(err)
	}
	mapped := map[string]bool{}
	for _, r := range rules {
		for i, id := range r.Frameworks {
			if mapped[id] = true; !slices.Contains(framework.ControlIDs(), id) || slices.Contains(r.Frameworks[:i], id) {
				t.Errorf("%s maps to %s, which is no control, or twice", r.ID, id)
			}
		}
	}
	for _, f := range framework.All {
		covered := 0
		for _, c := range f.Controls {
			if mapped[c.ID] {
				covered++
			} else if f.Name == "pss" {
				t.Errorf("no rule maps to %s", c.ID)
			}
		}
		if covered == 0 {
			t.Errorf("no rule maps to %s", f.Name)
		}
	}
}
