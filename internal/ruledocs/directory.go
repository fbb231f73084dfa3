package ruledocs

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// manifestName is the file in which the names of all files of a documentation
// stand, so that those of rules that are gone can be removed, and nobody else's.
const manifestName = ".guard-docs"

// maxManifest bounds a manifest, in bytes: 2000 rules with the longest names.
const maxManifest = 1 << 20

// ForeignError is a directory, or a file in it, that this package has not written
// and leaves alone.
type ForeignError struct{ Message string }

// Error says which, and what to do.
func (e *ForeignError) Error() string { return e.Message }

// Changes is what became of the files of a documentation, by their names.
type Changes struct{ Written, Removed []string }

// Write puts files into a directory, which is made where there is none. A directory
// that holds anything must be one that Write has filled in the same format before:
// of its files those that are not among the new ones are removed, and everything
// else in it stays. The error is a [ForeignError] where it is none, or where a file
// of somebody else is in the way; then nothing is changed.
func Write(dir string, f Format, files []File) (Changes, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return Changes{}, err
	}
	d, err := openDirectory(dir, f)
	if err != nil {
		return Changes{}, err
	}
	defer d.root.Close()
	plan, err := d.compare(files)
	if err != nil {
		return Changes{}, err
	}
	return plan, d.carryOut(plan, files)
}

// Compare says what [Write] would do, and does nothing. A directory that is not
// there is an error that is [fs.ErrNotExist].
func Compare(dir string, f Format, files []File) (Changes, error) {
	d, err := openDirectory(dir, f)
	if err != nil {
		return Changes{}, err
	}
	defer d.root.Close()
	return d.compare(files)
}

// directory is one that holds a documentation, or nothing.
type directory struct {
	root   *os.Root
	format Format
	made   []string // the files that an earlier Write has made
}

func openDirectory(dir string, f Format) (*directory, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	d := &directory{root: root, format: f}
	if err := d.readManifest(); err != nil {
		root.Close()
		return nil, err
	}
	return d, nil
}

func (d *directory) readManifest() error {
	text, err := readText(d.root, manifestName, maxManifest)
	if errors.Is(err, fs.ErrNotExist) {
		return d.wantEmpty()
	}
	if err != nil {
		return fmt.Errorf("%s: %w", manifestName, err)
	}
	head, names, _ := strings.Cut(text, "\n")
	if head != d.manifestHead() {
		return &ForeignError{fmt.Sprintf("it holds no pages in the format %s: %s begins with %q, expected %q", d.format.Name, manifestName, head, d.manifestHead())}
	}
	for name := range strings.Lines(names) {
		name = strings.TrimSuffix(name, "\n")
		if !d.makes(name) {
			return &ForeignError{fmt.Sprintf("%s names %q, which is no page of rules", manifestName, name)}
		}
		d.made = append(d.made, name)
	}
	return nil
}

func (d *directory) wantEmpty() error {
	file, err := d.root.Open(".")
	if err != nil {
		return err
	}
	defer file.Close()
	if _, err := file.Readdirnames(1); !errors.Is(err, io.EOF) {
		return &ForeignError{fmt.Sprintf("it holds files that guard policy docs has not written (there is no %s in it); name a new directory or an empty one", manifestName)}
	}
	return nil
}

func (d *directory) manifestHead() string {
	return "guard policy docs, format " + d.format.Name + ", version 1"
}

// makes tells whether a name is one of a page in the format.
func (d *directory) makes(name string) bool {
	id, page := strings.CutSuffix(name, d.format.extension)
	return name == d.format.index || page && ruleID.MatchString(id)
}

// compare says which files are not as they should be.
func (d *directory) compare(files []File) (Changes, error) {
	var c Changes
	for _, file := range files {
		text, err := readText(d.root, file.Name, int64(len(file.Text))+1)
		switch made := slices.Contains(d.made, file.Name); {
		case err == nil && text == file.Text:
		case errors.Is(err, fs.ErrNotExist) || made && (err == nil || errors.Is(err, errTooLong)):
			c.Written = append(c.Written, file.Name)
		case err == nil || errors.Is(err, errTooLong) || errors.Is(err, errIrregular):
			return Changes{}, &ForeignError{fmt.Sprintf("%s is there, and guard policy docs has not written it", file.Name)}
		default:
			return Changes{}, fmt.Errorf("%s: %w", file.Name, err)
		}
	}
	for _, name := range d.made {
		if slices.ContainsFunc(files, func(f File) bool { return f.Name == name }) {
			continue
		}
		if _, err := d.root.Lstat(filepath.FromSlash(name)); !errors.Is(err, fs.ErrNotExist) {
			c.Removed = append(c.Removed, name)
		}
	}
	return c, nil
}

// carryOut changes the directory. The manifest comes first and names what is there
// and what will be, so that whatever ends this, the next Write knows its own files.
func (d *directory) carryOut(c Changes, files []File) error {
	var names []string
	for _, file := range files {
		names = append(names, file.Name)
	}
	if err := d.writeManifest(slices.Concat(names, c.Removed)); err != nil {
		return err
	}
	for _, file := range files {
		if !slices.Contains(c.Written, file.Name) {
			continue
		}
		if err := d.put(file); err != nil {
			return err
		}
	}
	for _, name := range c.Removed {
		if err := d.root.Remove(filepath.FromSlash(name)); err != nil {
			return err
		}
		_ = d.root.Remove(filepath.FromSlash(path.Dir(name))) // where it is empty now
	}
	return d.writeManifest(names)
}

func (d *directory) writeManifest(names []string) error {
	slices.Sort(names)
	text := d.manifestHead() + "\n" + strings.Join(slices.Compact(names), "\n") + "\n"
	if old, err := readText(d.root, manifestName, maxManifest); err == nil && old == text {
		return nil
	}
	return d.put(File{manifestName, text})
}

// put writes a file. That nothing but a regular one is in its place was seen before.
func (d *directory) put(file File) error {
	name := filepath.FromSlash(file.Name)
	if err := d.root.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		return err
	}
	return d.root.WriteFile(name, []byte(file.Text), 0o644)
}

var (
	errTooLong   = errors.New("it is longer than expected")
	errIrregular = errors.New("it is no regular file")
)

// readText reads a regular file of at most so many bytes. It looks before it opens:
// opening a named pipe might never return.
func readText(root *os.Root, name string, most int64) (string, error) {
	name = filepath.FromSlash(name)
	info, err := root.Lstat(name)
	switch {
	case err != nil:
		return "", err
	case !info.Mode().IsRegular():
		return "", errIrregular
	case info.Size() > most:
		return "", errTooLong
	}
	text, err := root.ReadFile(name)
	return string(text), err
}
