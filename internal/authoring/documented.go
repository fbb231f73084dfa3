package authoring

import (
	"context"
	"fmt"
	"io/fs"
	"path"

	"guard/internal/policy"
)

// Documented is a rule with its examples.
type Documented struct {
	policy.Written
	Examples []Example // bad, good, then unknown
	More     int       // example files besides
}

// The bounds of the examples that people are shown.
const (
	maxShown      = 20       // files of one directory
	maxShownTotal = 64 << 20 // bytes of all files of a library
)

// Documented lists the rules by id, with their examples. The rules are proved first,
// as by [Library.Check], and the error is the same.
func (l *Library) Documented(ctx context.Context) ([]Documented, error) {
	if _, err := policy.Check(ctx, l.Sources); err != nil {
		return nil, err
	}
	written, err := policy.WrittenRules(l.Sources)
	if err != nil {
		return nil, err
	}
	if len(written) == 0 {
		return nil, &EmptyError{l.Name}
	}
	rules := make([]Documented, len(written))
	left := maxShownTotal
	for i, r := range written {
		rules[i].Written = r
		if err := l.exemplify(&rules[i], &left); err != nil {
			return nil, fmt.Errorf("read the examples of %s: %w", r.ID, err)
		}
		if err := ctx.Err(); err != nil {
			return nil, err
		}
	}
	return rules, nil
}

// exemplify reads the examples of a rule, of so many bytes at most.
func (l *Library) exemplify(d *Documented, left *int) error {
	for _, kind := range []ExampleKind{ExampleBad, ExampleGood, ExampleUnknown} {
		for _, tree := range l.trees {
			files, err := shownFiles(tree.fsys, path.Join(d.ID, string(kind)))
			if err != nil {
				return err
			}
			shown := files[:min(len(files), maxShown)]
			d.More += len(files) - len(shown)
			for _, file := range shown {
				example, err := tree.example(d.ID, kind, file, left)
				if err != nil {
					return err
				}
				d.Examples = append(d.Examples, example)
			}
		}
	}
	return nil
}

// shownFiles lists the examples of a directory, and what forge and registries say
// of them.
func shownFiles(examples fs.FS, dir string) ([]string, error) {
	files, err := Files(examples, dir)
	if err != nil || len(files) == 0 {
		return nil, err
	}
	for _, name := range []string{policy.SettingsFile, policy.RegistryFile} {
		if _, err := fs.Stat(examples, path.Join(dir, name)); err == nil {
			files = append(files, name)
		}
	}
	return files, nil
}

// example reads one file.
func (t exampleTree) example(id string, kind ExampleKind, file string, left *int) (Example, error) {
	name := path.Join(id, string(kind), file)
	text, err := readSmall(t.fsys, name)
	if err != nil {
		return Example{}, fmt.Errorf("%s: %w", path.Join(t.name, name), err)
	}
	if *left -= len(text); *left < 0 {
		return Example{}, fmt.Errorf("%s: the examples have more than %d bytes together", path.Join(t.name, name), maxShownTotal)
	}
	wants, err := ReadWants(t.fsys, name, string(text))
	if err != nil {
		return Example{}, fmt.Errorf("%s: %w", path.Join(t.name, name), err)
	}
	return newExample(id, kind, file, string(text), wants), nil
}
