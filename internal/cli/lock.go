package cli

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"guard/internal/check"
	"guard/internal/document"
	"guard/internal/finding"
	"guard/internal/imageref"
	"guard/internal/lock"
	"guard/internal/registry"
	"guard/internal/report"
)

const lockHelp = `Lock records what registries say of every image that the files name: deployed
images, base images, services and the containers of jobs. The file holds the
digest of each reference and, for every platform, user, labels and time of
creation, so that who reads it later needs no registry. Secrets in labels are
not kept.

Told on standard error, and not recorded: references that are put together from
variables, and images that are not there yet because this repository builds
them. Of a registry that cannot be asked, what the file said before stays.

--check writes nothing. It says which references the file lacks, for which it
needs no network, and, unless --offline, which tags have moved since.

` + registryHelp + `

Exit codes:
  0  the file was written; with --check: nothing is missing, and no tag has moved
  1  something is missing or has moved (--check)
  2  the call, the configuration or the lock file is wrong
  3  a reference could not be resolved, or a file not be read`

const lockExample = `  guard lock                       # everything below the working directory
  guard lock --check               # in CI: does the file still tell the truth?
  guard lock --check --offline     # only whether every reference is in it`

// lockFlags are the flags of guard lock.
type lockFlags struct {
	files          fileFlags
	registry       registryFlags
	check, offline bool
	file           string
}

func newLock(w *World) *cobra.Command {
	var f lockFlags
	cmd := &cobra.Command{
		Use:     "lock [PATH...]",
		Short:   "Record what registries say of the images that files name",
		Long:    lockHelp,
		Example: lockExample,
		RunE:    func(cmd *cobra.Command, args []string) error { return runLock(cmd, w, &f, args) },
	}
	f.files.add(cmd)
	f.registry.add(cmd)
	flags := cmd.Flags()
	flags.BoolVar(&f.check, "check", false, "write nothing; say what is missing or has moved")
	flags.BoolVar(&f.offline, "offline", false, "with --check: ask no registry")
	flags.StringVar(&f.file, "file", lock.Name, "the lock `file`")
	return cmd
}

// runLock is one run from flags to exit code.
func runLock(cmd *cobra.Command, w *World, f *lockFlags, args []string) error {
	if f.offline && !f.check {
		return usagef(cmd, "--offline goes with --check; to record images, registries must be asked")
	}
	client, err := f.registry.client(cmd, w)
	if err != nil {
		return err
	}
	older, err := readLock(w, f.file)
	if err != nil {
		return err
	}
	if older == nil && f.check {
		return usagef(cmd, "%s: no such file; guard lock writes it", f.file)
	}
	o := &lockRun{world: w, flags: f, resolver: &resolver{registry: client}, older: older, places: map[string]*lockPlace{}}
	unread, err := f.files.visit(cmd, w, args, o.add)
	if err != nil {
		return err
	}
	for _, u := range unread {
		o.tell("%s: %s", u.File, u.Reason)
		o.failed = true
	}
	if f.check {
		return o.check(cmd)
	}
	return o.record(cmd)
}

// readLock reads a lock file; nil where there is none.
func readLock(w *World, name string) (*lock.Lock, error) {
	file := name
	if !filepath.IsAbs(file) {
		file = filepath.Join(w.Dir, file)
	}
	info, err := os.Stat(file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err == nil && !info.Mode().IsRegular() {
		err = errors.New("not a regular file")
	}
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", name, cause(err))
	}
	in, err := os.Open(file)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", name, cause(err))
	}
	defer in.Close()
	data, err := io.ReadAll(io.LimitReader(in, lock.MaxBytes+1))
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", name, cause(err))
	}
	l, err := lock.Load(name, data)
	if err != nil {
		return nil, &usageError{message: err.Error()}
	}
	return l, nil
}

// lockPlace is a reference with where it stands first.
type lockPlace struct {
	image imageref.Reference
	place finding.Location
	own   bool
}

// lockRun is the state of one run.
type lockRun struct {
	world    *World
	flags    *lockFlags
	resolver *resolver
	older    *lock.Lock
	places   map[string]*lockPlace // by canonical reference
	failed   bool
}

func (o *lockRun) tell(format string, args ...any) {
	fmt.Fprintf(o.world.Err, "guard: %s\n", report.Clean(fmt.Sprintf(format, args...)))
}

// add takes the references of a file.
func (o *lockRun) add(v check.Visited) error {
	for _, d := range v.Documents {
		for _, problem := range d.Unparsable {
			o.tell("%s: %s", at(d.Locate(problem.Path)), problem.Message)
		}
		for i := range d.Images {
			o.addImage(d, &d.Images[i])
		}
	}
	return nil
}

// addImage takes one image. What a pipeline's script names may be an example,
// so the reference is read as it is written.
func (o *lockRun) addImage(d *document.Document, image *document.Image) {
	if image.Stage || image.Role == document.RoleBuilt || image.Role == document.RolePushed {
		return
	}
	place, ref := d.Locate(image.Path), (*imageref.Classifier)(nil).Parse(image.Raw)
	for _, reason := range []string{ref.Invalid, ref.BadDigest, ref.Reason, image.Reason} {
		if reason != "" && (ref.Invalid != "" || ref.BadDigest != "" || ref.Unresolved || image.Unresolved) {
			o.tell("%s: image %q is not recorded: %s", at(place), image.Raw, reason)
			return
		}
	}
	if key := lock.Key(ref); o.places[key] == nil {
		o.places[key] = &lockPlace{ref, place, image.Own}
	}
}

func at(place finding.Location) string {
	return fmt.Sprintf("%s:%d:%d", place.File, place.Line, place.Column)
}

// references lists what was found, in order.
func (o *lockRun) references() []imageref.Reference {
	var list []imageref.Reference
	for _, p := range o.places {
		list = append(list, p.image)
	}
	slices.SortFunc(list, func(a, b imageref.Reference) int { return strings.Compare(lock.Key(a), lock.Key(b)) })
	return list
}

// record asks registries and writes the file.
func (o *lockRun) record(cmd *cobra.Command) error {
	refs := o.references()
	facts, failures := lock.Record(cmd.Context(), o.resolver, refs, o.older)
	if err := cmd.Context().Err(); err != nil {
		return err
	}
	o.tellFailures(failures)
	if len(facts) == 0 && o.failed {
		return exit(exitFailed)
	}
	out := outputs{world: o.world}
	l := lock.New(o.world.Now(), facts)
	if err := out.toFile(o.flags.file, l.Write); err != nil {
		return err
	}
	if _, err := fmt.Fprintf(o.world.Out, "wrote %s: %d of %d images\n", report.Clean(o.flags.file), len(facts), len(refs)); err != nil {
		return fmt.Errorf("write the output: %w", err)
	}
	return o.verdict(false)
}

// tellFailures tells what could not be found out. That an image is not there
// which this repository builds is no failure: it will be.
func (o *lockRun) tellFailures(failures []lock.Failure) {
	for _, f := range failures {
		p := o.places[lock.Key(f.Reference)]
		what := fmt.Sprintf("%s: image %q: %s", at(p.place), f.Reference.Raw, oneLine(f.Err))
		switch {
		case p.own && errors.Is(f.Err, registry.ErrNotFound):
			o.tell("%s; this repository builds it", what)
			continue
		case f.Kept:
			what += "; what the file said before stays"
		}
		o.tell("%s", what)
		o.failed = true
	}
}

// check says what is missing or has moved.
func (o *lockRun) check(cmd *cobra.Command) error {
	var b strings.Builder
	refs := o.references()
	for _, ref := range refs {
		_, known := o.older.Lookup(ref)
		switch p := o.places[lock.Key(ref)]; {
		case known:
		case p.own:
			o.tell("%s: image %q is not in %s; this repository builds it", at(p.place), ref.Raw, o.flags.file)
		default:
			fmt.Fprintf(&b, "%s: image %q is not in %s\n", at(p.place), ref.Raw, o.flags.file)
		}
	}
	if !o.flags.offline {
		moves, failures := o.older.Moved(cmd.Context(), o.resolver, refs)
		if err := cmd.Context().Err(); err != nil {
			return err
		}
		for _, m := range moves {
			fmt.Fprintf(&b, "%s: image %q has moved from %s to %s\n", at(o.places[lock.Key(m.Reference)].place), m.Reference.Raw, m.Was, m.Is)
		}
		o.tellFailures(failures)
	}
	if _, err := o.world.Out.Write([]byte(report.CleanLines(b.String()))); err != nil {
		return fmt.Errorf("write the output: %w", err)
	}
	return o.verdict(b.Len() > 0)
}

func (o *lockRun) verdict(denied bool) error {
	switch {
	case o.failed:
		return exit(exitFailed)
	case denied:
		return exit(exitDenied)
	}
	return nil
}
