package authoring

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"guard/internal/policy"
)

// The bounds of what is read of examples.
const (
	maxExample  = 4 << 20 // bytes of one file
	maxExamples = 1000    // files of one directory
)

// Files lists the example files of a directory, by their paths in it. Where
// there is no such directory there are none.
func Files(examples fs.FS, dir string) ([]string, error) {
	var files []string
	err := fs.WalkDir(examples, dir, func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || policy.IsBeside(name) {
			return err
		}
		if len(files) == maxExamples {
			return fmt.Errorf("%s holds more than %d files", dir, maxExamples)
		}
		files = append(files, strings.TrimPrefix(name, dir+"/"))
		return nil
	})
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return files, err
}

// readSmall reads a file that is not too large. It looks before it opens:
// opening a named pipe might never return.
func readSmall(fsys fs.FS, name string) ([]byte, error) {
	info, err := fs.Stat(fsys, name)
	switch {
	case err != nil:
		return nil, err
	case !info.Mode().IsRegular():
		return nil, fmt.Errorf("%s is not a regular file", name)
	case info.Size() > maxExample:
		return nil, fmt.Errorf("%s has %d bytes, at most %d are read", name, info.Size(), maxExample)
	}
	return fs.ReadFile(fsys, name)
}
