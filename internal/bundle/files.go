package bundle

import (
	"bytes"
	"io"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"
	"time"
)

// files are a tree in memory, by path.
type files map[string][]byte

// Open implements [fs.FS].
func (f files) Open(name string) (fs.File, error) {
	if !fs.ValidPath(name) {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrInvalid}
	}
	if data, ok := f[name]; ok {
		return &file{entry{name: path.Base(name), size: int64(len(data))}, bytes.NewReader(data)}, nil
	}
	if below := f.below(name); len(below) > 0 || name == "." {
		return &directory{entry: entry{name: path.Base(name), dir: true}, left: below}, nil
	}
	return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
}

// below lists what lies in a directory, sorted.
func (f files) below(dir string) []fs.DirEntry {
	prefix := dir + "/"
	if dir == "." {
		prefix = ""
	}
	found := map[string]fs.DirEntry{}
	for name, data := range f {
		rest, inside := strings.CutPrefix(name, prefix)
		if !inside {
			continue
		}
		first, _, deeper := strings.Cut(rest, "/")
		e := entry{name: first, dir: deeper}
		if !deeper {
			e.size = int64(len(data))
		}
		found[first] = fs.FileInfoToDirEntry(e)
	}
	return slices.SortedFunc(maps.Values(found), func(a, b fs.DirEntry) int { return strings.Compare(a.Name(), b.Name()) })
}

// entry describes a file or a directory.
type entry struct {
	name string
	size int64
	dir  bool
}

func (e entry) Name() string       { return e.name }
func (e entry) Size() int64        { return e.size }
func (e entry) ModTime() time.Time { return time.Time{} }
func (e entry) IsDir() bool        { return e.dir }
func (e entry) Sys() any           { return nil }

func (e entry) Mode() fs.FileMode {
	if e.dir {
		return fs.ModeDir | 0o555
	}
	return 0o444
}

type file struct {
	entry
	*bytes.Reader
}

func (f *file) Stat() (fs.FileInfo, error) { return f.entry, nil }
func (f *file) Size() int64                { return f.entry.size }
func (f *file) Close() error               { return nil }

type directory struct {
	entry
	left []fs.DirEntry
}

func (d *directory) Stat() (fs.FileInfo, error) { return d.entry, nil }
func (d *directory) Close() error               { return nil }

func (d *directory) Read([]byte) (int, error) {
	return 0, &fs.PathError{Op: "read", Path: d.name, Err: fs.ErrInvalid}
}

// ReadDir implements [fs.ReadDirFile].
func (d *directory) ReadDir(n int) ([]fs.DirEntry, error) {
	if n <= 0 {
		n = len(d.left)
	} else if len(d.left) == 0 {
		return nil, io.EOF
	}
	n = min(n, len(d.left))
	entries := d.left[:n]
	d.left = d.left[n:]
	return entries, nil
}
