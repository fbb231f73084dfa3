package repository

import (
	"path"
	"strings"
)

// Name returns owner and name of the repository on its forge, "acme/shop",
// as the address of the remote origin has them; "" where there is none.
func (r *Repository) Name() string {
	_, name := r.Origin()
	return lastTwo(name)
}

// Origin returns the host of the remote origin, without its port, and the
// repository's whole path there: "git.example.com", "group/sub/shop". Both are
// "" where there is no such remote, or its address names no forge.
func (r *Repository) Origin() (host, name string) {
	remote, err := r.git.Remote("origin")
	if err != nil || len(remote.Config().URLs) == 0 {
		return "", ""
	}
	return placeIn(remote.Config().URLs[0])
}

// placeIn takes an address apart: https://host/acme/shop.git,
// git@host:acme/shop. A path on this machine names no forge.
func placeIn(address string) (host, name string) {
	scheme, rest, found := strings.Cut(address, "://")
	switch {
	case found && scheme != "file":
		host, rest, found = strings.Cut(rest, "/")
	case !found && strings.Contains(address, "@"):
		host, rest, found = strings.Cut(address, ":")
	default:
		return "", ""
	}
	name = strings.TrimSuffix(strings.Trim(rest, "/"), ".git")
	if !found || lastTwo(name) == "" {
		return "", ""
	}
	_, host = cutLast(host, "@")
	host, _, _ = strings.Cut(host, ":")
	return strings.ToLower(host), name
}

// cutLast cuts around the last separator; without one, all is behind it.
func cutLast(s, separator string) (before, after string) {
	i := strings.LastIndex(s, separator)
	if i < 0 {
		return "", s
	}
	return s[:i], s[i+len(separator):]
}

// lastTwo are the last two parts of a path, "" where it has fewer.
func lastTwo(name string) string {
	owner, last := path.Split(name)
	if owner == "" || last == "" {
		return ""
	}
	return path.Base(owner) + "/" + last
}
