package repository

import (
	"fmt"
	"path"
)

// Tracked reads which files Git has, as its index lists them: those of the last
// commit and those that were added since. The function tells of a path, relative to
// the root and with forward slashes, whether it is one of them or a directory that
// holds one.
func (r *Repository) Tracked() (func(path string) bool, error) {
	index, err := r.git.Storer.Index()
	if err != nil {
		return nil, fmt.Errorf("read the index of the Git repository: %w", err)
	}
	known := make(map[string]bool, len(index.Entries))
	for _, entry := range index.Entries {
		for p := entry.Name; p != "." && p != "/" && !known[p]; p = path.Dir(p) {
			known[p] = true
		}
	}
	return func(p string) bool { return known[p] }, nil
}
