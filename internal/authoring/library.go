package authoring

import (
	"context"
	"fmt"
	"os"
	"path"
	"path/filepath"

	"guard/internal/policy"
)

// Library is a directory of rules with their unit tests and examples.
type Library struct {
	Name    string          // of the directory, for messages
	Sources []policy.Source // with which its rules are loaded in production

	dir   string        // where the rules lie
	trees []exampleTree // the examples
}

// Open opens a directory of rules, which messages call by name. Nothing outside
// of it is read, but for the examples, which stand in testdata/rules in it or
// beside it, or so in or beside a directory below it that holds rules.
func Open(dir, name string) (*Library, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	name = path.Clean(filepath.ToSlash(name))
	return &Library{
		Name: name, dir: dir, Sources: policy.Beside(policy.Source{Name: name, FS: root.FS()}),
		trees: findExamples(dir, name, root.FS()),
	}, nil
}

// Builtin is the library that guard carries, with its examples.
func Builtin() *Library {
	source := policy.Builtin()
	return &Library{Name: source.Name, Sources: []policy.Source{source}, trees: []exampleTree{{name: examplesBelow, fsys: source.ExampleFS}}}
}

// Shipped is a library of which only the rules are there, without unit tests and
// examples, as in a bundle.
func Shipped(source policy.Source) *Library {
	return &Library{Name: source.Name, Sources: policy.Beside(source)}
}

// own is the directory itself.
func (l *Library) own() policy.Source { return l.Sources[len(l.Sources)-1] }

// EmptyError is about a directory without any rule.
type EmptyError struct{ Name string }

// Error names the directory.
func (e *EmptyError) Error() string {
	return fmt.Sprintf("%s holds no rule; guard policy new CATEGORY/NAME writes one", e.Name)
}

// Check proves the rules and their unit tests. Its error is [policy.Errors]
// where something is wrong with them, and [EmptyError] where there are none.
func (l *Library) Check(ctx context.Context) (policy.CheckReport, error) {
	report, err := policy.Check(ctx, l.Sources)
	if err == nil && report.Files == 0 {
		err = &EmptyError{l.Name}
	}
	return report, err
}
