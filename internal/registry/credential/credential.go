package credential

import (
	"context"
	"fmt"
)

// Credential is what one registry is shown. The zero value is anonymous.
type Credential struct {
	Username, Password string
	IdentityToken      string // exchanged for access tokens by OAuth2
	RegistryToken      string // an access token, sent as it is
}

// IsZero tells whether there is nothing to show.
func (c Credential) IsZero() bool { return c == Credential{} }

// Format keeps every verb of fmt from printing a secret.
func (c Credential) Format(f fmt.State, _ rune) {
	if c.IsZero() {
		fmt.Fprint(f, "anonymous")
		return
	}
	fmt.Fprint(f, "[redacted credential]")
}

// MarshalJSON keeps secrets out of JSON.
func (c Credential) MarshalJSON() ([]byte, error) { return fmt.Appendf(nil, "%q", fmt.Sprint(c)), nil }

// Source finds the credential for a host ("ghcr.io", "localhost:5000") and a
// repository of it. None is the zero value and no error.
type Source func(ctx context.Context, host, repository string) (Credential, error)

// First asks sources in turn and takes the first credential.
func First(sources ...Source) Source {
	return func(ctx context.Context, host, repository string) (Credential, error) {
		for _, source := range sources {
			if c, err := source(ctx, host, repository); err != nil || !c.IsZero() {
				return c, err
			}
		}
		return Credential{}, nil
	}
}
