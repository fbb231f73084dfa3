package imageref

import (
	"fmt"
	"strings"

	"github.com/google/go-containerregistry/pkg/name"
)

// What people write for Docker Hub, and where its official images live.
const (
	hubAlias          = "docker.io"
	officialNamespace = "library/"
)

// setName fills registry, repository and name, or answers what is wrong with
// base.
func (r *Reference) setName(base string) (problem string) {
	if masked(base) {
		r.setPart(base)
		return ""
	}
	host, path := cutHost(base)
	registry, problem := registryOf(host)
	if problem == "" {
		path = withNamespace(registry, path)
		problem = badRepository(path)
	}
	if problem != "" {
		return r.tryPlaceholders(base, problem)
	}
	r.Registry, r.Repository, r.Name = registry, path, familiar(base, registry, path)
	return ""
}

// registryOf answers the registry that host means, Docker Hub where it is "",
// or what is wrong with it.
func registryOf(host string) (registry, problem string) {
	if host == "" || host == hubAlias {
		return name.DefaultRegistry, ""
	}
	if problem = badHost(host); problem != "" {
		return "", problem
	}
	if host[0] == '[' {
		if _, err := name.NewRegistry(host); err != nil {
			return "", fmt.Sprintf("its registry %q is not a host", shorten(host))
		}
	}
	return host, ""
}

// withNamespace puts library/ before the official images of Docker Hub.
func withNamespace(registry, path string) string {
	if registry == name.DefaultRegistry && strings.IndexByte(path, '/') < 0 {
		return officialNamespace + path
	}
	return path
}

// setPart fills the registry of a name that holds a variable, where it is
// known.
func (r *Reference) setPart(base string) {
	first, _, cut := strings.Cut(base, "/")
	if !cut || masked(first) || isPlaceholder(first) {
		return
	}
	host, _ := cutHost(base)
	r.Registry, _ = registryOf(host)
}

// cutHost parts the registry's host from the path. A first part without dot
// or colon that is not localhost belongs to the path.
func cutHost(base string) (host, path string) {
	first, rest, cut := strings.Cut(base, "/")
	if cut && isHost(first) {
		return first, rest
	}
	return "", base
}

func isHost(first string) bool {
	return first == "localhost" || strings.IndexByte(first, '.') >= 0 || strings.IndexByte(first, ':') >= 0
}

// familiar writes a name as people do: without Docker Hub and its library/.
func familiar(base, registry, repository string) string {
	if registry != name.DefaultRegistry {
		return base
	}
	if short, ok := strings.CutPrefix(repository, officialNamespace); ok && strings.IndexByte(short, '/') < 0 {
		return short
	}
	return repository
}
