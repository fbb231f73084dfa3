package admission

import (
	"cmp"
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
// checkout. So may the bundles that its configuration names by a tag. A new set
// of rules counts as a whole once it compiles; until then, and where it does
// not, the last good one stays.
type Reloader struct {
	Dir     fs.FS
	Name    string // of the configuration in Dir; "": the default one
	Outside Outside
	Poll    time.Duration // how often registries are asked for bundles; 0: [DefaultPoll]

	current atomic.Pointer[Handler]
	problem atomic.Pointer[string]
	checked atomic.Pointer[time.Time] // when the registries have said last that these are the bundles; nil: there are none
	bundles atomic.Pointer[bundles]   // of the handler that counts
	stamp   string
	failed  bool      // what stamp names does not count
	asks    bool      // what stamp names holds bundles
	next    time.Time // of a poll
}

// The limits of a directory with a configuration.
const (
	maxConfigFiles = 10_000
	maxConfigBytes = 64 << 20
)

// Handler is the one that counts now; nil as long as none has compiled.
func (r *Reloader) Handler() *Handler { return r.current.Load() }

// Problem tells why what is asked for now does not count, or what is not known
// of it; "" where all is well.
func (r *Reloader) Problem() string {
	if p := r.problem.Load(); p != nil {
		return *p
	}
	return ""
}

// Bundles lists the bundles of rules that count, with version and digest.
func (r *Reloader) Bundles() []string { return r.bundles.Load().names() }

// Load looks at the directory, and at the registries of bundles where it is
// time for that. Changed tells whether there is something else than before;
// where that cannot be used there is an error.
func (r *Reloader) Load(ctx context.Context) (changed bool, err error) {
	stamp, err := digestOf(r.Dir)
	switch {
	case err != nil || stamp != r.stamp:
		return true, r.renew(ctx, stamp, err)
	case !r.asks || time.Now().Before(r.next):
		return false, nil
	}
	return r.ask(ctx)
}

// renew loads everything anew.
func (r *Reloader) renew(ctx context.Context, stamp string, err error) error {
	var h *Handler
	var b *bundles
	if err == nil {
		h, b, err = r.load(ctx)
	}
	r.stamp, r.failed = stamp, err != nil
	if err == nil {
		r.problem.Store(noted(b.keep()))
		r.checked.Store(b.checked())
		r.bundles.Store(b)
		r.current.Store(h)
	} else {
		r.problem.Store(noted(err.Error()))
	}
	r.schedule()
	return err
}

// load makes what the directory asks for. It has what is known of images from
// the handler that counts: a registry that is away now must not be asked anew
// because something else has changed.
func (r *Reloader) load(ctx context.Context) (_ *Handler, _ *bundles, err error) {
	defer noPanic(&err)
	r.asks = false
	c, err := configuration(r.Dir, r.Name)
	if err != nil {
		return nil, nil, err
	}
	r.asks = namesBundles(c)
	b, err := newBundles(r.Dir, c, &r.Outside, r.bundles.Load().running())
	if err != nil {
		return nil, nil, err
	}
	outside := r.Outside
	if now := r.Handler(); now != nil && now.Facts != nil {
		outside.before = now.Facts.Images
	}
	h, err := load(ctx, r.Dir, c, outside, b)
	return h, b, err
}

// noPanic makes an error of a panic: whatever is wrong with what is asked for,
// the last good one decides.
func noPanic(err *error) {
	if value := recover(); value != nil {
		*err = fmt.Errorf("an error inside of guard: %v", value)
	}
}

// ask looks at the registries of the bundles again, and loads everything anew
// where a tag has moved on. What was told already is not told again.
func (r *Reloader) ask(ctx context.Context) (changed bool, err error) {
	before, moved := r.Problem(), r.failed
	if !moved {
		moved, err = r.bundles.Load().moved(ctx)
	}
	switch {
	case moved:
		err = r.renew(ctx, r.stamp, nil)
		return err == nil || r.Problem() != before, err
	case err != nil:
		r.problem.Store(noted(err.Error()))
		changed = r.Problem() != before
	default:
		now := time.Now()
		r.checked.Store(&now)
		r.problem.Store(nil)
		changed = before != ""
	}
	r.schedule()
	return changed, err
}

// schedule says when registries are asked next: soon, where there are no rules
// at all.
func (r *Reloader) schedule() {
	wait := jittered(cmp.Or(r.Poll, DefaultPoll))
	if r.Handler() == nil {
		wait = min(wait, firstPoll)
	}
	r.next = time.Now().Add(wait)
}

// noted is a problem; nil where there is none.
func noted(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}

// Age is how long ago the registries said that the bundles which count are
// those that are asked for; 0 where there are no bundles.
func (r *Reloader) Age() time.Duration {
	at := r.checked.Load()
	if at == nil {
		return 0
	}
	return time.Since(*at)
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
func digestOf(dir fs.FS) (_ string, err error) {
	defer noPanic(&err)
	d := digester{dir: dir, hash: sha256.New(), left: maxConfigBytes}
	err = d.walk(".")
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
