package admission

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"path"
	"strings"
	"sync/atomic"
	"time"
)

// Reloader keeps the handler of a directory that may change: a ConfigMap, a
// checkout. A new set of rules counts as a whole once it compiles; until then,
// and where it does not, the last good one stays.
type Reloader struct {
	Dir     fs.FS
	Name    string // of the configuration in Dir; "": the default one
	Outside Outside

	current atomic.Pointer[Handler]
	problem atomic.Pointer[string]
	stamp   string
}

// The limits of a directory with a configuration.
const (
	maxConfigFiles = 10_000
	maxConfigBytes = 64 << 20
)

// Handler is the one that counts now; nil as long as none has compiled.
func (r *Reloader) Handler() *Handler { return r.current.Load() }

// Problem tells why what the directory holds now does not count; "" where it
// does.
func (r *Reloader) Problem() string {
	if p := r.problem.Load(); p != nil {
		return *p
	}
	return ""
}

// Load looks at the directory. Changed tells whether it holds something else
// than before; where that does not compile there is an error.
func (r *Reloader) Load(ctx context.Context) (changed bool, err error) {
	stamp, err := digestOf(r.Dir)
	if err == nil && stamp == r.stamp {
		return false, nil
	}
	var h *Handler
	if err == nil {
		h, err = Load(ctx, r.Dir, r.Name, r.Outside)
	}
	if err != nil {
		text := err.Error()
		r.problem.Store(&text)
		r.stamp = stamp
		return true, err
	}
	r.stamp = stamp
	r.problem.Store(nil)
	r.current.Store(h)
	return true, nil
}

// Watch looks at the directory again and again until the context ends, and
// tells of each change.
func (r *Reloader) Watch(ctx context.Context, every time.Duration, tell func(error)) {
	ticker := time.NewTicker(every)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
			if changed, err := r.Load(ctx); changed {
				tell(err)
			}
		}
	}
}

// digestOf is a digest of everything in a directory. Modification times do
// not count: those of a ConfigMap's files are all the same.
func digestOf(dir fs.FS) (string, error) {
	d := digester{dir: dir, hash: sha256.New(), left: maxConfigBytes}
	err := d.walk(".")
	return hex.EncodeToString(d.hash.Sum(nil)), err
}

type digester struct {
	dir     fs.FS
	hash    hash.Hash
	entries int
	left    int64 // bytes that may still be read
}

// walk reads what is below a name, and follows links: a mounted ConfigMap
// consists of them. What begins with two dots is where they lead.
func (d *digester) walk(root string) error {
	return fs.WalkDir(d.dir, root, func(name string, entry fs.DirEntry, err error) error {
		if d.entries++; err == nil && d.entries > maxConfigFiles {
			err = fmt.Errorf("more than %d files beside the configuration", maxConfigFiles)
		}
		switch {
		case err != nil:
			return err
		case strings.HasPrefix(path.Base(name), ".."):
			return skip(entry)
		case entry.IsDir():
			return nil
		case entry.Type()&fs.ModeSymlink != 0:
			info, err := fs.Stat(d.dir, name)
			if err != nil {
				return err
			}
			if info.IsDir() {
				return d.walk(name)
			}
		}
		return d.read(name)
	})
}

// skip leaves an entry out, and what is below it.
func skip(entry fs.DirEntry) error {
	if entry.IsDir() {
		return fs.SkipDir
	}
	return nil
}

func (d *digester) read(name string) error {
	file, err := d.dir.Open(name)
	if err != nil {
		return err
	}
	defer file.Close()
	fmt.Fprintf(d.hash, "%d:%s\n", len(name), name)
	n, err := io.Copy(d.hash, io.LimitReader(file, d.left+1))
	if d.left -= n; err == nil && d.left < 0 {
		err = fmt.Errorf("more than %d MiB beside the configuration", maxConfigBytes>>20)
	}
	return err
}
