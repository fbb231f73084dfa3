package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"

	"github.com/spf13/cobra"

	"guard/internal/bundle"
	"guard/internal/policy"
	"guard/internal/report"
)

const policyBundlePullHelp = `Pull gets a bundle from a registry, holds it to policy-trust of the configuration,
proves its rules as guard check does, and writes its files into a directory that
is empty or does not exist yet. One that is named by a tag must be signed, and be
no older than the one that was pulled before.

` + registryHelp + `

Exit codes:
  0  the files are written
  2  the call, the configuration or a rule is wrong
  3  the bundle is refused, or could not be had`

func newPolicyBundlePull(w *World) *cobra.Command {
	var f pullFlags
	cmd := &cobra.Command{
		Use:   "pull REFERENCE DIR",
		Short: "Get a bundle from a registry, verified",
		Long:  policyBundlePullHelp,
		Example: `  guard policy bundle pull registry.example.com/team/policy:stable rules
  guard policy bundle pull registry.example.com/team/policy@sha256:… rules --offline`,
		ValidArgsFunction: completeNth(1, cobra.ShellCompDirectiveFilterDirs),
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) != 2 {
				return usagef(cmd, "expected a reference and a directory, found %d arguments", len(args))
			}
			ref, err := bundleReference(cmd, args[0])
			if err != nil {
				return err
			}
			pulled, err := f.pull(cmd, w, bundle.Want{Reference: ref, Ordered: true})
			if err != nil {
				return err
			}
			return writePulled(cmd, w, pulled, args[1])
		},
	}
	f.add(cmd)
	return cmd
}

func writePulled(cmd *cobra.Command, w *World, p *bundle.Pulled, dir string) error {
	at := dir
	if !filepath.IsAbs(at) {
		at = filepath.Join(w.Dir, dir)
	}
	entries, err := os.ReadDir(at)
	if err != nil && !errors.Is(err, fs.ErrNotExist) || len(entries) > 0 {
		return usagef(cmd, "%s: expected an empty directory, or none", dir)
	}
	source, err := policy.FromBundle(p.Name, p.Revision, p.Rules(), p.Layer())
	if err != nil {
		return err
	}
	if _, err := policy.Compile(cmd.Context(), []policy.Source{policy.Builtin(), source}, policy.Settings{}); err != nil {
		return err
	}
	if err := writeTree(p.FS(), p.Names(), at); err != nil {
		return fmt.Errorf("write %s: %w", dir, err)
	}
	if err := p.Keep(); err != nil {
		fmt.Fprintf(w.Err, "guard: %s\n", report.Clean(err.Error()))
	}
	_, err = fmt.Fprintf(w.Out, "%s\n", report.Clean(fmt.Sprintf("%s: version %s, %s, %s into %s", p.Name, p.Revision, p.Digest, counted(len(p.Names()), "file"), dir)))
	if err == nil {
		_, err = fmt.Fprintf(w.Out, "%s\n", report.Clean(trustText(p)))
	}
	return err
}

// writeTree writes files below a directory, and nowhere else.
func writeTree(from fs.FS, names []string, dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return err
	}
	defer root.Close()
	for _, name := range names {
		data, err := fs.ReadFile(from, name)
		if err == nil {
			err = root.MkdirAll(path.Dir(name), 0o755)
		}
		if err == nil {
			err = root.WriteFile(name, data, 0o644)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// trustText says in a line whether a bundle is signed.
func trustText(p *bundle.Pulled) string {
	switch {
	case p == nil:
		return "signature: not looked at, a file has none"
	case p.Refused != "":
		return "signature: refused: " + p.Refused
	case !p.Demanded:
		return "signature: not demanded, no entry of policy-trust is for " + p.Repository
	}
	text := "signed by"
	for i, s := range p.Signers {
		if i > 0 {
			text += ","
		}
		text += " " + bundle.SignerText(s)
	}
	return text
}
