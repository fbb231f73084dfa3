package cli

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strings"

	"guard/internal/config"
	"guard/internal/repository/forge"
)

// readSnapshot reads the settings of the forge from the file that a flag, the
// environment or the configuration names; nil where none does.
//
// The file decides about approvals, so with --trust a change must not bring
// its own. One that the configuration names is read from the trusted revision.
// One that the call names is what a step before has written, and is read as it
// lies there, unless the commit that is checked holds it: then it is part of
// the change, and the trusted revision's is read.
func (s *setup) readSnapshot(flag string) (*forge.Snapshot, error) {
	named := cmp.Or(flag, s.world.env("GUARD_SNAPSHOT"))
	var name string
	var dir fs.FS
	var err error
	switch {
	case named != "":
		name, dir, err = s.named(named)
	case s.config.Snapshot.Value != "":
		name = path.Clean(s.config.Snapshot.Value)
		if dir, err = fs.Sub(s.files(), path.Dir(name)); err != nil {
			return nil, &config.Error{Place: s.config.Snapshot.Place, Message: fmt.Sprintf("%q: expected a file inside the repository", s.config.Snapshot.Value)}
		}
	default:
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return s.snapshotIn(dir, name)
}

// named is a file that the call names, with the directory to read it from.
func (s *setup) named(given string) (name string, dir fs.FS, err error) {
	name, inside, err := s.inside(given)
	if err != nil || !inside {
		return name, s.outside(given), err
	}
	from := s.here
	if s.trust != nil && s.isCommitted(name) {
		from = s.trust
	}
	dir, err = fs.Sub(from, path.Dir(name))
	return name, dir, err
}

// isCommitted tells whether the commit that is checked holds a file. Where
// that cannot be found out, it may.
func (s *setup) isCommitted(name string) bool {
	head, err := s.repo.At("HEAD")
	if err != nil {
		return true
	}
	_, err = head.ReadFile(name)
	return !errors.Is(err, fs.ErrNotExist)
}

func (s *setup) snapshotIn(dir fs.FS, name string) (*forge.Snapshot, error) {
	data, err := config.ReadSnapshot(dir, path.Base(name))
	if err != nil {
		return nil, &usageError{message: fmt.Sprintf("snapshot %s: cannot be read: %v", name, cause(err))}
	}
	snapshot, err := forge.Load(data)
	if err != nil {
		return nil, &usageError{message: fmt.Sprintf("snapshot %s: %v", name, err)}
	}
	if own := s.repositoryOn(snapshot.Forge); own != "" && !snapshot.IsOf(own) {
		return nil, &usageError{message: fmt.Sprintf("snapshot %s: it is of %s, and what is checked is %s", name, snapshot.Repository, own)}
	}
	return snapshot, nil
}

// repositoryOn is the whole name of the repository under check, as the remote
// origin or the forge's own pipeline has it; "" where that is not known.
func (s *setup) repositoryOn(forgeName string) string {
	if s.repo != nil {
		if _, name := s.repo.Origin(); name != "" {
			return name
		}
	}
	if forgeName == forge.GitLabName {
		return strings.Trim(s.world.env("CI_PROJECT_PATH"), "/")
	}
	return s.world.env("GITHUB_REPOSITORY")
}
