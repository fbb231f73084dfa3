package policies_test

import (
	"io/fs"
	"os"
	"path"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"guard/internal/policy"
	"guard/policies"
)

func TestEveryModuleIsEmbedded(t *testing.T) {
	rego := func(name string) bool { return path.Ext(name) == ".rego" }
	if diff := cmp.Diff(filesOf(t, os.DirFS("."), rego), filesOf(t, policies.FS, rego)); diff != "" {
		t.Error(diff)
	}
}

func TestEveryExampleIsEmbedded(t *testing.T) {
	all := func(string) bool { return true }
	if diff := cmp.Diff(filesOf(t, os.DirFS("../testdata/rules"), all), filesOf(t, policy.Builtin().ExampleFS, all)); diff != "" {
		t.Error(diff)
	}
}

func filesOf(t *testing.T, fsys fs.FS, wanted func(string) bool) []string {
	t.Helper()
	var files []string
	err := fs.WalkDir(fsys, ".", func(name string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() && wanted(name) {
			files = append(files, name)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(files)
	return files
}
