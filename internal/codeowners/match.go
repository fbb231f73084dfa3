package codeowners

import (
	"slices"
	"strings"

	"github.com/bmatcuk/doublestar/v4"
)

// Owners are those of a file, relative to the repository's root and with forward
// slashes: what the last rule of each section says that matches, each once. Nobody
// owns what no rule matches, and, on GitHub, what the last one names nobody for.
func (f *File) Owners(name string) []string {
	if f == nil {
		return nil
	}
	var all []string
	for i := range f.sections {
		for _, owner := range f.sections[i].of(name, f.gitLab) {
			if !slices.Contains(all, owner) {
				all = append(all, owner)
			}
		}
	}
	return all
}

func (s *section) of(name string, gitLab bool) []string {
	for _, r := range slices.Backward(s.rules) {
		switch {
		case !r.matches(name, gitLab):
		case r.out:
			return nil
		default:
			return r.owners
		}
	}
	return nil
}

// matches tells whether a rule is about a file. On GitHub a pattern may name a
// directory without a slash behind it, but for one that ends in /*.
func (r *rule) matches(name string, gitLab bool) bool {
	for {
		if matched, err := doublestar.Match(r.pattern, name); err != nil || matched {
			return matched
		}
		slash := strings.LastIndexByte(name, '/')
		if gitLab || slash < 0 || r.shallow {
			return false
		}
		name = name[:slash]
	}
}
