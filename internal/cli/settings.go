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
	file, err := s.snapshotFile(cmp.Or(flag, s.world.env("GUARD_SNAPSHOT")))
	if file == nil || err != nil {
		return nil, err
	}
	snapshot, err := file.load()
	if err != nil {
		return nil, &usageError{message: fmt.Sprintf("snapshot %s: %v", file.shown, err)}
	}
	if own := s.repositoryOn(snapshot.Forge); own != "" && !snapshot.IsOf(own) {
		return nil, &usageError{message: fmt.Sprintf("snapshot %s: it is of %s, and what is checked is %s", file.shown, snapshot.Repository, own)}
	}
	return snapshot, nil
}

// snapshotFile is where a snapshot is read from.
type snapshotFile struct {
	dir   fs.FS
	name  string // in dir
	shown string // for messages
}

func (f *snapshotFile) load() (*forge.Snapshot, error) {
	data, err := config.ReadSnapshot(f.dir, f.name)
	if err != nil {
		return nil, fmt.Errorf("cannot be read: %w", cause(err))
	}
	return forge.Load(data)
}

// snapshotFile finds the file that the call names, else the one that the
// configuration does; nil where neither does.
func (s *setup) snapshotFile(named string) (*snapshotFile, error) {
	switch configured := s.config.Snapshot; {
	case named != "":
		return s.namedSnapshot(named)
	case configured.Value != "":
		name := path.Clean(configured.Value)
		dir, err := fs.Sub(s.files(), path.Dir(name))
		if err != nil {
			return nil, &config.Error{Place: configured.Place, Message: fmt.Sprintf("%q: expected a file inside the repository", configured.Value)}
		}
		return &snapshotFile{dir, path.Base(name), name + s.atTrust()}, nil
	}
	return nil, nil
}

func (s *setup) namedSnapshot(given string) (*snapshotFile, error) {
	name, inside, err := s.inside(given)
	if err != nil || !inside {
		return &snapshotFile{s.outside(given), path.Base(name), name}, err
	}
	from, at := s.here, ""
	if s.trust != nil && s.isCommitted(name) {
		from, at = s.trust, s.atTrust()
	}
	dir, err := fs.Sub(from, path.Dir(name))
	return &snapshotFile{dir, path.Base(name), name + at}, err
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
