package finding_test

import (
	"testing"

	"guard/internal/finding"
)

func TestNearest(t *testing.T) {
	candidates := []string{"rules", "profile", "waivers", "image/tag-latest", "image/tag-branch"}
	tests := []struct{ name, give, want string }{
		{"a letter is missing", "rule", "rules"},
		{"letters are swapped", "profiel", "profile"},
		{"an id with another separator", "image/tag_latest", "image/tag-latest"},
		{"nothing is near", "kubernetes", ""},
		{"a long text is no typing mistake", string(make([]byte, 100)), ""},
		{"nothing is near nothing", "", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := finding.Nearest(tt.give, candidates); got != tt.want {
				t.Errorf("Nearest(%q) = %q, want %q", tt.give, got, tt.want)
			}
		})
	}
}
