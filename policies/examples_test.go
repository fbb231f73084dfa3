package policies_test

import (
	"fmt"
	"io/fs"
	"path"
	"testing"

	"guard/internal/authoring"
	"guard/internal/document"
	"guard/internal/policy"
)

// checkExamples wants the rule to report exactly what the files under
// <id>/bad say, and nothing in those under <id>/good.
func checkExamples(t *testing.T, evaluator *policy.Evaluator, examples fs.FS, id string) {
	for _, kind := range []string{"bad", "good"} {
		dir := path.Join(id, kind)
		files := exampleFiles(t, examples, dir)
		wanted := 0
		for _, file := range files {
			t.Run(kind+"/"+file, func(t *testing.T) {
				n, problems := checkExample(t, evaluator, examples, dir, file)
				wanted += n
				for _, problem := range problems {
					t.Error(problem)
				}
			})
		}
		if problem := checkMarks(dir, files, wanted); problem != "" {
			t.Error(problem)
		}
	}
}

// checkMarks wants examples, marks in bad ones and none in good ones.
func checkMarks(dir string, files []string, wanted int) string {
	switch bad := path.Base(dir) == "bad"; {
	case len(files) == 0:
		return "testdata/rules/" + dir + " holds no example"
	case bad && wanted == 0:
		return "nothing in testdata/rules/" + dir + " is marked with # want"
	case !bad && wanted > 0:
		return "testdata/rules/" + dir + " holds good examples, but something in it is marked with # want"
	}
	return ""
}

func exampleFiles(t *testing.T, examples fs.FS, dir string) []string {
	t.Helper()
	files, err := authoring.Files(examples, dir)
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// documentsOf loads an example, and tells it what stands beside it.
func documentsOf(t *testing.T, examples fs.FS, dir, file string, text []byte) []*document.Document {
	t.Helper()
	documents, err := authoring.Documents(t.Context(), examples, dir, file, text)
	if err != nil {
		t.Fatal(err)
	}
	return documents
}

// checkExample compares what is found in a file with what it says, and
// returns how much it said.
func checkExample(t *testing.T, evaluator *policy.Evaluator, examples fs.FS, dir, file string) (wanted int, problems []string) {
	text, err := fs.ReadFile(examples, path.Join(dir, file))
	if err != nil {
		t.Fatal(err)
	}
	wants := readWants(t, examples, path.Join(dir, file), string(text))
	for _, result := range evaluateExample(t, evaluator, examples, dir, file, text) {
		if !authoring.Meet(wants, result.Finding) {
			problems = append(problems, fmt.Sprintf("unexpected %s:%d:%d: %s [%s] at %s", file, result.Line, result.Column, result.Message, result.Rule, result.Path))
		}
	}
	for _, w := range wants {
		if !w.Met {
			problems = append(problems, fmt.Sprintf("%s:%d: nothing found that matches %s %q", file, w.Line, w.Rule, w.Message))
		}
	}
	return len(wants), problems
}

func evaluateExample(t *testing.T, evaluator *policy.Evaluator, examples fs.FS, dir, file string, text []byte) []policy.Result {
	t.Helper()
	var results []policy.Result
	for _, doc := range documentsOf(t, examples, dir, file, text) {
		found, err := evaluator.Evaluate(t.Context(), doc)
		if err != nil {
			t.Errorf("evaluate %s: %v", file, err)
		}
		results = append(results, found...)
	}
	return results
}

// readWants reads the expectations in a file, and in its sidecar.
func readWants(t *testing.T, examples fs.FS, name, text string) []*authoring.Want {
	t.Helper()
	wants, err := authoring.ReadWants(examples, name, text)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return wants
}
