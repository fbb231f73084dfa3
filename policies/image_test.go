package policies_test

import (
	"io/fs"
	"maps"
	"os"
	"path"
	"slices"
	"testing"
	"testing/fstest"

	"guard/internal/policy"
)

// TestImageRules_ReportOneFaultOnce wants every image in the bad examples to
// be reported by one rule of the category at most, and by the one its example
// is about; and none in the good examples to be reported by any.
func TestImageRules_ReportOneFaultOnce(t *testing.T) {
	library, images := os.DirFS("."), fstest.MapFS{}
	for _, id := range rulesIn(t, library, "image") {
		maps.Copy(images, only(t, library, id).(fstest.MapFS))
	}
	source := policy.Source{Name: "policies", FS: images}
	evaluator, err := policy.Compile(t.Context(), []policy.Source{source}, policy.Settings{Profile: policy.ProfileRecommended})
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range evaluator.Rules() {
		t.Run(r.ID, func(t *testing.T) {
			if slices.Contains(r.Profiles, policy.ProfileRecommended) {
				checkOnce(t, evaluator, r.ID)
			}
			checkSilent(t, evaluator, r.ID)
		})
	}
}

func checkOnce(t *testing.T, evaluator *policy.Evaluator, id string) {
	for file, results := range evaluateImages(t, evaluator, id+"/bad") {
		seen := map[string]string{}
		for _, result := range results {
			if seen[result.Path] != "" || result.Rule != id {
				t.Errorf("%s: %s is reported by %s after %q, wanted %s alone", file, result.Path, result.Rule, seen[result.Path], id)
			}
			seen[result.Path] = result.Rule
		}
		if len(seen) == 0 {
			t.Errorf("%s: nothing is reported", file)
		}
	}
}

func checkSilent(t *testing.T, evaluator *policy.Evaluator, id string) {
	for file, results := range evaluateImages(t, evaluator, id+"/good") {
		for _, result := range results {
			t.Errorf("%s:%d: %s [%s]", file, result.Line, result.Message, result.Rule)
		}
	}
}

// evaluateImages evaluates the examples in a directory, by file.
func evaluateImages(t *testing.T, evaluator *policy.Evaluator, dir string) map[string][]policy.Result {
	t.Helper()
	examples, found := os.DirFS("../testdata/rules"), map[string][]policy.Result{}
	for _, file := range exampleFiles(t, examples, dir) {
		text, err := fs.ReadFile(examples, path.Join(dir, file))
		if err != nil {
			t.Fatal(err)
		}
		found[file] = evaluateExample(t, evaluator, examples, dir, file, text)
	}
	return found
}
