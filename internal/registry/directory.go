package registry

import (
	"io"
	"os"
	"path"
)

// files are what a layout consists of, in a directory or an archive.
type files interface {
	// read gives a regular file of at most limit bytes.
	read(name string, limit int64) ([]byte, error)
}

// directory is a layout on disk. Links that lead out of it are not followed.
type directory struct{ root *os.Root }

func (d directory) read(name string, limit int64) ([]byte, error) {
	info, err := d.root.Stat(path.Clean(name))
	if err != nil {
		return nil, unreadable(err)
	}
	if !info.Mode().IsRegular() {
		return nil, invalid("%s is no regular file", name)
	}
	f, err := d.root.Open(name)
	if err != nil {
		return nil, unreadable(err)
	}
	defer f.Close()
	return readWhole(f, name, limit)
}

func readWhole(r io.Reader, name string, limit int64) ([]byte, error) {
	data, err := io.ReadAll(io.LimitReader(r, limit+1))
	switch {
	case err != nil:
		return nil, unreadable(err)
	case int64(len(data)) > limit:
		return nil, invalid("%s is larger than %d bytes", shorten(name), limit)
	}
	return data, nil
}
