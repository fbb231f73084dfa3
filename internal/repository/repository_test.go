package repository_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/go-git/go-git/v5"
	gitconfig "github.com/go-git/go-git/v5/config"
	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/object"
	"github.com/google/go-cmp/cmp"

	"guard/internal/repository"
)

// fixture is a repository with one commit on main that holds files.
func fixture(t *testing.T, files map[string]string) (dir string, r *git.Repository) {
	t.Helper()
	dir = t.TempDir()
	r, err := git.PlainInitWithOptions(dir, &git.PlainInitOptions{InitOptions: git.InitOptions{DefaultBranch: plumbing.Main}})
	if err != nil {
		t.Fatal(err)
	}
	commit(t, dir, r, files)
	return dir, r
}

func commit(t *testing.T, dir string, r *git.Repository, files map[string]string) plumbing.Hash {
	t.Helper()
	tree, err := r.Worktree()
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range files {
		full := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(full), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(full, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		if _, err := tree.Add(name); err != nil {
			t.Fatal(err)
		}
	}
	hash, err := tree.Commit("change", &git.CommitOptions{Author: &object.Signature{Name: "dev", Email: "dev@example.com", When: time.Unix(1700000000, 0)}})
	if err != nil {
		t.Fatal(err)
	}
	return hash
}

func open(t *testing.T, dir string) *repository.Repository {
	t.Helper()
	r, err := repository.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestOpen_FindsTheRootFromASubdirectory(t *testing.T) {
	dir, _ := fixture(t, map[string]string{"deep/er/file": "x"})
	r := open(t, filepath.Join(dir, "deep", "er"))
	if r.Root != dir {
		t.Errorf("Root = %s, want %s", r.Root, dir)
	}
}

func TestOpen_SaysWhereThereIsNoRepository(t *testing.T) {
	if _, err := repository.Open(t.TempDir()); !errors.Is(err, repository.ErrNone) {
		t.Errorf("Open = %v, want ErrNone", err)
	}
}

func TestBranches_AreLocalAndRemoteOnesOnce(t *testing.T) {
	dir, r := fixture(t, map[string]string{"a": "1"})
	head, _ := r.Head()
	for _, name := range []string{"refs/heads/feature/x", "refs/remotes/origin/main", "refs/remotes/origin/release/1", "refs/tags/v1"} {
		if err := r.Storer.SetReference(plumbing.NewHashReference(plumbing.ReferenceName(name), head.Hash())); err != nil {
			t.Fatal(err)
		}
	}
	got, err := open(t, dir).Branches()
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"feature/x", "main", "release/1"}, got); diff != "" {
		t.Errorf("Branches (-want +got):\n%s", diff)
	}
}

func TestDefaultBranch(t *testing.T) {
	for _, test := range []struct {
		name string
		refs map[string]string // a name, and the one it stands for; "" for a commit
		want string
	}{
		{"what the remote says", map[string]string{"refs/remotes/origin/HEAD": "refs/remotes/origin/trunk", "refs/remotes/origin/trunk": "", "refs/heads/main": ""}, "trunk"},
		{"main, where there is no master", map[string]string{"refs/heads/main": ""}, "main"},
		{"master of the remote, where there is no main", map[string]string{"refs/remotes/origin/master": ""}, "master"},
		{"nobody knows which of two", map[string]string{"refs/heads/main": "", "refs/remotes/origin/master": ""}, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			dir, r := fixture(t, map[string]string{"a": "1"})
			head, _ := r.Head()
			if err := r.Storer.RemoveReference(head.Name()); err != nil {
				t.Fatal(err)
			}
			for name, target := range test.refs {
				ref := plumbing.NewHashReference(plumbing.ReferenceName(name), head.Hash())
				if target != "" {
					ref = plumbing.NewSymbolicReference(plumbing.ReferenceName(name), plumbing.ReferenceName(target))
				}
				if err := r.Storer.SetReference(ref); err != nil {
					t.Fatal(err)
				}
			}
			if got := open(t, dir).DefaultBranch(); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestAt_ReadsFilesAsTheyWere(t *testing.T) {
	dir, r := fixture(t, map[string]string{"policy/a.rego": "old", "policy/sub/b.rego": "b", "other": "o"})
	old, _ := r.Head()
	commit(t, dir, r, map[string]string{"policy/a.rego": "new"})
	rev, err := open(t, dir).At(old.Hash().String())
	if err != nil {
		t.Fatal(err)
	}
	data, err := rev.ReadFile("policy/a.rego")
	if err != nil || string(data) != "old" {
		t.Errorf("ReadFile = %q, %v, want old", data, err)
	}
	if err := fstest.TestFS(rev, "policy/a.rego", "policy/sub/b.rego", "other"); err != nil {
		t.Error(err)
	}
	if _, err := rev.ReadFile("policy/none"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("ReadFile of a missing file = %v, want ErrNotExist", err)
	}
}

func TestAt_FindsABranchOfTheRemote(t *testing.T) {
	dir, r := fixture(t, map[string]string{"a": "1"})
	head, _ := r.Head()
	if err := r.Storer.SetReference(plumbing.NewHashReference("refs/remotes/origin/trunk", head.Hash())); err != nil {
		t.Fatal(err)
	}
	if _, err := open(t, dir).At("trunk"); err != nil {
		t.Errorf("At(trunk) = %v, want the remote's branch", err)
	}
}

func TestAt_SaysWhatToDoInAShallowClone(t *testing.T) {
	dir, r := fixture(t, map[string]string{"a": "1"})
	head, _ := r.Head()
	if err := r.Storer.SetShallow([]plumbing.Hash{head.Hash()}); err != nil {
		t.Fatal(err)
	}
	_, err := open(t, dir).At("nowhere")
	if err == nil || !strings.Contains(err.Error(), "fetch-depth: 0") {
		t.Errorf("At = %v, want a hint to fetch the whole history", err)
	}
}

func TestMergeBase_IsWhereTheBranchesParted(t *testing.T) {
	dir, r := fixture(t, map[string]string{"a": "1"})
	base, _ := r.Head()
	mainTip := commit(t, dir, r, map[string]string{"a": "2"})
	tree, _ := r.Worktree()
	if err := tree.Checkout(&git.CheckoutOptions{Hash: base.Hash(), Branch: "refs/heads/topic", Create: true}); err != nil {
		t.Fatal(err)
	}
	commit(t, dir, r, map[string]string{"b": "1"})
	rev, err := open(t, dir).At(mainTip.String())
	if err != nil {
		t.Fatal(err)
	}
	got, err := rev.MergeBase()
	if err != nil {
		t.Fatal(err)
	}
	if got.Commit != base.Hash().String() {
		t.Errorf("MergeBase = %s, want %s", got.Commit, base.Hash())
	}
}

// Reliability 52: what a hostile .git/config names is never run.
func TestOpen_RunsNothingThatTheConfigurationNames(t *testing.T) {
	dir, r := fixture(t, map[string]string{"a": "1"})
	sentinel := filepath.Join(t.TempDir(), "ran")
	cfg, err := r.Config()
	if err != nil {
		t.Fatal(err)
	}
	core := cfg.Raw.Section("core")
	core.SetOption("fsmonitor", "touch "+sentinel)
	core.SetOption("sshCommand", "touch "+sentinel)
	core.SetOption("hooksPath", dir)
	cfg.Remotes["origin"] = &gitconfig.RemoteConfig{Name: "origin", URLs: []string{"ext::touch " + sentinel}}
	if err := r.SetConfig(cfg); err != nil {
		t.Fatal(err)
	}
	opened := open(t, dir)
	if _, err := opened.Branches(); err != nil {
		t.Fatal(err)
	}
	if _, err := opened.At("HEAD"); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(sentinel); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the command of .git/config ran")
	}
}

func TestChangedLines(t *testing.T) {
	tests := []struct {
		name, before, after string
		want                repository.Lines
	}{
		{"nothing changed", "a\nb\n", "a\nb\n", repository.Lines{}},
		{"a line was added", "a\nc\n", "a\nb\nc\n", repository.Lines{2: true}},
		{"a line was changed", "a\nb\nc\n", "a\nB\nc\n", repository.Lines{2: true}},
		{"a line was removed, so the next counts", "a\nb\nc\n", "a\nc\n", repository.Lines{2: true}},
		{"the file is new", "", "a\nb\n", repository.Lines{1: true, 2: true}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, repository.ChangedLines(tt.before, tt.after)); diff != "" {
				t.Errorf("ChangedLines(%q, %q) (-want +got):\n%s", tt.before, tt.after, diff)
			}
		})
	}
}
