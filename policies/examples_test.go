package policies_test

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"guard/internal/check"
	"guard/internal/config"
	"guard/internal/document"
	"guard/internal/pipeline/flow"
	"guard/internal/policy"
	"guard/internal/repository/forge"
)

// want is one expectation written into an example file.
type want struct {
	line    int
	rule    string
	message *regexp.Regexp
	met     bool
}

// ownImages are one's own in all examples, as if the configuration said so.
var ownImages = []string{"registry.example.com/team/**"}

// wantComment is # want <id> "regexp" at the end of the offending line, or
// # want-next <id> "regexp" on a line of its own above it. Several may stand
// behind each other.
var wantComment = regexp.MustCompile(`#\s*want(-next)?\s+([a-z-]+/[a-z0-9-]+)\s+("(?:[^"\\]|\\.)*")`)

// sidecarWant is a line of <file>.want, for formats without comments.
var sidecarWant = regexp.MustCompile(`^(\d+)\s+([a-z-]+/[a-z0-9-]+)\s+("(?:[^"\\]|\\.)*")$`)

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
	var files []string
	err := fs.WalkDir(examples, dir, func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || policy.IsBeside(name) {
			return err
		}
		files = append(files, strings.TrimPrefix(name, dir+"/"))
		return nil
	})
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		t.Fatal(err)
	}
	return files
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
		if !meet(wants, result) {
			problems = append(problems, fmt.Sprintf("unexpected %s:%d:%d: %s [%s] at %s", file, result.Line, result.Column, result.Message, result.Rule, result.Path))
		}
	}
	for _, w := range wants {
		if !w.met {
			problems = append(problems, fmt.Sprintf("%s:%d: nothing found that matches %s %q", file, w.line, w.rule, w.message))
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

// exampleOptions are those of a repository without a configuration that holds
// the files of a directory; a file's forge is that beside it.
func exampleOptions(examples fs.FS, dir, file string) document.Options {
	var environments []flow.Environment
	for _, e := range config.Default().Environments {
		environments = append(environments, flow.Environment(e))
	}
	pipelines := document.Pipelines{Environments: environments}
	return document.Options{
		Lookup: lookupIn(examples, dir), Own: ownImages,
		Pipelines: check.WithSnapshot(pipelines, snapshotIn(examples, dir, file), exampleDay),
	}
}

// snapshotIn reads the settings of the forge beside a file, or else beside all
// examples; nil where there are none.
func snapshotIn(examples fs.FS, dir, file string) *forge.Snapshot {
	text, err := fs.ReadFile(examples, path.Join(dir, path.Dir(file), policy.SettingsFile))
	if err != nil {
		text, err = fs.ReadFile(examples, path.Join(dir, policy.SettingsFile))
	}
	if err != nil {
		return nil
	}
	snapshot, err := forge.Load(text)
	if err != nil {
		panic(fmt.Sprintf("%s/%s: %v", dir, policy.SettingsFile, err))
	}
	return snapshot
}

// lookupIn reads the neighbours of an example file.
func lookupIn(examples fs.FS, dir string) func(string) ([]byte, error) {
	return func(name string) ([]byte, error) { return fs.ReadFile(examples, path.Join(dir, path.Clean("/"+name))) }
}

// meet marks the expectation that a result fulfils.
func meet(wants []*want, result policy.Result) bool {
	i := slices.IndexFunc(wants, func(w *want) bool {
		return !w.met && w.line == result.Line && w.rule == result.Rule && w.message.MatchString(result.Message)
	})
	if i < 0 {
		return false
	}
	wants[i].met = true
	return true
}

// readWants reads the expectations in a file, and in its sidecar.
func readWants(t *testing.T, examples fs.FS, name, text string) []*want {
	t.Helper()
	var wants []*want
	for i, line := range strings.Split(text, "\n") {
		for _, m := range wantComment.FindAllStringSubmatch(line, -1) {
			at := i + 1
			if m[1] != "" {
				at = nextLine(text, i)
			}
			wants = append(wants, newWant(t, at, m[2], m[3]))
		}
	}
	sidecar, err := fs.ReadFile(examples, name+".want")
	if err != nil {
		return wants
	}
	for _, line := range strings.Split(strings.TrimSpace(string(sidecar)), "\n") {
		m := sidecarWant.FindStringSubmatch(line)
		if m == nil {
			t.Fatalf("%s.want: %q is not of the form: line id \"regexp\"", name, line)
		}
		at, _ := strconv.Atoi(m[1])
		wants = append(wants, newWant(t, at, m[2], m[3]))
	}
	return wants
}

// nextLine is the number of the first line behind index i that holds no
// expectation itself.
func nextLine(text string, i int) int {
	lines := strings.Split(text, "\n")
	for i++; i < len(lines) && strings.Contains(lines[i], "want-next"); i++ {
	}
	return i + 1
}

func newWant(t *testing.T, line int, rule, quoted string) *want {
	t.Helper()
	text, err := strconv.Unquote(quoted)
	if err != nil {
		text = strings.Trim(quoted, `"`)
	}
	message, err := regexp.Compile(text)
	if err != nil {
		t.Fatal(fmt.Errorf("line %d: want %s: %w", line, rule, err))
	}
	return &want{line: line, rule: rule, message: message}
}
