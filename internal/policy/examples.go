package policy

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"strings"

	"guard/internal/finding"
)

// Examples returns the first file that breaks a rule of this source and the
// first that keeps it, without the marks that tests read. A source without
// examples has none.
func (s Source) Examples(id string) ([]finding.RuleExample, error) {
	var examples []finding.RuleExample
	if s.ExampleFS == nil {
		return nil, nil
	}
	for _, kind := range []string{"bad", "good"} {
		example, ok, err := s.example(path.Join(id, kind))
		if err != nil {
			return nil, fmt.Errorf("read the examples of %s: %w", id, err)
		}
		if ok {
			example.Bad = kind == "bad"
			examples = append(examples, example)
		}
	}
	return examples, nil
}

// SettingsFile is the snapshot of a forge's settings beside an example, and
// RegistryFile what registries say of images. They are no examples themselves.
const (
	SettingsFile = "forge.json"
	RegistryFile = "registry.json"
)

// IsBeside tells whether a file only stands beside examples.
func IsBeside(name string) bool {
	return strings.HasSuffix(name, ".want") || path.Base(name) == SettingsFile || path.Base(name) == RegistryFile
}

// example reads the first file of a directory, in the order of names.
func (s Source) example(dir string) (example finding.RuleExample, ok bool, err error) {
	err = fs.WalkDir(s.ExampleFS, dir, func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || IsBeside(name) {
			return err
		}
		text, err := fs.ReadFile(s.ExampleFS, name)
		if err != nil {
			return err
		}
		example = finding.RuleExample{File: strings.TrimPrefix(name, dir+"/"), Text: withoutMarks(string(text))}
		ok = true
		return fs.SkipAll
	})
	if errors.Is(err, fs.ErrNotExist) {
		return example, false, nil
	}
	return example, ok, err
}

var (
	markLine = regexp.MustCompile(`(?m)^[ \t]*#[ \t]*want-next .*\n`)
	markEnd  = regexp.MustCompile(`(?m)[ \t]*#[ \t]*want [a-z-]+/[a-z0-9-]+ ".*$`)
)

// withoutMarks removes the comments that say what tests expect.
func withoutMarks(text string) string {
	return markEnd.ReplaceAllString(markLine.ReplaceAllString(text, ""), "")
}
