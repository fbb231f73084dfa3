package cli_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"guard/internal/finding"
)

// cases are files, and every finding of some rules in them: "file:line rule".
type cases []struct {
	name  string
	only  string
	files map[string]string
	want  []string
}

func (all cases) run(t *testing.T) {
	t.Helper()
	for _, tt := range all {
		t.Run(tt.name, func(t *testing.T) {
			code, out := check(t, tree(t, tt.files), "--profile", "strict", "--only", tt.only, "-o", "json", ".")
			var report finding.Report
			if err := json.Unmarshal([]byte(out), &report); err != nil {
				t.Fatal(err, out)
			}
			var got []string
			for _, f := range report.Findings {
				got = append(got, fmt.Sprintf("%s:%d %s", f.File, f.Line, f.Rule))
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("files %q (-want +got):\n%s", tt.files, diff)
			}
			if denied := report.Summary.Denied; (denied > 0) != (code == 1) {
				t.Errorf("exit code %d with %d findings denied", code, denied)
			}
		})
	}
}

func manifest(text string) map[string]string { return map[string]string{"a.yaml": text} }

func dockerfile(text string) map[string]string { return map[string]string{"Dockerfile": text} }

const (
	latest   = "image/tag-latest"
	nonRoot  = "kubernetes/run-as-non-root"
	userRoot = "dockerfile/user-root"
	head     = "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\n"
	bad      = `{containers: [{name: web, image: "nginx:latest"}]}`
)

// Silent passes seen in peers: documents, folders, neighbours.
func TestCheck_OneFileHidesNothingInAnother(t *testing.T) {
	cases{
		{"every document of a file is read", latest, manifest(head + "spec: {containers: [{image: \"a:1\"}]}\n---\n" + head + "spec: " + bad + "\n---\n" + head + "spec: " + bad + "\n"), []string{"a.yaml:9 " + latest, "a.yaml:14 " + latest}},
		{"folders below folders are walked", latest, map[string]string{"k8s/base/web/pod.yaml": head + "spec: " + bad}, []string{"k8s/base/web/pod.yaml:4 " + latest}},
		{"a broken file among good ones", latest, map[string]string{"a.yaml": "apiVersion: v1\nkind: [\n", "b.yaml": head + "spec: " + bad, "Dockerfile": "FROM\n"}, []string{"Dockerfile:1 analysis/unparsable", "a.yaml:2 analysis/unparsable", "b.yaml:4 " + latest}},
		{"two files that define one object", latest, map[string]string{"a.yaml": head + "spec: " + bad, "b.yaml": head + "spec: " + bad}, []string{"a.yaml:4 " + latest, "b.yaml:4 " + latest}},
		{"one object twice in one file", latest, manifest(head + "spec: " + bad + "\n---\n" + head + "spec: " + bad), []string{"a.yaml:4 " + latest, "a.yaml:9 " + latest}},
	}.run(t)
}

// Silent passes seen in peers: kinds and fields that are forgotten.
func TestCheck_FindsThePodWhereverItIs(t *testing.T) {
	deployment := "kind: Deployment\nmetadata: {name: web}\nspec: {template: {spec: " + bad + "}}\n"
	cases{
		{"a List", latest, manifest("apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: Pod\n  spec: " + bad + "\n- apiVersion: v1\n  kind: List\n  items:\n  - {apiVersion: v1, kind: Pod, spec: " + bad + "}\n"), []string{"a.yaml:6 " + latest, "a.yaml:10 " + latest}},
		{"a typed list", latest, manifest("apiVersion: v1\nkind: PodList\nitems:\n- spec: " + bad + "\n"), []string{"a.yaml:4 " + latest}},
		{"extensions/v1beta1", latest, manifest("apiVersion: extensions/v1beta1\n" + deployment), []string{"a.yaml:4 " + latest}},
		{"apps/v1beta1", latest, manifest("apiVersion: apps/v1beta1\n" + deployment), []string{"a.yaml:4 " + latest}},
		{"apps/v1beta2", latest, manifest("apiVersion: apps/v1beta2\n" + deployment), []string{"a.yaml:4 " + latest}},
		{"batch/v1beta1", latest, manifest("apiVersion: batch/v1beta1\nkind: CronJob\nspec: {jobTemplate: {spec: {template: {spec: " + bad + "}}}}\n"), []string{"a.yaml:3 " + latest}},
		{"a PodTemplate", latest, manifest("apiVersion: v1\nkind: PodTemplate\ntemplate: {spec: " + bad + "}\n"), []string{"a.yaml:3 " + latest}},
		{"an ephemeral container", latest, manifest(head + "spec:\n  containers: [{image: \"a:1\"}]\n  ephemeralContainers:\n  - image: busybox\n"), []string{"a.yaml:7 " + latest}},
		{"an init container and a sidecar", latest, manifest(head + "spec:\n  containers: [{image: \"a:1\"}]\n  initContainers:\n  - image: busybox\n  - {image: busybox, restartPolicy: Always}\n"), []string{"a.yaml:7 " + latest, "a.yaml:8 " + latest}},
		{"an image volume", latest, manifest(head + "spec:\n  containers: [{image: \"a:1\"}]\n  volumes:\n  - {name: v, image: {reference: \"busybox:latest\"}}\n"), []string{"a.yaml:7 " + latest}},
		{"a specification that is null, before one that is not", latest, manifest(head + "spec: null\n---\n" + head + "spec: " + bad), []string{"a.yaml:4 analysis/unparsable", "a.yaml:9 " + latest}},
		{"null wherever something may be", latest, manifest("apiVersion: v1\nkind: Pod\nmetadata: null\nspec: {containers: [null, {name: null, image: null, env: null, securityContext: null}, {image: nginx}], initContainers: null, volumes: [null], securityContext: null}\n"), []string{"a.yaml:4 analysis/unparsable", "a.yaml:4 " + latest, "a.yaml:4 analysis/unparsable"}},
		{"a generated name", latest + "," + nonRoot, manifest("apiVersion: v1\nkind: Pod\nmetadata: {generateName: web-}\nspec: " + bad), []string{"a.yaml:4 " + nonRoot, "a.yaml:4 " + latest}},
		{"no metadata", latest + "," + nonRoot, manifest("apiVersion: v1\nkind: Pod\nspec: " + bad), []string{"a.yaml:3 " + nonRoot, "a.yaml:3 " + latest}},
		{"a container without a name", latest + "," + nonRoot, manifest(head + "spec: {containers: [{image: nginx}]}\n"), []string{"a.yaml:4 " + nonRoot, "a.yaml:4 " + latest}},
	}.run(t)
}

// Silent passes seen in peers, and Reliability 19, 21: what is no tag.
func TestCheck_KnowsWhichImagesHaveNoTag(t *testing.T) {
	image := func(raw string) map[string]string {
		return manifest(head + "spec: {containers: [{name: web, image: \"" + raw + "\"}]}\n")
	}
	compose := func(raw string) map[string]string {
		return map[string]string{"compose.yaml": "services:\n  web:\n    image: " + raw + "\n"}
	}
	found := []string{"a.yaml:4 " + latest}
	cases{
		{"a port is no tag", latest, image("localhost:5000/nginx"), found},
		{"neither on another host", latest, image("registry.example.com:443/a/b"), found},
		{"a port and a tag", latest, image("localhost:5000/nginx:1.27.3"), nil},
		{"latest beside a digest, in the profile strict", latest, image("nginx:latest@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"), []string{"a.yaml:4 " + latest}},
		{"a tag that only begins so", latest, image("nginx:latest-1"), nil},
		{"in capitals", latest, image("nginx:Latest"), found},
		{"no reference at all", "image/reference-invalid", image("Nginx:1.27.3"), []string{"a.yaml:4 image/reference-invalid"}},
		{"a homoglyph", "image/reference-invalid", image("nginх:1.27.3"), []string{"a.yaml:4 image/reference-invalid"}},
		{"a digest that is none", "image/digest-malformed", image("nginx@sha256:abc"), []string{"a.yaml:4 image/digest-malformed"}},
		{"a default in Compose", latest, compose(`"nginx:${TAG:-latest}"`), []string{"compose.yaml:3 " + latest}},
		{"another default in Compose", latest, compose(`"nginx:${TAG:-1.27.3}"`), nil},
		{"a default in a Dockerfile", latest, dockerfile("ARG TAG=latest\nFROM nginx:$TAG\n"), []string{"Dockerfile:2 " + latest}},
		{"a stage is no image", latest, dockerfile("FROM golang:1.26.1 AS build\nFROM build\n"), nil},
		{"a stage by a variable is none either", latest, dockerfile("ARG BASE=build\nFROM golang:1.26.1 AS build\nFROM ${BASE}\n"), nil},
		{"an image by a variable with a tag", latest, dockerfile("ARG BASE=golang:1.26.1\nFROM ${BASE}\n"), nil},
	}.run(t)
}

// Silent passes seen in peers, and Reliability 43: who runs as root.
func TestCheck_KnowsWhoRunsAsRoot(t *testing.T) {
	pod := func(spec, container string) map[string]string {
		return manifest(head + "spec:\n  securityContext: {" + spec + "}\n  containers:\n  - name: web\n    image: \"a:1\"\n    securityContext: {" + container + "}\n")
	}
	atPod, atContainer := []string{"a.yaml:5 " + nonRoot}, []string{"a.yaml:9 " + nonRoot}
	cases{
		{"false in a container under the Pod's true", nonRoot, pod("runAsNonRoot: true", "runAsNonRoot: false"), atContainer},
		{"user 0 beside runAsNonRoot", nonRoot, pod("runAsNonRoot: true", "runAsUser: 0"), atContainer},
		{"user 0 beside runAsNonRoot, both at the Pod", nonRoot, pod("runAsNonRoot: true, runAsUser: 0", ""), atPod},
		{"nothing said", nonRoot, pod("", ""), atContainer},
		{"user 0 at the Pod", nonRoot, pod("runAsUser: 0", ""), atPod},
		{"user 0 at the Pod, another in the container", nonRoot, pod("runAsUser: 0", "runAsUser: 1000"), nil},
		{"user 0 in octal", nonRoot, pod("", "runAsUser: 00"), atContainer},
		{"a user beyond 32 bits", nonRoot, pod("", "runAsUser: 4294967296"), atContainer},
		{"a user beyond 31 bits", nonRoot, pod("", "runAsUser: 2147483648"), atContainer},
		{"a negative user", nonRoot, pod("", "runAsUser: -1"), atContainer},
		{"a number as YAML 1.1 writes it", nonRoot, pod("", "runAsUser: 1e3"), nil},
		{"yes is true", nonRoot, pod("runAsNonRoot: yes", ""), nil},
		{"no is false", nonRoot, pod("runAsNonRoot: yes", "runAsNonRoot: no"), atContainer},
	}.run(t)
}

// Reliability 42, 43, and silent passes: the user of the final stage.
func TestCheck_KnowsTheUserOfAnImage(t *testing.T) {
	const only = "dockerfile/user-root,dockerfile/user-missing,dockerfile/user-not-numeric"
	root, name := []string{"Dockerfile:2 " + userRoot}, []string{"Dockerfile:2 dockerfile/user-not-numeric"}
	for value, want := range map[string][]string{
		"root": root, "0": root, "0:0": root, "00": root, "+0": root, "root:1000": root, "4294967296": root, "2147483648": root, "-1": root, `"root"`: root,
		"app": name, "1000": nil, "1000:0": nil, "$USER_NOT_SET": nil,
	} {
		cases{{"USER " + value, only, dockerfile("FROM alpine:3.22.1\nUSER " + value + "\n"), want}}.run(t)
	}
	cases{
		{"a user of an earlier stage is not the final one's", only, dockerfile("FROM golang:1.26.1 AS build\nUSER 1000\nFROM alpine:3.22.1\nCOPY --from=build /a /a\n"), []string{"Dockerfile:3 dockerfile/user-missing"}},
		{"root of an earlier stage is not the final one's", only, dockerfile("FROM golang:1.26.1 AS build\nUSER root\nFROM alpine:3.22.1\nUSER 1000\n"), nil},
		{"the final stage has its parent's user", only, dockerfile("FROM alpine:3.22.1 AS base\nUSER 1000\nFROM base\n"), nil},
		{"a user behind ONBUILD is not this image's", only, dockerfile("FROM alpine:3.22.1\nONBUILD USER 1000\n"), []string{"Dockerfile:1 dockerfile/user-missing"}},
		{"a here-document holds no instruction", only, dockerfile("FROM alpine:3.22.1\nUSER 1000\nRUN <<EOF\nUSER root\nEOF\n"), nil},
		{"an escape directive", only, dockerfile("# escape=`\nFROM alpine:3.22.1\nRUN a `\n  USER root\nUSER `\n  root\n"), []string{"Dockerfile:6 " + userRoot}},
		{"a variable in a here-document is no ENV", "dockerfile/secret-in-env,secret", dockerfile("FROM alpine:3.22.1\nUSER 1000\nRUN <<EOF\nENV API_TOKEN=not-an-instruction\nEOF\n"), nil},
		{"an image to copy from", latest, dockerfile("FROM alpine:3.22.1\nCOPY --from=busybox:latest /a /a\nRUN --mount=from=nginx:latest,target=/x true\n"), []string{"Dockerfile:2 " + latest, "Dockerfile:3 " + latest}},
		{"only comments", "analysis", dockerfile("# FROM alpine\n"), []string{"Dockerfile:1 analysis/unparsable"}},
	}.run(t)
}

// Reliability 42: what cannot be known is told, and fails with --strict.
func TestCheck_NamesWhatItCannotKnowOfADockerfile(t *testing.T) {
	for text, want := range map[string]string{
		"# syntax=evil/frontend:1\nFROM alpine:3.22.1\nUSER 1000\n": `the frontend "evil/frontend:1"`,
		"ARG TAG\nFROM alpine:$TAG\nUSER 1000\n":                    `image "alpine:${TAG}" of stage 0: TAG is not known here`,
		"FROM alpine:3.22.1\nUSER $NAME\n":                          "NAME",
	} {
		dir := tree(t, dockerfile(text))
		if code, out := check(t, dir, "--only", "image/tag-latest,dockerfile/user-root", "--strict", "."); code != 3 || !strings.Contains(out, want) {
			t.Errorf("%s\nexit code %d, want 3 and %q:\n%s", text, code, want, out)
		}
	}
}

// Reliability 38: documents, duplicate keys, merge keys.
func TestCheck_ReadsEveryDocumentOfAStream(t *testing.T) {
	good := head + "spec: {containers: [{name: web, image: \"a:1\"}]}\n"
	cases{
		{"a broken document between a good and a bad one", latest, manifest(good + "---\na: [\n---\n" + head + "spec: " + bad), []string{"a.yaml:6 analysis/unparsable", "a.yaml:11 " + latest}},
		{"a broken document before all", latest, manifest("a: 'b\n---\n" + head + "spec: " + bad), []string{"a.yaml:1 analysis/unparsable", "a.yaml:6 " + latest}},
		{"a key that stands twice", latest, manifest(head + "spec:\n  containers:\n  - name: web\n    image: nginx:latest\n    image: nginx:1.27.3\n"), []string{"a.yaml:8 analysis/unparsable"}},
		{"a merge key", latest, manifest("x: &c {image: \"nginx:latest\"}\n" + head + "spec:\n  containers:\n  - {<<: *c, name: web}\n"), []string{"a.yaml:1 " + latest}},
		{"a member of its own over a merged one", latest, manifest("x: &c {image: \"nginx:1.27.3\"}\n" + head + "spec:\n  containers:\n  - {<<: *c, image: nginx}\n"), []string{"a.yaml:7 " + latest}},
		{"JSON documents behind each other", latest, map[string]string{"a.json": `{"apiVersion": "v1", "kind": "Service"}` + "\n" + `{"apiVersion": "v1", "kind": "Pod", "spec": {"containers": [{"image": "nginx"}]}}` + "\n"}, []string{"a.json:2 " + latest}},
	}.run(t)
}

// Reliability 39: words and numbers of YAML 1.1.
func TestCheck_ReadsYAMLAsItIsMeant(t *testing.T) {
	const broad = "pipeline/permissions-broad"
	workflow := func(on string) map[string]string {
		return map[string]string{".github/workflows/ci.yml": on + "\npermissions: write-all\njobs:\n  a:\n    runs-on: ubuntu-24.04\n    steps: [{run: make}]\n"}
	}
	found := []string{".github/workflows/ci.yml:2 " + broad}
	tests := cases{}
	for _, on := range []string{"on: push", `"on": push`, "'on': push", "true: push", "on: [push]", "on: {push: }"} {
		tests = append(tests, cases{{"the trigger " + on, broad, workflow(on), found}}...)
	}
	tests.run(t)
	for tag, want := range map[string]string{"1.10": "nginx:1.10", "012": "nginx:012", "1e3": "nginx:1e3", "yes": "nginx:yes"} {
		dir := tree(t, map[string]string{"kustomization.yaml": "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nimages:\n- name: nginx\n  newTag: " + tag + "\n"})
		_, out := check(t, dir, "--profile", "strict", "--only", "image/not-digest-pinned,image/tag-floating-version,image/not-traceable", ".")
		if !strings.Contains(out, want) || slices.Contains(strings.Fields(out), "nginx:1.1\"") {
			t.Errorf("newTag: %s\n%s", tag, out)
		}
	}
}

// Reliability 21: latest beside a digest is flagged only where that is asked
// for.
func TestCheck_LeavesLatestBesideADigestAloneUnlessAsked(t *testing.T) {
	const text = "FROM nginx:latest@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\nUSER 1000\n"
	dir := tree(t, map[string]string{"Dockerfile": text, "asked.yaml": "version: 1\nrules: {image/tag-latest: {params: {flag_digest: true}}}\n"})
	if code, out := check(t, dir, "--only", latest, "Dockerfile"); code != 0 {
		t.Errorf("exit code %d, want 0:\n%s", code, out)
	}
	if code, out := check(t, dir, "--only", latest, "-c", "asked.yaml", "Dockerfile"); code != 1 {
		t.Errorf("exit code %d, want 1:\n%s", code, out)
	}
}
