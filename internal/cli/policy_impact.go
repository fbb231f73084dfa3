package cli

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"guard/internal/bundle"
	"guard/internal/check"
	"guard/internal/codeowners"
	"guard/internal/config"
	"guard/internal/impact"
	"guard/internal/policy"
	"guard/internal/recording"
	"guard/internal/report"
)

const policyImpactHelp = `Impact judges the same files, decisions and objects by two versions of rules and says
what the new one would newly fail, newly pass, and tell otherwise: by rule,
repository, namespace and owner.

OLD and NEW are each one of
  DIR           a directory of rules
  REVISION:DIR  that directory at a Git revision
  oci://…       a bundle in a registry, or a bundle in a file
  builtin       guard's own rules alone
and stand for all that policies: of the configuration names. Guard's own rules are
part of both, unless a directory is a copy of them. Both use the configuration of
the working directory; --old-config and --new-config name others: a file,
REVISION:FILE, or none.

--against names what is judged, and may be repeated:
  PATH          files, as guard check reads them; by default the working directory
  FILE          what guard check --record wrote, or the webhook's log of decisions
                with --decisions-inputs
  -             the same from standard input, or what kubectl get -A -o json prints

An owner is what an annotation or label of an object says, ` + "`owner` or `team`" + `, or else
whom CODEOWNERS names for the file, or else ` + "`app.kubernetes.io/part-of` or `managed-by`" + `;
--owner names others, which come before CODEOWNERS.

Recorded inputs have no secrets, so rules about values see less of them. No registry
is asked about images. What cannot be judged is listed, and is exit code 3.

` + registryHelp + `

Exit codes:
  0  nothing is newly denied
  1  something is newly denied
  2  the call, a configuration or a version of the rules is wrong
  3  something could not be looked at`

const policyImpactExample = `  guard policy impact main:policy policy
  guard policy impact oci://registry.example.com/team/policy:stable policy --against .
  guard policy impact builtin policy --against decisions.jsonl -o html=impact.html -o text
  kubectl get deploy,sts,ds,cj -A -o json | guard policy impact builtin policy --against -
  guard policy impact policy policy --old-config main:.guard.yaml --against recorded.jsonl`

// impactFlags are the flags of guard policy impact.
type impactFlags struct {
	pull      pullFlags
	oldConfig string
	newConfig string
	profile   string
	effective string // the time that rules see
	against   []string
	owners    []string
	outputs   []string
	jobs      int
}

func newPolicyImpact(w *World) *cobra.Command {
	var f impactFlags
	cmd := &cobra.Command{
		Use:               "impact OLD NEW",
		Short:             "Say what a change of rules will do",
		Long:              policyImpactHelp,
		Example:           policyImpactExample,
		ValidArgsFunction: completeRuleVersions,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) != 2 {
				return usagef(cmd, "expected two versions of rules, OLD and NEW, found %d arguments", len(args))
			}
			return f.run(cmd, w, args[0], args[1])
		},
	}
	f.pull.add(cmd)
	flags := cmd.Flags()
	flags.StringArrayVar(&f.against, "against", nil, "what is judged: a `path`, a recording, or - for standard input; may be repeated")
	flags.StringVar(&f.oldConfig, "old-config", "", "the configuration of OLD: a `file`, REVISION:FILE, or none")
	flags.StringVar(&f.newConfig, "new-config", "", "the configuration of NEW: a `file`, REVISION:FILE, or none")
	flags.StringVarP(&f.profile, "profile", "p", "", "`name` of the set of rules: "+strings.Join(config.Profiles, ", ")+" (GUARD_PROFILE)")
	flags.StringVar(&f.effective, "effective-time", "", "the `time` that rules of both versions see and that decides which are in force: 2027-01-15; by default now")
	flags.StringSliceVar(&f.owners, "owner", nil, "`keys` of annotations and labels that say whose an object is")
	flags.StringArrayVarP(&f.outputs, "output", "o", nil, "write `FORMAT[=PATH]`; may be repeated. One of "+formatNames(report.SheetFormats()))
	flags.IntVarP(&f.jobs, "jobs", "j", 0, "how many `inputs` to judge at once; 0 is one per CPU")
	completeFixed(cmd, "profile", config.Profiles...)
	completeFormats(cmd, report.SheetFormats())
	return cmd
}

// completeRuleVersions completes a version of rules.
func completeRuleVersions(_ *cobra.Command, args []string, start string) ([]string, cobra.ShellCompDirective) {
	switch {
	case len(args) > 1:
		return nil, cobra.ShellCompDirectiveNoFileComp
	case start != "" && strings.HasPrefix(builtinRules, start):
		return []string{builtinRules}, cobra.ShellCompDirectiveNoFileComp
	}
	return nil, cobra.ShellCompDirectiveDefault
}

// run is one comparison from flags to exit code.
func (f *impactFlags) run(cmd *cobra.Command, w *World, older, newer string) error {
	out, err := newOutputs(cmd, w, report.SheetFormats(), f.outputs, "never", false)
	if err != nil {
		return err
	}
	s, err := f.pull.config.prepare(cmd, w)
	if err != nil {
		return err
	}
	options, err := f.options(cmd, w, s, older, newer)
	if err != nil {
		return err
	}
	bar := newProgress(w)
	options.Files.Progress = bar.files
	comparison := impact.New(options)
	err = f.compare(cmd, w, s, comparison)
	bar.clear()
	if err != nil {
		return err
	}
	result := comparison.Result()
	if err := out.sheets(func(to io.Writer, format report.Format) error { return report.WriteImpact(to, format, result) }); err != nil {
		return err
	}
	return impactVerdict(result)
}

func impactVerdict(i report.Impact) error {
	switch {
	case i.Summary.Unjudged > 0:
		return exit(exitFailed)
	case i.Summary.Inputs == 0:
		return errors.New("there was nothing to judge")
	case i.Summary.NewlyDenied > 0:
		return exit(exitDenied)
	}
	return nil
}

func (f *impactFlags) options(cmd *cobra.Command, w *World, s *setup, older, newer string) (impact.Options, error) {
	files, err := checkOptions(w, checkFlags{jobs: f.jobs}, s, nil)
	if err != nil {
		return impact.Options{}, err
	}
	options := impact.Options{Owners: f.owners, CodeOwners: codeowners.Find(s.here), Files: files}
	if options.Old, err = f.rules(cmd, s, older, f.oldConfig); err != nil {
		return options, err
	}
	if options.New, err = f.rules(cmd, s, newer, f.newConfig); err != nil {
		return options, err
	}
	options.Files.Tracked, err = s.tracked(options.Old.Evaluator, options.New.Evaluator)
	return options, err
}

// rules compiles one version.
func (f *impactFlags) rules(cmd *cobra.Command, s *setup, name, configuration string) (impact.Rules, error) {
	version := impact.Rules{Name: name}
	at, err := s.configuredBy(configuration)
	if err != nil {
		return version, err
	}
	version.Config = at.config
	if version.Baseline, err = at.readBaseline(""); err != nil {
		return version, err
	}
	sources, err := f.sources(cmd, s, name)
	if err != nil {
		return version, err
	}
	settings, err := at.settings(&configFlags{profile: f.profile, effective: f.effective})
	if err != nil {
		return version, err
	}
	settings.Unasked = []string{policy.NeedRegistry, policy.NeedTrustPolicy}
	version.Evaluator, err = policy.Compile(cmd.Context(), sources, settings)
	if err == nil {
		version.Config, err = version.Evaluator.Hold(version.Config)
	}
	if err != nil {
		return version, fmt.Errorf("%s with %s: %w", name, orNothing(nonEmpty(at.config.File), "the default configuration"), err)
	}
	return version, nil
}

// builtinRules names guard's own rules alone.
const builtinRules = "builtin"

// sources are the rules that a version names.
func (f *impactFlags) sources(cmd *cobra.Command, s *setup, name string) ([]policy.Source, error) {
	if name == builtinRules {
		return []policy.Source{policy.Builtin()}, nil
	}
	if _, err := os.Lstat(s.absolute(name)); err != nil && !strings.HasPrefix(name, bundle.Scheme) {
		if revision, dir, is := strings.Cut(name, ":"); is {
			return s.sourcesAt(revision, dir)
		}
	}
	found, err := f.pull.locate(cmd, s.world, name, false)
	if err != nil {
		return nil, err
	}
	return policy.Beside(found.source), nil
}

// sourcesAt are the rules in a directory of a Git revision, relative to the root
// of the repository.
func (s *setup) sourcesAt(revision, dir string) ([]policy.Source, error) {
	name := revision + ":" + dir
	rev, err := s.revision(name, revision)
	if err != nil {
		return nil, err
	}
	dir = path.Clean(filepath.ToSlash(dir))
	info, err := fs.Stat(rev, dir)
	if err != nil || !info.IsDir() {
		return nil, &usageError{message: fmt.Sprintf("%s: no such directory at that revision", name)}
	}
	rules, err := fs.Sub(rev, dir)
	if err != nil {
		return nil, &usageError{message: fmt.Sprintf("%s: %v", name, err)}
	}
	return policy.Beside(policy.Source{Name: name, FS: rules}), nil
}

// configuredBy is the same setup with another configuration: that of a file, of
// a file at a revision, or none. "" is the one it has.
func (s *setup) configuredBy(named string) (*setup, error) {
	at := *s
	var err error
	switch revision, file, is := strings.Cut(named, ":"); {
	case named == "":
	case named == "none":
		at.config = config.Default()
	case is && !s.exists(named):
		if at.trust, err = s.revision(named, revision); err != nil {
			return nil, err
		}
		data, err := config.Read(at.trust, path.Clean(file))
		if err != nil {
			return nil, &usageError{message: fmt.Sprintf("%s: %v", named, cause(err))}
		}
		at.config, err = config.Load(named, data)
		return &at, err
	default:
		err = at.loadConfig(named)
	}
	return &at, err
}

func (s *setup) exists(name string) bool {
	_, err := os.Lstat(s.absolute(name))
	return err == nil
}

// compare hands everything over that the versions are held against: files
// together, recordings one by one.
func (f *impactFlags) compare(cmd *cobra.Command, w *World, s *setup, c *impact.Comparison) error {
	against := f.against
	if len(against) == 0 {
		against = []string{"."}
	}
	if n := len(slices.DeleteFunc(slices.Clone(against), func(name string) bool { return name != "-" })); n > 1 {
		return usagef(cmd, "--against - is given %d times; standard input can be read once", n)
	}
	var files []string
	for _, name := range against {
		took, err := s.recorded(cmd, w, c, name)
		if err != nil {
			return err
		}
		if !took {
			files = append(files, name)
		}
	}
	if len(files) == 0 {
		return nil
	}
	return c.Tree(cmd.Context(), files)
}

// recorded has a recording compared; false where the name is that of other
// files.
func (s *setup) recorded(cmd *cobra.Command, w *World, c *impact.Comparison, name string) (took bool, err error) {
	if name == "-" {
		err := c.Recorded(cmd.Context(), "standard input", w.In)
		if errors.Is(err, recording.ErrOther) {
			err = &usageError{message: err.Error()}
		}
		return true, err
	}
	info, err := os.Stat(s.absolute(name))
	if errors.Is(err, fs.ErrNotExist) {
		return false, &check.UsageError{Message: name + ": no such file or directory"}
	}
	if err != nil || !info.Mode().IsRegular() {
		return false, nil // check says what is wrong with it
	}
	file, err := os.Open(s.absolute(name))
	if err != nil {
		return false, nil //nolint:nilerr // check says what is wrong with it
	}
	defer file.Close()
	in := bufio.NewReaderSize(file, recording.Sniffed)
	head, err := in.Peek(recording.Sniffed)
	if err != nil && !errors.Is(err, io.EOF) || !recording.Recorded(head) {
		return false, nil
	}
	return true, c.Recorded(cmd.Context(), name, in)
}
