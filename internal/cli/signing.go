package cli

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"guard/internal/imageref"
	"guard/internal/registry/signature"
	"guard/internal/registry/signature/sign"
	"guard/internal/report"
)

// signFlags are the flags of the commands that sign.
type signFlags struct {
	key      string
	attachAs string
	keyless  keylessFlags
}

func (f *signFlags) add(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringVar(&f.key, "key", "", "the `file` of the private key to sign with, as cosign or openssl write it; its password is in GUARD_KEY_PASSWORD or COSIGN_PASSWORD")
	flags.StringVar(&f.attachAs, "attach-as", "bundle", "`form` of what is attached: bundle, as cosign 3 and GitHub do it, or tag, as cosign 2 does it")
	completeFixed(cmd, "attach-as", "bundle", "tag")
	f.keyless.add(cmd)
}

// signer signs statements about one image and attaches them.
type signer struct {
	world   *World
	image   signature.Image
	key     sign.Key
	keyless *keyless // that signs instead of the key; nil where the key does
	target  sign.Target
	tag     bool
}

// ready makes sure that this program can sign in the way that the flags ask
// for; a command calls it before it does anything else, like verifies.
func (f *signFlags) ready(ctx context.Context, w *World) error {
	if f.key != "" || !f.keyless.asked(w) {
		return nil
	}
	return w.verifies(ctx)
}

// signer reads the key or the token, so that a wrong one is told before
// anything is done.
func (f *signFlags) signer(cmd *cobra.Command, w *World, r *registryFlags, name string) (*signer, error) {
	ref, err := remoteReference(cmd, nil, name)
	if err != nil {
		return nil, err
	}
	if ref.Digest == "" {
		return nil, usagef(cmd, "image %q: expected IMAGE@sha256:…, since a tag may name another image tomorrow", name)
	}
	if f.attachAs != "bundle" && f.attachAs != "tag" {
		return nil, usagef(cmd, "--attach-as %q: expected bundle or tag", f.attachAs)
	}
	s := &signer{world: w, image: signature.Image{Repository: ref.Registry + "/" + ref.Repository, Digest: ref.Digest}, tag: f.attachAs == "tag"}
	if s.target, err = target(cmd, w, r, ref); err != nil {
		return nil, err
	}
	if f.key == "" && f.keyless.asked(w) {
		s.keyless, err = f.withoutKey(cmd, w, r)
	} else {
		s.key, err = f.read(cmd, w)
	}
	return s, err
}

// withoutKey settles who signs where there is no key.
func (f *signFlags) withoutKey(cmd *cobra.Command, w *World, r *registryFlags) (*keyless, error) {
	if f.attachAs == "tag" {
		return nil, usagef(cmd, "--attach-as tag needs --key: what is signed without one is a bundle")
	}
	return f.keyless.open(cmd, w, r)
}

func target(cmd *cobra.Command, w *World, r *registryFlags, ref imageref.Reference) (sign.Target, error) {
	client, err := r.client(cmd, w)
	if err != nil {
		return nil, err
	}
	repository, err := client.Repository(ref)
	if err != nil {
		return nil, err
	}
	return repository.Signatures(), nil
}

// read reads the key.
func (f *signFlags) read(cmd *cobra.Command, w *World) (sign.Key, error) {
	if f.key == "" {
		return sign.Key{}, usagef(cmd, "--key is missing: a file with a private key is expected, or an identity token (--identity-token, SIGSTORE_ID_TOKEN, or GitHub's where a job has id-token: write)")
	}
	if f.keyless.token != "" {
		return sign.Key{}, usagef(cmd, "--key and --identity-token exclude each other")
	}
	data, err := readOutside(w, f.key)
	if err != nil {
		return sign.Key{}, usagef(cmd, "--key %s: %v", f.key, cause(err))
	}
	key, err := sign.LoadKey(data, func() ([]byte, error) { return keyPassword(w) })
	if err != nil {
		return sign.Key{}, usagef(cmd, "--key %s: %v", f.key, err)
	}
	return key, nil
}

func keyPassword(w *World) ([]byte, error) {
	for _, name := range []string{"GUARD_KEY_PASSWORD", "COSIGN_PASSWORD"} {
		if word, set := w.Getenv(name); set {
			return []byte(word), nil
		}
	}
	return nil, errors.New("set GUARD_KEY_PASSWORD")
}

// sign signs a predicate. Without a key that is written into a public log, so
// first it is made sure that the image is there.
func (s *signer) sign(ctx context.Context, predicateType string, predicate []byte) (sign.Attestation, error) {
	if s.keyless == nil {
		return sign.Sign(s.image, predicateType, predicate, s.key)
	}
	if _, err := s.target.Manifest(ctx, s.image.Digest); err != nil {
		return sign.Attestation{}, fmt.Errorf("attach to %s: %w", s.image.Digest, err)
	}
	return s.keyless.sign(ctx, s.image, predicateType, predicate)
}

// attach signs a predicate and attaches it, and tells where it is.
func (s *signer) attach(ctx context.Context, predicateType string, predicate []byte) error {
	attestation, err := s.sign(ctx, predicateType, predicate)
	if err != nil {
		return err
	}
	var digest string
	if s.tag {
		digest, err = sign.AttachTag(ctx, s.target, attestation)
	} else {
		digest, err = sign.AttachBundle(ctx, s.target, attestation, s.world.Now())
	}
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(s.world.Err, "guard: signed by %s and attached to %s@%s: %s\n", report.Clean(attestation.By), s.image.Repository, s.image.Digest, digest)
	return err
}
