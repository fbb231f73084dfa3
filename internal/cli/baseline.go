package cli

import (
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"guard/internal/check"
	"guard/internal/config"
)

// defaultBaseline is the file that a baseline is written to.
const defaultBaseline = ".guard-baseline.json"

const baselineHelp = `Write accepts every finding that is there now: they are listed in a file, and
guard check --baseline FILE reports them as waived. Findings are known by their
content, so moving lines changes nothing, and another secret on an accepted line
is a new finding.`

func newBaseline(w *World) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "baseline",
		Short: "Accept the findings that are there now",
		Args:  unknownCommand,
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newBaselineWrite(w))
	return cmd
}

func newBaselineWrite(w *World) *cobra.Command {
	var shared configFlags
	var file string
	cmd := &cobra.Command{
		Use:   "write [PATH...]",
		Short: "Write the baseline",
		Long:  baselineHelp,
		Example: `  guard baseline write
  guard check --baseline .guard-baseline.json`,
		RunE: func(cmd *cobra.Command, args []string) error { return writeBaseline(cmd, w, &shared, file, args) },
	}
	shared.add(cmd, w)
	cmd.Flags().StringVarP(&file, "output", "o", defaultBaseline, "the `file` to write")
	return cmd
}

func writeBaseline(cmd *cobra.Command, w *World, shared *configFlags, file string, args []string) error {
	s, err := shared.setup(cmd, w)
	if err != nil {
		return err
	}
	options, err := checkOptions(w, checkFlags{}, s, args)
	if err != nil {
		return err
	}
	options.Baseline = nil
	outcome, err := check.Run(cmd.Context(), options)
	if err != nil {
		return err
	}
	if outcome.Unread > 0 {
		return fmt.Errorf("%d files could not be read, so the baseline would not be whole: %s: %s", outcome.Unread, outcome.Report.Incomplete[0].File, outcome.Report.Incomplete[0].Reason)
	}
	b := config.NewBaseline(outcome.Report.Findings)
	o := outputs{world: w}
	if err := o.toFile(file, func(out io.Writer) error { return b.Write(out) }); err != nil {
		return err
	}
	_, err = fmt.Fprintf(w.Out, "wrote %s: %d findings accepted\n", file, len(b.Findings))
	return err
}
