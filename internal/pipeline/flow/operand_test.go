package flow_test

import (
	"fmt"
	"testing"

	"guard/internal/pipeline"
	"guard/internal/pipeline/flow"
	"guard/internal/pipeline/github"
	"guard/internal/tree"
)

// TestOperands asks what a part of a word is, where a deployment by another
// command names it.
func TestOperands(t *testing.T) {
	for _, test := range []struct{ name, script, operand, want string }{
		{"what stands behind an equals sign", "kubectl set image deploy/web web=shop:$TAG", "shop:$TAG", "shop:v1"},
		{"what an earlier command writes", `sed -i "s|newTag:.*|newTag: $TAG|" k.yaml; git push`, "$TAG", "v1"},
		{"a variable between others", "helm upgrade web . --set image.tag=$TAG,host=$HOST", "$TAG", "<unknown>"},
		{"a word whose line holds the same text before", "docker run -v $PWD:/src shop:$TAG kustomize edit set image web=shop:$TAG", "shop:$TAG", "shop:v1"},
		{"an expression between others", "helm upgrade web . --set image.tag=${{ github.sha }},host=${{ vars.HOST }}", "${{ github.sha }}", "<sha>"},
	} {
		t.Run(test.name, func(t *testing.T) {
			text := fmt.Sprintf("on: {push: {branches: [main]}}\nenv: {TAG: v1, HOST: x}\njobs: {a: {runs-on: x, steps: [{run: %q}]}}\n", test.script)
			w := github.Open(tree.NewSource("ci.yml", text), tree.ParseYAML(text)[0].Root, nil)
			p := w.Pipeline
			commands := p.Jobs[0].Steps[0].Script.Commands
			args := commands[0].Args
			if commands[0].Name == "sed" {
				args = args[:2]
			}
			word := args[len(args)-1]
			word.Text = test.operand
			activity := pipeline.Activity{Kind: pipeline.Deploy, Command: len(commands) - 1, Images: []pipeline.Operand{{Text: test.operand, Word: &word, Path: word.Path, Tag: true}}}
			flow.Analyse(p, github.NewProvider(w, github.Repository{}), []pipeline.Activity{activity}, flow.Options{})
			if got := p.Deploys[0].Images[0].Text; got != test.want {
				t.Errorf("%s: got %s, want %s", test.script, got, test.want)
			}
		})
	}
}
