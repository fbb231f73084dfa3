package imageref

import (
	"fmt"
	"path"
	"strings"

	"github.com/google/go-containerregistry/pkg/name"
)

// Match tells whether the repository of ref is one that pattern names. Both
// are compared part by part between slashes, so "docker.io/org" matches
// "docker.io/org" and what is below it, but neither "docker.io/org-evil" nor
// "docker.io.evil.tld/org".
//
// In a part, * and the rest of path.Match are allowed; a part ** stands for
// any number of parts, at the end for one or more. A pattern whose first part
// is no host is on Docker Hub, as in a reference: "nginx" is the official
// image, docker.io/library/nginx, whereas "docker.io/nginx" is the
// organisation of that name. A reference whose repository is not known matches
// nothing.
func Match(pattern string, ref Reference) bool {
	if ref.Registry == "" || ref.Repository == "" || CheckPattern(pattern) != nil {
		return false
	}
	wanted := patternParts(pattern)
	found := append([]string{strings.ToLower(ref.Registry)}, strings.Split(ref.Repository, "/")...)
	return matchParts(wanted, found)
}

// CheckPattern says what is wrong with a pattern for [Match]; nil where
// nothing is.
func CheckPattern(pattern string) error {
	for part := range strings.SplitSeq(pattern, "/") {
		if part == "" {
			return fmt.Errorf("%q is no pattern of repositories: a part between slashes is empty; registry.example.com/team/** is expected", pattern)
		}
		if _, err := path.Match(part, ""); err != nil {
			return fmt.Errorf("%q is no pattern of repositories: %q: %w", pattern, part, err)
		}
	}
	return nil
}

// patternParts cuts a pattern into its registry and the parts of its path.
func patternParts(pattern string) []string {
	all := strings.Split(pattern, "/")
	first := strings.ToLower(all[0])
	switch {
	case first == hubAlias:
		all[0] = name.DefaultRegistry
	case isHost(first), strings.HasPrefix(first, "*"):
		all[0] = first
	case len(all) == 1:
		all = []string{name.DefaultRegistry, "library", all[0]}
	default:
		all = append([]string{name.DefaultRegistry}, all...)
	}
	return all
}

// matchParts matches part by part. Where the pattern ends before the parts
// do, what is left is below it.
func matchParts(pattern, parts []string) bool {
	for i, wanted := range pattern {
		if wanted == "**" {
			return matchAny(pattern[i+1:], parts[i:])
		}
		if i >= len(parts) {
			return false
		}
		if ok, err := path.Match(wanted, parts[i]); !ok || err != nil {
			return false
		}
	}
	return true
}

// matchAny matches what follows a ** with every rest of parts.
func matchAny(pattern, parts []string) bool {
	if len(pattern) == 0 {
		return len(parts) > 0
	}
	for i := range parts {
		if matchParts(pattern, parts[i:]) {
			return true
		}
	}
	return false
}
