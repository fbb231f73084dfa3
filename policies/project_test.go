package policies_test

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"guard/internal/authoring"
	"guard/internal/check"
	"guard/internal/config"
	"guard/internal/finding"
	"guard/internal/policy"
)

// exampleDay is the day on which the examples of projects are checked.
var exampleDay = authoring.Day

// withoutExamples names the rules about a project that no directory can show.
var withoutExamples = map[string]string{
	"analysis/policy-change": "it needs two revisions of a repository",
}

// aboutProject tells whether a rule sees only what all files say together.
func aboutProject(r finding.Rule) bool { return authoring.AboutProject(r) }

// checkProjects checks <id>/bad and <id>/good as guard check would, each being
// a project of its own.
func checkProjects(t *testing.T, rule finding.Rule) {
	if reason := withoutExamples[rule.ID]; reason != "" {
		t.Skip("no example: " + reason)
	}
	for _, kind := range []string{"bad", "good"} {
		t.Run(kind, func(t *testing.T) {
			for _, problem := range projectProblems(t, rule.ID, kind) {
				t.Error(problem)
			}
		})
	}
}

func projectProblems(t *testing.T, id, kind string) []string {
	t.Helper()
	dir := path.Join(id, kind)
	root, err := filepath.Abs(filepath.Join("..", "testdata", "rules", filepath.FromSlash(dir)))
	if err != nil {
		t.Fatal(err)
	}
	examples := os.DirFS(filepath.Join("..", "testdata", "rules"))
	files := exampleFiles(t, examples, dir)
	wants := map[string][]*authoring.Want{}
	wanted := 0
	for _, file := range files {
		name := path.Join(dir, file)
		text, err := fs.ReadFile(examples, name)
		if err != nil {
			t.Fatal(err)
		}
		wants[file] = readWants(t, examples, name, string(text))
		wanted += len(wants[file])
	}
	var problems []string
	if problem := checkMarks(dir, files, wanted); problem != "" {
		problems = append(problems, problem)
	}
	for _, f := range checkProject(t, root) {
		if f.Rule == id && !authoring.Meet(wants[f.File], f) {
			problems = append(problems, fmt.Sprintf("unexpected %s: %s [%s]", f.Location, f.Message, f.Rule))
		}
	}
	return append(problems, unmet(wants)...)
}

func unmet(wants map[string][]*authoring.Want) []string {
	var problems []string
	for file, list := range wants {
		for _, w := range list {
			if !w.Met {
				problems = append(problems, fmt.Sprintf("%s:%d: nothing found that matches %s %q", file, w.Line, w.Rule, w.Message))
			}
		}
	}
	slices.Sort(problems)
	return problems
}

// checkProject runs guard check on a directory with all rules of the default
// profile, since what a waiver excuses is the business of others.
func checkProject(t *testing.T, root string) []finding.Finding {
	t.Helper()
	evaluator, err := policy.Compile(t.Context(), []policy.Source{policy.Builtin()}, policy.Settings{Now: exampleDay})
	if err != nil {
		t.Fatal(err)
	}
	outcome, err := check.Run(t.Context(), check.Options{
		Root: root, Dir: root, Paths: []string{"."},
		Evaluator: evaluator, Config: projectConfig(t, root), Now: exampleDay, Version: "test",
	})
	if err != nil {
		t.Fatal(err)
	}
	return outcome.Report.Findings
}

func projectConfig(t *testing.T, root string) *config.Config {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, ".guard.yaml"))
	if errors.Is(err, fs.ErrNotExist) {
		return config.Default()
	}
	if err != nil {
		t.Fatal(err)
	}
	loaded, err := config.Load(".guard.yaml", []byte(strings.TrimSpace(string(text))+"\n"))
	if err != nil {
		t.Fatal(err)
	}
	return loaded
}
