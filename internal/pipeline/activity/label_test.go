package activity

import (
	"errors"
	"strings"
	"testing"

	"guard/internal/pipeline"
	"guard/internal/pipeline/github"
	"guard/internal/tree"
)

const both = revisionLabel + " " + sourceLabel

// built is the first build of a workflow with some steps; files are those of
// the repository.
func built(t *testing.T, steps string, files map[string]string) pipeline.Activity {
	t.Helper()
	text := "on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n" + steps
	parts := tree.ParseYAML(text)
	if len(parts) != 1 || parts[0].Err != nil {
		t.Fatalf("the test's text is not one YAML document: %s", text)
	}
	read := func(name string) ([]byte, error) {
		if text, ok := files[name]; ok {
			return []byte(text), nil
		}
		return nil, errors.New("no such file")
	}
	p := github.Read(tree.NewSource(".github/workflows/ci.yml", text), parts[0].Root)
	for _, a := range Find(p, Options{Files: read}) {
		if a.Kind == pipeline.Build {
			return a
		}
	}
	t.Fatalf("%s\nbuilds nothing", text)
	return pipeline.Activity{}
}

func TestFind_Labels(t *testing.T) {
	plain := map[string]string{"Dockerfile": "FROM alpine\n# LABEL " + revisionLabel + "\n"}
	labelled := map[string]string{"api/Dockerfile": "FROM alpine\nLABEL " + revisionLabel + "=1 \\\n  " + sourceLabel + "=x\n"}
	for _, test := range []struct {
		name, steps string
		files       map[string]string
		want        string
		doubt       string
	}{
		{"no label", "      - run: docker build -t a .", plain, "", ""},
		{"a label of the command", "      - run: docker build --label " + revisionLabel + "=$GITHUB_SHA -t a .", plain, revisionLabel, ""},
		{"labels of the Dockerfile", "      - run: docker build -t a api", labelled, both, ""},
		{"labels of a Dockerfile by its name", "      - run: docker build -f api/Dockerfile -t a .", labelled, both, ""},
		{"the directory of the step counts", "      - run: docker build -t a .\n        working-directory: api", labelled, both, ""},
		{"a context by the name of the workspace", "      - run: docker build -t a ${GITHUB_WORKSPACE}/api", labelled, both, "what"},
		{"a Dockerfile that is not there", "      - run: docker build -t a other", labelled, "", "other/Dockerfile was not read"},
		{"a Dockerfile from the input", "      - run: docker build -t a -", labelled, "", "which Dockerfile docker build takes is not known"},
		{"a repository elsewhere", "      - run: docker build -t a https://example.com/a.git", labelled, "", "which Dockerfile docker build takes is not known"},
		{"options in a variable", "      - run: docker build $OPTIONS -t a .", plain, "", "what $OPTIONS holds is not known"},
		{"a label in a variable", "      - run: docker build --label $LABEL -t a .", plain, "", "which label $LABEL is, is not known"},
		{"kaniko", "      - run: /kaniko/executor --context $GITHUB_WORKSPACE/api --destination a", labelled, both, ""},
		{"a program whose labels are not known", "      - run: pack build a", plain, "", "which labels pack build sets is not known"},
		{"lines of an action", "      - uses: docker/build-push-action@v6\n        with:\n          labels: |\n            " + revisionLabel + "=1\n            " + sourceLabel + "=x", plain, both, ""},
		{"annotations of an action", "      - uses: docker/build-push-action@v6\n        with: {annotations: 'index,manifest:" + sourceLabel + "=x'}", plain, sourceLabel, ""},
		{"the Dockerfile of an action's context", "      - uses: docker/build-push-action@v6\n        with: {context: '{{defaultContext}}:api'}", labelled, both, ""},
		{"metadata-action", "      - {id: m, uses: docker/metadata-action@v5}\n      - uses: docker/build-push-action@v6\n        with: {labels: '${{ steps.m.outputs.labels }}'}", plain, both, ""},
		{"another step", "      - {id: m, run: x}\n      - uses: docker/build-push-action@v6\n        with: {labels: '${{ steps.m.outputs.labels }}'}", plain, "", "which labels ${{ steps.m.outputs.labels }} holds is not known"},
		{"labels that buildx adds", "      - uses: docker/build-push-action@v6\n        env: {BUILDX_GIT_LABELS: full}", plain, "", "which labels docker/build-push-action adds by itself is not known"},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := built(t, test.steps, test.files)
			if strings.Join(got.Labels, " ") != test.want || !strings.HasPrefix(got.LabelsUnknown, test.doubt) || test.doubt == "" && got.LabelsUnknown != "" {
				t.Errorf("%s\ngot  %q, unknown %q\nwant %q, unknown %q", test.steps, got.Labels, got.LabelsUnknown, test.want, test.doubt)
			}
		})
	}
}

func TestFind_Provenance(t *testing.T) {
	for _, test := range []struct{ name, steps, want string }{
		{"BuildKit attaches it where it pushes", "      - run: docker buildx build --push -t a .", "yes"},
		{"it does not where it is told not to", "      - run: docker buildx build --push --provenance=false -t a .", "no"},
		{"nor where all of it is switched off", "      - run: docker buildx build --push -t a .\n        env: {BUILDX_NO_DEFAULT_ATTESTATIONS: 1}", "no"},
		{"an SBOM will do", "      - run: docker buildx build --push --provenance=false --sbom=true -t a .", "yes"},
		{"what stays on the machine has none", "      - run: docker build -t a .", "no"},
		{"podman attaches none", "      - run: podman build -t a .", "no"},
		{"kaniko attaches none", "      - run: /kaniko/executor --destination a", "no"},
		{"of others it is not known", "      - run: gcloud builds submit --tag a", ""},
		{"the action attaches it", "      - uses: docker/build-push-action@v6", "yes"},
		{"at a commit too", "      - uses: docker/build-push-action@1dc73863535b631f98b2378be8619f83b136f4a0", "yes"},
		{"old versions do not", "      - uses: docker/build-push-action@v3.2.0", "no"},
		{"unless they are told to", "      - uses: docker/build-push-action@v3\n        with: {provenance: true}", "yes"},
		{"it is switched off", "      - uses: docker/build-push-action@v6\n        with: {provenance: false}", "no"},
		{"it depends", "      - uses: docker/build-push-action@v6\n        with: {provenance: '${{ vars.P }}'}", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := built(t, test.steps, nil); got.Provenance != test.want {
				t.Errorf("%s\ngot %q, want %q", test.steps, got.Provenance, test.want)
			}
		})
	}
}
