package admission

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"io/fs"
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
	h := sha256.New()
	files, left := 0, int64(maxConfigBytes)
	err := fs.WalkDir(dir, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		if files++; files > maxConfigFiles {
			return fmt.Errorf("more than %d files beside the configuration", maxConfigFiles)
		}
		file, err := dir.Open(name)
		if err != nil {
			return err
		}
		defer file.Close()
		fmt.Fprintf(h, "%d:%s\n", len(name), name)
		n, err := io.Copy(h, io.LimitReader(file, left+1))
		if left -= n; err == nil && left < 0 {
			err = fmt.Errorf("more than %d MiB beside the configuration", maxConfigBytes>>20)
		}
		return err
	})
	return hex.EncodeToString(h.Sum(nil)), err
}
