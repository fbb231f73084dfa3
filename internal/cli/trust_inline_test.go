package cli_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const (
	ignoreLatest = "# guard:ignore image/tag-latest until=2027-01-31 -- the mirror is not ready"

	waivedDockerfile = "FROM golang:1.25.3 AS build\n" + ignoreLatest + "\nFROM nginx:latest AS web\nUSER 1000\n"

	waivedPods = `apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop}
spec:
  containers:
    - name: web
      image: nginx:latest  ` + ignoreLatest + `
    - name: log
      image: fluentd:1.18.0
---
apiVersion: v1
kind: Pod
metadata:
  name: job
  namespace: shop
  annotations:
    guard/waive: "image/tag-latest until=2027-01-31 -- the mirror is not ready"
spec:
  containers:
    - name: job
      image: busybox:latest
---
apiVersion: v1
kind: Pod
metadata:
  name: db
  namespace: shop
  annotations: {}
spec:
  containers:
    - name: db
      image: postgres:18.1
`
)

// replaced replaces pairs of texts, each of which stands in text.
func replaced(t *testing.T, text string, pairs []string) string {
	t.Helper()
	for i := 0; i < len(pairs); i += 2 {
		if !strings.Contains(text, pairs[i]) {
			t.Fatalf("%q does not stand in\n%s", pairs[i], text)
		}
		text = strings.Replace(text, pairs[i], pairs[i+1], 1)
	}
	return text
}

// Reliability 51: a waiver inside a file that the trusted revision has cannot
// be put on anything else by a change, and counts wherever it moves to with
// what it is for.
func TestTrust_InlineWaiverCountsForWhatItExcusedAndNothingElse(t *testing.T) {
	const line, annotation = "image: nginx:latest  " + ignoreLatest, `    guard/waive: "image/tag-latest until=2027-01-31 -- the mirror is not ready"`
	const stage = ignoreLatest + "\nFROM nginx:latest AS web\n"
	tests := []struct {
		name   string
		file   string
		pairs  []string // what the change replaces, and by what
		denied int
		told   string // in the finding that tells of the waiver; "" where there is none
	}{
		{"nothing changes", "pods.yaml", nil, 0, ""},
		{"lines above move the waiver", "pods.yaml", []string{"apiVersion", "# of the shop\n\napiVersion", "spec:\n", "spec:\n  hostNetwork: false\n"}, 0, ""},
		{"a container is put before the waived one", "pods.yaml", []string{"    - name: web", "    - name: first\n      image: alpine:3.22.1\n    - name: web"}, 0, ""},
		{"the waived line is indented further", "pods.yaml", []string{"      " + line, "\n      " + line}, 0, ""},
		{"lines above move a comment of its own line", "Dockerfile", []string{stage, "RUN make\n\n" + stage}, 0, ""},
		{"the object keeps its annotation in another place", "pods.yaml", []string{annotation, "    team: web\n" + annotation}, 0, ""},
		{"a waiver is deleted", "pods.yaml", []string{"  " + ignoreLatest, ""}, 1, ""},
		{"the waived line names another image", "pods.yaml", []string{line, strings.Replace(line, "nginx", "httpd", 1)}, 1, "what a waiver excuses"},
		{"the line below a comment names another image", "Dockerfile", []string{"FROM nginx", "FROM httpd"}, 1, "what a waiver excuses"},
		{"the waiver moves to a new fault", "pods.yaml", []string{"  " + ignoreLatest, "", "fluentd:1.18.0", "fluentd:latest  " + ignoreLatest}, 2, "what a waiver excuses"},
		{"the waiver moves from a fault that is mended to a new one", "pods.yaml", []string{line, "image: nginx:1.27.3", "fluentd:1.18.0", "fluentd:latest  " + ignoreLatest}, 1, "what a waiver excuses"},
		{"the waived line moves to another container", "pods.yaml", []string{line, "image: nginx:1.27.3", "image: fluentd:1.18.0", line}, 1, "what a waiver excuses"},
		{"the waived container moves to another object", "pods.yaml", []string{"name: web,", "name: admin,"}, 1, "what a waiver excuses"},
		{"the waiver is copied to a new fault", "pods.yaml", []string{"fluentd:1.18.0", "fluentd:latest  " + ignoreLatest}, 1, "what a waiver excuses"},
		{"the waiver is copied with its line", "Dockerfile", []string{stage, stage + stage}, 1, "what a waiver excuses"},
		{"the copy stands before the waiver", "pods.yaml", []string{"  containers:\n", "  initContainers:\n    - name: web\n      " + line + "\n  containers:\n"}, 1, "what a waiver excuses"},
		{"a comment moves to another stage", "Dockerfile", []string{stage, "FROM nginx:latest AS web\n", "FROM golang:1.25.3", ignoreLatest + "\nFROM golang:latest"}, 2, "what a waiver excuses"},
		{"an annotation moves to another object", "pods.yaml", []string{annotation + "\n", "    team: web\n", "annotations: {}", "annotations:\n" + annotation, "postgres:18.1", "postgres:latest"}, 2, "what a waiver excuses"},
		{"an annotation is copied to another object", "pods.yaml", []string{"annotations: {}", "annotations:\n" + annotation, "postgres:18.1", "postgres:latest"}, 1, "what a waiver excuses"},
		{"a waived object gets another fault", "pods.yaml", []string{"busybox:latest", "busybox:latest\n    - name: next\n      image: redis:latest"}, 1, "what a waiver excuses"},
		{"the waiver ends later", "pods.yaml", []string{"2027-01-31", "2028-01-31"}, 1, "a waiver"},
		{"the waiver above its line ends later", "Dockerfile", []string{"2027-01-31", "2028-01-31"}, 1, "a waiver"},
		{"a waiver names one rule more", "pods.yaml", []string{"image/tag-latest until", "image/tag-latest,image/other until"}, 1, "a waiver"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			files := map[string]string{"Dockerfile": waivedDockerfile, "pods.yaml": waivedPods}
			dir := repositoryOf(t, files)
			change(t, dir, map[string]string{tt.file: replaced(t, files[tt.file], tt.pairs)})
			code, out := check(t, dir, "--trust", "main", "--only", "image/tag-latest,analysis", "-o", "json", ".")
			j := verdictOf(t, code, out)
			if len(j.denied) != tt.denied || code != min(tt.denied, 1) {
				t.Errorf("denied %q, exit code %d, want %d denied", j.denied, code, tt.denied)
			}
			if told := strings.Contains(out, "the change to "+tt.told+" takes effect after merge"); tt.told != "" && !told || tt.told == "" && len(j.changes) > 0 {
				t.Errorf("told of changes to %q, want of %q:\n%s", j.changes, tt.told, out)
			}
		})
	}
}

// Reliability 51: the file a waiver stands in is part of what it is for.
func TestTrust_InlineWaiverDoesNotCountInARenamedFile(t *testing.T) {
	dir := repositoryOf(t, map[string]string{"test/Dockerfile": waivedDockerfile})
	change(t, dir, map[string]string{"test/Dockerfile": "", "app/Dockerfile": waivedDockerfile})
	got := verdict(t, dir, "--trust", "main", ".")
	want := judgement{code: 1, denied: []string{"app/Dockerfile:image/tag-latest"}, changes: []string{"app/Dockerfile"}}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(judgement{})); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// A waiver that the change brings, and that nothing needs, is told as that.
func TestTrust_NewWaiverThatNothingNeedsIsUnused(t *testing.T) {
	dir := repositoryOf(t, map[string]string{"Dockerfile": "FROM alpine:3.22.1\nUSER 1000\n"})
	change(t, dir, map[string]string{"Dockerfile": ignoreLatest + "\nFROM alpine:3.22.1\nUSER 1000\n"})
	if code, out := check(t, dir, "--trust", "main", "."); code != 0 || !strings.Contains(out, "analysis/waiver-unused") {
		t.Errorf("exit code %d:\n%s", code, out)
	}
}
