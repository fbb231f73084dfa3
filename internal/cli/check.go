package cli

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"guard/internal/check"
	"guard/internal/report"
)

const checkHelp = `Check finds the Dockerfiles, Kubernetes manifests, Compose files, GitHub workflows
and GitLab pipelines below the given paths (the working directory where none is
given) and judges them by the active rules.

Paths that .gitignore or .guardignore keep out are left alone, unless they are
named themselves. "-" reads standard input.

With --registry the registries are asked what the images are that the files
name, so that the rules which need to know that find something; see
guard image --help for credentials and addresses. What cannot be had is listed
as not looked at. Without it nothing is asked. Where the configuration has a trust
policy, what is signed about these images is verified too, by guard-sigstore beside
guard. --lock FILE takes the answers from a file of guard lock instead, and needs
no network; it keeps no history of images, so provenance/secret-in-history is left
out, and no signatures, so what is signed is listed as not looked at.

A rule may be announced for a day (effective-on in its METADATA): until then what
would be denied is a warning that says from when on it is. --effective-time looks
ahead. It moves what rules see as the time, too, and not what ends by the clock:
waivers and what is signed.
--record FILE keeps the files, without their secrets, with what came of them, so that
guard policy impact and guard stats can look at them again. The file is replaced as a
whole. Files larger than 1 MiB, and all beyond 256 MiB, are recorded without their text.

Bundles of rules that the configuration names are pulled from their registry, unless
the cache has what a digest names; see guard policy bundle --help.

` + attestHelp + `

Exit codes:
  0  nothing was denied
  1  something was denied
  2  the call or the configuration is wrong
  3  guard could not look: an unreadable file, nothing to check, an internal
     error, or --strict and something that could not be followed`

const checkExample = `  guard check
  guard check k8s/ Dockerfile
  guard check --diff origin/main
  guard check -o text -o sarif=guard.sarif -o json=guard.json
  guard check --snapshot forge.json
  guard check --attest ghcr.io/acme/shop@sha256:… --key verdict.key
  guard check --registry --strict
  guard check --lock .guard-lock.json
  guard check --only image,kubernetes/privileged
  guard check --effective-time 2027-01-15
  guard check --record recorded.jsonl
  kubectl get deploy -A -o json | guard check - --stdin-filename live.json`

// checkFlags are the flags of guard check.
type checkFlags struct {
	shared    configFlags
	registry  registryFlags
	attest    attestFlags
	outputs   []string
	color     string
	strict    bool
	offline   bool
	lock      string
	jobs      int
	stdinName string
	baseline  string
	diff      string
	snapshot  string
	record    string
	verbose   bool
}

func newCheck(w *World) *cobra.Command {
	var f checkFlags
	cmd := &cobra.Command{
		Use:     "check [PATH...]",
		Short:   "Check files against the rules",
		Long:    checkHelp,
		Example: checkExample,
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := f.attest.ready(cmd.Context(), w); err != nil {
				return err
			}
			return runCheck(cmd, w, f, args)
		},
	}
	f.shared.bundles.registry, f.shared.bundles.offline = &f.registry, &f.offline
	f.shared.add(cmd, w)
	f.registry.add(cmd)
	f.attest.add(cmd)
	flags := cmd.Flags()
	flags.StringArrayVarP(&f.outputs, "output", "o", nil, "write a report as `FORMAT[=PATH]`; may be repeated. One of "+formatNames(report.Formats()))
	flags.StringVar(&f.color, "color", "auto", "`when` to colour: auto, always or never")
	flags.BoolVar(&f.strict, "strict", false, "exit with 3 where something could not be followed")
	flags.BoolVar(&f.offline, "offline", false, "ask nothing outside the given files; what would need it stays unknown, and bundles of rules come from the cache")
	flags.IntVarP(&f.jobs, "jobs", "j", 0, "how many `files` to read at once; 0 is one per CPU")
	flags.StringVar(&f.stdinName, "stdin-filename", "", "the `name` that - is reported under, which also tells its kind")
	flags.StringVar(&f.baseline, "baseline", "", "accept the findings that this `file` lists (see guard baseline write)")
	flags.StringVar(&f.diff, "diff", "", "report only findings on lines changed since the Git `revision`")
	flags.StringVar(&f.snapshot, "snapshot", "", "settings of the forge, as guard snapshot wrote them to this `file` (GUARD_SNAPSHOT)")
	flags.BoolVar(&f.shared.registry, "registry", false, "ask registries what the images are that the files name")
	flags.StringVar(&f.lock, "lock", "", "take what registries said of images from this `file`, as guard lock wrote it")
	flags.StringVar(&f.shared.effective, "effective-time", "", "the `time` that rules see and that decides which are in force: 2027-01-15 or 2027-01-15T12:00:00Z; by default now. Waivers end by the clock")
	flags.StringVar(&f.record, "record", "", "write the files, without their secrets, and what came of them to this `file`, which guard policy impact can judge by other rules")
	flags.BoolVarP(&f.verbose, "verbose", "v", false, "show waived findings and everything that was not looked at")
	completeFixed(cmd, "color", "auto", "always", "never")
	completeFixed(cmd, "effective-time")
	completeFormats(cmd, report.Formats())
	return cmd
}

// runCheck is one check from flags to exit code.
func runCheck(cmd *cobra.Command, w *World, f checkFlags, args []string) error {
	out, err := newOutputs(cmd, w, report.Formats(), f.outputs, f.color, f.verbose)
	if err != nil {
		return err
	}
	attester, err := f.attester(cmd, w)
	if err != nil {
		return err
	}
	images, err := f.facts(cmd, w)
	if err != nil {
		return err
	}
	setup, err := f.shared.setup(cmd, w)
	if err != nil {
		return err
	}
	options, err := checkOptions(w, f, setup, args)
	if err != nil {
		return err
	}
	if options.Registry = images; setup.repo != nil {
		options.Commits = setup.repo
	}
	if options.Verification, err = setup.verification(cmd.Context(), images); err != nil {
		return err
	}
	options.Pipelines = out.showPipelines()
	bar := newProgress(w)
	options.Progress, options.Asking = bar.files, bar.images
	var recorder *recorder
	if f.record != "" {
		if recorder, err = newRecorder(w, setup, f.record); err != nil {
			return err
		}
		defer recorder.drop()
		options.Record = recorder.add
	}
	outcome, err := check.Run(cmd.Context(), options)
	bar.clear()
	if err != nil {
		return err
	}
	if recorder != nil {
		if err := recorder.keep(); err != nil {
			return err
		}
	}
	if err := out.write(outcome); err != nil {
		return err
	}
	if err := out.stepSummary(outcome.Report); err != nil {
		return err
	}
	err = verdict(w, outcome, f.strict, options)
	if attester == nil {
		return err
	}
	return attester.attest(cmd.Context(), outcome, setup, err)
}

// facts is who says what images are; nil where nobody is to be asked.
func (f *checkFlags) facts(cmd *cobra.Command, w *World) (check.Facts, error) {
	switch {
	case f.lock != "":
		return f.recorded(cmd, w)
	case !f.shared.registry:
		return nil, nil
	case f.offline:
		return nil, usagef(cmd, "--offline and --registry contradict each other")
	}
	client, err := f.registry.client(cmd, w)
	if err != nil {
		return nil, err
	}
	return registryFacts{client}, nil
}

// recorded is a lock file that says what images are. A change could excuse
// itself by the lock file it brings along.
func (f *checkFlags) recorded(cmd *cobra.Command, w *World) (check.Facts, error) {
	switch {
	case f.shared.registry:
		return nil, usagef(cmd, "--lock and --registry contradict each other")
	case f.shared.trust != "":
		return nil, usagef(cmd, "--lock reads a file of the working tree, which --trust does not believe; use --registry")
	}
	known, err := readLock(w, f.lock)
	if err != nil {
		return nil, err
	}
	if known == nil {
		return nil, usagef(cmd, "%s: no such file; guard lock writes it", f.lock)
	}
	f.shared.registry = true
	f.shared.skip = append(f.shared.skip, "provenance/secret-in-history")
	return known, nil
}

func checkOptions(w *World, f checkFlags, s *setup, args []string) (check.Options, error) {
	if len(args) == 0 {
		args = []string{"."}
	}
	o := check.Options{
		Root: s.root, Dir: w.Dir, Paths: args, Stdin: w.In, StdinName: f.stdinName,
		Evaluator: s.evaluator, Config: s.config, Ignore: s.config.Ignore, Branches: s.branches, DefaultBranch: s.defaultBranch, Repository: s.name, Host: s.host,
		Trust: s.trust, Changes: s.changes,
		Jobs: f.jobs, Now: w.Now(), Version: build().Version,
	}
	if f.jobs < 0 {
		return o, &usageError{message: fmt.Sprintf("--jobs %d: expected 0 or more", f.jobs)}
	}
	var err error
	if o.Tracked, err = s.tracked(s.evaluator); err != nil {
		return o, err
	}
	if o.Baseline, err = s.readBaseline(f.baseline); err != nil {
		return o, err
	}
	if o.Snapshot, err = s.readSnapshot(f.snapshot); err != nil {
		return o, err
	}
	if f.diff != "" {
		o.Diff, err = s.changesSince(f.diff)
	}
	return o, err
}

// verdict turns an outcome into an exit code.
func verdict(w *World, o *check.Outcome, strict bool, options check.Options) error {
	switch r := o.Report; {
	case o.Unread > 0:
		return exit(exitFailed)
	case r.Summary.Files == 0:
		return fmt.Errorf("nothing to check in %s (%s)", strings.Join(options.Paths, ", "), ignoredText(o.Ignored))
	case r.Summary.Denied > 0:
		return exit(exitDenied)
	case strict && r.Summary.Incomplete > 0:
		fmt.Fprintf(w.Err, "guard: --strict: %d things could not be followed\n", r.Summary.Incomplete)
		return exit(exitFailed)
	}
	return nil
}

func ignoredText(n int) string {
	if n == 0 {
		return "there are no files"
	}
	return fmt.Sprintf("%d paths are ignored by .gitignore or .guardignore", n)
}
