package cli_test

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"guard/internal/finding"
)

const (
	ownRule = `# METADATA
# title: Image of another team
# description: Only this team's images are wanted.
# scope: package
# schemas:
# - input: schema.input
# custom:
#   severity: high
#   kinds: ["*"]
#   profiles: [recommended]
#   remediation: Use an image of this team.
#   since: 0.1.0
package guard.rules.image.own_team

deny contains {"message": sprintf("%s: image %q is of another team", [image.holder, image.raw]), "path": image.path} if {
	some image in input.images
	not startswith(image.repository, "team/")
}
`
	trustedConfig = `version: 1
policies: [policy]
baseline: .guard-baseline.json
waivers:
  - {rule: image/tag-latest, files: [legacy/**], reason: it goes away, owner: team-web, expires: 2027-01-31}
`
	trustedPod = `apiVersion: v1
kind: Pod
metadata:
  name: web
  namespace: shop
  annotations: {team: web}
spec:
  containers:
    - {name: web, image: "nginx:latest"}
`
)

// trustedTree is what the trusted revision holds: own rules, waivers and a
// baseline, and findings that nothing excuses.
var trustedTree = map[string]string{
	".guard.yaml": trustedConfig, ".guard-baseline.json": `{"version": 1, "findings": []}`, ".gitignore": "dist/\n", ".guardignore": "vendor/\n",
	"policy/image/own_team.rego": ownRule, "app/Dockerfile": "FROM nginx:latest\nUSER 1000\n", "k8s/pod.yaml": trustedPod, "legacy/Dockerfile": "FROM nginx:latest\nUSER 1000\n", "vendor/Dockerfile": "FROM nginx:latest\n",
}

// excuses are the ways in which a change may try to excuse itself: the files
// it writes ("": deletes), and the file that must be told of ("": a change of
// every day, which has no effect and is not told).
var excuses = map[string]struct {
	files map[string]string
	told  string
}{
	"a rule that is switched off":       {map[string]string{".guard.yaml": trustedConfig + "rules: {image/tag-latest: {action: off}, image/own-team: {action: off}}\n"}, ".guard.yaml"},
	"another profile":                   {map[string]string{".guard.yaml": trustedConfig + "profile: minimal\n"}, ".guard.yaml"},
	"a higher severity to fail on":      {map[string]string{".guard.yaml": trustedConfig + "fail-on: critical\n"}, ".guard.yaml"},
	"a waiver in the configuration":     {map[string]string{".guard.yaml": strings.Replace(trustedConfig, "legacy/**", "app/**", 1)}, ".guard.yaml"},
	"ignored paths":                     {map[string]string{".guard.yaml": trustedConfig + "ignore: [\"*\"]\n"}, ".guard.yaml"},
	"no configuration":                  {map[string]string{".guard.yaml": ""}, ".guard.yaml"},
	"a broken configuration":            {map[string]string{".guard.yaml": "version: [\n"}, ".guard.yaml"},
	"a configuration in another place":  {map[string]string{".github/guard.yaml": "version: 1\nprofile: minimal\n"}, ".github/guard.yaml"},
	"another directory of rules":        {map[string]string{".guard.yaml": strings.Replace(trustedConfig, "[policy]", "[]", 1)}, ".guard.yaml"},
	"a rule that denies nothing":        {map[string]string{"policy/image/own_team.rego": strings.Replace(ownRule, "not startswith", "startswith", 1)}, "policy/image/own_team.rego"},
	"a rule that is deleted":            {map[string]string{"policy/image/own_team.rego": ""}, "policy/image/own_team.rego"},
	"a rule that is broken":             {map[string]string{"policy/image/own_team.rego": "package x"}, "policy/image/own_team.rego"},
	"a rule that is new":                {map[string]string{"policy/image/new.rego": "package x"}, "policy/image/new.rego"},
	"an ignore file of guard":           {map[string]string{".guardignore": "*\n"}, ".guardignore"},
	"an ignore file of Git":             {map[string]string{".gitignore": "*\n"}, ""},
	"an ignore file in a folder":        {map[string]string{"app/.guardignore": "*\n"}, "app/.guardignore"},
	"an ignore file of Git in a folder": {map[string]string{"k8s/.gitignore": "*\n"}, ""},
	"a comment above":                   {map[string]string{"app/Dockerfile": "# guard:ignore image/tag-latest,image/own-team until=2027-01-31 -- because\nFROM nginx:latest\nUSER 1000\n"}, "app/Dockerfile"},
	"a comment behind":                  {map[string]string{"k8s/pod.yaml": strings.Replace(trustedPod, "latest\"}", "latest\"} # guard:ignore image/tag-latest,image/own-team until=2027-01-31 -- because", 1)}, "k8s/pod.yaml"},
	"an annotation":                     {map[string]string{"k8s/pod.yaml": strings.Replace(trustedPod, "{team: web}", `{team: web, guard/waive: "image/tag-latest until=2027-01-31 -- because"}`, 1)}, "k8s/pod.yaml"},
	"a comment in a new file":           {map[string]string{"new/Dockerfile": "# guard:ignore image/tag-latest,image/own-team until=2027-01-31 -- because\nFROM nginx:latest\nUSER 1000\n"}, "new/Dockerfile"},
}

// Reliability 50, 51: a change that excuses itself has the same verdict as one
// that does not, and is told of.
func TestTrust_NoChangeExcusesItself(t *testing.T) {
	base := repositoryOf(t, trustedTree)
	want := verdict(t, base, "--trust", "main", ".")
	if len(want.denied) < 4 || len(want.changes) != 0 {
		t.Fatalf("the trusted tree: %+v", want)
	}
	for name, excuse := range excuses {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := repositoryOf(t, trustedTree)
			change(t, dir, excuse.files)
			got := verdict(t, dir, "--trust", "main", ".")
			expected := want.denied
			if _, isNew := excuse.files["new/Dockerfile"]; isNew {
				expected = slices.Sorted(slices.Values(append(slices.Clone(expected), strings.Fields("new/Dockerfile:image/own-team new/Dockerfile:image/tag-latest")...)))
			}
			if diff := cmp.Diff(expected, got.denied); diff != "" {
				t.Errorf("denied (-unchanged +changed):\n%s", diff)
			}
			if got.code != 1 {
				t.Errorf("exit code %d, want 1", got.code)
			}
			if excuse.told != "" && !slices.Contains(got.changes, excuse.told) {
				t.Errorf("the change to %s is not told, only %q", excuse.told, got.changes)
			}
		})
	}
}

// The excuses work where nobody asks for a trusted revision, so that the test
// above can fail.
func TestTrust_ChangesCountWithoutIt(t *testing.T) {
	for _, name := range []string{"a rule that is switched off", "a waiver in the configuration", "a rule that is deleted", "an ignore file of guard", "an ignore file in a folder", "a comment above", "an annotation"} {
		dir := repositoryOf(t, trustedTree)
		before := verdict(t, dir, ".")
		change(t, dir, excuses[name].files)
		if after := verdict(t, dir, "."); slices.Equal(after.denied, before.denied) {
			t.Errorf("%s: %q is denied as before", name, after.denied)
		}
	}
}

// Reliability 50: a baseline that the change wrote accepts nothing.
func TestTrust_ReadsTheBaselineOfTheRevision(t *testing.T) {
	dir := repositoryOf(t, trustedTree)
	want := verdict(t, dir, "--trust", "main", ".")
	execute(t, dir, "baseline", "write")
	if got := verdict(t, dir, "."); got.code != 0 {
		t.Fatalf("the baseline accepts nothing at all: %+v", got)
	}
	got := verdict(t, dir, "--trust", "main", ".")
	if diff := cmp.Diff(want.denied, got.denied); diff != "" || !slices.Contains(got.changes, ".guard-baseline.json") {
		t.Errorf("told %q, denied (-unchanged +changed):\n%s", got.changes, diff)
	}
	if got := verdict(t, dir, "--trust", "main", "--baseline", ".guard-baseline.json", "."); !slices.Equal(got.denied, want.denied) {
		t.Errorf("named by a flag: denied %q, want %q", got.denied, want.denied)
	}
}

// Reliability 50: without the revision there is no verdict.
func TestTrust_FailsWhereTheRevisionCannotBeReached(t *testing.T) {
	dir := repositoryOf(t, trustedTree)
	for _, revision := range []string{"gone", "origin/main", "", "0123456789abcdef0123456789abcdef01234567", "main:app/Dockerfile", "-x"} {
		if code, out := check(t, dir, "--trust="+revision, "."); code != 2 {
			t.Errorf("--trust=%s: exit code %d, want 2:\n%s", revision, code, out)
		}
	}
	if code, out := check(t, tree(t, trustedTree), "--trust", "main", "."); code != 2 {
		t.Errorf("outside of a repository: exit code %d, want 2:\n%s", code, out)
	}
}

// judgement is the outcome of a check: "file:rule" of what is denied, and the
// files whose change takes effect only later.
type judgement struct {
	code            int
	denied, changes []string
}

func verdict(t *testing.T, dir string, args ...string) judgement {
	t.Helper()
	code, out := check(t, dir, append([]string{"-o", "json"}, args...)...)
	return verdictOf(t, code, out)
}

func verdictOf(t *testing.T, code int, out string) judgement {
	t.Helper()
	var report finding.Report
	if err := json.Unmarshal([]byte(out), &report); err != nil {
		if code == 3 && strings.Contains(out, "nothing to check") {
			return judgement{code: code}
		}
		t.Fatal(err, out)
	}
	j := judgement{code: code}
	for _, f := range report.Findings {
		switch {
		case f.Rule == "analysis/policy-change":
			j.changes = append(j.changes, f.File)
		case f.Rule == "image/tag-latest" && f.Waived == nil, f.Rule == "image/own-team" && f.Waived == nil:
			j.denied = append(j.denied, fmt.Sprintf("%s:%s", f.File, f.Rule))
		}
	}
	slices.Sort(j.denied)
	return j
}

func change(t *testing.T, dir string, files map[string]string) {
	t.Helper()
	for name, text := range files {
		if text != "" {
			writeFile(t, filepath.Join(dir, name), text)
		} else if err := os.Remove(filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
}

// repositoryOf is a Git repository with one commit on the branch main.
func repositoryOf(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := tree(t, files)
	for _, args := range [][]string{{"init", "-q", "-b", "main"}, {"add", "-A", "-f"}, {"commit", "-q", "-m", "base"}} {
		cmd := exec.Command("git", args...)
		cmd.Dir = dir
		cmd.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_SYSTEM=/dev/null", "GIT_AUTHOR_NAME=dev", "GIT_AUTHOR_EMAIL=dev@example.com", "GIT_COMMITTER_NAME=dev", "GIT_COMMITTER_EMAIL=dev@example.com")
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("git %v: %v\n%s", args, err, out)
		}
	}
	return dir
}
