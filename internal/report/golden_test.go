package report

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"guard/internal/finding"
)

var update = flag.Bool("update", false, "write the golden files anew")

// variants are the directories of golden files: every format, and text in its
// different looks.
func variants() map[string]func(*testing.T, *finding.Report) []byte {
	all := map[string]func(*testing.T, *finding.Report) []byte{
		"text-color":   rendering("text", Options{Color: true, Width: 100}),
		"text-narrow":  rendering("text", Options{Color: true, Width: 44}),
		"text-verbose": rendering("text", Options{Verbose: true}),
		"github-group": rendering("github", Options{Group: true}),
		"summary":      renderedSummary,
	}
	for _, f := range Formats() {
		all[f.Name] = rendering(f.Name, Options{})
	}
	for _, f := range PipelineFormats() {
		all["pipeline-"+f.Name] = writing(f, Options{})
	}
	all["pipeline-color"] = writing(pipelineTextFormat, Options{Color: true, Width: 110})
	all["pipeline-narrow"] = writing(pipelineTextFormat, Options{Color: true, Width: 44})
	return all
}

func writing(f Format, o Options) func(*testing.T, *finding.Report) []byte {
	return func(t *testing.T, r *finding.Report) []byte {
		t.Helper()
		var b bytes.Buffer
		if err := f.Write(&b, r, o); err != nil {
			t.Fatal(err)
		}
		return b.Bytes()
	}
}

func rendering(name string, o Options) func(*testing.T, *finding.Report) []byte {
	return func(t *testing.T, r *finding.Report) []byte { return render(t, name, r, o) }
}

func render(t testing.TB, name string, r *finding.Report, o Options) []byte {
	t.Helper()
	format, err := Lookup(name)
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := format.Write(&b, r, o); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func renderedSummary(t *testing.T, r *finding.Report) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := Summary(&b, r); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestFormats_WriteWhatTheGoldenFilesShow(t *testing.T) {
	for variant, rendered := range variants() {
		for name, r := range fixtures() {
			t.Run(variant+"/"+name, func(t *testing.T) {
				golden(t, filepath.Join("testdata", variant, name+".golden"), rendered(t, r))
			})
		}
	}
}

func golden(t *testing.T, path string, got []byte) {
	t.Helper()
	if *update {
		writeGolden(t, path, got)
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s differs (-want +got):\n%s", path, diff)
	}
}

func writeGolden(t *testing.T, path string, got []byte) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, got, 0o644); err != nil {
		t.Fatal(err)
	}
}
