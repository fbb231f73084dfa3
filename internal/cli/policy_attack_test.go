package cli_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"guard/internal/finding"
	"guard/internal/policy/policytest"
)

// The bounds of an attack: by the linker, so that the test need not wait for
// those that guard is shipped with.
const (
	evaluationTime  = "1s"
	compilationTime = "10s"
	growth          = "268435456"

	attackTime   = 45 * time.Second // for hangs: others may use the machine, too
	attackMemory = 1 << 30
)

// RELIABILITY 48: rules that take time or memory without end are stopped, and
// the run ends with what it has found elsewhere and what it could not look at.
func TestCheck_StopsRulesThatDoNotEnd(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes half a minute")
	}
	guard := buildBounded(t)
	t.Run("and no large files", func(t *testing.T) { takesLargeFiles(t, guard) })
	two := make(chan struct{}, 2)
	for _, attack := range policytest.Attacks {
		t.Run(attack.Name, func(t *testing.T) {
			t.Parallel()
			two <- struct{}{}
			defer func() { <-two }()
			dir := tree(t, map[string]string{
				".guard.yaml":             "version: 1\npolicies: [policy]\n",
				"policy/" + attack.File(): attack.Text(),
				"Dockerfile":              "FROM nginx:latest\n",
				"pod.yaml":                strings.Replace(latestPod, "nginx:latest", attack.Image(), 1),
				"zzz.yaml":                strings.Replace(latestPod, "nginx:latest", attack.Image(), 1),
			})
			start := time.Now()
			p := runProgram(t, guard, dir, "check", "--jobs", "1", "-o", "json", "Dockerfile", "pod.yaml", "zzz.yaml")
			took := time.Since(start)
			t.Logf("exit code %d after %s with %d MiB", p.code, took.Round(time.Millisecond), p.peak>>20)
			if p.code != 3 || took > attackTime || p.peak > attackMemory {
				t.Errorf("exit code %d after %s with %d MiB; want 3, in time, and less than %d MiB\n%.2000s%.2000s", p.code, took, p.peak>>20, attackMemory>>20, p.out, p.err)
			}
			if attack.Compiling {
				if !strings.Contains(p.err, "compile the policies: it takes more than "+compilationTime) {
					t.Errorf("it is not told:\n%s", p.err)
				}
				return
			}
			var report finding.Report
			if err := json.Unmarshal([]byte(p.out), &report); err != nil {
				t.Fatalf("%v:\n%.1000s\n%s", err, p.out, p.err)
			}
			told := map[string]string{}
			for _, i := range report.Incomplete {
				told[i.File] = i.Reason
			}
			if !strings.Contains(told["pod.yaml"], attack.ID()) || told["zzz.yaml"] == "" {
				t.Errorf("it is not told which rule could not look: %q", told)
			}
			found := map[string]bool{}
			for _, f := range report.Findings {
				found[f.File] = true
			}
			if !found["Dockerfile"] || !attack.Deaf && !(found["pod.yaml"] && found["zzz.yaml"]) {
				t.Errorf("what other rules find is lost: %v", found)
			}
		})
	}
}

// takesLargeFiles checks files as large as any that are read, which a quarter of
// the memory that rules may take must be enough for.
func takesLargeFiles(t *testing.T, guard string) {
	var many, one strings.Builder
	for many.Len() < 9<<20 {
		many.WriteString(latestPod + "---\n")
	}
	one.WriteString("apiVersion: v1\nkind: Pod\nspec:\n  containers:\n")
	for one.Len() < 9<<20 {
		one.WriteString("    - {name: web, image: \"nginx:latest\", env: [{name: A, value: b}]}\n")
	}
	dir := tree(t, map[string]string{"many.yaml": many.String(), "one.yaml": one.String(), "text.txt": strings.Repeat("password = \"hunter2hunter2\"\n", 300_000)})
	p := runProgram(t, guard, dir, "check", "-o", "json", ".")
	t.Logf("exit code %d with %d MiB", p.code, p.peak>>20)
	if !strings.Contains(p.out, `"findings": [`) || strings.Contains(p.out+p.err, "of memory") {
		t.Errorf("taken for an attack: exit code %d\n%.2000s", p.code, p.err)
	}
}

// buildBounded builds guard as it is shipped, with less patience.
func buildBounded(t *testing.T) (program string) {
	t.Helper()
	program = filepath.Join(t.TempDir(), "guard")
	cmd := exec.Command("go", "build", "-trimpath", "-ldflags", "-X guard/internal/policy.evaluationTime="+evaluationTime+" -X guard/internal/policy.compilationTime="+compilationTime+" -X guard/internal/policy.growth="+growth, "-o", program, "guard/cmd/guard")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("build guard: %v\n%s", err, out)
	}
	return program
}
