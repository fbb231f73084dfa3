package cli_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// active is text that acts where it is shown with no care.
const active = "\x1b[31m\u202e ::error::pwn ##[group]x \x1b]8;;http:evil\x07"

// hostileRule says and quotes such text wherever it can.
const hostileRule = `# METADATA
# title: Image has a moving tag
# description: Nobody can say what runs.
# scope: package
# schemas:
# - input: schema.input
# custom:
#   severity: high
#   kinds: ["*"]
#   profiles: []
#   remediation: Use a release tag.
#   since: 1.0.0
package guard.rules.image.moving

deny contains {"message": msg, "path": image.path} if {
	some image in input.images
	image.tag == "edge" # ` + active + `
	msg := sprintf("::error::pwn %s \u001b[31m ##[group]x", [image.raw])
}
`

// Reliability 55, 57: rules, tests and examples of strangers leave nothing
// active in what the commands for authors write.
func TestPolicy_LeavesNothingActiveOfHostileRules(t *testing.T) {
	const tests = "package guard.rules.image.moving_test\n\nimport data.guard.rules.image.moving\n\n" +
		"test_deny_x if {\n\tprint(\"::error::pwn \\u001b[31m\")\n\tmoving.deny == {{\"message\": \"\\n::error::pwn\", \"path\": []}} with input as guard.parse(\"dockerfile\", \"FROM a:edge\\n\") # " + active + "\n}\n"
	dir := tree(t, map[string]string{
		".guard.yaml":                   "version: 1\npolicies: [policy]\n",
		"policy/image/moving.rego":      hostileRule,
		"policy/image/moving_test.rego": tests,
		"policy/testdata/rules/image/moving/bad/::error::x\x1b[31m\n.yaml": hostileManifest,
		"wrong/image/moving.rego": strings.Replace(hostileRule, "image.tag ==", "image.tagg ==", 1),
		"web.yaml":                strings.Replace(hostileManifest, ":latest", ":edge", 1),
		"Dockerfile":              "FROM a:edge\nLABEL x=\"" + active + "\"\n",
	})
	for _, tt := range []struct{ command, shows string }{
		{"policy check wrong", "did you mean"},
		{"policy check wrong -o json", "did you mean"},
		{"policy test policy", "the sets differ"},
		{"policy test policy -o json", "the sets differ"},
		{"policy test policy -o junit", "the sets differ"},
		{"policy test policy --mutate --run test_deny", "1 failed"},
		{"policy docs policy -o html=site -o markdown=docs", "2 pages"},
		{"policy docs wrong -o html=site", "did you mean"},
		{"policy docs policy -o html=docs", "in the format html"},
		{"eval Dockerfile --rule image/moving --trace --show-input", "fires"},
		{"eval web.yaml --rule image/moving --trace --show-input", "image/moving"},
	} {
		out := run(t, dir, strings.Fields(tt.command)...)
		if !strings.Contains(out, tt.shows) {
			t.Errorf("guard %s does not say %q:\n%s", tt.command, tt.shows, out)
		}
		for _, line := range strings.Split(out, "\n") {
			if strings.ContainsAny(line, "\x1b\x07\u202e") || runnerCommand.MatchString(line) {
				t.Errorf("guard %s: active text: %q", tt.command, line)
			}
		}
	}
	for _, name := range []string{"site/index.html", "site/image/moving.html", "docs/README.md", "docs/image/moving.md"} {
		page, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		wantInert(t, string(page))
	}
}
