package policies_test

import (
	"io/fs"
	"maps"
	"os"
	"path"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"guard/internal/policy"
)

// shownWhole is a rule whose examples show all answers on all providers.
const shownWhole = "build/without-test"

// TestAnswersBite takes away what a rule is shown by, and wants that to be
// noticed.
func TestAnswersBite(t *testing.T) {
	for _, test := range []struct {
		name   string
		breach func(a *answers, files fstest.MapFS)
	}{
		{"nothing is unknown", func(_ *answers, files fstest.MapFS) {
			maps.DeleteFunc(files, func(name string, _ *fstest.MapFile) bool { return strings.Contains(name, "/unknown/") })
		}},
		{"what is unknown is found", func(_ *answers, files fstest.MapFS) {
			files[shownWhole+"/unknown/found.yml"] = files[shownWhole+"/bad/image.yml"]
		}},
		{"another line is marked", func(_ *answers, files fstest.MapFS) {
			edit(files, "/unknown/image.yml", func(text string) string { return "\n" + strings.Replace(text, "unknown", "unknown-next", 1) })
		}},
		{"another reason is marked", func(_ *answers, files fstest.MapFS) {
			edit(files, "/unknown/image.yml", func(text string) string { return strings.Replace(text, "what ./test.sh does", "why", 1) })
		}},
		{"nothing is marked", func(_ *answers, files fstest.MapFS) {
			edit(files, "/unknown/", func(text string) string { return strings.ReplaceAll(text, "# unknown", "#") })
		}},
		{"what is good is not known either", func(_ *answers, files fstest.MapFS) {
			edit(files, "/good/", func(text string) string { return strings.ReplaceAll(text, "pytest", "./test.sh") })
		}},
		{"it is exempt without need", func(a *answers, _ fstest.MapFS) { a.alwaysKnown = "whoever asks" }},
		{"it is said to be silent, and is not", func(a *answers, _ fstest.MapFS) { a.untold = "nobody asks" }},
	} {
		t.Run(test.name, func(t *testing.T) {
			files := copyOf(t, shownWhole)
			a := answers{evaluator: evaluatorOf(t, shelf{library: os.DirFS(".")}, shownWhole), examples: files, id: shownWhole}
			if problems := checkAnswers(t, a); len(problems) > 0 {
				t.Fatalf("what is shown whole is said not to be: %q", problems)
			}
			test.breach(&a, files)
			if len(checkAnswers(t, a)) == 0 {
				t.Error("nobody notices")
			}
		})
	}
}

// TestProvidersBite does the same to what a rule is shown on.
func TestProvidersBite(t *testing.T) {
	for _, test := range []struct {
		name   string
		breach func(files fstest.MapFS) (without map[string]string)
	}{
		{"a bad example is missing", func(files fstest.MapFS) map[string]string {
			delete(files, shownWhole+"/bad/azure-pipelines.yml")
			return nil
		}},
		{"a good example is missing", func(files fstest.MapFS) map[string]string {
			delete(files, shownWhole+"/good/.gitlab-ci.yml")
			return nil
		}},
		{"a bad example is good", func(files fstest.MapFS) map[string]string {
			files[shownWhole+"/bad/image.yml"] = files[shownWhole+"/good/image.yml"]
			return nil
		}},
		{"it is exempt without need", func(fstest.MapFS) map[string]string { return map[string]string{"azure": "it has none"} }},
		{"it is exempt from what does not exist", func(fstest.MapFS) map[string]string { return map[string]string{"jenkins": "it has none"} }},
	} {
		t.Run(test.name, func(t *testing.T) {
			files := copyOf(t, shownWhole)
			evaluator := evaluatorOf(t, shelf{library: os.DirFS(".")}, shownWhole)
			if problems := checkProviders(t, evaluator, files, shownWhole, nil); len(problems) > 0 {
				t.Fatalf("what is shown everywhere is said not to be: %q", problems)
			}
			if without := test.breach(files); len(checkProviders(t, evaluator, files, shownWhole, without)) == 0 {
				t.Error("nobody notices")
			}
		})
	}
}

// TestExemptions wants every exemption to be one of a rule that needs it.
func TestExemptions(t *testing.T) {
	rules := map[string]bool{}
	for _, r := range catalogue(t, shelf{library: os.DirFS(".")}) {
		rules[r.ID] = asksAnswers(r)
	}
	exempt := slices.Concat(slices.Collect(maps.Keys(alwaysKnown)), slices.Collect(maps.Keys(untold)), slices.Collect(maps.Keys(withoutProvider)))
	for _, id := range exempt {
		if !rules[id] {
			t.Errorf("%s is exempt, and no rule that is asked", id)
		}
		if alwaysKnown[id] != "" && untold[id] != "" {
			t.Errorf("%s is exempt twice", id)
		}
	}
}

// copyOf holds the examples of a rule, to be changed.
func copyOf(t *testing.T, id string) fstest.MapFS {
	t.Helper()
	files, examples := fstest.MapFS{}, os.DirFS("../testdata/rules")
	err := fs.WalkDir(examples, id, func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || path.Base(name) == policy.SettingsFile {
			return err
		}
		text, err := fs.ReadFile(examples, name)
		files[name] = &fstest.MapFile{Data: text}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func edit(files fstest.MapFS, part string, change func(string) string) {
	for name, file := range files {
		if strings.Contains(name, part) {
			files[name] = &fstest.MapFile{Data: []byte(change(string(file.Data)))}
		}
	}
}
