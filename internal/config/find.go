package config

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
)

// Names are the places a configuration may stand at in a directory.
var Names = []string{".guard.yaml", ".github/guard.yaml"}

// The most bytes that are read.
const (
	maxConfig   = 1 << 20
	maxBaseline = 100 << 20
	maxSnapshot = 8 << 20
)

// Find looks for the configuration in dir and the directories above it, up to
// the root of fsys. It returns its path and bytes; the path is "" where there
// is none.
func Find(fsys fs.FS, dir string) (file string, data []byte, err error) {
	for dir = path.Clean(dir); ; dir = path.Dir(dir) {
		for _, name := range Names {
			file = path.Join(dir, name)
			data, err = Read(fsys, file)
			if err == nil {
				return file, data, nil
			}
			if !errors.Is(err, fs.ErrNotExist) {
				return "", nil, err
			}
		}
		if dir == "." || dir == "/" {
			return "", nil, nil
		}
	}
}

// Read reads a whole file of at most 1 MiB.
func Read(fsys fs.FS, file string) ([]byte, error) { return read(fsys, file, maxConfig) }

// ReadBaseline reads a whole file of at most 100 MiB.
func ReadBaseline(fsys fs.FS, file string) ([]byte, error) { return read(fsys, file, maxBaseline) }

// ReadSnapshot reads a whole file of at most 8 MiB.
func ReadSnapshot(fsys fs.FS, file string) ([]byte, error) { return read(fsys, file, maxSnapshot) }

// read reads a regular file. It looks before it opens: opening a named pipe
// might never return.
func read(fsys fs.FS, file string, most int64) ([]byte, error) {
	info, err := fs.Stat(fsys, file)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, &Error{Place: Place{File: file}, Message: "not a regular file"}
	}
	f, err := fsys.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, most+1))
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", file, err)
	}
	if int64(len(data)) > most {
		return nil, &Error{Place: Place{File: file}, Message: fmt.Sprintf("larger than %d MiB", most>>20)}
	}
	return data, nil
}
