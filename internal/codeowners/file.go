package codeowners

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
)

// Places are where a repository may have its file, the first that is there counts.
// https://docs.github.com/en/repositories/managing-your-repositorys-settings-and-features/customizing-your-repository/about-code-owners,
// https://docs.gitlab.com/user/project/codeowners/
var Places = []string{".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS", ".gitlab/CODEOWNERS"}

// MaxBytes is how many bytes of a file are read. GitHub takes no larger one.
const MaxBytes = 3 << 20

// File says who owns what. The zero value says it of nothing. It is not changed once
// it is read.
type File struct {
	Name     string    // where it stands in the repository
	Problems []Problem // lines that say nothing, or not all that they should, in order
	sections []section // the first is what stands before all
	gitLab   bool
}

// Problem is a line that cannot be taken as it is written.
type Problem struct {
	Line   int // 1-based; 0: the file as a whole
	Reason string
}

// section is a group of rules. In each, the last that matches counts.
type section struct {
	name   string // in lower case
	owners []string
	rules  []rule
}

type rule struct {
	pattern string // for doublestar
	shallow bool   // it ends in /*, and so is about no directory
	owners  []string
	out     bool // takes the path out of the section
}

// Find reads the file of a repository; nil where it has none. That it cannot be read
// is a problem of the file.
func Find(repository fs.FS) *File {
	for _, name := range Places {
		text, err := read(repository, name)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return &File{Name: name, Problems: []Problem{{Reason: "it is not used: " + err.Error()}}}
		}
		return Parse(name, text)
	}
	return nil
}

var errTooLarge = fmt.Errorf("it is larger than %d MiB", MaxBytes>>20)

// read looks before it opens: opening a named pipe might never return.
func read(repository fs.FS, name string) (string, error) {
	info, err := fs.Stat(repository, name)
	switch {
	case err != nil:
		return "", err
	case !info.Mode().IsRegular():
		return "", errors.New("it is no regular file")
	}
	f, err := repository.Open(name)
	if err != nil {
		return "", err
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, MaxBytes+1))
	if err == nil && len(text) > MaxBytes {
		err = errTooLarge
	}
	return string(text), err
}
