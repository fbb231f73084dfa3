package check

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"runtime"
	"slices"
	"sync/atomic"
	"time"

	"guard/internal/config"
	"guard/internal/document"
	"guard/internal/finding"
	"guard/internal/policy"
	"guard/internal/registry/signature"
	"guard/internal/repository"
	"guard/internal/repository/forge"
	"guard/internal/tree"
)

// maxStdin is the most bytes that standard input may hold.
const maxStdin = tree.MaxBytes

// Options says what a run looks at, and how.
type Options struct {
	Root  string   // absolute; files are named relative to it, and never read outside of it
	Dir   string   // absolute; what relative Paths are relative to
	Paths []string // files and directories, or "-" for Stdin

	Stdin     io.Reader // what "-" reads
	StdinName string    // the name it is reported under, which may also tell its kind

	// Inputs are judged in the place of what Paths name, where there are some.
	// What lies beside them is not known.
	Inputs []Input

	Evaluator *policy.Evaluator // the compiled rules
	Config    *config.Config    // waivers, own images, ignored paths
	Baseline  *config.Baseline  // accepted findings; nil: none
	Ignore    []string          // patterns in the syntax of .gitignore that keep paths out
	Branches  []string          // names of the repository's branches

	// Tracked tells whether Git has a path, relative to Root, or what lies below
	// it. It is asked where layers say what may be left alone. Nil: not known.
	Tracked func(path string) bool

	DefaultBranch string // of the repository; "": unknown

	Repository string // owner and name of the repository on its forge; "": unknown
	Host       string // of that forge, "github.com"; "": unknown

	Snapshot *forge.Snapshot // settings of the repository on its forge; nil: not read

	Registry     Facts                 // says what the images are that the files name; nil: nobody is asked
	Asking       func(done, total int) // called now and then while it is asked; nil: nobody wants to know
	Verification *Verification         // the trust policy that images are held to, where Registry has them; nil: none
	Commits      Commits               // the clone that commits named by images are looked for in; nil: there is none

	Trust   *repository.Revision // waivers inside files excuse only what they excuse there too; nil: all they cover
	Changes []document.Change    // to configuration, baseline and own rules, since Trust
	Diff    *repository.Revision // only findings on lines changed since count; nil: all count

	Pipelines bool // the report also says what the runs of pipelines can do

	Jobs    int       // workers; 0: one per CPU
	Now     time.Time // decides which waivers have ended
	Version string    // of guard, for the report

	Progress func(done, total int) // called now and then while files are read; nil: nobody asks

	// Seen is called with the documents of every file that is judged, of some
	// twice, by several goroutines at once. Nil: nobody wants to see them.
	Seen func(documents []*document.Document)

	// Record is called with each file in the order of their names, and what came
	// of it, once all is known. Its error ends the run. Nil: nothing is recorded.
	Record func(Recorded) error
}

// Input is a text that is judged as a file would be.
type Input struct {
	Name string // relative to the root, forward slashes
	Data []byte
}

// UsageError is a wrong call: a path that does not exist.
type UsageError struct{ Message string }

func (e *UsageError) Error() string { return e.Message }

// Outcome is a report, and whether the run could see all it should have.
type Outcome struct {
	Report  *finding.Report
	Unread  int // files that should have been read and could not be
	Ignored int // paths kept out by .gitignore, .guardignore or the configuration

	// NotRead are the entries of the report's list of incomplete things that are
	// counted in Unread.
	NotRead []finding.Incomplete
}

// Run checks the files. An error means that guard could not look at all.
func Run(ctx context.Context, o Options) (*Outcome, error) {
	o.Evaluator = o.Evaluator.GivingUp()
	r := &run{Options: &o}
	d, err := r.find(ctx)
	if err != nil {
		return nil, err
	}
	defer d.close()
	if err := r.workers(ctx, r.entries, r.Progress, r.look); err != nil {
		return nil, err
	}
	if err := r.lookAgain(ctx); err != nil {
		return nil, err
	}
	if err := r.judge(ctx); err != nil {
		return nil, err
	}
	if err := r.record(ctx); err != nil {
		return nil, err
	}
	return r.outcome()
}

// run is the state of one run. Workers write only the slot of their file.
type run struct {
	*Options
	entries      []*entry // one per file, in the order of their names
	facts        document.Facts
	answers      map[string]reply                        // of registries, by what was asked for
	trusted      map[signature.Image]document.TrustFacts // of the images that were verified
	sourcesNamed bool                                    // a parameter says which repositories images may be built from
	bases        map[string]string                       // the base image of others that says it was built from a revision
	commits      commits                                 // that images name
	skipped      []skipped

	heldBytes atomic.Int64 // of files whose documents are held

	ignored int
	left    []finding.Ignored // what only guard leaves alone
	partial bool              // files beside those given may not be looked at
	project []finding.Finding // about the run as a whole
	views   map[string]*view  // of files that something is said about in the end
}

// find lists the files to look at. The caller closes the discovery.
func (r *run) find(ctx context.Context) (*discovery, error) {
	if len(r.Inputs) > 0 {
		r.partial = true
		return &discovery{}, r.readInputs()
	}
	if slices.Contains(r.Paths, "-") {
		r.partial = true
		return &discovery{}, r.readStdin()
	}
	d, err := discover(ctx, r.Options)
	if err != nil {
		return nil, err
	}
	r.skipped, r.ignored, r.partial, r.left = d.skipped, d.ignored, d.partial, d.left
	r.noteIgnores(d.changed)
	r.entries = make([]*entry, len(d.files))
	for i, f := range d.files {
		r.entries[i] = &entry{file: f}
	}
	return d, nil
}

// noteIgnores tells of changes to ignore files, each once.
func (r *run) noteIgnores(changed []string) {
	slices.Sort(changed)
	r.Changes = slices.Clip(r.Changes)
	for _, name := range slices.Compact(changed) {
		r.Changes = append(r.Changes, document.Change{What: "what is left alone", File: name})
	}
}

// readStdin makes standard input the only file.
func (r *run) readStdin() error {
	if len(r.Paths) > 1 {
		return &UsageError{"- (standard input) cannot be checked together with other paths"}
	}
	data, err := io.ReadAll(io.LimitReader(r.Stdin, maxStdin+1))
	if err != nil {
		return fmt.Errorf("read standard input: %w", err)
	}
	if len(data) > maxStdin {
		return fmt.Errorf("read standard input: larger than %d MiB", maxStdin>>20)
	}
	r.entries = []*entry{{file: file{name: cmp.Or(r.StdinName, "<stdin>"), data: data}}}
	return nil
}

// queued is how many entries wait for each worker, so that none is woken for
// every one.
const queued = 16

// workers calls work for every entry on all workers, and stops at the first
// error.
func (r *run) workers(ctx context.Context, entries []*entry, progress func(done, total int), work func(context.Context, *entry) error) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	jobs := cmp.Or(r.Jobs, runtime.GOMAXPROCS(0))
	next, done := make(chan *entry, jobs*queued), make(chan struct{})
	for range jobs {
		go func() {
			defer func() { done <- struct{}{} }()
			for e := range next {
				if ctx.Err() != nil {
					continue
				}
				if err := guarded(ctx, e, work); err != nil {
					cancel(err)
				}
			}
		}()
	}
	for i, e := range entries {
		if ctx.Err() != nil {
			break
		}
		next <- e
		if progress != nil {
			progress(i+1, len(entries))
		}
	}
	close(next)
	for range jobs {
		<-done
	}
	return context.Cause(ctx)
}

func guarded(ctx context.Context, e *entry, work func(context.Context, *entry) error) (err error) {
	defer func() {
		if value := recover(); value != nil {
			err = NewPanicError(e.file.name, value)
		}
	}()
	return work(ctx, e)
}
