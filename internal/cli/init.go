package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"guard/internal/config"
)

func newInit(w *World) *cobra.Command {
	var force bool
	cmd := &cobra.Command{
		Use:   "init",
		Short: "Write a commented .guard.yaml",
		Example: `  guard init
  guard init --force   # replace the one that is there`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return writeTemplate(w, force) },
	}
	cmd.Flags().BoolVar(&force, "force", false, "replace a file that is there")
	return cmd
}

func writeTemplate(w *World, force bool) error {
	name := filepath.Join(w.Dir, config.Names[0])
	mode := os.O_WRONLY | os.O_CREATE | os.O_EXCL
	if force {
		mode = os.O_WRONLY | os.O_CREATE | os.O_TRUNC
	}
	f, err := os.OpenFile(name, mode, 0o644)
	if errors.Is(err, fs.ErrExist) {
		return &usageError{message: config.Names[0] + " is there already; --force replaces it"}
	}
	if err != nil {
		return fmt.Errorf("write the configuration: %w", err)
	}
	_, err = f.WriteString(config.Template)
	if err := errors.Join(err, f.Close()); err != nil {
		if !force {
			os.Remove(name) // half a configuration would be in the way of the next
		}
		return fmt.Errorf("write the configuration: %w", err)
	}
	_, err = fmt.Fprintln(w.Out, "wrote "+config.Names[0])
	return err
}
