package policies_test

import (
	"io/fs"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"guard/internal/policy"
)

// TestRules runs, for every rule on its own, its unit tests and its example
// files. A broken rule does not keep the others from being tested:
//
//	go test ./policies -run 'TestRules/image/tag-latest'
func TestRules(t *testing.T) {
	library, examples := os.DirFS("."), os.DirFS("../testdata/rules")
	for _, category := range categories(t, library) {
		t.Run(category, func(t *testing.T) {
			for _, id := range rulesIn(t, library, category) {
				t.Run(path.Base(id), func(t *testing.T) { testRule(t, library, examples, id) })
			}
		})
	}
}

func testRule(t *testing.T, library, examples fs.FS, id string) {
	source := policy.Source{Name: "policies", FS: only(t, library, id)}
	t.Run("unit", func(t *testing.T) { runUnitTests(t, source, "rules/") })
	evaluator, err := policy.Compile(t.Context(), []policy.Source{source}, policy.Settings{Only: []string{id}, Now: exampleDay})
	if err != nil {
		t.Fatal(err)
	}
	rule := evaluator.Rules()[0]
	t.Run("conventions", func(t *testing.T) { checkConventions(t, shelf{library: library, examples: examples}, rule) })
	if aboutProject(rule) {
		t.Run("examples", func(t *testing.T) { checkProjects(t, rule) })
		return
	}
	t.Run("examples", func(t *testing.T) { checkExamples(t, evaluator, examples, id) })
	t.Run("encodings", func(t *testing.T) { checkEncodings(t, evaluator, examples, id) })
	t.Run("optional", func(t *testing.T) { checkOptional(t, evaluator, examples, id) })
	if asksAnswers(rule) {
		t.Run("answers", func(t *testing.T) {
			report(t, checkAnswers(t, answers{evaluator, examples, id, alwaysKnown[id], untold[id]}))
		})
	}
	if asksProviders(rule) {
		t.Run("providers", func(t *testing.T) { report(t, checkProviders(t, evaluator, examples, id, withoutProvider[id])) })
	}
}

func report(t *testing.T, problems []string) {
	t.Helper()
	for _, problem := range problems {
		t.Error(problem)
	}
}

// TestLibraryCompilesAsAWhole proves all rules together, as users' rules are
// proved.
func TestLibraryCompilesAsAWhole(t *testing.T) {
	for _, profile := range policy.Profiles {
		t.Run(profile, func(t *testing.T) {
			source := policy.Source{Name: "policies", FS: os.DirFS(".")}
			if _, err := policy.Compile(t.Context(), []policy.Source{source}, policy.Settings{Profile: profile}); err != nil {
				t.Fatal(err)
			}
		})
	}
}

// TestLibraries runs the unit tests of each shared module, and wants all of it
// to be reached by its own tests and those of the rules together.
func TestLibraries(t *testing.T) {
	files, err := fs.Glob(os.DirFS("."), "lib/*.rego")
	if err != nil {
		t.Fatal(err)
	}
	if len(files) == 0 {
		t.Skip("there are no shared modules")
	}
	runUnitTests(t, policy.Source{Name: "policies", FS: os.DirFS(".")}, "lib/")
}

// runUnitTests runs all tests of a source. It reports those below a directory,
// and wants all lines of the modules there to be reached.
func runUnitTests(t *testing.T, source policy.Source, covered string) {
	report, err := policy.RunTests(t.Context(), []policy.Source{source}, policy.TestOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if len(report.Tests) == 0 {
		t.Error("the rule has no unit tests")
	}
	for _, result := range report.Tests {
		if !strings.HasPrefix(result.Place.File, source.Name+"/"+covered) {
			continue
		}
		t.Run(result.Name, func(t *testing.T) { reportUnit(t, result) })
	}
	for _, place := range report.Uncovered {
		if strings.HasPrefix(place.File, source.Name+"/"+covered) {
			t.Errorf("%s:%d: no unit test reaches this line", place.File, place.Line)
		}
	}
}

func reportUnit(t *testing.T, result policy.TestResult) {
	if result.Output != "" {
		t.Logf("printed:\n%s", result.Output)
	}
	switch {
	case result.Err != nil:
		t.Errorf("%s:%d: %v", result.Place.File, result.Place.Line, result.Err)
	case !result.Passed:
		t.Errorf("%s:%d: failed at %s", result.Place.File, result.Place.Line, result.Where)
	}
}

func categories(t *testing.T, library fs.FS) []string {
	t.Helper()
	entries, err := fs.ReadDir(library, "rules")
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, entry := range entries {
		if entry.IsDir() {
			names = append(names, entry.Name())
		}
	}
	return names
}

func rulesIn(t *testing.T, library fs.FS, category string) []string {
	t.Helper()
	files, err := fs.Glob(library, "rules/"+category+"/*.rego")
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	for _, file := range files {
		if name := strings.TrimSuffix(path.Base(file), ".rego"); !isUnitTest(files, file) {
			ids = append(ids, category+"/"+strings.ReplaceAll(name, "_", "-"))
		}
	}
	return ids
}

// isUnitTest tells whether a file holds the tests of a rule among the files: a
// rule may itself be named so.
func isUnitTest(files []string, file string) bool {
	base, is := strings.CutSuffix(file, "_test.rego")
	return is && slices.Contains(files, base+".rego")
}

var libReference = regexp.MustCompile(`data\.guard\.lib\.([a-z0-9_]+)`)

// only is the part of the library that one rule consists of: the rule, its
// tests, and the shared modules that these refer to.
func only(t *testing.T, library fs.FS, id string) fs.FS {
	t.Helper()
	part := fstest.MapFS{}
	base := "rules/" + strings.ReplaceAll(id, "-", "_")
	pending := []string{base + ".rego", base + "_test.rego"}
	for len(pending) > 0 {
		name := pending[0]
		pending = pending[1:]
		text, err := fs.ReadFile(library, name)
		if err != nil {
			continue // a missing test or library is told by the loader
		}
		part[name] = &fstest.MapFile{Data: text}
		for _, m := range libReference.FindAllStringSubmatch(string(text), -1) {
			if file := "lib/" + m[1] + ".rego"; part[file] == nil && !slices.Contains(pending, file) {
				pending = append(pending, file)
			}
		}
	}
	return part
}
