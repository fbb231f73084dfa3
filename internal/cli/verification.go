package cli

import (
	"context"
	"errors"

	"guard/internal/check"
	"guard/internal/document"
	"guard/internal/imageref"
	"guard/internal/registry/signature"
	"guard/internal/trace"
)

// verification is the trust policy that a check holds images to; nil where
// there is none, or where no rule asks what is signed. Where this program
// cannot verify, its sibling has run the whole check in its place, and the
// error is its exit code.
func (s *setup) verification(ctx context.Context, images check.Facts) (*check.Verification, error) {
	if images == nil || len(s.config.Trust.Trust) == 0 {
		return nil, nil
	}
	asked, err := s.asks("trust")
	if err != nil || !asked {
		return nil, err
	}
	v := &check.Verification{Source: s.source()}
	if v.Policy, err = s.trustPolicy(); err != nil {
		return nil, err
	}
	registries, live := images.(registryFacts)
	if !live {
		v.Unable = "a lock file keeps no signatures; guard check --registry verifies them"
		return v, nil
	}
	var alone *noSiblingError
	switch err := s.world.verifies(ctx); {
	case errors.As(err, &alone):
		v.Unable = alone.Error()
		return v, nil
	case err != nil:
		return nil, err
	}
	v.Verify = func(ctx context.Context, ref imageref.Reference, image signature.Image) (signature.Result, error) {
		repository, err := registries.client.Repository(ref)
		if err != nil {
			return signature.Result{}, err
		}
		return s.world.Verify(ctx, repository.Signatures(), image, v.Policy)
	}
	return v, nil
}

// sshHosts are hosts of forges that answer on another port, and the forges.
var sshHosts = map[string]string{"ssh.github.com": "github.com", "altssh.gitlab.com": "gitlab.com", "altssh.bitbucket.org": "bitbucket.org"}

// source is the repository around the working directory, by its remote; ""
// where that is not known.
func (s *setup) source() string {
	if s.repo == nil {
		return ""
	}
	host, name := s.repo.Origin()
	if forge, known := sshHosts[host]; known {
		host = forge
	}
	return trace.Place("https://" + host + "/" + name)
}

// asks tells whether an active rule may ask for a field of images.
func (s *setup) asks(field string) (bool, error) {
	for _, kind := range document.Kinds {
		if asked, err := s.evaluator.Asks(kind, field); asked || err != nil {
			return asked, err
		}
	}
	return false, nil
}
