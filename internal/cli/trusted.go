package cli

import (
	"context"
	"errors"
	"io/fs"
	"path"

	"github.com/spf13/cobra"

	"guard/internal/config"
	"guard/internal/imageref"
	"guard/internal/policy"
	"guard/internal/registry"
	"guard/internal/registry/signature"
	"guard/internal/registry/signature/attached"
)

// trustFlags are the flags of the commands that hold one image to the trust
// policy.
type trustFlags struct {
	registry    registryFlags
	config      configFlags
	environment string
	output      string
	color       string
}

func (f *trustFlags) add(cmd *cobra.Command) {
	flags := cmd.Flags()
	f.registry.add(cmd)
	f.config.addFile(cmd)
	flags.StringVarP(&f.environment, "environment", "e", "production", "`name` of the environment, as the configuration has it")
	flags.StringVarP(&f.output, "output", "o", "text", "`format`: text or json")
	flags.StringVar(&f.color, "color", "auto", "`when` to colour: auto, always or never")
	completeFixed(cmd, "environment")
	completeFixed(cmd, "output", "text", "json")
	completeFixed(cmd, "color", "auto", "always", "never")
}

// subject is an image in a registry, and what it is held to.
type subject struct {
	setup       *setup
	environment config.Environment
	ref         imageref.Reference
	client      *registry.Client
	policy      signature.Policy
	image       registry.Image
	err         error // why the image is not known
}

// look reads the configuration and the image that a call names. That the image
// is not there is no error but in the subject.
func (f *trustFlags) look(cmd *cobra.Command, w *World, args []string) (*subject, error) {
	if len(args) != 1 {
		return nil, usagef(cmd, "expected one image, found %d", len(args))
	}
	if f.output != "text" && f.output != "json" {
		return nil, usagef(cmd, "unknown format %q, expected text or json", f.output)
	}
	s := &subject{}
	var err error
	if s.setup, err = f.config.prepare(cmd, w); err != nil {
		return nil, err
	}
	if s.environment, err = s.setup.environment(f.environment); err != nil {
		return nil, err
	}
	if s.policy, err = s.setup.trustPolicy(); err != nil {
		return nil, err
	}
	if s.client, err = f.registry.client(cmd, w); err != nil {
		return nil, err
	}
	classifier := &imageref.Classifier{Branches: append(s.setup.config.BranchPatterns(), s.setup.branches...)}
	if s.ref, err = remoteReference(cmd, classifier, args[0]); err != nil {
		return nil, err
	}
	s.image, s.err = s.client.Resolve(cmd.Context(), s.ref)
	return s, cmd.Context().Err()
}

// remoteReference parses the reference of an image in a registry.
func remoteReference(cmd *cobra.Command, classifier *imageref.Classifier, name string) (imageref.Reference, error) {
	if registry.IsLocal(name) {
		return imageref.Reference{}, usagef(cmd, "image %q: expected one in a registry, since nothing hangs on an image on disk", name)
	}
	ref := classifier.Parse(name)
	for _, problem := range []string{ref.Invalid, ref.BadDigest} {
		if problem != "" {
			return ref, usagef(cmd, "image %q: %s", name, problem)
		}
	}
	if ref.Unresolved {
		return ref, usagef(cmd, "image %q: %s", name, ref.Reason)
	}
	return ref, nil
}

// environment finds an environment by its key or by one of its names.
func (s *setup) environment(name string) (config.Environment, error) {
	var known []string
	for _, e := range s.config.Environments {
		for _, called := range append([]string{e.Key}, e.Names...) {
			if called == name {
				return e, nil
			}
		}
		known = append(known, e.Key)
	}
	return config.Environment{}, unknownName("environment", name, known)
}

// trustPolicy is the trust policy of the configuration, with its files read
// from where the configuration is.
func (s *setup) trustPolicy() (signature.Policy, error) {
	return s.config.ReadTrust(s.readTrusted, policy.CompileCondition)
}

// readTrusted reads a file that a trust policy names.
func (s *setup) readTrusted(file string) ([]byte, error) {
	if file = path.Clean(file); !fs.ValidPath(file) {
		return nil, errors.New("expected a file inside the repository")
	}
	data, err := config.Read(s.files(), file)
	return data, cause(err)
}

// verified is what the trust policy accepts of what hangs on the image, and
// how much hangs there where no entry is for it.
func (s *subject) verified(ctx context.Context, w *World) (result signature.Result, hanging int, err error) {
	image := signature.Image{Repository: s.ref.Registry + "/" + s.ref.Repository, Digest: s.image.Digest}
	repository, err := s.client.Repository(s.ref)
	if err != nil {
		return result, 0, err
	}
	if result, err = w.Verify(ctx, repository.Signatures(), image, s.policy); err != nil || result.Status != signature.Untrusted {
		return result, 0, err
	}
	set, err := attached.Find(ctx, repository.Signatures(), image.Digest)
	return result, len(set.Items), err
}
