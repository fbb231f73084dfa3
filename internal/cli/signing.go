package cli

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"

	"github.com/spf13/cobra"

	"guard/internal/config"
	"guard/internal/imageref"
	"guard/internal/registry/signature"
	"guard/internal/registry/signature/sign"
)

// signFlags are the flags of the commands that sign.
type signFlags struct {
	key      string
	attachAs string
}

func (f *signFlags) add(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringVar(&f.key, "key", "", "the `file` of the private key to sign with, as cosign or openssl write it; its password is in GUARD_KEY_PASSWORD or COSIGN_PASSWORD")
	flags.StringVar(&f.attachAs, "attach-as", "bundle", "`form` of what is attached: bundle, as cosign 3 and GitHub do it, or tag, as cosign 2 does it")
	completeFixed(cmd, "attach-as", "bundle", "tag")
}

// signer signs statements about one image and attaches them.
type signer struct {
	world  *World
	image  signature.Image
	key    sign.Key
	target sign.Target
	tag    bool
}

// signer reads the key, so that a wrong one is told before anything is done.
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
	key, err := f.read(cmd, w)
	if err != nil {
		return nil, err
	}
	target, err := target(cmd, w, r, ref)
	if err != nil {
		return nil, err
	}
	image := signature.Image{Repository: ref.Registry + "/" + ref.Repository, Digest: ref.Digest}
	return &signer{world: w, image: image, key: key, target: target, tag: f.attachAs == "tag"}, nil
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
		return sign.Key{}, usagef(cmd, "--key is missing: a file with a private key is expected")
	}
	outside := (&setup{world: w}).outside(f.key)
	data, err := config.Read(outside, filepath.Base(f.key))
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

// attach signs a predicate and attaches it, and tells where it is.
func (s *signer) attach(ctx context.Context, predicateType string, predicate []byte) error {
	attestation, err := sign.Sign(s.image, predicateType, predicate, s.key)
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
	_, err = fmt.Fprintf(s.world.Err, "guard: signed with key %s and attached to %s@%s: %s\n", s.key.Hash(), s.image.Repository, s.image.Digest, digest)
	return err
}
