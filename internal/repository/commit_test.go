package repository_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/go-git/go-git/v5"
	"github.com/go-git/go-git/v5/plumbing"

	"guard/internal/repository"
)

func only(names ...string) func(string) bool {
	return func(name string) bool {
		for _, known := range names {
			if name == known {
				return true
			}
		}
		return false
	}
}

var mainOnly = repository.Refs{Branch: only("main"), Tag: only()}

func findCommit(t *testing.T, dir, id string, refs repository.Refs) repository.Commit {
	t.Helper()
	c, err := open(t, dir).FindCommit(t.Context(), id, refs)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// runGit runs git itself, for what go-git cannot make.
func runGit(t *testing.T, dir string, args ...string) string {
	t.Helper()
	cmd := exec.Command("git", args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL=/dev/null", "GIT_AUTHOR_NAME=dev", "GIT_AUTHOR_EMAIL=dev@example.com", "GIT_COMMITTER_NAME=dev", "GIT_COMMITTER_EMAIL=dev@example.com")
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("git %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return strings.TrimSpace(string(out))
}

// point makes a reference.
func point(t *testing.T, r *git.Repository, name string, hash plumbing.Hash) {
	t.Helper()
	if err := r.Storer.SetReference(plumbing.NewHashReference(plumbing.ReferenceName(name), hash)); err != nil {
		t.Fatal(err)
	}
}

// Reliability test 22: only a commit that is an ancestor of a branch that
// counts proves anything.
func TestFindCommit(t *testing.T) {
	dir, r := fixture(t, map[string]string{"a": "1"})
	first := runGit(t, dir, "rev-parse", "HEAD")
	tip := commit(t, dir, r, map[string]string{"a": "2"}).String()
	runGit(t, dir, "checkout", "-q", "-b", "feature", first)
	side := commit(t, dir, r, map[string]string{"b": "1"})
	runGit(t, dir, "checkout", "-q", "main")
	point(t, r, "refs/pull/7/head", side)
	runGit(t, dir, "branch", "-D", "feature")
	blob, tree := runGit(t, dir, "rev-parse", "HEAD:a"), runGit(t, dir, "rev-parse", "HEAD^{tree}")
	runGit(t, dir, "tag", "-a", "-m", "one", "v1.0.0", side.String())
	tag := runGit(t, dir, "rev-parse", "v1.0.0")

	releases := repository.Refs{Branch: only("main"), Tag: only("v1.0.0")}
	for _, c := range []struct {
		name, id string
		refs     repository.Refs
		state    repository.CommitState
		ref      string
	}{
		{"the tip", tip, mainOnly, repository.CommitReached, "branch main"},
		{"an ancestor", first, mainOnly, repository.CommitReached, "branch main"},
		{"seven digits", first[:7], mainOnly, repository.CommitReached, "branch main"},
		{"an odd number of digits", first[:11], mainOnly, repository.CommitReached, "branch main"},
		{"upper case", strings.ToUpper(first), mainOnly, repository.CommitReached, "branch main"},
		{"six digits", first[:6], mainOnly, repository.CommitNone, ""},
		{"no hex", "v1.0.0-rc1", mainOnly, repository.CommitNone, ""},
		{"a blob", blob, mainOnly, repository.CommitNone, ""},
		{"the beginning of a blob", blob[:12], mainOnly, repository.CommitNone, ""},
		{"a tree", tree, mainOnly, repository.CommitNone, ""},
		{"an annotated tag", tag, releases, repository.CommitNone, ""},
		{"nothing", strings.Repeat("d", 40), mainOnly, repository.CommitMissing, ""},
		{"nothing, abbreviated", strings.Repeat("d", 12), mainOnly, repository.CommitMissing, ""},
		{"a pull request that is not merged", side.String(), mainOnly, repository.CommitUnreached, ""},
		{"only on a branch that does not count", tip, repository.Refs{Branch: only("release"), Tag: only()}, repository.CommitUnknown, ""},
		{"behind a tag that counts", side.String(), releases, repository.CommitReached, "tag v1.0.0"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := findCommit(t, dir, c.id, c.refs)
			if got.State != c.state || got.Ref != c.ref {
				t.Errorf("FindCommit(%s) = %s %q (%s), want %s %q", c.id, got.State, got.Ref, got.Reason, c.state, c.ref)
			}
			if (got.State == repository.CommitReached) == (got.Reason != "") {
				t.Errorf("state %s with reason %q", got.State, got.Reason)
			}
			if got.State == repository.CommitReached && !strings.HasPrefix(got.Hash, strings.ToLower(c.id)) {
				t.Errorf("Hash = %s, want %s…", got.Hash, c.id)
			}
		})
	}
}

// Reliability test 22: what a shallow clone lacks is not known.
func TestFindCommit_ShallowClone(t *testing.T) {
	dir, r := fixture(t, map[string]string{"a": "1"})
	first := runGit(t, dir, "rev-parse", "HEAD")
	tip := commit(t, dir, r, map[string]string{"a": "2"}).String()
	runGit(t, dir, "checkout", "-q", "-b", "feature", first)
	side := commit(t, dir, r, map[string]string{"b": "1"}).String()
	clone := filepath.Join(t.TempDir(), "clone")
	runGit(t, dir, "clone", "-q", "--depth=1", "--no-single-branch", "file://"+dir, clone)

	for id, want := range map[string]repository.CommitState{
		tip:                     repository.CommitReached, // by what is here
		first:                   repository.CommitUnknown,
		side:                    repository.CommitUnknown, // main may have merged it before
		strings.Repeat("d", 40): repository.CommitUnknown,
	} {
		got := findCommit(t, clone, id, mainOnly)
		if got.State != want {
			t.Errorf("FindCommit(%s) = %s (%s), want %s", id, got.State, got.Reason, want)
		}
		if want == repository.CommitUnknown && !strings.Contains(got.Reason, "shallow") {
			t.Errorf("reason %q does not say that the clone is shallow", got.Reason)
		}
	}
}

// A clone of one branch does not know what is on the others.
func TestFindCommit_CloneOfOneBranch(t *testing.T) {
	dir, r := fixture(t, map[string]string{"a": "1"})
	runGit(t, dir, "checkout", "-q", "-b", "release")
	side := commit(t, dir, r, map[string]string{"b": "1"}).String()
	clone := filepath.Join(t.TempDir(), "clone")
	runGit(t, dir, "clone", "-q", "--single-branch", "--branch=main", "file://"+dir, clone)
	if got := findCommit(t, clone, side, mainOnly); got.State != repository.CommitUnknown || !strings.Contains(got.Reason, "only some branches") {
		t.Errorf("a commit of another branch is %s (%s)", got.State, got.Reason)
	}
}

// A remote that somebody added has branches of the same names.
func TestFindCommit_OnlyBranchesOfOrigin(t *testing.T) {
	dir, r := fixture(t, map[string]string{"a": "1"})
	first := runGit(t, dir, "rev-parse", "HEAD")
	runGit(t, dir, "checkout", "-q", "--detach")
	side := commit(t, dir, r, map[string]string{"b": "1"})
	runGit(t, dir, "remote", "add", "origin", "https://example.com/shop/web.git")
	runGit(t, dir, "remote", "add", "fork", "https://example.com/stranger/web.git")
	point(t, r, "refs/remotes/fork/main", side)
	if got := findCommit(t, dir, side.String(), mainOnly); got.State != repository.CommitUnreached {
		t.Errorf("a commit of fork/main is %s by %q", got.State, got.Ref)
	}
	point(t, r, "refs/remotes/origin/main", side)
	if got := findCommit(t, dir, side.String(), mainOnly); got.Ref != "branch origin/main" {
		t.Errorf("a commit of origin/main is %s by %q (%s)", got.State, got.Ref, got.Reason)
	}
	if got := findCommit(t, dir, first, mainOnly); got.State != repository.CommitReached {
		t.Errorf("the first commit is %s (%s)", got.State, got.Reason)
	}
}

// Reliability test 22: an abbreviation that fits two commits proves neither.
// The hashes of commits cannot be chosen, but among a hundred thousand two
// that begin with the same seven digits are found quickly.
func TestFindCommit_Ambiguous(t *testing.T) {
	dir, r := fixture(t, map[string]string{"a": "1"})
	head, err := r.Head()
	if err != nil {
		t.Fatal(err)
	}
	base, err := r.CommitObject(head.Hash())
	if err != nil {
		t.Fatal(err)
	}
	known := map[string]string{}
	for i := range 200_000 {
		c := *base
		c.Message = fmt.Sprint(i)
		encoded := &plumbing.MemoryObject{}
		if err := c.Encode(encoded); err != nil {
			t.Fatal(err)
		}
		hash := encoded.Hash().String()
		twin, ok := known[hash[:7]]
		if !ok {
			known[hash[:7]] = c.Message
			continue
		}
		if _, err := r.Storer.SetEncodedObject(encoded); err != nil {
			t.Fatal(err)
		}
		c.Message = twin
		encoded = &plumbing.MemoryObject{}
		if err := c.Encode(encoded); err != nil {
			t.Fatal(err)
		}
		if _, err := r.Storer.SetEncodedObject(encoded); err != nil {
			t.Fatal(err)
		}
		if got := findCommit(t, dir, hash[:7], mainOnly); got.State != repository.CommitAmbiguous {
			t.Errorf("FindCommit(%s) = %s (%s), want ambiguous", hash[:7], got.State, got.Reason)
		}
		return
	}
	t.Fatal("no two commits begin alike")
}

func TestFindCommit_StopsWithItsContext(t *testing.T) {
	dir, _ := fixture(t, map[string]string{"a": "1"})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := open(t, dir).FindCommit(ctx, runGit(t, dir, "rev-parse", "HEAD^{tree}"), mainOnly); err != nil {
		t.Errorf("a tree needs no walk, but: %v", err)
	}
	side := runGit(t, dir, "commit-tree", "-m", "alone", "HEAD^{tree}")
	if _, err := open(t, dir).FindCommit(ctx, side, mainOnly); err == nil {
		t.Error("a cancelled walk answered")
	}
}
