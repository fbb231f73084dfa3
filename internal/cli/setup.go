package cli

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"guard/internal/bundle"
	"guard/internal/config"
	"guard/internal/document"
	"guard/internal/finding"
	"guard/internal/policy"
	"guard/internal/repository"
)

// configFlags are the flags of every command that needs the configuration.
type configFlags struct {
	config   string
	profile  string
	failOn   string
	only     []string
	skip     []string
	trust    string
	registry bool // registries are asked what images are

	effective    string // the time that decides which rules are in force; "": now
	bundles      bundleFlags
	organisation string // the file that names what stands above the configuration; "": the environment says
}

func (f *configFlags) add(cmd *cobra.Command, w *World) {
	f.addFile(cmd)
	flags := cmd.Flags()
	flags.StringVarP(&f.profile, "profile", "p", "", "`name` of the set of rules: "+strings.Join(config.Profiles, ", ")+", or one that rules of your own name; several with commas (GUARD_PROFILE)")
	flags.StringVar(&f.failOn, "fail-on", "", "deny findings from this `severity` on: info, low, medium, high, critical (GUARD_FAIL_ON)")
	flags.StringSliceVar(&f.only, "only", nil, "evaluate only these `rules` or categories")
	flags.StringSliceVar(&f.skip, "skip", nil, "do not evaluate these `rules` or categories")
	complete(cmd, "profile", f.profileCompletion(w))
	completeFixed(cmd, "fail-on", "info", "low", "medium", "high", "critical")
	completeRules(cmd, "only")
	completeRules(cmd, "skip")
}

// addFile adds the flags that say where the configuration is.
func (f *configFlags) addFile(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringVarP(&f.config, "config", "c", "", "the configuration `file`; by default .guard.yaml or .github/guard.yaml, looked for upwards (GUARD_CONFIG)")
	f.bundles.add(cmd)
	flags.StringVar(&f.organisation, "organisation", "", "the `file` that names rules above those of the configuration, and who must have signed them (GUARD_ORGANISATION)")
	flags.StringVar(&f.trust, "trust", "", "read configuration, waivers, baseline, own rules and a committed snapshot from the Git `revision`, so that a change cannot excuse itself")
}

// setup is everything a command needs to know before it looks at files.
type setup struct {
	world    *World
	root     string // absolute
	here     fs.FS  // what lies below root, and nothing outside of it
	repo     *repository.Repository
	branches []string

	host          string // of its forge; "" where it is not known
	defaultBranch string
	name          string // of the repository on its forge
	trust         *repository.Revision
	config        *config.Config
	evaluator     *policy.Evaluator
	changes       []document.Change // to the configuration, since the trusted revision
	bundles       []*bundle.Pulled
}

// setup reads the configuration and compiles the rules.
func (f *configFlags) setup(cmd *cobra.Command, w *World) (*setup, error) {
	s, err := f.prepare(cmd, w)
	if err != nil {
		return nil, err
	}
	return s, s.compile(cmd, f)
}

// prepare reads the configuration alone.
func (f *configFlags) prepare(cmd *cobra.Command, w *World) (*setup, error) {
	s := &setup{world: w, root: w.Dir}
	if err := s.openRepository(); err != nil {
		return nil, err
	}
	root, err := os.OpenRoot(s.root)
	if err != nil {
		return nil, err
	}
	s.here = root.FS()
	if cmd.Flags().Changed("trust") {
		if s.trust, err = s.revision("--trust", f.trust); err != nil {
			return nil, err
		}
	}
	if err := s.loadConfig(cmp.Or(f.config, w.env("GUARD_CONFIG"))); err != nil {
		return nil, err
	}
	return s, s.noteChanges()
}

// openRepository finds the repository around the working directory; there may
// be none.
func (s *setup) openRepository() error {
	repo, err := repository.Open(s.world.Dir)
	if errors.Is(err, repository.ErrNone) {
		return nil
	}
	if err != nil {
		return err
	}
	s.repo, s.root, s.name = repo, repo.Root, repo.Name()
	s.host, _ = repo.Origin()
	s.defaultBranch = repo.DefaultBranch()
	s.branches, err = repo.Branches()
	return err
}

// revision resolves a revision that a flag names. One that cannot be reached
// is a wrong call: nothing may be decided without it.
func (s *setup) revision(flag, name string) (*repository.Revision, error) {
	if s.repo == nil {
		return nil, &usageError{message: fmt.Sprintf("%s %s: %s lies in no Git repository", flag, name, s.world.Dir)}
	}
	rev, err := s.repo.At(name)
	if err != nil {
		return nil, &usageError{message: fmt.Sprintf("%s %s: %v", flag, name, err)}
	}
	return rev, nil
}

// files is where the configuration and what it names are read from.
func (s *setup) files() fs.FS {
	if s.trust != nil {
		return s.trust
	}
	return s.here
}

func (s *setup) loadConfig(named string) error {
	file, data, err := s.readConfig(named)
	if err != nil {
		return err
	}
	if file == "" {
		s.config = config.Default()
		return nil
	}
	s.config, err = config.Load(file, data)
	return err
}

func (s *setup) readConfig(named string) (file string, data []byte, err error) {
	if named == "" {
		dir, err := filepath.Rel(s.root, s.world.Dir)
		if err != nil {
			return "", nil, err
		}
		return config.Find(s.files(), filepath.ToSlash(dir))
	}
	file, fsys, err := s.within(named)
	if err != nil {
		return "", nil, err
	}
	data, err = config.Read(fsys, path.Base(file))
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil, &usageError{message: fmt.Sprintf("--config %s: no such file%s", named, s.atTrust())}
	}
	return file, data, err
}

func (s *setup) atTrust() string {
	if s.trust == nil {
		return ""
	}
	return " at " + s.trust.Name
}

// within turns a path that a flag gives into a name for reports, and the
// directory it lies in: a directory of the trusted revision where there is
// one.
func (s *setup) within(given string) (name string, dir fs.FS, err error) {
	name, inside, err := s.inside(given)
	switch {
	case err != nil:
		return "", nil, err
	case s.trust == nil && !inside:
		return name, s.outside(given), nil
	case !inside:
		return "", nil, &usageError{message: fmt.Sprintf("%s lies outside the repository, so it cannot be read%s", given, s.atTrust())}
	}
	dir, err = fs.Sub(s.files(), path.Dir(name))
	return name, dir, err
}

// inside turns a path that the call gives into one relative to the root. What
// lies outside of it keeps its name.
func (s *setup) inside(given string) (name string, inside bool, err error) {
	rel, err := filepath.Rel(s.root, s.absolute(given))
	if err != nil {
		return "", false, err
	}
	if rel == ".." || strings.HasPrefix(rel, ".."+string(filepath.Separator)) {
		return filepath.ToSlash(given), false, nil
	}
	return filepath.ToSlash(rel), true, nil
}

// outside is the directory of a file that lies outside of the root.
func (s *setup) outside(given string) fs.FS { return os.DirFS(filepath.Dir(s.absolute(given))) }

func (s *setup) absolute(given string) string {
	if filepath.IsAbs(given) {
		return given
	}
	return filepath.Join(s.world.Dir, given)
}

// compile settles which rules are active and proves them.
func (s *setup) compile(cmd *cobra.Command, f *configFlags) error {
	settings, err := s.settings(f)
	if err != nil {
		return err
	}
	sources, err := s.sources(cmd, f)
	if err != nil {
		return err
	}
	if s.evaluator, err = policy.Compile(cmd.Context(), sources, settings); err != nil {
		return err
	}
	if s.config, err = s.evaluator.Hold(s.config); err != nil {
		return err
	}
	s.keepBundles()
	return s.checkWaivers()
}

// alwaysOn is the rule that --only does not leave out: where the wanted rules
// could not look, they have found nothing, and that is no success.
const alwaysOn = "analysis/unparsable"

// settings merges what flags, environment and file say, in that order.
func (s *setup) settings(f *configFlags) (policy.Settings, error) {
	w := s.world
	settings := policy.Configured(s.config)
	if name, from := f.said(w, f.profile, "profile"); name != "" {
		settings.Profile, settings.ProfileFrom = name, policy.Origin{From: from}
	}
	settings.Only, settings.Skip = f.only, f.skip
	var err error
	if settings.Now, err = f.policyTime(w); err != nil {
		return settings, err
	}
	if name, from := f.said(w, f.failOn, "fail-on"); name != "" {
		severity, err := finding.ParseSeverity(name)
		if err != nil {
			return settings, &usageError{message: "fail-on: " + err.Error()}
		}
		settings.FailOn, settings.FailOnFrom = severity, policy.Origin{From: from}
	}
	if !f.registry {
		settings.Unasked = append(settings.Unasked, policy.NeedRegistry)
	}
	if len(s.config.Trust.Trust) == 0 {
		settings.Unasked = append(settings.Unasked, policy.NeedTrustPolicy)
	}
	if len(f.only) > 0 {
		settings.Only = append(settings.Only[:len(f.only):len(f.only)], alwaysOn)
	}
	return settings, nil
}

// said is the value of a flag, or of the variable that stands for it, and which of
// the two says so.
func (f *configFlags) said(w *World, value, flag string) (text, from string) {
	if value != "" {
		return value, "--" + flag
	}
	variable := "GUARD_" + strings.ToUpper(strings.ReplaceAll(flag, "-", "_"))
	return w.env(variable), variable
}

// policyTime is what rules see as the time, and when they are in force.
func (f *configFlags) policyTime(w *World) (time.Time, error) {
	if f.effective == "" {
		return w.Now(), nil
	}
	for _, layout := range []string{time.DateOnly, time.RFC3339} {
		if at, err := time.Parse(layout, f.effective); err == nil {
			return at, nil
		}
	}
	return time.Time{}, &usageError{message: fmt.Sprintf("--effective-time: expected a time like 2027-01-15 or 2027-01-15T12:00:00Z, found %q", f.effective)}
}

// sources are the built-in library, what stands above the configuration, the
// directories the configuration names, which are relative to the root, and the
// bundles.
func (s *setup) sources(cmd *cobra.Command, f *configFlags) ([]policy.Source, error) {
	above, err := s.organisation(cmd, f)
	if err != nil {
		return nil, err
	}
	sources := append([]policy.Source{policy.Builtin()}, above.sources...)
	for _, p := range s.config.Policies {
		read := s.directorySource
		if _, is := p.Bundle(); is {
			if above.has(p) {
				continue
			}
			read = func(p config.Policy) (policy.Source, error) { return s.bundleSource(cmd, f, p) }
		}
		source, err := read(p)
		if err != nil {
			return nil, err
		}
		sources = append(sources, source)
	}
	return sources, nil
}

func (s *setup) directorySource(p config.Policy) (policy.Source, error) {
	dir := path.Clean(p.Value)
	if !fs.ValidPath(dir) {
		return policy.Source{}, &config.Error{Place: p.Place, Message: fmt.Sprintf("%q: expected a directory inside the repository", p.Value)}
	}
	fsys, err := s.directory(dir)
	if err != nil {
		return policy.Source{}, &config.Error{Place: p.Place, Message: fmt.Sprintf("%q: %v", p.Value, err)}
	}
	return policy.Source{Name: dir, FS: fsys, Custom: true}, nil
}

func (s *setup) directory(dir string) (fs.FS, error) {
	if s.trust != nil {
		return fs.Sub(s.trust, dir)
	}
	root, err := os.OpenRoot(filepath.Join(s.root, filepath.FromSlash(dir)))
	if err != nil {
		return nil, errors.New("no such directory")
	}
	return root.FS(), nil
}

// tracked tells what Git has, where a layer says what may be left alone; nil where
// nobody asks, or there is no repository.
func (s *setup) tracked(evaluators ...*policy.Evaluator) (func(string) bool, error) {
	asks := slices.ContainsFunc(evaluators, func(e *policy.Evaluator) bool { return e != nil && len(e.Ignorable()) > 0 })
	if s.repo == nil || !asks {
		return nil, nil
	}
	return s.repo.Tracked()
}

// checkWaivers refuses waivers for rules that do not exist.
func (s *setup) checkWaivers() error {
	var ids []string
	for _, rule := range s.evaluator.Rules() {
		ids = append(append(ids, rule.ID), rule.Aliases...)
	}
	var errs config.Errors
	for _, w := range s.config.Waivers {
		if w.Rule != "" && w.Invalid == "" && !slices.Contains(ids, w.Rule) {
			errs = append(errs, &config.Error{Place: w.Place, Message: unknownName("rule", w.Rule, ids).Error()})
		}
	}
	if len(errs) > 0 {
		return errs
	}
	return nil
}

func unknownName(what, name string, known []string) error {
	if near := finding.Nearest(name, known); near != "" {
		return &usageError{message: fmt.Sprintf("unknown %s %q, did you mean %q?", what, name, near)}
	}
	if len(known) > 10 {
		return &usageError{message: fmt.Sprintf("unknown %s %q", what, name)}
	}
	return &usageError{message: fmt.Sprintf("unknown %s %q, expected one of %s", what, name, strings.Join(known, ", "))}
}

// cause is an error of the file system without the path, which is named
// anyway.
func cause(err error) error {
	var pathError *fs.PathError
	if errors.As(err, &pathError) {
		return pathError.Err
	}
	return err
}

// readBaseline reads the baseline that a flag or the configuration names; nil
// where none is.
func (s *setup) readBaseline(flag string) (*config.Baseline, error) {
	var name string
	var dir fs.FS
	var err error
	switch {
	case flag != "":
		name, dir, err = s.within(flag)
	case s.config.Baseline != "":
		name = path.Clean(s.config.Baseline)
		dir, err = fs.Sub(s.files(), path.Dir(name))
	default:
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	data, err := config.ReadBaseline(dir, path.Base(name))
	if err != nil {
		return nil, &usageError{message: fmt.Sprintf("baseline %s: cannot be read%s: %v", name, s.atTrust(), cause(err))}
	}
	return config.LoadBaseline(name, data)
}
