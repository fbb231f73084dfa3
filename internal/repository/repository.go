package repository

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/go-git/go-git/v5"
	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/filemode"
	"github.com/go-git/go-git/v5/plumbing/object"
)

// ErrNone says that a directory lies in no Git repository.
var ErrNone = errors.New("not in a Git repository")

// maxFile is the most bytes of one file that are read from a revision.
const maxFile = 10 << 20

// maxBranches bounds how many branch names are read.
const maxBranches = 10_000

// Repository is a local Git repository, opened for reading.
type Repository struct {
	Root string // the work tree's root, an absolute path
	git  *git.Repository
}

// Open opens the repository that dir lies in, looking upwards. It returns
// [ErrNone] where there is none.
func Open(dir string) (*Repository, error) {
	r, err := git.PlainOpenWithOptions(dir, &git.PlainOpenOptions{DetectDotGit: true, EnableDotGitCommonDir: true})
	if errors.Is(err, git.ErrRepositoryNotExists) {
		return nil, ErrNone
	}
	if err != nil {
		return nil, fmt.Errorf("open the Git repository of %s: %w", dir, err)
	}
	tree, err := r.Worktree()
	if err != nil {
		return nil, fmt.Errorf("open the Git repository of %s: %w", dir, err)
	}
	root, err := filepath.Abs(tree.Filesystem.Root())
	if err != nil {
		return nil, err
	}
	return &Repository{Root: root, git: r}, nil
}

// Branches returns the names of all local branches and of the branches of
// remotes (without the remote's name), sorted, each once.
func (r *Repository) Branches() ([]string, error) {
	refs, err := r.git.References()
	if err != nil {
		return nil, fmt.Errorf("list branches: %w", err)
	}
	defer refs.Close()
	var names []string
	for len(names) < maxBranches {
		ref, err := refs.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("list branches: %w", err)
		}
		if name, ok := branchName(ref.Name()); ok {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return slices.Compact(names), nil
}

func branchName(ref plumbing.ReferenceName) (string, bool) {
	switch {
	case ref.IsBranch():
		return ref.Short(), true
	case ref.IsRemote():
		_, name, ok := strings.Cut(ref.Short(), "/")
		return name, ok && name != "HEAD"
	}
	return "", false
}

// Revision is the content of the repository at one commit. It is an [fs.FS]
// with slash-separated paths relative to the repository's root; symbolic
// links and submodules in it cannot be opened.
type Revision struct {
	Name   string // as it was asked for
	Commit string // 40 hex digits
	tree   *object.Tree
	commit *object.Commit
	repo   *Repository
}

// At resolves a revision: a branch, a remote branch, a tag, a commit.
func (r *Repository) At(revision string) (*Revision, error) {
	hash, err := r.resolve(revision)
	if err != nil {
		return nil, err
	}
	commit, err := r.git.CommitObject(hash)
	if err != nil {
		return nil, r.unreachable(revision, err)
	}
	tree, err := commit.Tree()
	if err != nil {
		return nil, r.unreachable(revision, err)
	}
	return &Revision{Name: revision, Commit: hash.String(), tree: tree, commit: commit, repo: r}, nil
}

// resolve finds the commit a revision names. What names something inside a
// commit, main:app/x, is no revision; go-git would take the commit itself.
func (r *Repository) resolve(revision string) (plumbing.Hash, error) {
	if strings.Contains(revision, ":") {
		return plumbing.ZeroHash, r.unreachable(revision, plumbing.ErrReferenceNotFound)
	}
	for _, name := range []string{revision, "refs/remotes/origin/" + revision} {
		hash, err := r.git.ResolveRevision(plumbing.Revision(name))
		if err == nil {
			return *hash, nil
		}
	}
	return plumbing.ZeroHash, r.unreachable(revision, plumbing.ErrReferenceNotFound)
}

func (r *Repository) unreachable(revision string, err error) error {
	hint := ""
	if shallow, _ := r.git.Storer.Shallow(); len(shallow) > 0 {
		hint = "; the clone is shallow: fetch the whole history first (fetch-depth: 0, GIT_DEPTH: 0)"
	}
	return fmt.Errorf("revision %q cannot be reached in the repository: %w%s", revision, err, hint)
}

// MergeBase returns the best common ancestor of HEAD and rev, which is what a
// pull request's changes are measured from. Where HEAD has no ancestor in
// common with rev it is rev itself.
func (rev *Revision) MergeBase() (*Revision, error) {
	head, err := rev.repo.git.Head()
	if err != nil {
		return rev, nil //nolint:nilerr // a repository without a commit: everything is new
	}
	current, err := rev.repo.git.CommitObject(head.Hash())
	if err != nil {
		return nil, rev.repo.unreachable("HEAD", err)
	}
	bases, err := current.MergeBase(rev.commit)
	if err != nil {
		return nil, rev.repo.unreachable(rev.Name, err)
	}
	if len(bases) == 0 {
		return rev, nil
	}
	return rev.repo.At(bases[0].Hash.String())
}

// Open opens a file of the revision, at most 10 MiB of it, or a directory.
func (rev *Revision) Open(name string) (fs.File, error) {
	if !fs.ValidPath(name) {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrInvalid}
	}
	if dir, err := rev.directory(name); err == nil {
		return dir, nil
	}
	data, err := rev.ReadFile(name)
	if err != nil {
		return nil, err
	}
	return &memoryFile{name: path.Base(name), data: data, mode: 0o444}, nil
}

func (rev *Revision) directory(name string) (*memoryDirectory, error) {
	tree := rev.tree
	if name != "." {
		sub, err := rev.tree.Tree(name)
		if err != nil {
			return nil, err
		}
		tree = sub
	}
	dir := &memoryDirectory{memoryFile: memoryFile{name: path.Base(name), mode: fs.ModeDir | 0o555}}
	for _, e := range tree.Entries {
		dir.entries = append(dir.entries, &revisionEntry{rev: rev, path: path.Join(name, e.Name), mode: e.Mode})
	}
	slices.SortFunc(dir.entries, func(a, b fs.DirEntry) int { return strings.Compare(a.Name(), b.Name()) })
	return dir, nil
}

// ReadFile returns the content of a file at the revision. The error is
// fs.ErrNotExist where there is none.
func (rev *Revision) ReadFile(name string) ([]byte, error) {
	if !fs.ValidPath(name) {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrInvalid}
	}
	file, err := rev.tree.File(name)
	if errors.Is(err, object.ErrFileNotFound) || errors.Is(err, object.ErrDirectoryNotFound) {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
	}
	if err != nil {
		return nil, fmt.Errorf("read %s at %s: %w", name, rev.Name, err)
	}
	if file.Mode == filemode.Symlink || file.Size > maxFile {
		return nil, fmt.Errorf("read %s at %s: not a file of at most %d bytes", name, rev.Name, maxFile)
	}
	reader, err := file.Reader()
	if err != nil {
		return nil, fmt.Errorf("read %s at %s: %w", name, rev.Name, err)
	}
	defer reader.Close()
	return io.ReadAll(io.LimitReader(reader, maxFile))
}
