package repository

import (
	"bytes"
	"io"
	"io/fs"
	"path"
	"time"

	"github.com/go-git/go-git/v5/plumbing/filemode"
)

// memoryFile is one file of a revision, whole in memory.
type memoryFile struct {
	name   string
	mode   fs.FileMode
	data   []byte
	reader *bytes.Reader
}

func (f *memoryFile) Read(p []byte) (int, error) {
	if f.reader == nil {
		f.reader = bytes.NewReader(f.data)
	}
	return f.reader.Read(p)
}

func (f *memoryFile) Close() error               { return nil }
func (f *memoryFile) Stat() (fs.FileInfo, error) { return f, nil }
func (f *memoryFile) Name() string               { return f.name }
func (f *memoryFile) Size() int64                { return int64(len(f.data)) }
func (f *memoryFile) Mode() fs.FileMode          { return f.mode }
func (f *memoryFile) ModTime() time.Time         { return time.Time{} }
func (f *memoryFile) IsDir() bool                { return f.mode.IsDir() }
func (f *memoryFile) Sys() any                   { return nil }

// memoryDirectory is one directory of a revision.
type memoryDirectory struct {
	memoryFile
	entries []fs.DirEntry
	next    int
}

// Stat describes the directory itself.
func (d *memoryDirectory) Stat() (fs.FileInfo, error) { return &d.memoryFile, nil }

// Read fails, as a directory has no bytes.
func (d *memoryDirectory) Read([]byte) (int, error) {
	return 0, &fs.PathError{Op: "read", Path: d.name, Err: fs.ErrInvalid}
}

// ReadDir returns the next n entries, or all that are left where n is not
// positive.
func (d *memoryDirectory) ReadDir(n int) ([]fs.DirEntry, error) {
	left := d.entries[d.next:]
	if n > 0 && len(left) == 0 {
		return nil, io.EOF
	}
	if n > 0 {
		left = left[:min(n, len(left))]
	}
	d.next += len(left)
	return left, nil
}

// revisionEntry is one entry of a directory of a revision.
type revisionEntry struct {
	rev  *Revision
	path string
	mode filemode.FileMode
}

func (e *revisionEntry) Name() string      { return path.Base(e.path) }
func (e *revisionEntry) IsDir() bool       { return e.mode == filemode.Dir }
func (e *revisionEntry) Type() fs.FileMode { return e.fileMode().Type() }

// Info describes the entry; a file is read for its size.
func (e *revisionEntry) Info() (fs.FileInfo, error) {
	if e.fileMode().Type()&^fs.ModeDir != 0 {
		return &memoryFile{name: e.Name(), mode: e.fileMode()}, nil
	}
	return fs.Stat(e.rev, e.path)
}

func (e *revisionEntry) fileMode() fs.FileMode {
	switch e.mode {
	case filemode.Dir:
		return fs.ModeDir | 0o555
	case filemode.Regular, filemode.Deprecated, filemode.Executable:
		return 0o444
	case filemode.Symlink:
		return fs.ModeSymlink | 0o444
	}
	return fs.ModeIrregular
}
