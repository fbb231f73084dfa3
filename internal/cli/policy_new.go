package cli

import (
	"errors"
	"fmt"
	"path"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"guard/internal/authoring"
	"guard/internal/report"
)

const policyNewHelp = `New writes a rule that works, with its unit tests, a bad and a good example. All
pass; change the rule, and the tests say what else has to change. No file is
replaced.`

func newPolicyNew(w *World) *cobra.Command {
	var dir, kind string
	cmd := &cobra.Command{
		Use:   "new CATEGORY/NAME",
		Short: "Write the beginnings of a rule",
		Long:  policyNewHelp,
		Example: `  guard policy new image/approved-registry
  guard policy new kubernetes/team-label --kind kubernetes --dir policy`,
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) != 1 {
				return usagef(cmd, "expected the name of one rule, as in image/approved-registry, found %d", len(args))
			}
			return writeRuleFiles(cmd, w, dir, args[0], kind)
		},
	}
	cmd.Flags().StringVar(&dir, "dir", "policy", "the `directory` of rules")
	cmd.Flags().StringVar(&kind, "kind", "*", "the `kind` of document that it reads: "+strings.Join(authoring.ScaffoldKinds(), ", ")+"; * is images everywhere")
	completeFixed(cmd, "kind", authoring.ScaffoldKinds()...)
	return cmd
}

func writeRuleFiles(cmd *cobra.Command, w *World, dir, id, kind string) error {
	absolute := dir
	if !filepath.IsAbs(dir) {
		absolute = filepath.Join(w.Dir, dir)
	}
	files, err := authoring.Scaffold(absolute, id, kind)
	if wrong := new(authoring.ScaffoldError); errors.As(err, &wrong) {
		return usagef(cmd, "%s", wrong.Message)
	}
	if err != nil {
		return fmt.Errorf("write the rule: %w", err)
	}
	var b strings.Builder
	shown := filepath.ToSlash(filepath.Clean(dir))
	for _, name := range files {
		fmt.Fprintf(&b, "wrote %s\n", path.Join(shown, name))
	}
	fmt.Fprintf(&b, "\nNext: guard policy test %s\nTo use it: policies: [%s] in .guard.yaml, and %s/testdata/ in .guardignore\n", shown, shown, shown)
	_, err = fmt.Fprint(w.Out, report.CleanLines(b.String()))
	return err
}
