package policy_test

import (
	"strings"
	"testing"

	"guard/internal/finding"
	"guard/internal/policy"
)

func TestReadme_TellsWhatIsKnownOfARule(t *testing.T) {
	page := policy.Readme([]finding.Rule{{
		ID: "image/moving", Title: "Image moves", Description: "Nobody can say what <tag> is.", Remediation: "Pin it to <digest>.",
		Severity: finding.High, Kinds: []string{"*", "file"}, Profiles: []string{"strict"}, Since: "0.1.0",
		Frameworks: []string{"CIS-1"}, Aliases: []string{"image/old"},
		Params:  []finding.Param{{Name: "tags", Type: "array", Default: []any{"a|b"}, Profiles: map[string]any{"strict": []any{}}, Description: "Tags."}},
		Related: []finding.RelatedLink{{URL: "https://example.com"}},
	}})
	for _, want := range []string{
		"There are 1 rules.", "| [image/moving](#imagemoving) | high | strict | Image moves |", "### image/moving\n",
		"**Image moves.** Nobody can say what &lt;tag> is.", "looks at everything that names images, file; since 0.1.0",
		"*What to do:* Pin it to &lt;digest>.", "Frameworks: CIS-1.", "Formerly image/old.",
		"| `tags` | array | `[\"a\\|b\"]`; strict: `[]` | Tags. |", "- [https://example.com](https://example.com)",
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q:\n%s", want, page)
		}
	}
}
