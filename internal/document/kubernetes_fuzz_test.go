package document

import (
	"os"
	"path/filepath"
	"testing"

	"guard/internal/finding"
	"guard/internal/tree"
)

// Whatever a file holds: no panic, no list that is nil, no path that cannot
// be located.
func FuzzLoadKubernetes(f *testing.F) { fuzzLoad(f, "kubernetes") }

func FuzzLoadCompose(f *testing.F) { fuzzLoad(f, "compose") }

func FuzzLoadGitOps(f *testing.F) { fuzzLoad(f, "gitops") }

func fuzzLoad(f *testing.F, kind string) {
	files, _ := filepath.Glob("testdata/" + kind + "/*.yaml")
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(text))
	}
	f.Add("{apiVersion: v1, kind: Pod, spec: {containers: [{image: ${A:-$B}}]}}")
	f.Fuzz(func(t *testing.T, text string) {
		for _, part := range tree.ParseYAML(text) {
			l := &loader{source: tree.NewSource("compose.yaml", text), options: &Options{}}
			for _, d := range readers[kind](l, part.Root) {
				checkDocument(t, d)
			}
		}
	})
}

func checkDocument(t *testing.T, d *Document) {
	if d.Images == nil || d.Secrets == nil || d.Unparsable == nil || d.Incomplete == nil || d.Kind == "" {
		t.Fatalf("a list or the kind is not set: %+v", d)
	}
	paths := []finding.Path{}
	for _, i := range d.Images {
		paths = append(paths, i.Path)
		if i.Holder == "" {
			t.Fatalf("image %q at %s has no holder", i.Raw, i.Path)
		}
	}
	for _, p := range append(d.Unparsable, d.Incomplete...) {
		paths = append(paths, p.Path)
	}
	for _, path := range paths {
		if loc := d.Locate(path); d.Value != nil && loc.Line == 0 {
			t.Fatalf("path %s leads to no line", path)
		}
	}
}
