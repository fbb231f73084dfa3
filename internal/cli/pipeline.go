package cli

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"guard/internal/check"
	"guard/internal/report"
)

const pipelineHelp = `Pipeline says what the runs of the pipelines below the given paths (the working
directory where none is given) can do: which branch or event reaches which
environment, and behind which gate; whether tests must pass before; what is pushed
and deployed; and how the jobs wait for each other. No rule is evaluated.

A cell of the table is one of
  -               the run cannot get there
  yes             it does, and nobody has to agree
  after approval  somebody has to agree, which is proved
  approval?       the job names an environment, and whether that waits for
                  somebody is a setting of the forge, which was not read
  manual          somebody has to start a job by hand
  unknown         it may; the number behind it says why that is not known
An ! in front of it says that it is against the map of branches and environments
of the configuration.

Exit codes:
  0  the pipelines were read
  2  the call or the configuration is wrong
  3  guard could not look: an unreadable file, no pipeline at all, or an internal
     error`

const pipelineExample = `  guard pipeline
  guard pipeline .github/workflows/deploy.yml
  guard pipeline --snapshot forge.json
  guard pipeline -o markdown=pipelines.md -o json=pipelines.json
  guard pipeline - --stdin-filename .gitlab-ci.yml < .gitlab-ci.yml`

// pipelineFlags are the flags of guard pipeline.
type pipelineFlags struct {
	config    string
	trust     string
	snapshot  string
	outputs   []string
	color     string
	jobs      int
	stdinName string
}

func newPipeline(w *World) *cobra.Command {
	var f pipelineFlags
	cmd := &cobra.Command{
		Use:     "pipeline [PATH...]",
		Short:   "Show what the runs of pipelines can do",
		Long:    pipelineHelp,
		Example: pipelineExample,
		RunE: func(cmd *cobra.Command, args []string) error {
			return runPipeline(cmd, w, f, args)
		},
	}
	flags := cmd.Flags()
	flags.StringVarP(&f.config, "config", "c", "", "the configuration `file`; by default .guard.yaml or .github/guard.yaml, looked for upwards (GUARD_CONFIG)")
	flags.StringVar(&f.trust, "trust", "", "read configuration, ignore files and a committed snapshot from the Git `revision`, so that a change cannot excuse itself")
	flags.StringVar(&f.snapshot, "snapshot", "", "settings of the forge, as guard snapshot wrote them to this `file` (GUARD_SNAPSHOT)")
	flags.StringArrayVarP(&f.outputs, "output", "o", nil, "write `FORMAT[=PATH]`; may be repeated. One of "+formatNames(report.PipelineFormats()))
	flags.StringVar(&f.color, "color", "auto", "`when` to colour: auto, always or never")
	flags.IntVarP(&f.jobs, "jobs", "j", 0, "how many `files` to read at once; 0 is one per CPU")
	flags.StringVar(&f.stdinName, "stdin-filename", "", "the `name` that - is reported under, which also tells its kind")
	completeFixed(cmd, "color", "auto", "always", "never")
	completeFormats(cmd, report.PipelineFormats())
	return cmd
}

// runPipeline is one call from flags to exit code.
func runPipeline(cmd *cobra.Command, w *World, f pipelineFlags, args []string) error {
	out, err := newOutputs(cmd, w, report.PipelineFormats(), f.outputs, f.color, false)
	if err != nil {
		return err
	}
	options, err := pipelineOptions(cmd, w, f, args)
	if err != nil {
		return err
	}
	bar := newProgress(w)
	options.Progress = bar.files
	outcome, err := check.Pipelines(cmd.Context(), options)
	bar.clear()
	if err != nil {
		return err
	}
	if len(outcome.Report.Pipelines) == 0 && outcome.Unread == 0 {
		return fmt.Errorf("no pipeline in %s that some event could start (%s)", strings.Join(options.Paths, ", "), lookedAt(outcome))
	}
	if err := out.write(outcome); err != nil {
		return err
	}
	if outcome.Unread > 0 {
		return exit(exitFailed)
	}
	return nil
}

func pipelineOptions(cmd *cobra.Command, w *World, f pipelineFlags, args []string) (check.Options, error) {
	if f.jobs < 0 {
		return check.Options{}, &usageError{message: fmt.Sprintf("--jobs %d: expected 0 or more", f.jobs)}
	}
	shared := configFlags{config: f.config, trust: f.trust}
	s, err := shared.prepare(cmd, w)
	if err != nil {
		return check.Options{}, err
	}
	snapshot, err := s.readSnapshot(f.snapshot)
	if err != nil {
		return check.Options{}, err
	}
	for _, change := range s.changes {
		fmt.Fprintf(w.Err, "guard: %s differs from %s: it takes effect when it is merged\n", report.Clean(change.File), report.Clean(s.trust.Name))
	}
	if len(args) == 0 {
		args = []string{"."}
	}
	return check.Options{
		Root: s.root, Dir: w.Dir, Paths: args, Stdin: w.In, StdinName: f.stdinName,
		Config: s.config, Ignore: s.config.Ignore, Branches: s.branches, DefaultBranch: s.defaultBranch, Repository: s.name, Host: s.host,
		Trust: s.trust, Snapshot: snapshot, Jobs: f.jobs, Now: w.Now(), Version: build().Version,
	}, nil
}

func lookedAt(o *check.Outcome) string {
	files := cmp.Or(map[int]string{0: "there are no files", 1: "1 file was looked at"}[o.Report.Summary.Files], fmt.Sprintf("%d files were looked at", o.Report.Summary.Files))
	if o.Ignored > 0 {
		files += fmt.Sprintf("; %d paths are ignored by .gitignore or .guardignore", o.Ignored)
	}
	return files
}
