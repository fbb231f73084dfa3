package check

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"guard/internal/config"
	"guard/internal/policy"
)

// BenchmarkCheckRepo checks repositories of as many workflows as manifests,
// which speak of each other's images, with the default profile. Ten times the
// files take nine times as long (75 ms and 660 ms on two cores): nothing looks
// at a file once per other file. A peer took 100 times as long for 12 times
// the workflows.
func BenchmarkCheckRepo(b *testing.B) {
	for _, files := range []int{100, 1000} {
		b.Run(fmt.Sprintf("workflows=%d", files), func(b *testing.B) {
			benchmarkRepo(b, manyFiles(b, files))
		})
	}
}

func benchmarkRepo(b *testing.B, dir string) {
	evaluator, err := policy.Compile(context.Background(), []policy.Source{policy.Builtin()}, policy.Settings{})
	if err != nil {
		b.Fatal(err)
	}
	options := Options{Root: dir, Dir: dir, Paths: []string{"."}, Evaluator: evaluator, Config: config.Default()}
	b.ReportAllocs()
	for b.Loop() {
		outcome, err := Run(context.Background(), options)
		if err != nil || outcome.Report.Summary.Denied == 0 {
			b.Fatalf("%v, %+v", err, outcome)
		}
	}
}

const benchWorkflow = `on: {push: {branches: [main]}}
permissions: {contents: read}
env: {IMAGE: registry.example.com/shop/web-#}
jobs:
  build-#:
    runs-on: ubuntu-24.04
    timeout-minutes: 10
    steps:
      - uses: actions/checkout@v4
      - run: docker build -t $IMAGE:${{ github.sha }} . && docker push $IMAGE:${{ github.sha }}
  deploy-#:
    needs: build-#
    runs-on: ubuntu-24.04
    steps:
      - run: kubectl set image deployment/web-# web=$IMAGE:latest
`

const benchManifest = `apiVersion: apps/v1
kind: Deployment
metadata: {name: web-#, namespace: shop}
spec:
  selector: {}
  template:
    spec:
      containers:
        - {name: web, image: "registry.example.com/shop/web-#:latest"}
`

// manyFiles writes a repository in which every workflow builds an image that
// a manifest uses.
func manyFiles(b *testing.B, files int) string {
	b.Helper()
	dir := b.TempDir()
	for i := range files {
		number := fmt.Sprint(i)
		for name, text := range map[string]string{".github/workflows/web-#.yml": benchWorkflow, "k8s/web-#.yaml": benchManifest} {
			full := filepath.Join(dir, strings.ReplaceAll(name, "#", number))
			if err := os.MkdirAll(filepath.Dir(full), 0o755); err != nil {
				b.Fatal(err)
			}
			if err := os.WriteFile(full, []byte(strings.ReplaceAll(text, "#", number)), 0o644); err != nil {
				b.Fatal(err)
			}
		}
	}
	return dir
}

// BenchmarkCheckWorkflows checks 1,000 workflows of usual size (90 lines, four
// jobs from tests to production) with the default profile.
func BenchmarkCheckWorkflows(b *testing.B) {
	const count = 1000
	text, err := os.ReadFile(filepath.Join("..", "..", "testdata", "pipelines", "delivery", "bad", ".github", "workflows", "delivery.yml"))
	if err != nil {
		b.Fatal(err)
	}
	dir := filepath.Join(b.TempDir(), ".github", "workflows")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		b.Fatal(err)
	}
	for i := range count {
		name := fmt.Sprintf("orders-%d", i)
		if err := os.WriteFile(filepath.Join(dir, name+".yml"), []byte(strings.ReplaceAll(string(text), "orders", name)), 0o600); err != nil {
			b.Fatal(err)
		}
	}
	benchmarkRepo(b, filepath.Dir(filepath.Dir(dir)))
}
