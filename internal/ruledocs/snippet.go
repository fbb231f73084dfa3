package ruledocs

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"guard/internal/authoring"
	"guard/internal/document"
	"guard/internal/finding"
	"guard/internal/policy"
)

// until is the day on which waivers in snippets end.
const until = "2027-01-31"

// plainKey is a key of YAML that means itself.
var plainKey = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)

// reserved are keys that YAML takes for something else.
var reserved = []string{"null", "true", "false", "yes", "no", "on", "off", "y", "n"}

// setting is what .guard.yaml says of a rule.
func setting(r finding.Rule) snippet {
	var b strings.Builder
	fmt.Fprintf(&b, "rules:\n  %s:\n    action: deny # deny, warn, audit or off\n", r.ID)
	if len(r.Params) > 0 {
		b.WriteString("    params:\n")
	}
	for _, p := range r.Params {
		fmt.Fprintf(&b, "      %s:%s\n", key(p.Name), blockText(p.Default, "        "))
	}
	return snippet{"In .guard.yaml:", "yaml", b.String()}
}

func key(name string) string {
	if plainKey.MatchString(name) && !slices.Contains(reserved, strings.ToLower(name)) {
		return name
	}
	return scalarText(name)
}

// waivers are the ways in which findings of a rule can be accepted for a while.
func waivers(r authoring.Documented) []snippet {
	if r.Held != nil && !r.Held.Waive {
		return nil
	}
	all := []snippet{{"In .guard.yaml:", "yaml", fmt.Sprintf(`waivers:
  - rule: %s
    files: ["path/to/file.yaml"]
    reason: why it is accepted
    owner: team-web
    expires: %s
`, r.ID, until)}}
	read := policy.KindsOf(r.Rule)
	reads := func(some ...document.Kind) bool {
		return slices.ContainsFunc(some, func(kind document.Kind) bool { return slices.Contains(read, kind) })
	}
	if reads(document.KindDockerfile, document.KindKubernetes, document.KindCompose, document.KindPipeline, document.KindGitOps, document.KindFile) {
		all = append(all, snippet{"In the file, at the end of the line or alone on the line above it:", "text", fmt.Sprintf("# guard:ignore %s until=%s -- why it is accepted\n", r.ID, until)})
	}
	if reads(document.KindKubernetes) {
		all = append(all, snippet{"In a Kubernetes object, where it counts for checks and audits and lets nothing into a cluster:", "yaml",
			fmt.Sprintf("metadata:\n  annotations:\n    guard/waive: \"%s until=%s -- why it is accepted\"\n", r.ID, until)})
	}
	return all
}
