package authoring

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"guard/internal/finding"
)

// ruleName is what a rule may be called.
var ruleName = lazily(`^[a-z][a-z0-9]*(-[a-z0-9]+)*/[a-z][a-z0-9]*(-[a-z0-9]+)*$`)

// maxName bounds the name of a rule, in bytes.
const maxName = 100

// ScaffoldError is a rule that cannot be scaffolded as it was asked for.
type ScaffoldError struct{ Message string }

// Error says what is wrong and what was expected.
func (e *ScaffoldError) Error() string { return e.Message }

// ScaffoldKinds lists the kinds of documents that rules are scaffolded for: *
// for images in files of every kind.
func ScaffoldKinds() []string {
	kinds := make([]string, len(sketches))
	for i, s := range sketches {
		kinds[i] = s.kind
	}
	return kinds
}

// Scaffold writes a rule, its unit tests, and a bad and a good example below
// dir: all pass, so that whoever wants a rule changes what works. It replaces
// no file. It returns the files, by their paths below dir.
func Scaffold(dir, id, kind string) ([]string, error) {
	i := slices.IndexFunc(sketches, func(s sketch) bool { return s.kind == kind })
	switch {
	case !ruleName().MatchString(id) || len(id) > maxName:
		return nil, &ScaffoldError{fmt.Sprintf("%q is no name for a rule, expected category/name, both of lower-case letters, digits and -", id)}
	case i < 0 && finding.Nearest(kind, ScaffoldKinds()) != "":
		return nil, &ScaffoldError{fmt.Sprintf("unknown kind %q, did you mean %q?", kind, finding.Nearest(kind, ScaffoldKinds()))}
	case i < 0:
		return nil, &ScaffoldError{fmt.Sprintf("unknown kind %q, expected one of %s", kind, strings.Join(ScaffoldKinds(), ", "))}
	}
	files := sketches[i].files(id)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	defer root.Close()
	return writeNew(root, files)
}

// file is a file to write.
type file struct{ name, text string }

// writeNew writes files of which none is there yet. Where one cannot be
// written none is left.
func writeNew(root *os.Root, files []file) ([]string, error) {
	for _, f := range files {
		if _, err := root.Lstat(filepath.FromSlash(f.name)); !errors.Is(err, fs.ErrNotExist) {
			return nil, &ScaffoldError{f.name + " is there already"}
		}
	}
	var names []string
	for _, f := range files {
		if err := writeOne(root, f); err != nil {
			for _, name := range names {
				_ = root.Remove(filepath.FromSlash(name)) // what is told is why it could not be written
			}
			return nil, err
		}
		names = append(names, f.name)
	}
	return names, nil
}

func writeOne(root *os.Root, f file) error {
	name := filepath.FromSlash(f.name)
	if err := root.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		return err
	}
	out, err := root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return err
	}
	_, err = out.WriteString(f.text)
	if err := errors.Join(err, out.Close()); err != nil {
		_ = root.Remove(name)
		return err
	}
	return nil
}

// files are those of a rule that is called id.
func (s sketch) files(id string) []file {
	category, name, _ := strings.Cut(strings.ReplaceAll(id, "-", "_"), "/")
	schema := s.kind
	if s.kind == "*" {
		schema = "input"
	}
	fill := strings.NewReplacer("@ID@", id, "@CATEGORY@", category, "@NAME@", name, "@KIND@", s.kind, "@SCHEMA@", schema,
		"@DENY@", s.deny, "@MORE@", strings.ReplaceAll(s.more, "@NAME@", name), "@PARSE@", s.parse, "@BAD@", s.rego(s.bad), "@GOOD@", s.rego(s.good), "@MESSAGE@", s.message, "@PATH@", s.path).Replace
	rule, examples := path.Join(category, name), path.Join(examplesBelow, id)
	files := []file{
		{rule + ".rego", fill(ruleSketch)},
		{rule + "_test.rego", fill(testSketch)},
		{path.Join(examples, "bad", s.file), s.bad},
		{path.Join(examples, "good", s.file), s.good},
	}
	want := fmt.Sprintf("%s %q", id, regexp.QuoteMeta(s.message))
	marked := strings.NewReplacer("@WANT@", "# want "+want, "@NEXT@", "# want-next "+want).Replace(s.bad)
	if marked == s.bad { // a whole file has no line
		return append(files, file{files[2].name + ".want", "0 " + want + "\n"})
	}
	files[2].text = marked
	return files
}
