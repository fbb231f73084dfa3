package check

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"guard/internal/finding"
)

// maxFiles bounds how many files one run looks at.
const maxFiles = 1_000_000

// file is one file to look at, or one that could not be looked at.
type file struct {
	name  string // as reported, forward slashes
	scope *scope
	path  string // below the scope's root
	size  int64
	data  []byte // of standard input, which has no scope
}

// scope is a directory that paths are opened below, and never outside of.
type scope struct {
	root   *os.Root
	dir    string // absolute
	prefix string // what stands before a path of this scope in the report
}

func (s *scope) name(p string) string {
	if s.prefix == "" {
		return p
	}
	return strings.TrimSuffix(s.prefix, "/") + "/" + p
}

// skipped is something that was found and not looked at.
type skipped struct {
	name   string
	line   int // 0 for the file as a whole
	reason string
	unread bool // it should have been read, so the run is not whole
}

// discovery collects the files below the paths of a run, in order, each once.
type discovery struct {
	options *Options
	scopes  []*scope
	files   []file
	skipped []skipped
	ignored int
	left    []finding.Ignored // by what only guard goes by
	partial bool              // a path is a file: what stands beside it may not be looked at
	changed []string          // ignore files that differ from the trusted revision's
	links   []file            // symbolic links to regular files, for the end
	seen    map[string]bool
}

// discover finds all files below the paths. The caller closes the discovery.
func discover(ctx context.Context, o *Options) (*discovery, error) {
	d := &discovery{options: o, seen: map[string]bool{}}
	for _, p := range o.Paths {
		if err := d.add(ctx, p); err != nil {
			d.close()
			return nil, err
		}
	}
	d.addLinks()
	slices.SortFunc(d.files, func(a, b file) int { return cmp.Compare(a.name, b.name) })
	return d, nil
}

func (d *discovery) close() {
	for _, s := range d.scopes {
		s.root.Close()
	}
}

// add looks at one path as the user gave it.
func (d *discovery) add(ctx context.Context, given string) error {
	abs := given
	if !filepath.IsAbs(abs) {
		abs = filepath.Join(d.options.Dir, given)
	}
	info, err := os.Lstat(abs)
	if errors.Is(err, fs.ErrNotExist) {
		return &UsageError{fmt.Sprintf("%s: no such file or directory", given)}
	}
	if err != nil {
		d.skip(given, pathReason(err), true)
		return nil
	}
	s, below, err := d.scopeOf(given, abs, info)
	if err != nil {
		d.skip(given, pathReason(err), true)
		return nil
	}
	if info.Mode()&fs.ModeSymlink != 0 {
		if info, err = s.root.Stat(below); err != nil {
			d.skip(s.name(below), linkReason(err), true)
			return nil
		}
	}
	if info.IsDir() {
		return d.walk(ctx, s, below)
	}
	d.partial = true
	d.addFile(s, below, info, true)
	return nil
}

// scopeOf finds the root a path lies in: the root of the check, or for a path
// outside of it the path's own directory.
func (d *discovery) scopeOf(given, abs string, info fs.FileInfo) (s *scope, below string, err error) {
	dir, prefix := d.options.Root, ""
	rel, err := filepath.Rel(dir, abs)
	if err != nil || rel == ".." || strings.HasPrefix(rel, ".."+string(filepath.Separator)) {
		dir, prefix, rel = abs, filepath.ToSlash(filepath.Clean(given)), "."
		if !info.IsDir() {
			dir, rel = filepath.Dir(abs), filepath.Base(abs)
			prefix = path.Dir(prefix)
		}
	}
	for _, known := range d.scopes {
		if known.dir == dir {
			return known, filepath.ToSlash(rel), nil
		}
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, "", err
	}
	s = &scope{root: root, dir: dir, prefix: prefix}
	d.scopes = append(d.scopes, s)
	return s, filepath.ToSlash(rel), nil
}

// walk visits everything below a directory that is not ignored.
func (d *discovery) walk(ctx context.Context, s *scope, start string) error {
	ignores := newIgnores(s, start, d.options)
	defer func() {
		d.changed, d.left = append(d.changed, ignores.changed...), append(d.left, ignores.told(s)...)
	}()
	return fs.WalkDir(s.root.FS(), start, func(p string, entry fs.DirEntry, err error) error {
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case len(d.files) > maxFiles:
			return fmt.Errorf("more than %d files below %s", maxFiles, s.dir)
		case err != nil:
			d.skip(s.name(p), pathReason(err), true)
			return skipIfDir(entry)
		case p != start && (entry.Name() == ".git" || ignores.match(p, entry.IsDir())):
			d.countIgnored(entry)
			return skipIfDir(entry)
		case entry.IsDir():
			ignores.enter(p)
			return nil
		}
		return d.addEntry(s, p, entry)
	})
}

func (d *discovery) countIgnored(entry fs.DirEntry) {
	if entry.Name() != ".git" {
		d.ignored++
	}
}

func skipIfDir(entry fs.DirEntry) error {
	if entry != nil && entry.IsDir() {
		return fs.SkipDir
	}
	return nil
}

func (d *discovery) addEntry(s *scope, p string, entry fs.DirEntry) error {
	info, err := entry.Info()
	if err != nil {
		d.skip(s.name(p), pathReason(err), true)
		return nil
	}
	if info.Mode()&fs.ModeSymlink != 0 {
		d.addLink(s, p)
		return nil
	}
	d.addFile(s, p, info, false)
	return nil
}

// addFile takes a regular file; of everything else it says that it was not
// looked at, since opening it might never return.
func (d *discovery) addFile(s *scope, p string, info fs.FileInfo, named bool) {
	if !info.Mode().IsRegular() {
		d.skip(s.name(p), "not a regular file but "+modeName(info.Mode()), named || info.Mode()&fs.ModeSocket == 0)
		return
	}
	key := s.dir + "\x00" + p
	if d.seen[key] {
		return
	}
	d.seen[key] = true
	d.files = append(d.files, file{name: s.name(p), scope: s, path: p, size: info.Size()})
}

// addLink remembers a link to a file inside the root; other links are not
// followed, and named.
func (d *discovery) addLink(s *scope, p string) {
	info, err := s.root.Stat(p)
	switch {
	case err != nil:
		d.skip(s.name(p), linkReason(err), false)
	case info.Mode().IsRegular():
		d.links = append(d.links, file{name: s.name(p), scope: s, path: p, size: info.Size()})
	case info.IsDir():
		d.skipDirLink(s, p)
	default:
		d.skip(s.name(p), "a symbolic link to "+modeName(info.Mode())+", not followed", false)
	}
}

// skipDirLink names a link to a directory, unless that directory is looked at
// anyway because it lies below the root of the check.
func (d *discovery) skipDirLink(s *scope, p string) {
	target, err := filepath.EvalSymlinks(filepath.Join(s.dir, filepath.FromSlash(p)))
	if err == nil && slices.Contains(d.options.Paths, ".") && strings.HasPrefix(target, d.options.Root+string(filepath.Separator)) {
		return
	}
	d.skip(s.name(p), "a symbolic link to a directory, not followed", false)
}

// addLinks adds the links whose targets were not found by themselves.
func (d *discovery) addLinks() {
	for _, link := range d.links {
		target, err := filepath.EvalSymlinks(filepath.Join(link.scope.dir, filepath.FromSlash(link.path)))
		if err != nil {
			d.skip(link.name, linkReason(err), false)
			continue
		}
		if rel, err := filepath.Rel(link.scope.dir, target); err == nil && d.seen[link.scope.dir+"\x00"+filepath.ToSlash(rel)] {
			continue
		}
		d.files = append(d.files, link)
	}
}

func (d *discovery) skip(name, reason string, unread bool) {
	d.skipped = append(d.skipped, skipped{name: name, reason: reason, unread: unread})
}

func modeName(m fs.FileMode) string {
	switch {
	case m&fs.ModeNamedPipe != 0:
		return "a named pipe"
	case m&fs.ModeSocket != 0:
		return "a socket"
	case m&fs.ModeDevice != 0:
		return "a device"
	case m.IsDir():
		return "a directory"
	default:
		return "something else"
	}
}

// pathReason is an error of the file system without the path, which the
// report names anyway.
func pathReason(err error) string {
	var pathError *fs.PathError
	if errors.As(err, &pathError) {
		return "cannot be read: " + pathError.Err.Error()
	}
	return "cannot be read: " + err.Error()
}

func linkReason(err error) string {
	var pathError *fs.PathError
	if errors.As(err, &pathError) {
		err = pathError.Err
	}
	if errors.Is(err, fs.ErrNotExist) {
		return "a symbolic link to nothing"
	}
	return "a symbolic link that is not followed: " + err.Error()
}
