package document

import (
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"guard/internal/tree"
)

var update = flag.Bool("update", false, "write the golden files anew")

// Each file below testdata is read into its models, whose JSON form without
// what is unset is the golden file beside it. Reliability 1, 6
func TestModels_AreThoseOfTheGoldenFiles(t *testing.T) {
	files, err := filepath.Glob("testdata/*/*.yaml")
	if err != nil || len(files) == 0 {
		t.Fatalf("no test files: %v", err)
	}
	for _, file := range files {
		kind := filepath.Base(filepath.Dir(file))
		if read := readers[kind]; read != nil {
			t.Run(file, func(t *testing.T) { compareModel(t, file, read) })
		}
	}
}

var readers = map[string]func(*loader, *tree.Node) []*Document{
	"kubernetes": (*loader).kubernetes,
	"compose":    (*loader).compose,
	"gitops":     (*loader).gitops,
}

func compareModel(t *testing.T, file string, read func(*loader, *tree.Node) []*Document) {
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	got := modelsOf(t, readAll(t, filepath.ToSlash(file), string(text), read))
	golden := strings.TrimSuffix(file, ".yaml") + ".golden"
	if *update {
		if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", file, diff)
	}
}

// readAll reads every document of a YAML stream by the given reader.
func readAll(t testing.TB, file, text string, read func(*loader, *tree.Node) []*Document) []*Document {
	t.Helper()
	l := &loader{source: tree.NewSource(file, text), options: &Options{}}
	var documents []*Document
	for _, part := range tree.ParseYAML(text) {
		if part.Err != nil {
			t.Fatalf("%s: %v", file, part.Err)
		}
		documents = append(documents, read(l, part.Root)...)
	}
	return documents
}

func modelsOf(t *testing.T, documents []*Document) string {
	t.Helper()
	var b strings.Builder
	for _, d := range documents {
		model := map[string]any{
			"object": d.Object, "images": imagesOf(d), "secrets": d.Secrets, "kubernetes": d.Kubernetes, "workload": d.Workload,
			"compose": d.Compose, "gitops": d.GitOps, "unparsable": d.Unparsable, "incomplete": d.Incomplete,
		}
		b.WriteString(shortJSON(t, model))
	}
	return b.String()
}

// imagesOf is what this package says of images; what imageref reads out of
// them is tested there.
func imagesOf(d *Document) []any {
	var images []any
	for _, i := range d.Images {
		images = append(images, map[string]any{"raw": i.Raw, "path": i.Path.String(), "role": i.Role, "holder": i.Holder, "own": i.Own, "pull_rule": i.PullRule})
	}
	return images
}

func shortJSON(t *testing.T, model any) string {
	t.Helper()
	data, err := json.Marshal(model)
	if err != nil {
		t.Fatal(err)
	}
	var tree any
	if err := json.Unmarshal(data, &tree); err != nil {
		t.Fatal(err)
	}
	out, err := json.MarshalIndent(withoutUnset(tree), "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	return string(out) + "\n"
}

// withoutUnset drops what is unset, and writes paths in one line.
func withoutUnset(v any) any {
	switch v := v.(type) {
	case map[string]any:
		kept := map[string]any{}
		for key, member := range v {
			if steps, isList := member.([]any); isList && isPath(steps) {
				kept[key] = pathText(steps)
			} else if short := withoutUnset(member); short != nil {
				kept[key] = short
			}
		}
		return orNil(kept)
	case []any:
		for i := range v {
			v[i] = withoutUnset(v[i])
		}
		if len(v) == 0 {
			return nil
		}
	case string:
		if v == "" {
			return nil
		}
	case bool:
		if !v {
			return v
		}
	}
	return v
}

// orNil drops the map of a field that is unset: nothing but a path.
func orNil(m map[string]any) any {
	if _, path := m["path"]; len(m) == 0 || path && len(m) == 1 {
		return nil
	}
	return m
}

func isPath(list []any) bool {
	for _, step := range list {
		switch step.(type) {
		case string, float64:
		default:
			return false
		}
	}
	return len(list) > 0
}

func pathText(steps []any) string {
	var parts []string
	for _, step := range steps {
		data, _ := json.Marshal(step)
		parts = append(parts, strings.Trim(string(data), `"`))
	}
	return strings.Join(parts, " ")
}
