package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"guard/internal/bundle"
	"guard/internal/config"
	"guard/internal/imageref"
	"guard/internal/policy"
)

const policyBundleHelp = `Bundle ships rules through a registry: as a bundle of OPA, in an artifact that
guard, OPA and conftest pull.

A bundle has a version, and a version means one bundle for ever: the same rules
and version give the same digest on every machine. It is signed as images are,
and whoever uses it says in policy-trust: who must have signed it. Where the
configuration names a bundle by a tag, the tag may move on to newer versions and
never back.

  policies: ["oci://registry.example.com/team/policy:stable"]
  policy-trust:
    - images: [registry.example.com/team/policy]
      authorities: [{name: security, keys: [{file: security.pub}], no-transparency-log: true}]

By its digest a bundle needs no signature, unless an entry is for it, and no
registry once it was pulled.`

const policyBundleExample = `  guard policy bundle build policy --revision 1.4.0
  guard policy bundle push bundle.tar.gz registry.example.com/team/policy:stable --key security.key
  guard policy bundle inspect oci://registry.example.com/team/policy:stable
  guard policy bundle diff oci://registry.example.com/team/policy:stable policy`

func newPolicyBundle(w *World) *cobra.Command {
	cmd := &cobra.Command{
		Use:     "bundle",
		Short:   "Ship rules through a registry",
		Long:    policyBundleHelp,
		Example: policyBundleExample,
		Args:    unknownCommand,
		RunE:    func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newPolicyBundleBuild(w), newPolicyBundlePush(w), newPolicyBundlePull(w), newPolicyBundleInspect(w), newPolicyBundleDiff(w))
	return cmd
}

// pullFlags are the flags of the commands that look at a bundle in a registry.
type pullFlags struct {
	registry registryFlags
	config   configFlags
	offline  bool
}

func (f *pullFlags) add(cmd *cobra.Command) {
	f.registry.add(cmd)
	f.config.bundles.registry, f.config.bundles.offline = &f.registry, &f.offline
	f.config.addFile(cmd)
	cmd.Flags().BoolVar(&f.offline, "offline", false, "ask no registry; what was accepted before is in the cache")
}

// pull pulls what a call names.
func (f *pullFlags) pull(cmd *cobra.Command, w *World, want bundle.Want) (*bundle.Pulled, error) {
	s, err := f.config.prepare(cmd, w)
	if err != nil {
		return nil, err
	}
	puller, err := f.config.bundles.puller(cmd, s)
	if err != nil {
		return nil, err
	}
	return pullBundle(cmd.Context(), w, puller, want)
}

// bundleReference parses the name of a bundle in a registry.
func bundleReference(cmd *cobra.Command, name string) (imageref.Reference, error) {
	return remoteReference(cmd, nil, strings.TrimPrefix(name, bundle.Scheme))
}

// located is what a call names: a bundle in a registry, a bundle in a file, or
// a directory of rules.
type located struct {
	source policy.Source
	bundle *bundle.Bundle // nil: a directory
	pulled *bundle.Pulled // nil: not from a registry
}

// locate finds it. What the trust policy refuses is refused, unless somebody
// only looks.
func (f *pullFlags) locate(cmd *cobra.Command, w *World, name string, untrusted bool) (located, error) {
	if strings.HasPrefix(name, bundle.Scheme) {
		ref, err := bundleReference(cmd, name)
		if err != nil {
			return located{}, err
		}
		pulled, err := f.pull(cmd, w, bundle.Want{Reference: ref, Untrusted: untrusted})
		if err != nil {
			return located{}, err
		}
		return located{policy.Source{Name: pulled.Name, FS: pulled.Rules(), Custom: true}, pulled.Bundle, pulled}, nil
	}
	file := filepath.Join(w.Dir, name)
	if filepath.IsAbs(name) {
		file = name
	}
	info, err := os.Stat(file)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return located{}, usagef(cmd, "%s: no such file; a bundle in a registry is named %sREGISTRY/REPOSITORY", name, bundle.Scheme)
	case err != nil:
		return located{}, err
	case info.IsDir():
		root, err := os.OpenRoot(file)
		if err != nil {
			return located{}, err
		}
		return located{source: policy.Source{Name: name, FS: root.FS(), Custom: true}}, nil
	}
	b, err := readBundle(file)
	if err != nil {
		return located{}, fmt.Errorf("%s: %w", name, err)
	}
	return located{policy.Source{Name: name, FS: b.Rules(), Custom: true}, b, nil}, nil
}

// layer is the text of what it demands of those who use it; "" where it demands
// nothing.
func (l located) layer() (string, error) {
	if l.bundle != nil {
		return string(l.bundle.Layer()), nil
	}
	data, err := config.Read(l.source.FS, config.LayerName)
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	return string(data), err
}

// readBundle reads a bundle from a file.
func readBundle(file string) (*bundle.Bundle, error) {
	info, err := os.Stat(file)
	switch {
	case err != nil:
		return nil, cause(err)
	case !info.Mode().IsRegular():
		return nil, errors.New("it is no regular file")
	case info.Size() > bundle.MaxArchive:
		return nil, fmt.Errorf("it has %d bytes, more than %d", info.Size(), bundle.MaxArchive)
	}
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, cause(err)
	}
	return bundle.Read(data)
}

// completeNth completes the argument of an index, the first being 0, and no
// other: those name bundles in registries.
func completeNth(n int, how cobra.ShellCompDirective) cobra.CompletionFunc {
	return func(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
		if len(args) == n {
			return nil, how
		}
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
}
