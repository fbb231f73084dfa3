package authoring

import (
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// examplesBelow is where the examples of rules are.
const examplesBelow = "testdata/rules"

// exampleTree is a directory of examples: <category>/<name>/{bad,good}/.
type exampleTree struct {
	name   string // for messages
	fsys   fs.FS
	dir    string // where it lies
	inside bool   // in the library's directory, so that all of them are of its rules
}

// findExamples opens the examples of a directory's rules. They stand in
// testdata/rules of a directory that holds categories of rules, or else beside
// it, wherever below dir it is: so the examples are the same for a directory
// and one above it.
func findExamples(dir, name string, fsys fs.FS) []exampleTree {
	var trees []exampleTree
	var seen []string
	for _, holder := range holders(fsys) {
		for _, below := range []string{path.Join(holder, examplesBelow), path.Join(holder, "..", examplesBelow)} {
			if slices.Contains(seen, below) {
				break
			}
			at := filepath.Join(dir, filepath.FromSlash(below))
			if root, err := os.OpenRoot(at); err == nil {
				seen = append(seen, below)
				trees = append(trees, exampleTree{path.Join(name, below), root.FS(), at, !strings.HasPrefix(below, "../")})
				break
			}
		}
	}
	return trees
}

// holders lists the directories that hold categories of rules, the whole first.
func holders(fsys fs.FS) []string {
	all := []string{"."}
	_ = fs.WalkDir(fsys, ".", func(name string, entry fs.DirEntry, err error) error {
		holder := path.Dir(path.Dir(name))
		if err == nil && !entry.IsDir() && path.Ext(name) == ".rego" && !slices.Contains(all, holder) {
			all = append(all, holder)
		}
		return nil // what cannot be read is told where the rules are loaded
	})
	return all
}
