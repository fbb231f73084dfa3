package cli

import (
	"context"
	"fmt"
	"path/filepath"

	"github.com/spf13/cobra"

	"guard/internal/bundle"
	"guard/internal/registry/signature"
	"guard/internal/registry/signature/sign"
	"guard/internal/report"
)

const policyBundlePushHelp = `Push stores a bundle in a registry and signs it. Without a tag it stands under
its version. A tag that is its version is never moved; any other tag, such as
stable, is.

With --key the signature has the form of cosign 2, unless --attach-as bundle asks
for that of cosign 3. cosign verify --key reads it.

` + keylessHelp + `

` + registryHelp + `

Exit codes:
  0  the bundle is stored and signed
  2  the call is wrong
  3  it could not be stored or signed, or its version is there with other rules`

// pushFlags are the flags of guard policy bundle push.
type pushFlags struct {
	registry registryFlags
	sign     signFlags
	unsigned bool
}

func newPolicyBundlePush(w *World) *cobra.Command {
	var f pushFlags
	cmd := &cobra.Command{
		Use:   "push FILE REPOSITORY[:TAG]",
		Short: "Store a bundle in a registry, signed",
		Long:  policyBundlePushHelp,
		Example: `  guard policy bundle push bundle.tar.gz registry.example.com/team/policy --key security.key
  guard policy bundle push bundle.tar.gz registry.example.com/team/policy:stable --identity-token token.jwt`,
		ValidArgsFunction: completeNth(0, cobra.ShellCompDirectiveDefault),
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) != 2 {
				return usagef(cmd, "expected a file and a repository, found %d arguments", len(args))
			}
			if !f.unsigned {
				if err := f.sign.ready(cmd.Context(), w); err != nil {
					return err
				}
			}
			return f.push(cmd, w, args[0], args[1])
		},
	}
	f.registry.add(cmd)
	f.sign.add(cmd)
	cmd.Flags().BoolVar(&f.unsigned, "unsigned", false, "do not sign; whoever uses the bundle must name it by its digest")
	cmd.Flags().Lookup("attach-as").DefValue = "tag with --key, else bundle"
	return cmd
}

func (f *pushFlags) push(cmd *cobra.Command, w *World, file, name string) error {
	at := file
	if !filepath.IsAbs(at) {
		at = filepath.Join(w.Dir, file)
	}
	b, err := readBundle(at)
	if err != nil {
		return usagef(cmd, "%s: %v", file, err)
	}
	if !bundle.IsVersion(b.Revision) {
		return usagef(cmd, "%s: its revision %q is no semantic version; guard policy bundle build --revision gives it one", file, b.Revision)
	}
	ref, err := bundleReference(cmd, name)
	if err != nil {
		return err
	}
	if ref.Digest != "" {
		return usagef(cmd, "%s: expected a tag or none; the digest of a bundle follows from what it holds", name)
	}
	if ref.Tag == "" {
		ref.Tag = b.Revision
	}
	artifact, err := b.Artifact()
	if err != nil {
		return err
	}
	repository := ref.Registry + "/" + ref.Repository
	signer, err := f.signer(cmd, w, repository+"@"+artifact.Digest)
	if err != nil {
		return err
	}
	to, err := target(cmd, w, &f.registry, ref)
	if err != nil {
		return err
	}
	if _, err := bundle.Push(cmd.Context(), to, ref.Tag, b); err != nil {
		return fmt.Errorf("push %s: %w", name, err)
	}
	if signer != nil {
		if err := signer.signature(cmd.Context()); err != nil {
			return fmt.Errorf("%s@%s is stored and not signed: %w", repository, artifact.Digest, err)
		}
	}
	_, err = fmt.Fprintf(w.Out, "%s%s@%s\n", bundle.Scheme, repository, artifact.Digest)
	return err
}

// signer settles who signs; nil where nobody does.
func (f *pushFlags) signer(cmd *cobra.Command, w *World, name string) (*signer, error) {
	if f.unsigned {
		if f.sign.key != "" || f.sign.keyless.token != "" {
			return nil, usagef(cmd, "--unsigned and --key or --identity-token exclude each other")
		}
		return nil, nil
	}
	if !cmd.Flags().Changed("attach-as") && f.sign.key != "" {
		f.sign.attachAs = "tag"
	}
	return f.sign.signer(cmd, w, &f.registry, name)
}

// signature signs the image itself, which states nothing but that.
func (s *signer) signature(ctx context.Context) error {
	if !s.tag {
		return s.attach(ctx, signature.PredicateCosignSign, []byte("{}"))
	}
	digest, err := sign.AttachSignature(ctx, s.target, s.image, s.key)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(s.world.Err, "guard: signed by %s and attached to %s@%s: %s\n", report.Clean("key "+s.key.Hash()), s.image.Repository, s.image.Digest, digest)
	return err
}
