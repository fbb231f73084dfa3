package activity

import (
	"strings"
	"testing"

	"guard/internal/pipeline"
	"guard/internal/pipeline/github"
	"guard/internal/tree"
)

// FuzzFind looks for scripts, inputs and files that make Find panic, go on
// without end, or return what points nowhere.
func FuzzFind(f *testing.F) {
	for _, seed := range [][3]string{
		{"docker build -t a:$X --build-arg T=$T . | tee x && kubectl set image deploy/web web=a || helm upgrade web ./c --set a.image.tag=1", "a,b:${{ c }}", "all: x\n\t$(MAKE) all\n"},
		{"make all\nnpm test\njust x\ntask y\ntox -e z", "x\ny", `{"scripts": {"test": "npm test && make"}}`},
		{"ssh h <<E\ndocker compose up -d\nE\nsed -i 's|image: a|image: b|' k.yaml\ngit push", "${{ a\nb }}", "[testenv:z]\ncommands =\n  - pytest"},
		{"if ! curl -f x/health; then exit 1; fi & set +e; python -m pytest -k", "type=image,name=x,push=true", "a: b\n  cmd {{x}}\n"},
		{"sed -i s k.yaml image\nyq -i = a\nkustomize edit set image =\ncrane tag a", "s", "tasks: {y: [a, {task: y}]}"},
	} {
		f.Add(seed[0], seed[1], seed[2])
	}
	f.Fuzz(func(t *testing.T, script, input, file string) {
		p := fuzzed(script, input)
		if p == nil {
			return
		}
		files := func(string) ([]byte, error) { return []byte(file), nil }
		for _, a := range Find(p, Options{Files: files, Table: []Entry{{Uses: input, Run: input, Kinds: kinds{pipeline.Test}}}}) {
			job := p.Jobs[a.Job]
			if a.Step >= len(job.Steps) || a.Step >= 0 && job.Steps[a.Step].Script != nil && a.Command >= len(job.Steps[a.Step].Script.Commands) {
				t.Errorf("%s stands at step %d, command %d", show(a), a.Step, a.Command)
			}
			if strings.HasPrefix(string(a.Kind), "(") || a.Kind == "" || len(a.Path) == 0 {
				t.Errorf("%+v is not whole", a)
			}
		}
	})
}

// fuzzed is a workflow with a script and the inputs of some actions.
func fuzzed(script, input string) *pipeline.Pipeline {
	var text strings.Builder
	text.WriteString("on: push\njobs:\n  test:\n    steps:\n")
	text.WriteString("      - run: " + quoted(script) + "\n")
	for _, uses := range []string{"docker/build-push-action@v6", "nick-fields/retry@v3", "redhat-actions/push-to-registry@v2", input} {
		text.WriteString("      - uses: " + quoted(uses) + "\n        with: {")
		for _, name := range []string{"tags", "image", "command", "outputs", "build-args", "push"} {
			text.WriteString(name + ": " + quoted(input) + ", ")
		}
		text.WriteString("x: y}\n")
	}
	parts := tree.ParseYAML(text.String())
	if len(parts) == 0 || parts[0].Err != nil {
		return nil
	}
	return github.Read(tree.NewSource("w.yml", text.String()), parts[0].Root)
}

func quoted(text string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`, "\t", `\t`).Replace(text) + `"`
}

// BenchmarkFind looks at a workflow of forty steps.
func BenchmarkFind(b *testing.B) {
	step := "      - run: |\n          set -euo pipefail\n          docker build -t app:${{ github.sha }} .\n          kubectl -n shop set image deployment/web web=app:1\n          poetry run pytest --cov\n          ./ci/other.sh\n      - uses: acme/unknown@v1\n"
	p := readGitHub(b, "on: push\njobs:\n  j:\n    steps:\n"+strings.Repeat(step, 20))
	for b.Loop() {
		if len(Find(p, Options{})) == 0 {
			b.Fatal("nothing was found")
		}
	}
}
