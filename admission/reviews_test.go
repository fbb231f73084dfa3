package admission_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"guard/admission"
	"guard/internal/config"
)

// What a real API server sends is understood, and what brings nothing in that
// runs is let through without a look.
func TestReview_RealRequests(t *testing.T) {
	h := handler(t, "recommended")
	h.Admission = config.Admission{Namespaces: []config.Namespaces{{Labels: map[string]string{"nobody": "has"}, Mode: config.ModeWarn}}}
	h.Namespaces = everywhere{}
	files, err := filepath.Glob("testdata/reviews/*.json")
	if err != nil || len(files) < 30 {
		t.Fatal(err, len(files))
	}
	for _, file := range files {
		body, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		r, err := admission.ReadRequest(body)
		if err != nil {
			t.Errorf("%s: %v", file, err)
			continue
		}
		got := h.Review(t.Context(), r)
		name := strings.TrimSuffix(filepath.Base(file), ".json")
		passed := r.Operation == admission.Delete || r.Operation == admission.Connect || r.Subresource != "" && r.Subresource != "ephemeralcontainers" && r.Resource.Resource != "namespaces"
		if (got.Audit["decision"] == "passed") != passed || got.Audit["decision"] == "undecided" {
			t.Errorf("%s: %s, allowed %v: %s", name, got.Audit["decision"], got.Allowed, got.Message)
		}
		if got.UID != r.UID || r.User.Name == "" {
			t.Errorf("%s: %+v", name, r)
		}
	}
}

// everywhere says that no namespace has a label.
type everywhere struct{ admission.Namespaces }

func (everywhere) Labels(context.Context, string) (map[string]string, error) { return nil, nil }
