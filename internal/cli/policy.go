package cli

import (
	"errors"
	"io/fs"
	"path/filepath"

	"github.com/spf13/cobra"

	"guard/internal/authoring"
)

const policyHelp = `Policy helps to write rules of one's own: a directory with rules as
<category>/<name>.rego, their unit tests beside them as <name>_test.rego, and
their examples in testdata/rules/<category>/<name>/{bad,good}/.

The rules go through the loader of guard check, with its schemas, builtins and
strictness, beside guard's own.`

const policyExample = `  guard policy check policy
  guard policy test policy --coverage
  guard policy effective image/tag-latest
  guard policy impact main:policy policy`

func newPolicy(w *World) *cobra.Command {
	cmd := &cobra.Command{
		Use:     "policy",
		Short:   "Write, test and ship rules of your own",
		Long:    policyHelp,
		Example: policyExample,
		Args:    unknownCommand,
		RunE:    func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newPolicyNew(w), newPolicyCheck(w), newPolicyTest(w), newPolicySchema(w), newPolicyDocs(w), newPolicyRepl(w), newPolicyBundle(w), newPolicyEffective(w), newPolicyImpact(w))
	return cmd
}

// openLibrary opens the directory of rules that a command is given.
func openLibrary(cmd *cobra.Command, w *World, args []string) (*authoring.Library, error) {
	if len(args) != 1 {
		return nil, usagef(cmd, "expected one directory of rules, found %d arguments", len(args))
	}
	dir := args[0]
	if !filepath.IsAbs(dir) {
		dir = filepath.Join(w.Dir, dir)
	}
	library, err := authoring.Open(dir, args[0])
	if errors.Is(err, fs.ErrNotExist) {
		return nil, usagef(cmd, "%s: no such directory", args[0])
	}
	return library, err
}

// completeDirectories completes the names of directories.
func completeDirectories(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	return nil, cobra.ShellCompDirectiveFilterDirs
}
