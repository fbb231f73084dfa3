package cli

import (
	"bytes"
	"errors"
	"io/fs"
	"path"
	"slices"
	"strings"

	"guard/internal/config"
	"guard/internal/document"
	"guard/internal/repository"
)

// changesSince resolves the revision that --diff compares with: where the
// branch left it.
func (s *setup) changesSince(name string) (*repository.Revision, error) {
	rev, err := s.revision("--diff", name)
	if err != nil {
		return nil, err
	}
	base, err := rev.MergeBase()
	if err != nil {
		return nil, &usageError{message: "--diff " + name + ": " + err.Error()}
	}
	return base, nil
}

// noteChanges compares what decides a check with the work tree: what differs
// takes effect only when it is merged.
func (s *setup) noteChanges() error {
	if s.trust == nil {
		return nil
	}
	for _, file := range s.deciding() {
		now, err := s.readHere(file)
		if err != nil {
			return err
		}
		before, err := s.trust.ReadFile(file)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		if !bytes.Equal(now, before) {
			s.changes = append(s.changes, document.Change{What: s.whatIs(file), File: file})
		}
	}
	return nil
}

// deciding lists the files that a check's outcome depends on, as they are
// here and as they are at the trusted revision.
func (s *setup) deciding() []string {
	files := slices.Clone(config.Names)
	if s.config.File != "" {
		files = append(files, s.config.File)
	}
	if s.config.Baseline != "" {
		files = append(files, path.Clean(s.config.Baseline))
	}
	if file := path.Clean(s.config.Snapshot.Value); s.config.Snapshot.Value != "" && fs.ValidPath(file) {
		files = append(files, file)
	}
	for _, file := range s.trustFiles() {
		if file = path.Clean(file); fs.ValidPath(file) {
			files = append(files, file)
		}
	}
	for _, p := range s.config.Policies {
		if _, is := p.Bundle(); is {
			continue // its name stands in the configuration
		}
		files = append(files, regoFiles(s.here, path.Clean(p.Value))...)
		files = append(files, regoFiles(s.trust, path.Clean(p.Value))...)
	}
	return unique(files)
}

// trustFiles are the files that the trust policies name, of images and of
// bundles of rules.
func (s *setup) trustFiles() []string {
	return slices.Concat(s.config.Trust.Files(), s.config.PolicyTrust.Files())
}

func regoFiles(fsys fs.FS, dir string) []string {
	var files []string
	_ = fs.WalkDir(fsys, dir, func(p string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() && strings.HasSuffix(p, ".rego") {
			files = append(files, p)
		}
		return nil
	})
	return files
}

func unique(list []string) []string {
	seen, kept := map[string]bool{}, []string{}
	for _, s := range list {
		if !seen[s] {
			seen[s] = true
			kept = append(kept, s)
		}
	}
	return kept
}

func (s *setup) whatIs(file string) string {
	isFile := func(named string) bool { return path.Clean(named) == file }
	switch {
	case slices.ContainsFunc(s.trustFiles(), isFile):
		return "what the trust policy names"
	case strings.HasSuffix(file, ".rego"):
		return "a rule"
	case s.isBaseline(file):
		return "the baseline"
	case s.isSnapshot(file):
		return "the snapshot of the forge's settings"
	}
	return "the configuration"
}

// readHere reads a file of the work tree; nil where there is none.
func (s *setup) readHere(file string) ([]byte, error) {
	read := config.Read
	switch {
	case s.isBaseline(file):
		read = config.ReadBaseline
	case s.isSnapshot(file):
		read = config.ReadSnapshot
	}
	data, err := read(s.here, file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return data, err
}

func (s *setup) isBaseline(file string) bool {
	return s.config.Baseline != "" && file == path.Clean(s.config.Baseline)
}

func (s *setup) isSnapshot(file string) bool {
	return s.config.Snapshot.Value != "" && file == path.Clean(s.config.Snapshot.Value)
}
