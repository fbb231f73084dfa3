package cli

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"

	"github.com/spf13/cobra"

	"guard/internal/check"
	"guard/internal/finding"
	"guard/internal/report"
)

// outputs is where the reports of a run go, and how text is shown.
type outputs struct {
	world   *World
	targets []report.Target
	options report.Options
}

// newOutputs settles what to write before anything is read, so that a wrong
// format is told at once.
func newOutputs(cmd *cobra.Command, w *World, formats []report.Format, given []string, color string, verbose bool) (*outputs, error) {
	o := &outputs{world: w, targets: report.DefaultTargets(formats, w.env)}
	if len(given) > 0 {
		o.targets = nil
	}
	onStdout := 0
	for _, text := range given {
		target, err := report.ParseTarget(formats, text)
		if err != nil {
			return nil, usagef(cmd, "--output: %v", err)
		}
		if target.Path == "" {
			onStdout++
		}
		o.targets = append(o.targets, target)
	}
	if onStdout > 1 {
		return nil, usagef(cmd, "--output: %d reports go to standard output; give all but one a file: FORMAT=PATH", onStdout)
	}
	var err error
	o.options, err = textOptions(cmd, w, color)
	o.options.Verbose = verbose
	return o, err
}

// textOptions settles how text is shown on standard output.
func textOptions(cmd *cobra.Command, w *World, color string) (report.Options, error) {
	width, isTerminal := w.Terminal(w.Out)
	if color == "auto" && isFile(w.Out) {
		color = "never"
	}
	colored, err := report.ColorMode(color, w.env, isTerminal)
	if err != nil {
		return report.Options{}, usagef(cmd, "--color: %v", err)
	}
	return report.Options{Color: colored, Width: width}, nil
}

// showPipelines tells whether some report shows what the runs of pipelines can
// do.
func (o *outputs) showPipelines() bool {
	return slices.ContainsFunc(o.targets, func(t report.Target) bool { return t.Format.Pipelines() })
}

// isFile tells whether w is a regular file, which nobody looks at in colour.
func isFile(w io.Writer) bool {
	f, ok := w.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode().IsRegular()
}

// write writes all reports. An error means that some report is not whole,
// which is never a success.
func (o *outputs) write(outcome *check.Outcome) error {
	for _, target := range o.targets {
		if err := o.writeOne(target, outcome.Report); err != nil {
			return err
		}
	}
	return nil
}

func (o *outputs) writeOne(target report.Target, r *finding.Report) error {
	options := o.options
	options.Group = target.Group
	if target.Path == "" {
		return target.Format.Write(o.world.Out, r, options)
	}
	return o.toFile(target.Path, func(w io.Writer) error {
		return target.Format.Write(w, r, report.Options{Verbose: options.Verbose})
	})
}

// sheets writes what is no report of a check in all formats.
func (o *outputs) sheets(write func(io.Writer, report.Format) error) error {
	for _, target := range o.targets {
		if target.Path == "" {
			if err := write(o.world.Out, target.Format); err != nil {
				return fmt.Errorf("write the report: %w", err)
			}
			continue
		}
		if err := o.toFile(target.Path, func(w io.Writer) error { return write(w, target.Format) }); err != nil {
			return err
		}
	}
	return nil
}

// toFile writes a file whole: a disk that is full shows when it is closed.
func (o *outputs) toFile(name string, write func(io.Writer) error) (err error) {
	if !filepath.IsAbs(name) {
		name = filepath.Join(o.world.Dir, name)
	}
	f, err := os.Create(name)
	if err != nil {
		return fmt.Errorf("write the report: %w", err)
	}
	defer func() {
		if closing := f.Close(); err == nil && closing != nil {
			err = fmt.Errorf("write the report: %w", closing)
		}
	}()
	return write(f)
}

// stepSummary adds a table to the page of the run, where GitHub Actions shows
// one.
func (o *outputs) stepSummary(r *finding.Report) (err error) {
	name := o.world.env("GITHUB_STEP_SUMMARY")
	if name == "" {
		return nil
	}
	f, err := os.OpenFile(name, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		return fmt.Errorf("write the step summary: %w", err)
	}
	defer func() {
		if closing := f.Close(); err == nil && closing != nil {
			err = fmt.Errorf("write the step summary: %w", closing)
		}
	}()
	return report.Summary(f, r)
}
