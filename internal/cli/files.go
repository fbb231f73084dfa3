package cli

import (
	"slices"

	"github.com/spf13/cobra"

	"guard/internal/check"
	"guard/internal/finding"
)

// fileFlags are the flags of commands that read files without judging them.
type fileFlags struct {
	config string
}

func (f *fileFlags) add(cmd *cobra.Command) {
	cmd.Flags().StringVarP(&f.config, "config", "c", "", "the configuration `file`; by default .guard.yaml or .github/guard.yaml, looked for upwards (GUARD_CONFIG)")
}

// visit hands the files below the paths to visit. What the repository builds is
// known from all of its files, whatever the paths are.
func (f *fileFlags) visit(cmd *cobra.Command, w *World, paths []string, visit func(check.Visited) error) ([]finding.Incomplete, error) {
	if slices.Contains(paths, "-") {
		return nil, usagef(cmd, "expected files and directories, found - (standard input)")
	}
	shared := configFlags{config: f.config}
	s, err := shared.prepare(cmd, w)
	if err != nil {
		return nil, err
	}
	options, err := checkOptions(w, checkFlags{}, s, paths)
	if err != nil {
		return nil, err
	}
	options.Baseline = nil
	var learn []string
	if s.repo != nil {
		learn = []string{s.root}
	}
	return check.Visit(cmd.Context(), options, learn, visit)
}
