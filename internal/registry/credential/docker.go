package credential

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/go-containerregistry/pkg/authn"
)

// helperTimeout bounds the wait for a credential helper, which is a program
// of the user's.
const helperTimeout = 20 * time.Second

// FromDocker finds the credential where docker keeps it ($DOCKER_CONFIG,
// ~/.docker/config.json) or, where docker keeps none, podman
// ($REGISTRY_AUTH_FILE, containers/auth.json). Credential helpers are run.
func FromDocker(ctx context.Context, host, repository string) (Credential, error) {
	ctx, cancel := context.WithTimeout(ctx, helperTimeout)
	defer cancel()
	type answer struct {
		c   Credential
		err error
	}
	answers := make(chan answer, 1)
	go func() {
		c, err := fromKeychain(resource{host, repository})
		answers <- answer{c, err}
	}()
	select {
	case a := <-answers:
		return a.c, a.err
	case <-ctx.Done():
		return Credential{}, errors.New("look up the credential: the credential helper does not answer")
	}
}

// resource is a repository, as the keychain asks for it.
type resource struct{ host, repository string }

func (r resource) String() string      { return r.host + "/" + r.repository }
func (r resource) RegistryStr() string { return r.host }

func fromKeychain(r resource) (c Credential, err error) {
	defer func() {
		if p := recover(); p != nil {
			c, err = Credential{}, fmt.Errorf("look up the credential: %v", p)
		}
	}()
	found, err := authn.DefaultKeychain.Resolve(r)
	if err != nil {
		return Credential{}, fmt.Errorf("look up the credential: %w", err)
	}
	config, err := found.Authorization()
	if err != nil {
		return Credential{}, fmt.Errorf("look up the credential: %w", err)
	}
	return Credential{
		Username: config.Username, Password: config.Password,
		IdentityToken: config.IdentityToken, RegistryToken: config.RegistryToken,
	}, nil
}
