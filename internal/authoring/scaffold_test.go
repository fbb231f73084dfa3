package authoring_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"guard/internal/authoring"
)

func TestScaffold_WritesRulesThatPass(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "policy")
	for i, kind := range authoring.ScaffoldKinds() {
		if _, err := authoring.Scaffold(dir, "own/my-rule-"+string(rune('a'+i)), kind); err != nil {
			t.Fatal(err)
		}
	}
	outcome, err := open(t, dir).Test(t.Context(), authoring.TestOptions{})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range outcome.Cases {
		for _, p := range c.Problems {
			t.Errorf("%s %s: %s", c.Rule, c.Name, p.Message)
		}
	}
	if least := 4 * len(authoring.ScaffoldKinds()); len(outcome.Cases) < least || outcome.Coverage.Percent() != 100 {
		t.Errorf("got %d cases and coverage %d %%, want at least %d and 100 %%", len(outcome.Cases), outcome.Coverage.Percent(), least)
	}
	mutation, err := open(t, dir).Mutate(t.Context(), authoring.TestOptions{})
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range mutation.Unnoticed {
		t.Errorf("%s:%d: %s", p.File, p.Line, p.Message)
	}
	if mutation.Tried < 30 || !mutation.Whole() {
		t.Errorf("got %+v, want at least 30 mutants, all noticed", mutation)
	}
}

func TestScaffold_ReplacesNothing(t *testing.T) {
	dir := write(t, map[string]string{"testdata/rules/image/moving/good/Dockerfile": "FROM scratch\n"})
	_, err := authoring.Scaffold(dir, "image/moving", "*")
	if wrong := new(authoring.ScaffoldError); !errors.As(err, &wrong) || !strings.Contains(wrong.Message, "good/Dockerfile is there already") {
		t.Errorf("got %v, want that a file is there", err)
	}
	if _, err := os.Lstat(filepath.Join(dir, "image")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("something was written: %v", err)
	}
}

// What a link in the directory leads to is not written to.
func TestScaffold_FollowsNoLinkOutOfTheDirectory(t *testing.T) {
	outside, dir := t.TempDir(), t.TempDir()
	if err := os.Symlink(outside, filepath.Join(dir, "image")); err != nil {
		t.Fatal(err)
	}
	if _, err := authoring.Scaffold(dir, "image/moving", "*"); err == nil {
		t.Error("it was written")
	}
	if entries, _ := os.ReadDir(outside); len(entries) > 0 {
		t.Errorf("outside lies %v", entries)
	}
}

func TestScaffold_RefusesNames(t *testing.T) {
	for name, want := range map[string]string{
		"moving": "is no name for a rule", "image/Moving": "is no name for a rule", "../moving": "is no name for a rule", "image/my_rule": "is no name for a rule",
		"image/" + strings.Repeat("x", 200): "is no name for a rule",
	} {
		if _, err := authoring.Scaffold(t.TempDir(), name, "*"); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want %s", name, err, want)
		}
	}
	if _, err := authoring.Scaffold(t.TempDir(), "image/moving", "kubernets"); err == nil || !strings.Contains(err.Error(), `did you mean "kubernetes"?`) {
		t.Errorf("got %v, want the nearest kind", err)
	}
}
