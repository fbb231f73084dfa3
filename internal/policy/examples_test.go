package policy_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"guard/internal/finding"
	"guard/internal/policy"
)

func TestExamples_ShowsFilesWithoutTheMarksOfTests(t *testing.T) {
	source := policy.Source{ExampleFS: fstest.MapFS{
		"image/moving/bad/b.yaml":               {Data: []byte("second: file\n")},
		"image/moving/bad/a.yaml":               {Data: []byte("# a comment\nimage: shop:latest # want image/moving \"web\"\n# want-next image/moving \"web\"\nimage: shop:edge\n")},
		"image/moving/bad/a.yaml.want":          {Data: []byte("1 image/moving \"web\"\n")},
		"image/moving/bad/.forge/forge.json":    {Data: []byte("{}\n")},
		"image/moving/good/.github/release.yml": {Data: []byte("image: shop:1.0.0\n")},
	}}
	got, err := source.Examples("image/moving")
	if err != nil {
		t.Fatal(err)
	}
	want := []finding.RuleExample{
		{Bad: true, File: "a.yaml", Text: "# a comment\nimage: shop:latest\nimage: shop:edge\n"},
		{File: ".github/release.yml", Text: "image: shop:1.0.0\n"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestExamples_OfARuleWithoutAnyAreNone(t *testing.T) {
	for name, source := range map[string]policy.Source{"no files": {ExampleFS: fstest.MapFS{}}, "no file system": {}} {
		if got, err := source.Examples("image/moving"); err != nil || len(got) != 0 {
			t.Errorf("%s: got %v and error %v, want none", name, got, err)
		}
	}
}

func TestExamples_OfTheBuiltinLibraryShowAFault(t *testing.T) {
	examples, err := policy.Builtin().Examples("analysis/unparsable")
	if err != nil || len(examples) != 2 || !examples[0].Bad || strings.Contains(examples[0].Text, "# want") {
		t.Errorf("got %v and error %v, want a bad and a good example", examples, err)
	}
}
