package policies_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"guard/internal/authoring"
	"guard/internal/check"
	"guard/internal/finding"
	"guard/internal/policy"
)

// unproven says of an environment that the settings of its forge were not read,
// which no file can mend.
const unproven = "deploy/approval-gate-unproven"

// quiet names the bad pipelines of which the recommended profile tells nothing,
// and why.
var quiet = map[string]string{
	"services": "only the strict profile tells of a clean-up that a failed test skips",
}

// TestPipelines checks whole pipelines by the recommended profile, and wants
// exactly what is marked in them. Good ones are not marked.
func TestPipelines(t *testing.T) {
	dirs, err := filepath.Glob(filepath.Join("..", "testdata", "pipelines", "*", "*"))
	if err != nil || len(dirs) == 0 {
		t.Fatalf("there are no pipelines: %v", err)
	}
	for _, dir := range dirs {
		kind := filepath.Base(dir)
		t.Run(filepath.Base(filepath.Dir(dir))+"/"+kind, func(t *testing.T) {
			for _, problem := range pipelineProblems(t, dir) {
				t.Error(problem)
			}
		})
	}
}

func pipelineProblems(t *testing.T, dir string) []string {
	t.Helper()
	root, err := filepath.Abs(dir)
	if err != nil {
		t.Fatal(err)
	}
	wants := map[string][]*authoring.Want{}
	wanted := 0
	for _, file := range exampleFiles(t, os.DirFS(root), ".") {
		wants[file] = readWants(t, os.DirFS(root), file, readText(t, filepath.Join(root, file)))
		wanted += len(wants[file])
	}
	var problems []string
	silent := filepath.Base(dir) == "good" || quiet[filepath.Base(filepath.Dir(dir))] != ""
	if silent != (wanted == 0) {
		problems = append(problems, fmt.Sprintf("%d findings are marked", wanted))
	}
	for _, f := range checkProject(t, root) {
		if f.Rule != unproven && !authoring.Meet(wants[f.File], f) {
			problems = append(problems, fmt.Sprintf("unexpected %s: %s [%s]", f.Location, f.Message, f.Rule))
		}
	}
	return append(problems, unmet(wants)...)
}

// TestPipelines_StrictTellsOfACleanUp is about the fault that the recommended
// profile leaves out.
func TestPipelines_StrictTellsOfACleanUp(t *testing.T) {
	for kind, want := range map[string]int{"bad": 1, "good": 0} {
		root, err := filepath.Abs(filepath.Join("..", "testdata", "pipelines", "services", kind))
		if err != nil {
			t.Fatal(err)
		}
		if got := checkOnly(t, root, "pipeline/teardown-not-always", nil).Findings; len(got) != want {
			t.Errorf("%s: got %v, want %d findings", kind, got, want)
		}
	}
}

// TestTestMissing_LooksAtTheWholeRepository asks about tests that stand in
// another file than the deployment.
func TestTestMissing_LooksAtTheWholeRepository(t *testing.T) {
	const (
		deploys = "on: {push: {branches: [main]}}\njobs: {ship: {runs-on: x, steps: [{run: kubectl apply -f k8s/}]}}\n"
		tests   = "on: pull_request\njobs: {tests: {runs-on: x, steps: [{run: pytest}]}}\n"
		nightly = "on: {schedule: [{cron: '0 3 * * *'}]}\njobs: {tests: {runs-on: x, steps: [{run: pytest}]}}\n"
		script  = "on: push\njobs: {tests: {runs-on: x, steps: [{run: ./ci.sh}]}}\n"
		pushes  = "on: {push: {branches: [main]}}\njobs: {image: {runs-on: x, steps: [{run: docker push registry.example.com/shop:1.4.2}]}}\n"
	)
	for _, test := range []struct {
		name  string
		files map[string]string // below .github/workflows, unless they begin with /
		paths []string
		want  []string // files with a finding
		doubt string   // in what is said not to be known
	}{
		{"a deployment alone", map[string]string{"ship.yml": deploys}, nil, []string{"ship.yml"}, ""},
		{"tests in another workflow", map[string]string{"ship.yml": deploys, "tests.yml": tests}, nil, nil, ""},
		{"tests that no change runs", map[string]string{"ship.yml": deploys, "tests.yml": nightly}, nil, []string{"ship.yml"}, ""},
		{"what cannot be seen into", map[string]string{"ship.yml": deploys, "tests.yml": script}, nil, nil, "what ./ci.sh does in job tests, step 1 cannot be seen"},
		{"two deployments are one fault", map[string]string{"a.yml": deploys, "b.yml": deploys}, nil, []string{"a.yml"}, ""},
		{"of a push another rule tells", map[string]string{"a.yml": deploys, "b.yml": pushes}, nil, nil, ""},
		{"a pipeline of another system", map[string]string{"ship.yml": deploys, "/Jenkinsfile": "pipeline {}\n"}, nil, nil, "what Jenkinsfile does was not read"},
		{"a workflow that cannot be read", map[string]string{"ship.yml": deploys, "tests.yml": "on: push\njobs: [\n"}, nil, nil, "what .github/workflows/tests.yml does was not read"},
		{"one file of many", map[string]string{"ship.yml": deploys, "tests.yml": tests}, []string{".github/workflows/ship.yml"}, nil, "the rest of the repository"},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, incomplete := missingTests(t, test.files, test.paths)
			if !slices.Equal(got, test.want) {
				t.Errorf("found in %v, want %v", got, test.want)
			}
			if !strings.Contains(incomplete, test.doubt) || test.doubt == "" && incomplete != "" {
				t.Errorf("not looked at: %q, want %q", incomplete, test.doubt)
			}
		})
	}
}

// missingTests checks files and returns those with a finding of
// pipeline/test-missing, and what is said not to be known.
func missingTests(t *testing.T, files map[string]string, paths []string) (found []string, incomplete string) {
	t.Helper()
	root := t.TempDir()
	for name, text := range files {
		if !strings.HasPrefix(name, "/") {
			name = ".github/workflows/" + name
		}
		file := filepath.Join(root, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	report := checkOnly(t, root, "pipeline/test-missing", paths)
	for _, f := range report.Findings {
		found = append(found, filepath.Base(f.File))
	}
	for _, i := range report.Incomplete {
		incomplete += i.Reason + "\n"
	}
	return found, incomplete
}

func checkOnly(t *testing.T, root, rule string, paths []string) *finding.Report {
	t.Helper()
	evaluator, err := policy.Compile(t.Context(), []policy.Source{policy.Builtin()}, policy.Settings{Now: exampleDay, Only: []string{rule}})
	if err != nil {
		t.Fatal(err)
	}
	if paths == nil {
		paths = []string{"."}
	}
	outcome, err := check.Run(t.Context(), check.Options{
		Root: root, Dir: root, Paths: paths,
		Evaluator: evaluator, Config: projectConfig(t, root), Now: exampleDay, Version: "test",
	})
	if err != nil {
		t.Fatal(err)
	}
	return outcome.Report
}
