package credential

import (
	"cmp"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"
)

// The types of Kubernetes Secrets with credentials of registries.
// https://kubernetes.io/docs/concepts/configuration/secret/#docker-config-secrets
const (
	TypeDockerConfigJSON = "kubernetes.io/dockerconfigjson"
	TypeDockerConfig     = "kubernetes.io/dockercfg"
)

// The limits of a pull secret.
const (
	maxSecretBytes = 1 << 20 // as much as an API server takes
	maxSecretHosts = 1000
)

// FromPullSecret reads the data of a Secret that Pods name in
// imagePullSecrets. Hosts are matched as the kubelet does: part by part, where
// * stands for anything in one part, and paths by whole segments; the longest
// path comes first. Programs that the Secret names (credHelpers, credsStore)
// are never run. Errors say nothing of what the Secret holds.
func FromPullSecret(secretType string, data map[string][]byte) (Source, error) {
	auths, err := authsOf(secretType, data)
	if err != nil {
		return nil, err
	}
	if len(auths) > maxSecretHosts {
		return nil, fmt.Errorf("the Secret has credentials for more than %d registries", maxSecretHosts)
	}
	var entries []entry
	for name, a := range auths {
		c, err := a.credential()
		if err != nil {
			return nil, err
		}
		if e := entryOf(name, c); e.host != "" && !c.IsZero() {
			entries = append(entries, e)
		}
	}
	slices.SortFunc(entries, func(a, b entry) int {
		return cmp.Or(cmp.Compare(len(b.path), len(a.path)), strings.Compare(a.host, b.host), strings.Compare(a.path, b.path))
	})
	return func(_ context.Context, host, repository string) (Credential, error) {
		for _, e := range entries {
			if e.isFor(host, repository) {
				return e.credential, nil
			}
		}
		return Credential{}, nil
	}, nil
}

// auth is one entry of a Docker configuration.
type auth struct {
	Username      string `json:"username"`
	Password      string `json:"password"`
	Auth          string `json:"auth"` // username:password in base64
	IdentityToken string `json:"identitytoken"`
	RegistryToken string `json:"registrytoken"`
}

func authsOf(secretType string, data map[string][]byte) (auths map[string]auth, err error) {
	switch secretType {
	case TypeDockerConfigJSON:
		var config struct {
			Auths map[string]auth `json:"auths"`
		}
		err = decodeSecret(data[".dockerconfigjson"], &config)
		return config.Auths, err
	case TypeDockerConfig:
		err = decodeSecret(data[".dockercfg"], &auths)
		return auths, err
	}
	return nil, errors.New("the Secret is of a type that holds no credentials of registries")
}

// decodeSecret keeps the decoder's errors back, which repeat what they fail
// on.
func decodeSecret(text []byte, into any) error {
	switch {
	case len(text) == 0:
		return errors.New("the Secret is empty")
	case len(text) > maxSecretBytes:
		return fmt.Errorf("the Secret is larger than %d MiB", maxSecretBytes>>20)
	}
	if err := json.Unmarshal(text, into); err != nil {
		return errors.New("the Secret is no Docker configuration")
	}
	return nil
}

func (a auth) credential() (Credential, error) {
	c := Credential{Username: a.Username, Password: a.Password, IdentityToken: a.IdentityToken, RegistryToken: a.RegistryToken}
	if a.Auth == "" {
		return c, nil
	}
	text, err := base64.StdEncoding.DecodeString(a.Auth)
	if err != nil {
		return Credential{}, errors.New("an auth of the Secret is not base64")
	}
	user, password, found := strings.Cut(strings.TrimRight(string(text), "\x00"), ":")
	if !found {
		return Credential{}, errors.New("an auth of the Secret is no username:password")
	}
	c.Username, c.Password = user, password
	return c, nil
}

// entry is the credential for a host, or for what lies below a path of it.
type entry struct {
	host, path string // path without slashes around it; "" for all
	credential Credential
}

// dockerHub is how references name Docker Hub, which configurations name in
// several ways.
const dockerHub = "index.docker.io"

// entryOf reads the name of an entry: "https://index.docker.io/v1/",
// "ghcr.io", "registry.example.com:5000/team", "*.example.com".
func entryOf(name string, c Credential) entry {
	name = strings.TrimPrefix(strings.TrimPrefix(name, "https://"), "http://")
	host, below, _ := strings.Cut(strings.ToLower(name), "/")
	below = strings.Trim(below, "/")
	if below == "v1" || below == "v2" {
		below = "" // of the API, as docker login writes it
	}
	return entry{host: hub(host), path: below, credential: c}
}

func hub(host string) string {
	if host == "docker.io" || host == "registry-1.docker.io" || host == "registry.hub.docker.com" {
		return dockerHub
	}
	return host
}

func (e entry) isFor(host, repository string) bool {
	if !hostMatches(e.host, hub(strings.ToLower(host))) {
		return false
	}
	return e.path == "" || repository == e.path || strings.HasPrefix(repository, e.path+"/")
}

// hostMatches compares hosts part by part, and ports as they are.
func hostMatches(pattern, host string) bool {
	name, port, _ := strings.Cut(pattern, ":")
	hostName, hostPort, _ := strings.Cut(host, ":")
	parts, hostParts := strings.Split(name, "."), strings.Split(hostName, ".")
	if port != hostPort || len(parts) != len(hostParts) {
		return false
	}
	for i, part := range parts {
		if matched, err := path.Match(part, hostParts[i]); err != nil || !matched {
			return false
		}
	}
	return true
}
