package github

import "testing"

func TestExamples(t *testing.T) {
	for _, test := range []struct{ name, pattern, branch, tag string }{
		{"a version is what v* stands for", "v*", "v1.2", "v1.2.3"},
		{"so it is behind a folder", "rthooks/v*", "rthooks/v1.2", "rthooks/v1.2.3"},
		{"a tag ends in a version as a rule, a branch does not", "chart-*", "chart-x", "chart-1.2.3"},
		{"a word that begins with v is none", "vendor-*", "vendor-x", "vendor-1.2.3"},
		{"digits", "v[0-9]+.[0-9]+", "v1.1", "v1.1"},
		{"what a pattern takes out is none", "!v*", "", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := first(examples(test.pattern)); got != test.branch {
				t.Errorf("branch of %q: got %q, want %q", test.pattern, got, test.branch)
			}
			if got := first(tagExamples(test.pattern)); got != test.tag {
				t.Errorf("tag of %q: got %q, want %q", test.pattern, got, test.tag)
			}
		})
	}
}

func first(names []string) string {
	if len(names) == 0 {
		return ""
	}
	return names[0]
}
