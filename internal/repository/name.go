package repository

import (
	"path"
	"strings"
)

// Name returns owner and name of the repository on its forge, "acme/shop",
// as the address of the remote origin has them; "" where there is none.
func (r *Repository) Name() string {
	remote, err := r.git.Remote("origin")
	if err != nil || len(remote.Config().URLs) == 0 {
		return ""
	}
	return nameIn(remote.Config().URLs[0])
}

// nameIn takes the last two parts of an address: https://host/acme/shop.git,
// git@host:acme/shop. A path on this machine names no forge.
func nameIn(address string) string {
	_, rest, found := strings.Cut(address, "://")
	switch {
	case strings.HasPrefix(address, "file:"), !found && !strings.Contains(address, "@"):
		return ""
	case !found:
		_, rest, found = strings.Cut(address, ":")
	default:
		_, rest, found = strings.Cut(rest, "/")
	}
	owner, name := path.Split(strings.TrimSuffix(strings.Trim(rest, "/"), ".git"))
	if !found || owner == "" || name == "" {
		return ""
	}
	return path.Base(owner) + "/" + name
}
