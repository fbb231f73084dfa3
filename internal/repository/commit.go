package repository

import (
	"container/heap"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	gitconfig "github.com/go-git/go-git/v5/config"
	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/object"
)

// CommitState is what a repository knows of a commit that somebody names.
type CommitState int

// The states. Only CommitReached proves anything; CommitUnknown proves
// nothing, neither way.
const (
	CommitUnknown   CommitState = iota // the clone does not hold enough to tell
	CommitReached                      // it is in the history of a branch or tag that is asked for
	CommitUnreached                    // it is here, but in the history of none of them
	CommitMissing                      // there is no such object
	CommitAmbiguous                    // several commits begin like that
	CommitNone                         // the object is no commit
)

// String is the state as people read it.
func (s CommitState) String() string {
	return [...]string{"unknown", "reached", "unreached", "missing", "ambiguous", "no commit"}[s]
}

// Commit is what the repository knows of one commit.
type Commit struct {
	State  CommitState
	Hash   string    // 40 hex digits; "" where no commit was found
	Time   time.Time // of the commit; zero where none was found
	Ref    string    // state reached: what holds it: "branch main", "tag v1.2.0"
	Reason string    // in every other state: why, a clause
}

// Refs says which branches and tags of a repository count.
type Refs struct {
	Branch func(name string) bool
	Tag    func(name string) bool
}

// The hex digits of an abbreviated commit: git itself takes four, but writes
// seven at least.
const (
	minAbbreviated = 7
	fullHash       = 40
)

// maxWalked bounds the commits that are looked at for one answer.
const maxWalked = 2_000_000

// FindCommit tells whether id, 7 to 40 hex digits, is a commit in the history
// of a branch or tag that counts. Local branches and those of one remote
// count: of origin, or of the only one there is. References to pull requests
// never do. An error means that the repository could not be read.
func (r *Repository) FindCommit(ctx context.Context, id string, refs Refs) (Commit, error) {
	id = strings.ToLower(id)
	if len(id) < minAbbreviated || len(id) > fullHash || strings.Trim(id, "0123456789abcdef") != "" {
		return Commit{State: CommitNone, Reason: fmt.Sprintf("%q is no commit: %d to %d hex digits are expected", id, minAbbreviated, fullHash)}, nil
	}
	commit, other, err := r.named(id)
	if err != nil {
		return Commit{}, fmt.Errorf("look for commit %s: %w", id, err)
	}
	switch {
	case len(commit) > 1:
		return Commit{State: CommitAmbiguous, Reason: fmt.Sprintf("%d commits begin with %s", len(commit), id)}, nil
	case len(commit) == 1:
		return r.reach(ctx, commit[0], refs)
	case other != "":
		return Commit{State: CommitNone, Reason: fmt.Sprintf("%s is a %s, not a commit", id, other)}, nil
	}
	if gap := r.gap(); gap != "" {
		return Commit{Reason: fmt.Sprintf("%s is not in this clone, %s", id, gap)}, nil
	}
	return Commit{State: CommitMissing, Reason: id + " is not in the repository"}, nil
}

// named lists the commits whose hash begins with id; other is the type of an
// object that does and is none.
func (r *Repository) named(id string) (commits []*object.Commit, other string, err error) {
	hashes, err := r.beginning(id)
	if err != nil {
		return nil, "", err
	}
	for _, hash := range hashes {
		encoded, err := r.git.Storer.EncodedObject(plumbing.AnyObject, hash)
		if errors.Is(err, plumbing.ErrObjectNotFound) {
			continue
		}
		if err != nil {
			return nil, "", err
		}
		if encoded.Type() != plumbing.CommitObject {
			other = encoded.Type().String()
			continue
		}
		commit, err := object.DecodeCommit(r.git.Storer, encoded)
		if err != nil {
			return nil, "", err
		}
		commits = append(commits, commit)
	}
	return commits, other, nil
}

// beginning lists the hashes of all objects that begin with id.
func (r *Repository) beginning(id string) ([]plumbing.Hash, error) {
	if len(id) == fullHash {
		return []plumbing.Hash{plumbing.NewHash(id)}, nil
	}
	whole, err := hex.DecodeString(id[:len(id)&^1])
	if err != nil {
		return nil, err
	}
	storer, ok := r.git.Storer.(interface {
		HashesWithPrefix(prefix []byte) ([]plumbing.Hash, error)
	})
	if !ok {
		return nil, errors.New("its objects cannot be found by how they begin")
	}
	hashes, err := storer.HashesWithPrefix(whole)
	if err != nil {
		return nil, err
	}
	hashes = slices.DeleteFunc(hashes, func(h plumbing.Hash) bool { return !strings.HasPrefix(h.String(), id) })
	slices.SortFunc(hashes, func(a, b plumbing.Hash) int { return strings.Compare(a.String(), b.String()) })
	return slices.Compact(hashes), nil
}

// reach looks for a commit in the history of the references that count.
func (r *Repository) reach(ctx context.Context, target *object.Commit, refs Refs) (Commit, error) {
	found := Commit{Hash: target.Hash.String(), Time: target.Committer.When.UTC()}
	heads, err := r.heads(refs)
	if err != nil {
		return Commit{}, fmt.Errorf("list branches and tags: %w", err)
	}
	w := &walk{repo: r, target: target.Hash, seen: map[plumbing.Hash]bool{}}
	for _, head := range heads {
		reached, err := w.from(ctx, head.hash)
		if err != nil {
			return Commit{}, fmt.Errorf("walk the history of %s: %w", head.name, err)
		}
		if reached {
			found.State, found.Ref = CommitReached, head.name
			return found, nil
		}
	}
	switch gap := r.gap(); {
	case len(heads) == 0:
		found.Reason = "no branch or tag that counts is in this clone"
	case gap != "":
		found.Reason = "whether a branch holds it cannot be told from this clone, " + gap
	case w.cut != "":
		found.Reason = "whether a branch holds it cannot be told: " + w.cut
	default:
		found.State, found.Reason = CommitUnreached, "it is in the history of no branch or tag that counts"
	}
	return found, nil
}

// gap says what a clone lacks; "" where it holds everything.
func (r *Repository) gap() string {
	if shallow, err := r.git.Storer.Shallow(); err == nil && len(shallow) > 0 {
		return "which is shallow (fetch the whole history: fetch-depth: 0, GIT_DEPTH: 0)"
	}
	c, err := r.git.Config()
	if err != nil {
		return "whose configuration cannot be read"
	}
	if c.Raw.HasSection("extensions") && c.Raw.Section("extensions").HasOption("partialclone") {
		return "which is partial"
	}
	if remote := c.Remotes[r.remote()]; remote != nil && !slices.ContainsFunc(remote.Fetch, gitconfig.RefSpec.IsWildcard) {
		return "which holds only some branches"
	}
	return ""
}

// head is a branch or tag, and the commit at its tip.
type head struct {
	name string
	hash plumbing.Hash
}

// heads lists the branches and tags that count, branches first, by name.
func (r *Repository) heads(refs Refs) ([]head, error) {
	remote := r.remote()
	all, err := r.git.References()
	if err != nil {
		return nil, err
	}
	defer all.Close()
	var branches, tags []head
	err = all.ForEach(func(ref *plumbing.Reference) error {
		if ref.Type() != plumbing.HashReference {
			return nil
		}
		switch name := ref.Name(); {
		case name.IsBranch() && refs.Branch(name.Short()):
			branches = append(branches, head{"branch " + name.Short(), ref.Hash()})
		case remote != "" && name.IsRemote():
			if short, ok := strings.CutPrefix(name.Short(), remote+"/"); ok && short != "HEAD" && refs.Branch(short) {
				branches = append(branches, head{"branch " + name.Short(), ref.Hash()})
			}
		case name.IsTag() && refs.Tag(name.Short()):
			tags = append(tags, head{"tag " + name.Short(), ref.Hash()})
		}
		return nil
	})
	byName := func(a, b head) int { return strings.Compare(a.name, b.name) }
	slices.SortFunc(branches, byName)
	slices.SortFunc(tags, byName)
	return append(branches, tags...), err
}

// remote is the remote whose branches are the repository's own.
func (r *Repository) remote() string {
	remotes, err := r.git.Remotes()
	if err != nil {
		return ""
	}
	for _, known := range remotes {
		if name := known.Config().Name; name == "origin" || len(remotes) == 1 {
			return name
		}
	}
	return ""
}

// walk goes through histories, no commit twice, the newest first.
type walk struct {
	repo   *Repository
	target plumbing.Hash
	seen   map[plumbing.Hash]bool
	cut    string // why not everything was looked at
}

// from tells whether the history of a commit, or of what a tag stands for,
// holds the target.
func (w *walk) from(ctx context.Context, tip plumbing.Hash) (bool, error) {
	first, err := w.peel(tip)
	if err != nil || first == nil {
		return false, err
	}
	next := &newest{}
	w.add(next, first)
	for next.Len() > 0 {
		commit := heap.Pop(next).(*object.Commit)
		if commit.Hash == w.target {
			return true, nil
		}
		if err := ctx.Err(); err != nil {
			return false, err
		}
		for _, parent := range commit.ParentHashes {
			if w.seen[parent] {
				continue
			}
			known, err := w.repo.git.CommitObject(parent)
			if errors.Is(err, plumbing.ErrObjectNotFound) {
				w.cut = parent.String() + " is not in this clone"
				continue
			}
			if err != nil {
				return false, err
			}
			w.add(next, known)
		}
	}
	return false, nil
}

func (w *walk) add(next *newest, c *object.Commit) {
	switch {
	case w.seen[c.Hash]:
	case len(w.seen) == maxWalked:
		w.cut = fmt.Sprintf("it has more than %d commits", maxWalked)
	default:
		w.seen[c.Hash] = true
		heap.Push(next, c)
	}
}

// maxTags bounds tags of tags.
const maxTags = 10

// peel finds the commit that a tip stands for; nil where it is none or is not
// in the clone.
func (w *walk) peel(tip plumbing.Hash) (*object.Commit, error) {
	for range maxTags {
		encoded, err := w.repo.git.Storer.EncodedObject(plumbing.AnyObject, tip)
		if errors.Is(err, plumbing.ErrObjectNotFound) {
			w.cut = tip.String() + " is not in this clone"
			return nil, nil
		}
		if err != nil {
			return nil, err
		}
		switch encoded.Type() {
		case plumbing.CommitObject:
			return object.DecodeCommit(w.repo.git.Storer, encoded)
		case plumbing.TagObject:
			tag, err := object.DecodeTag(w.repo.git.Storer, encoded)
			if err != nil {
				return nil, err
			}
			tip = tag.Target
		default:
			return nil, nil
		}
	}
	return nil, nil
}

// newest is a heap of commits, the latest on top.
type newest []*object.Commit

func (n newest) Len() int           { return len(n) }
func (n newest) Less(i, j int) bool { return n[i].Committer.When.After(n[j].Committer.When) }
func (n newest) Swap(i, j int)      { n[i], n[j] = n[j], n[i] }
func (n *newest) Push(x any)        { *n = append(*n, x.(*object.Commit)) }
func (n *newest) Pop() any {
	last := len(*n) - 1
	c := (*n)[last]
	*n = (*n)[:last]
	return c
}
