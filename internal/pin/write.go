package pin

import (
	"bytes"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"strings"
)

// Write replaces a file below a directory by what it is changed to: another
// file takes its place at once, with the same mode. A file that is not what it
// was when it was read, and one that a symbolic link leads out of the
// directory to, is an error, and stays as it is.
func Write(dir, file string, f *Changed) error {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return err
	}
	defer root.Close()
	name, err := real(dir, file)
	if err == nil {
		err = replace(root, name, f)
	}
	if err != nil {
		return fmt.Errorf("write %s: %w", f.Name, err)
	}
	return nil
}

// real is the name of the file itself, behind symbolic links. What it says is
// no decision: nothing is opened but below the root.
func real(dir, file string) (string, error) {
	base, err := filepath.EvalSymlinks(dir)
	if err != nil {
		return "", err
	}
	target, err := filepath.EvalSymlinks(filepath.Join(base, filepath.FromSlash(file)))
	if err != nil {
		return "", err
	}
	rel, err := filepath.Rel(base, target)
	if err != nil || rel == ".." || strings.HasPrefix(rel, ".."+string(filepath.Separator)) {
		return "", errors.New("a symbolic link leads out of the directory")
	}
	return filepath.ToSlash(rel), nil
}

func replace(root *os.Root, name string, f *Changed) error {
	info, err := root.Lstat(name)
	if err != nil {
		return err
	}
	if !info.Mode().IsRegular() {
		return errors.New("not a regular file")
	}
	if err := unchanged(root, name, f.Before); err != nil {
		return err
	}
	temporary := path.Join(path.Dir(name), ".guard-"+rand.Text())
	if err := create(root, temporary, info.Mode().Perm(), f.After); err != nil {
		return errors.Join(err, ignoreMissing(root.Remove(temporary)))
	}
	if err := root.Rename(temporary, name); err != nil {
		return errors.Join(err, root.Remove(temporary))
	}
	return nil
}

func ignoreMissing(err error) error {
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	return err
}

func unchanged(root *os.Root, name string, before []byte) error {
	in, err := root.Open(name)
	if err != nil {
		return err
	}
	defer in.Close()
	now, err := io.ReadAll(io.LimitReader(in, int64(len(before))+1))
	if err == nil && !bytes.Equal(now, before) {
		err = errors.New("the file has changed since it was read")
	}
	return err
}

// create writes a new file whole: a disk that is full shows when it is synced
// or closed.
func create(root *os.Root, name string, mode os.FileMode, data []byte) error {
	out, err := root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = out.Write(data)
	for _, finish := range []func() error{func() error { return out.Chmod(mode) }, out.Sync, out.Close} {
		if failed := finish(); err == nil {
			err = failed
		}
	}
	return err
}
