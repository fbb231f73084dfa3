package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"guard/internal/bundle"
	"guard/internal/policy"
	"guard/internal/report"
)

const policyBundleBuildHelp = `Build writes the rules of a directory as a bundle of OPA. The rules and their
unit tests are checked first, as guard policy check does. Into the bundle go the
rules, what they import of guard's library and the defaults of their parameters;
unit tests and examples stay behind.

The same rules and revision give the same bytes on every machine.

Exit codes:
  0  the bundle is written
  2  the call is wrong, or something is wrong with the rules
  3  it could not be written`

func newPolicyBundleBuild(w *World) *cobra.Command {
	var revision, out string
	cmd := &cobra.Command{
		Use:   "build DIR --revision VERSION",
		Short: "Make a bundle of a directory of rules",
		Long:  policyBundleBuildHelp,
		Example: `  guard policy bundle build policy --revision 1.4.0
  guard policy bundle build policy --revision 2.0.0-rc.1 -o candidate.tar.gz`,
		ValidArgsFunction: completeDirectories,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) != 1 {
				return usagef(cmd, "expected one directory of rules, found %d arguments", len(args))
			}
			if !bundle.IsVersion(revision) {
				return usagef(cmd, "--revision %q: expected a semantic version such as 1.4.0, which is higher than that of the bundle before", revision)
			}
			return buildBundle(cmd, w, args[0], revision, out)
		},
	}
	cmd.Flags().StringVar(&revision, "revision", "", "the `version` of the bundle: 1.4.0")
	cmd.Flags().StringVarP(&out, "output", "o", "bundle.tar.gz", "the `file` to write")
	completeFixed(cmd, "revision")
	return cmd
}

func buildBundle(cmd *cobra.Command, w *World, dir, revision, out string) error {
	files, err := packDirectory(cmd, w, dir)
	if err != nil {
		return err
	}
	b, err := bundle.Build(revision, files)
	if err != nil {
		return err
	}
	artifact, err := b.Artifact()
	if err != nil {
		return err
	}
	file := out
	if !filepath.IsAbs(file) {
		file = filepath.Join(w.Dir, out)
	}
	if err := os.WriteFile(file, b.Archive, 0o644); err != nil {
		return fmt.Errorf("write %s: %w", out, cause(err))
	}
	_, err = fmt.Fprintf(w.Out, "wrote %s: version %s, %d bytes\ndigest in a registry: %s\n", report.Clean(out), b.Revision, len(b.Archive), artifact.Digest)
	return err
}

// packDirectory lays out a directory of rules for a bundle.
func packDirectory(cmd *cobra.Command, w *World, dir string) (map[string][]byte, error) {
	at := dir
	if !filepath.IsAbs(at) {
		at = filepath.Join(w.Dir, dir)
	}
	root, err := os.OpenRoot(at)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, usagef(cmd, "%s: no such directory", dir)
	}
	if err != nil {
		return nil, err
	}
	return policy.Pack(cmd.Context(), policy.Source{Name: filepath.ToSlash(filepath.Clean(dir)), FS: root.FS(), Custom: true})
}
