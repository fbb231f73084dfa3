package policies_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"guard/internal/document"
	"guard/internal/policy"
)

// want is one expectation written into an example file.
type want struct {
	line    int
	rule    string
	message *regexp.Regexp
	met     bool
}

// wantComment is # want <id> "regexp" at the end of the offending line, or
// # want-next <id> "regexp" on a line of its own above it. Several may stand
// behind each other.
var wantComment = regexp.MustCompile(`#\s*want(-next)?\s+([a-z-]+/[a-z0-9-]+)\s+("(?:[^"\\]|\\.)*")`)

// sidecarWant is a line of <file>.want, for formats without comments.
var sidecarWant = regexp.MustCompile(`^(\d+)\s+([a-z-]+/[a-z0-9-]+)\s+("(?:[^"\\]|\\.)*")$`)

// checkExamples wants the rule to report exactly what the files under
// testdata/rules/<id>/bad say, and nothing in those under good.
func checkExamples(t *testing.T, source policy.Source, id string) {
	evaluator, err := policy.Compile(context.Background(), []policy.Source{source}, policy.Settings{Only: []string{id}})
	if err != nil {
		t.Fatal(err)
	}
	for _, kind := range []string{"bad", "good"} {
		dir := filepath.Join("..", "testdata", "rules", filepath.FromSlash(id), kind)
		files := exampleFiles(t, dir)
		if len(files) == 0 {
			t.Errorf("%s holds no example", dir)
		}
		wanted := 0
		for _, file := range files {
			t.Run(kind+"/"+file, func(t *testing.T) { wanted += checkExample(t, evaluator, dir, file) })
		}
		if kind == "bad" && wanted == 0 && len(files) > 0 {
			t.Errorf("nothing in %s is marked with # want", dir)
		}
		if kind == "good" && wanted > 0 {
			t.Errorf("%s holds good examples, but something in it is marked with # want", dir)
		}
	}
}

func exampleFiles(t *testing.T, dir string) []string {
	t.Helper()
	var files []string
	err := filepath.WalkDir(dir, func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || strings.HasSuffix(name, ".want") {
			return err
		}
		relative, err := filepath.Rel(dir, name)
		files = append(files, filepath.ToSlash(relative))
		return err
	})
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		t.Fatal(err)
	}
	return files
}

// checkExample compares what is found in a file with what it says, and
// returns how much it said.
func checkExample(t *testing.T, evaluator *policy.Evaluator, dir, file string) int {
	text, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(file)))
	if err != nil {
		t.Fatal(err)
	}
	wants := readWants(t, filepath.Join(dir, filepath.FromSlash(file)), string(text))
	for _, result := range evaluateExample(t, evaluator, dir, file, text) {
		if !meet(wants, result) {
			t.Errorf("unexpected %s:%d:%d: %s [%s] at %s", file, result.Line, result.Column, result.Message, result.Rule, result.Path)
		}
	}
	for _, w := range wants {
		if !w.met {
			t.Errorf("%s:%d: nothing found that matches %s %q", file, w.line, w.rule, w.message)
		}
	}
	return len(wants)
}

func evaluateExample(t *testing.T, evaluator *policy.Evaluator, dir, file string, text []byte) []policy.Result {
	t.Helper()
	var results []policy.Result
	for _, doc := range document.Load(file, text, document.Options{Lookup: lookupIn(dir)}) {
		found, err := evaluator.Evaluate(context.Background(), doc)
		if err != nil {
			t.Errorf("evaluate %s: %v", file, err)
		}
		results = append(results, found...)
	}
	return results
}

func lookupIn(dir string) func(string) ([]byte, error) {
	root := os.DirFS(dir)
	return func(name string) ([]byte, error) { return fs.ReadFile(root, path.Clean(name)) }
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
func readWants(t *testing.T, name, text string) []*want {
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
	sidecar, err := os.ReadFile(name + ".want")
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
