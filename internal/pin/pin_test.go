package pin_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"guard/internal/document"
	"guard/internal/imageref"
	"guard/internal/pin"
)

const (
	digest = "sha256:1111111111111111111111111111111111111111111111111111111111111111"
	older  = "sha256:0000000000000000000000000000000000000000000000000000000000000000"
	commit = "2222222222222222222222222222222222222222"
	before = "3333333333333333333333333333333333333333"
)

// book answers every question with the same digest or commit, and counts the
// questions. What is named missing is not known.
type book struct {
	mu    sync.Mutex
	asked map[string]int
}

func (b *book) ask(question string) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.asked == nil {
		b.asked = map[string]int{}
	}
	b.asked[question]++
	if strings.Contains(question, "missing") {
		return errors.New("not found")
	}
	return nil
}

func (b *book) Digest(_ context.Context, image imageref.Reference) (string, error) {
	return digest, b.ask(image.String())
}

func (b *book) Commit(_ context.Context, repository, ref string) (string, error) {
	return commit, b.ask(repository + "@" + ref)
}

// fileOf is a file as guard pin hands it over.
func fileOf(name, text string) pin.File {
	load := func(data []byte) []*document.Document { return document.Load(name, data, document.Options{}) }
	return pin.File{Name: name, Data: []byte(text), Documents: load([]byte(text)), Load: load}
}

// pinned is what becomes of a file, and what is told of it.
func pinned(t testing.TB, name, text string, o pin.Options) (string, *pin.Result, *book) {
	t.Helper()
	b := &book{}
	p := pin.New(b, o)
	p.Add(fileOf(name, text))
	r, err := p.Result(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Files) == 0 {
		return text, r, b
	}
	return string(r.Files[0].After), r, b
}

func notes(r *pin.Result) []string {
	var list []string
	for _, n := range r.Notes {
		list = append(list, fmt.Sprintf("%d:%d %s %s: %s", n.Line, n.Column, n.State, n.Reference, n.Reason))
	}
	return list
}

const workflow = ".github/workflows/ci.yml"

// steps is a workflow with some steps.
func steps(lines string) string {
	return "on: push\njobs:\n  build:\n    runs-on: ubuntu-latest\n    steps:\n" + lines
}

// In each text, @D and @C stand for the digest or commit that is put in, and
// {…} for what is put in besides: before, they are not there, and behind the
// tag of an action stands what @C replaces.
func TestResult_Rewrites(t *testing.T) {
	for _, test := range []struct{ name, file, before, after string }{
		{"FROM", "Dockerfile", "FROM golang:1.25 AS build\nFROM build\nFROM scratch\n", "FROM golang:1.25@D AS build\nFROM build\nFROM scratch\n"},
		{"FROM in quotes, with a platform and a comment", "Dockerfile", "# base\nFROM  --platform=linux/amd64   \"golang:1.25\"\n", "# base\nFROM  --platform=linux/amd64   \"golang:1.25@D\"\n"},
		{"COPY --from and RUN --mount", "Dockerfile", "FROM a:1\nCOPY --from=b:2 /x /y\nRUN --mount=type=bind,from=c:3,target=/z true\nRUN --mount=from=d:4 true\n", "FROM a:1@D\nCOPY --from=b:2@D /x /y\nRUN --mount=type=bind,from=c:3@D,target=/z true\nRUN --mount=from=d:4@D true\n"},
		{"an ARG that is the whole reference", "Dockerfile", "ARG BASE=golang:1.25\nFROM ${BASE}\nFROM $BASE\n", "ARG BASE=golang:1.25@D\nFROM ${BASE}\nFROM $BASE\n"},
		{"an ARG in quotes", "Dockerfile", "ARG BASE='golang:1.25'\nFROM $BASE\n", "ARG BASE='golang:1.25@D'\nFROM $BASE\n"},
		{"CRLF", "Dockerfile", "FROM a:1\r\nRUN true\r\n", "FROM a:1@D\r\nRUN true\r\n"},
		{"a byte order mark", "Dockerfile", "\uFEFFFROM a:1\n", "\uFEFFFROM a:1@D\n"},
		{"continued lines", "Dockerfile", "FROM \\\n  # why\n  a:1 \\\n  AS x\n", "FROM \\\n  # why\n  a:1@D \\\n  AS x\n"},
		{"a Pod", "pod.yaml", "apiVersion: v1\nkind: Pod\nspec:\n  initContainers: [{name: i, image: 'a:1'}]\n  containers:\n  - image: \"b:2\"  # why\n    name: c\n", "apiVersion: v1\nkind: Pod\nspec:\n  initContainers: [{name: i, image: 'a:1@D'}]\n  containers:\n  - image: \"b:2@D\"  # why\n    name: c\n"},
		{"several documents, CRLF, a byte order mark", "pod.yaml", "\uFEFF# one\r\n---\r\napiVersion: v1\r\nkind: Pod\r\nspec: {containers: [{name: ä, image: a:1}]}\r\n---\r\nother: thing\r\n", "\uFEFF# one\r\n---\r\napiVersion: v1\r\nkind: Pod\r\nspec: {containers: [{name: ä, image: a:1@D}]}\r\n---\r\nother: thing\r\n"},
		{"JSON with tabs", "pod.json", "{\n\t\"apiVersion\": \"v1\",\n\t\"kind\": \"Pod\",\n\t\"spec\": {\"containers\": [{\"name\": \"a\", \"image\": \"a:1\"}]}\n}", "{\n\t\"apiVersion\": \"v1\",\n\t\"kind\": \"Pod\",\n\t\"spec\": {\"containers\": [{\"name\": \"a\", \"image\": \"a:1@D\"}]}\n}"},
		{"an anchor, once", "compose.yaml", "x-image: &i a:1\nservices:\n  a: {image: *i}\n  b: {image: *i}\n", "x-image: &i a:1@D\nservices:\n  a: {image: *i}\n  b: {image: *i}\n"},
		{"what a merge key brings, where it stands", "compose.yaml", "x-base: &b\n  image: a:1\nservices:\n  a:\n    <<: *b\n", "x-base: &b\n  image: a:1@D\nservices:\n  a:\n    <<: *b\n"},
		{"a tagged scalar", "compose.yaml", "services:\n  a:\n    image: !!str \"a:1\"\n", "services:\n  a:\n    image: !!str \"a:1@D\"\n"},
		{"GitHub's containers", workflow, "on: push\njobs:\n  a:\n    runs-on: x\n    container: a:1\n    services: {db: {image: 'docker://b:2'}}\n    steps:\n    - uses: docker://c:3\n", "on: push\njobs:\n  a:\n    runs-on: x\n    container: a:1@D\n    services: {db: {image: 'docker://b:2@D'}}\n    steps:\n    - uses: docker://c:3@D\n"},
		{"GitLab", ".gitlab-ci.yml", "image: a:1\nlint:\n  script: [make lint]\ntest:\n  image: {name: b:2, entrypoint: ['']}\n  services: [c:3, {name: d:4, alias: d}]\n  script: [make test]\n", "image: a:1@D\nlint:\n  script: [make lint]\ntest:\n  image: {name: b:2@D, entrypoint: ['']}\n  services: [c:3@D, {name: d:4@D, alias: d}]\n  script: [make test]\n"},
		{"Azure", "azure-pipelines.yml", "resources:\n  containers:\n  - container: go\n    image: a:1\njobs:\n- job: a\n  container: go\n  steps:\n  - script: make\n- job: b\n  container: b:2\n  steps:\n  - script: make\n", "resources:\n  containers:\n  - container: go\n    image: a:1@D\njobs:\n- job: a\n  container: go\n  steps:\n  - script: make\n- job: b\n  container: b:2@D\n  steps:\n  - script: make\n"},
		{"an action", workflow, steps("    - uses: actions/checkout@v4\n      with: {x: y}\n"), steps("    - uses: actions/checkout@C # v4\n      with: {x: y}\n")},
		{"an action, CRLF and quotes", workflow, steps("    - uses: \"actions/checkout@v4\"\r\n"), steps("    - uses: \"actions/checkout@C\" # v4\r\n")},
		{"a version comment is replaced", workflow, steps("    - uses: a/b@v4   # v3.1 keep me\n    - uses: a/c@v5 # tag=v2\n"), steps("    - uses: a/b@C   # v4 keep me\n    - uses: a/c@C # tag=v5\n")},
		{"another comment is kept", workflow, steps("    - uses: a/b@v4 # guard:ignore x/y -- why\n"), steps("    - uses: a/b@C # v4 # guard:ignore x/y -- why\n")},
		{"a number is no version", workflow, steps("    - uses: a/b@v4 # 3 times a day\n    - uses: a/c@v4 # 3.1, or so\n"), steps("    - uses: a/b@C # v4 # 3 times a day\n    - uses: a/c@C # v4, or so\n")},
		{"flow style", workflow, steps("    - {uses: a/b@v4, with: {x: y}}\n    - {uses: a/b@v4, with: {x: y}} # why\n"), steps("    - {uses: a/b@C, with: {x: y}} # v4\n    - {uses: a/b@C, with: {x: y}} # why\n")},
		{"a path in a repository, and a reusable workflow", workflow, "on: push\njobs:\n  a:\n    uses: a/b/.github/workflows/x.yml@main\n  b:\n    runs-on: x\n    steps:\n    - uses: a/b/c@release/v1\n", "on: push\njobs:\n  a:\n    uses: a/b/.github/workflows/x.yml@C # main\n  b:\n    runs-on: x\n    steps:\n    - uses: a/b/c@C # release/v1\n"},
		{"a composite action", "action.yml", "name: x\nruns:\n  using: composite\n  steps:\n  - uses: a/b@v4\n", "name: x\nruns:\n  using: composite\n  steps:\n  - uses: a/b@C # v4\n"},
	} {
		t.Run(test.name, func(t *testing.T) {
			want := strings.NewReplacer("@D", "@"+digest, "@C", "@"+commit).Replace(test.after)
			got, r, b := pinned(t, test.file, test.before, pin.Options{})
			if diff := cmp.Diff(want, got); diff != "" {
				t.Fatalf("%s\nnotes: %q", diff, notes(r))
			}
			for question, n := range b.asked {
				if n != 1 {
					t.Errorf("%s was asked %d times", question, n)
				}
			}
			again, r, b := pinned(t, test.file, got, pin.Options{})
			if again != got || len(r.Files) > 0 || len(b.asked) > 0 {
				t.Errorf("pinned twice it is another: %s, asked %v", cmp.Diff(got, again), b.asked)
			}
			if r.Pinned == 0 {
				t.Error("nothing is counted as pinned")
			}
		})
	}
}

func TestResult_LeavesAlone(t *testing.T) {
	for _, test := range []struct {
		name, file, text string
		want             []string
	}{
		{"no tag", "Dockerfile", "FROM golang\n", []string{"1:6 left golang: it has no tag, so nobody said which release is meant; give it one, or --latest pins what latest is now"}},
		{"a variable", "Dockerfile", "ARG TAG\nFROM golang:$TAG\n", []string{"2:6 left golang:${TAG}: TAG is not known here"}},
		{"a part of a reference", "Dockerfile", "ARG TAG=1\nFROM golang:$TAG\n", []string{"2:6 left golang:1: it is put together from parts, or stands in a script or another file, so it cannot be changed here"}},
		{"an ARG that serves for more", "Dockerfile", "ARG BASE=golang:1\nFROM $BASE\nFROM $BASE-alpine\n", []string{
			"2:6 left golang:1: it is the default of ARG BASE, which serves for more than whole references",
			"3:6 left golang:1-alpine: it is put together from parts, or stands in a script or another file, so it cannot be changed here"}},
		{"a Compose variable", "compose.yaml", "services:\n  a: {image: 'a:${TAG:-1}'}\n", []string{"2:14 left a:1: it is put together from parts, or stands in a script or another file, so it cannot be changed here"}},
		{"a block scalar", "pod.yaml", "apiVersion: v1\nkind: Pod\nspec:\n  containers:\n  - name: a\n    image: >-\n      a:1\n", []string{"6:12 left a:1: it stands in a block scalar"}},
		{"an escape", "pod.yaml", "apiVersion: v1\nkind: Pod\nspec:\n  containers:\n  - name: a\n    image: \"a\\x3a1\"\n", []string{"6:12 left a:1: it is written in another way than it reads, with escapes or over several lines"}},
		{"an image that is built here", "compose.yaml", "services:\n  a: {image: 'a:1', build: .}\n  b: {image: 'a:1'}\n", nil},
		{"an action without a ref", workflow, steps("    - uses: actions/checkout\n    - uses: ./here\n"), []string{"6:13 left actions/checkout: expected owner/repository@ref"}},
		{"what cannot be resolved", workflow, steps("    - uses: a/missing@v4\n"), []string{"6:13 unresolved a/missing@v4: not found"}},
		{"an image that cannot be resolved", "Dockerfile", "FROM missing:1\n", []string{"1:6 unresolved missing:1: not found"}},
		{"a template", "t.yaml", "apiVersion: v1\nkind: Pod\nspec:\n  {{ .Values.x }}\n  containers: [{image: a:1}]\n", []string{"4:3 left : a raw template, not looked at: render it first (helm template, kustomize build) and check what comes out"}},
		{"a step of an expression", ".gitlab-ci.yml", "test:\n  image: a:$TAG\n  script: [make]\n", []string{"2:10 left a:$TAG: TAG is not known here"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, r, _ := pinned(t, test.file, test.text, pin.Options{})
			if got != test.text {
				t.Errorf("changed to\n%s", got)
			}
			if diff := cmp.Diff(test.want, notes(r)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestResult_RenewsOnlyWhatItIsAskedFor(t *testing.T) {
	const text = "on: push\njobs:\n  a:\n    runs-on: x\n    container: a:1@" + older + "\n    steps:\n    - uses: a/b@" + before + " # v4\n    - uses: a/c@" + before + "\n    - uses: docker://b@" + older + "\n"
	got, r, b := pinned(t, workflow, text, pin.Options{})
	if got != text || r.Pinned != 4 || len(b.asked) > 0 {
		t.Errorf("without --update: %d pinned, asked %v\n%s", r.Pinned, b.asked, got)
	}
	want := strings.Replace(strings.Replace(text, "a:1@"+older, "a:1@"+digest, 1), "a/b@"+before, "a/b@"+commit, 1)
	got, r, _ = pinned(t, workflow, text, pin.Options{Update: true})
	if diff := cmp.Diff(want, got); diff != "" || r.Pinned != 2 {
		t.Errorf("%d pinned, want 2 (-want +got):\n%s", r.Pinned, diff)
	}
}

func TestResult_PinsLatestOnlyWhereItIsAskedFor(t *testing.T) {
	got, _, b := pinned(t, "Dockerfile", "FROM a\nFROM b:latest\n", pin.Options{Latest: true})
	if want := "FROM a:latest@" + digest + "\nFROM b:latest@" + digest + "\n"; got != want || b.asked["index.docker.io/library/a"] != 1 {
		t.Errorf("got %q, want %q; asked %v", got, want, b.asked)
	}
}

func TestResult_LeavesWhatIsOnesOwn(t *testing.T) {
	const text = "on: push\njobs:\n  a:\n    uses: acme/shop/.github/workflows/x.yml@main\n  b:\n    runs-on: x\n    container: ghcr.io/acme/ci:1\n    steps: []\n"
	load := func(data []byte) []*document.Document {
		return document.Load(workflow, data, document.Options{Repository: "acme/shop", Own: []string{"ghcr.io/acme/**"}})
	}
	p := pin.New(&book{}, pin.Options{})
	p.Add(pin.File{Name: workflow, Data: []byte(text), Documents: load([]byte(text)), Load: load})
	r, err := p.Result(t.Context())
	want := []string{"4:11 own acme/shop/.github/workflows/x.yml@main: it lies in this repository", "7:16 own ghcr.io/acme/ci:1: it is built here, or images.own names it"}
	if diff := cmp.Diff(want, notes(r)); err != nil || diff != "" || len(r.Files) > 0 {
		t.Errorf("%s (%v, %d files)", diff, err, len(r.Files))
	}
}

func TestResult_PinsOneKind(t *testing.T) {
	text := steps("    - uses: a/b@v4\n    - uses: docker://c:3\n")
	images, _, _ := pinned(t, workflow, text, pin.Options{Only: pin.Image})
	actions, _, _ := pinned(t, workflow, text, pin.Options{Only: pin.Action})
	if images != strings.Replace(text, "c:3", "c:3@"+digest, 1) || actions != strings.Replace(text, "a/b@v4", "a/b@"+commit+" # v4", 1) {
		t.Errorf("images:\n%s\nactions:\n%s", images, actions)
	}
}

// An answer that is none must not get into a file.
func TestResult_RefusesAnswersThatAreNone(t *testing.T) {
	for _, answer := range []string{"", "v4", "sha256:12", digest + "\nx: y"} {
		p := pin.New(lie(answer), pin.Options{})
		p.Add(fileOf(workflow, steps("    - uses: a/b@v4\n    - uses: docker://c:3\n")))
		r, err := p.Result(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if len(r.Files) > 0 || len(r.Notes) != 2 || r.Notes[0].State != pin.Unresolved {
			t.Errorf("answer %q: %d files are changed, notes %q", answer, len(r.Files), notes(r))
		}
	}
}

// lie answers every question with itself.
type lie string

func (l lie) Digest(context.Context, imageref.Reference) (string, error) { return string(l), nil }
func (l lie) Commit(context.Context, string, string) (string, error)     { return string(l), nil }
