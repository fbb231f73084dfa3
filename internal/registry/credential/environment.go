package credential

import (
	"context"
	"errors"
	"strings"
)

// The variables that hold a credential. They belong together: a password
// without a host would go to every registry that asks.
const (
	HostVariable     = "GUARD_REGISTRY_HOST"
	UsernameVariable = "GUARD_REGISTRY_USERNAME"
	PasswordVariable = "GUARD_REGISTRY_PASSWORD"
)

// FromEnvironment is the credential in GUARD_REGISTRY_USERNAME and
// GUARD_REGISTRY_PASSWORD for the one host in GUARD_REGISTRY_HOST. None of
// them set is no credential; some of them set is an error.
func FromEnvironment(lookup func(string) (string, bool)) (Source, error) {
	get := func(name string) string { value, _ := lookup(name); return value }
	host, c := canonical(get(HostVariable)), Credential{Username: get(UsernameVariable), Password: get(PasswordVariable)}
	switch {
	case host == "" && c.IsZero():
		return none, nil
	case host == "" || c.Username == "" || c.Password == "":
		return nil, errors.New(HostVariable + ", " + UsernameVariable + " and " + PasswordVariable + " are set together or not at all")
	case strings.ContainsAny(host, "/@ "):
		return nil, errors.New(HostVariable + ": expected host or host:port")
	}
	return func(_ context.Context, asked, _ string) (Credential, error) {
		if canonical(asked) != host {
			return Credential{}, nil
		}
		return c, nil
	}, nil
}

func none(context.Context, string, string) (Credential, error) { return Credential{}, nil }

// canonical is the one spelling of a host. Docker Hub has several.
func canonical(host string) string {
	host = strings.TrimSuffix(strings.ToLower(host), ":443")
	switch host {
	case "docker.io", "registry-1.docker.io":
		return "index.docker.io"
	}
	return host
}
