package policies_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"guard/internal/document"
	"guard/internal/policy"

	_ "k8s.io/pod-security-admission" // its fixtures are read from the module's directory
)

// differences are the fixtures of the Pod Security Standards that guard
// judges otherwise on purpose, as <profile>/<pass or fail>/<file>, with the
// reason.
var differences = map[string]string{}

// The profiles pss-baseline and pss-restricted agree with every fixture of
// the newest version of the Pod Security Standards, as its reference
// implementation carries them.
func TestProfiles_AgreeWithThePodSecurityStandards(t *testing.T) {
	fixtures := standardFixtures(t)
	for _, level := range []string{"baseline", "restricted"} {
		evaluator := compileProfile(t, "pss-"+level)
		for _, verdict := range []string{"pass", "fail"} {
			files, err := filepath.Glob(filepath.Join(newestVersion(t, filepath.Join(fixtures, level)), verdict, "*.yaml"))
			if err != nil || len(files) < 10 {
				t.Fatalf("%s/%s: found %d fixtures: %v", level, verdict, len(files), err)
			}
			for _, file := range files {
				name := level + "/" + verdict + "/" + filepath.Base(file)
				t.Run(name, func(t *testing.T) { checkFixture(t, evaluator, file, name, verdict == "pass") })
			}
		}
	}
}

// Each fixture that fails a check fails by the rule that is meant for it, so
// that no rule hides behind another.
func TestProfiles_FailEachFixtureByItsOwnRule(t *testing.T) {
	fixtures := standardFixtures(t)
	for level, checks := range rulesOfChecks {
		evaluator := compileProfile(t, "pss-"+level)
		version := newestVersion(t, filepath.Join(fixtures, level))
		files, err := filepath.Glob(filepath.Join(version, "fail", "*.yaml"))
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			check := strings.TrimRight(strings.TrimSuffix(filepath.Base(file), ".yaml"), "0123456789")
			found := rulesFound(t, evaluator, file)
			if !slices.ContainsFunc(strings.Fields(checks[check]), func(rule string) bool { return slices.Contains(found, "kubernetes/"+rule) }) {
				t.Errorf("%s/%s: got %v, want kubernetes/%s, for check %s", level, filepath.Base(file), found, checks[check], check)
			}
		}
	}
}

// rulesOfChecks names the rule, or the rules of which one reports, for each
// check of the standards. The rules
// for the checks of baseline are on at both levels.
var rulesOfChecks = map[string]map[string]string{
	"baseline": baselineChecks,
	"restricted": with(baselineChecks, map[string]string{
		"allowprivilegeescalation":  "privilege-escalation",
		"capabilities_restricted":   "capabilities",
		"procmount_restricted":      "proc-mount",
		"restrictedvolumes":         "volume-types host-path",
		"runasnonroot":              "run-as-non-root",
		"runasuser":                 "run-as-non-root",
		"seccompprofile_restricted": "seccomp",
	}),
}

var baselineChecks = map[string]string{
	"apparmorprofile":            "apparmor",
	"capabilities_baseline":      "capabilities",
	"hostnamespaces":             "host-namespaces",
	"hostpathvolumes":            "host-path",
	"hostports":                  "host-port",
	"hostprobesandhostlifecycle": "host-probe",
	"privileged":                 "privileged",
	"procmount":                  "proc-mount",
	"seccompprofile_baseline":    "seccomp",
	"selinuxoptions":             "selinux",
	"sysctls":                    "sysctls",
	"windowshostprocess":         "windows-host-process",
}

func with(base, more map[string]string) map[string]string {
	all := map[string]string{}
	for _, part := range []map[string]string{base, more} {
		for key, value := range part {
			all[key] = value
		}
	}
	return all
}

// standardFixtures is the directory of the fixtures, in the module cache.
func standardFixtures(t *testing.T) string {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "go", "list", "-m", "-f", "{{.Dir}}", "k8s.io/pod-security-admission").Output()
	if err != nil {
		t.Fatalf("find the module of the Pod Security Standards: %v", err)
	}
	return filepath.Join(strings.TrimSpace(string(out)), "test", "testdata")
}

// newestVersion is the directory of the highest v1.<minor>.
func newestVersion(t *testing.T, dir string) string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	newest := -1
	for _, entry := range entries {
		if minor, err := strconv.Atoi(strings.TrimPrefix(entry.Name(), "v1.")); err == nil {
			newest = max(newest, minor)
		}
	}
	return filepath.Join(dir, fmt.Sprintf("v1.%d", newest))
}

func compileProfile(t *testing.T, profile string) *policy.Evaluator {
	t.Helper()
	source := policy.Source{Name: "policies", FS: os.DirFS(".")}
	evaluator, err := policy.Compile(context.Background(), []policy.Source{source}, policy.Settings{Profile: profile})
	if err != nil {
		t.Fatal(err)
	}
	return evaluator
}

func checkFixture(t *testing.T, evaluator *policy.Evaluator, file, name string, wantPass bool) {
	found := rulesFound(t, evaluator, file)
	agrees := (len(found) == 0) == wantPass
	reason, onPurpose := differences[name]
	switch {
	case agrees && onPurpose:
		t.Errorf("differs no more, although: %s", reason)
	case !agrees && !onPurpose:
		t.Errorf("found %v", found)
	}
}

// rulesFound lists the rules that report something in a file.
func rulesFound(t *testing.T, evaluator *policy.Evaluator, file string) []string {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	documents := document.Load(filepath.Base(file), text, document.Options{})
	if len(documents) != 2 {
		t.Fatalf("%s holds %d documents, want a file and a Pod", file, len(documents))
	}
	var rules []string
	for _, doc := range documents {
		results, err := evaluator.Evaluate(context.Background(), doc)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range results {
			rules = append(rules, r.Rule)
		}
	}
	return rules
}
