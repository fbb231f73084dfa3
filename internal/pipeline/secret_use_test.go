package pipeline_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"guard/internal/pipeline"
	"guard/internal/pipeline/github"
	"guard/internal/pipeline/gitlab"
	"guard/internal/tree"
)

// describe writes a use of a secret in a line.
func describe(use pipeline.SecretUse) string {
	words := []string{use.Name}
	for _, fact := range []struct {
		is   bool
		word string
	}{
		{use.Inline, "inline"}, {use.Printed, "printed"}, {use.Traced, "traced"}, {use.Guarded, "guarded"}, {use.File != "", "file=" + use.File},
	} {
		if fact.is {
			words = append(words, fact.word)
		}
	}
	return strings.TrimSpace(fmt.Sprintf("%s -> %s %s", strings.Join(words, " "), use.Command, use.Option))
}

func uses(p *pipeline.Pipeline) []string {
	got := []string{}
	for _, job := range p.Jobs {
		for _, step := range job.Steps {
			for _, use := range step.Script.Secrets {
				got = append(got, describe(use))
			}
		}
	}
	return got
}

func parse(t *testing.T, file, text string) (*tree.Source, *tree.Node) {
	t.Helper()
	parts := tree.ParseYAML(text)
	if len(parts) != 1 || parts[0].Err != nil {
		t.Fatalf("the test's text is not one YAML document: %v", parts)
	}
	return tree.NewSource(file, text), parts[0].Root
}

func TestFollowSecrets_InGitHubScripts(t *testing.T) {
	for _, test := range []struct {
		name, script string
		want         []string
	}{
		{"an option's value", `docker login -p "$KEY"`, []string{"KEY -> docker -p"}},
		{"an option with its value in one word", `docker login --password=$KEY`, []string{"KEY -> docker --password"}},
		{"a short option with its value in one word", `mysql -p${{ secrets.PW }}`, []string{"PW inline -> mysql -p"}},
		{"an argument that is no option's", `./deploy "$KEY"`, []string{"KEY -> deploy"}},
		{"an assignment by expression", `X=${{ secrets.PW }}`, []string{"PW inline ->"}},
		{"printed", `echo "$KEY"`, []string{"KEY printed -> echo"}},
		{"printed after a filter", `echo "$KEY" | base64`, []string{"KEY printed -> echo"}},
		{"handed on", `echo "$KEY" | docker login --password-stdin`, []string{"KEY -> echo"}},
		{"captured", `X=$(echo "$KEY" | base64)`, []string{"KEY -> echo"}},
		{"inside a substitution of something printed", `echo "a $(echo ${{ secrets.PW }} | sha256sum)"`, []string{"PW inline -> echo"}},
		{"thrown away", `echo "$KEY" > /dev/null`, []string{"KEY -> echo"}},
		{"written to the error output by name", `echo "$KEY" > /dev/stderr`, []string{"KEY printed -> echo"}},
		{"masked", `echo "::add-mask::$KEY"`, []string{"KEY -> echo"}},
		{"only its length", `echo "${#KEY}"`, []string{}},
		{"only whether it is set", `echo "${KEY:+set}"`, []string{}},
		{"another variable with the same beginning", `echo "$KEYS"`, []string{}},
		{"traced", "set -x\n./deploy \"$KEY\"", []string{"KEY traced -> deploy"}},
		{"traced no more", "set -x\nset +x\n./deploy \"$KEY\"", []string{"KEY -> deploy"}},
		{"written", `echo "$KEY" > key.pem`, []string{"KEY file=key.pem -> echo"}},
		{"written behind a filter", `echo "${{ secrets.PW }}" | base64 -d > conf/key`, []string{"PW inline file=conf/key -> echo"}},
		{"written by tee", `echo "$KEY" | tee key.pem`, []string{"KEY printed file=key.pem -> echo"}},
		{"written from a here-document", "cat > .env <<EOF\nA=$KEY\nEOF", []string{"KEY file=.env -> cat"}},
		{"written under a mask", "umask 077\necho \"$KEY\" > key.pem", []string{"KEY guarded file=key.pem -> echo"}},
		{"written and guarded", "echo \"$KEY\" > key.pem\nchmod 0600 key.pem", []string{"KEY guarded file=key.pem -> echo"}},
		{"written and guarded with its directory", "echo \"$KEY\" > .ssh/id\nchmod -R go-rwx .ssh", []string{"KEY guarded file=.ssh/id -> echo"}},
		{"written and opened to all", "echo \"$KEY\" > key.pem\nchmod 644 key.pem", []string{"KEY file=key.pem -> echo"}},
		{"written outside of the workspace", `echo "$KEY" > ~/.netrc`, []string{"KEY -> echo"}},
		{"an answer of a program", `curl -H "Authorization: $KEY" x > answer.json`, []string{"KEY -> curl -H"}},
		{"the whole environment", `printenv`, []string{"KEY printed -> printenv"}},
		{"one variable of the environment", `printenv KEY`, []string{"KEY printed -> printenv"}},
		{"another variable of the environment", `printenv HOME`, []string{}},
		{"a program under env", `env A=b make`, []string{}},
		{"a test", `[[ -n "${{ secrets.PW }}" ]] && make`, []string{"PW inline ->"}},
		{"a comment", `make # ${{ secrets.PW }}`, []string{}},
		{"a public key", `echo "${{ secrets.DEPLOY_KEY_PUB }}"`, []string{}},
	} {
		t.Run(test.name, func(t *testing.T) {
			text := fmt.Sprintf("on: push\njobs: {a: {runs-on: x, steps: [{env: {KEY: '${{ secrets.KEY }}'}, run: %q}]}}\n", test.script)
			p := github.Read(parse(t, ".github/workflows/ci.yml", text))
			if diff := cmp.Diff(test.want, uses(p)); diff != "" {
				t.Errorf("%s\n%s", test.script, diff)
			}
		})
	}
}

func TestFollowSecrets_InScriptsOfOtherLanguages(t *testing.T) {
	const text = "on: push\njobs: {a: {runs-on: windows-2022, steps: [{run: 'Deploy -Key ${{ secrets.KEY }}'}]}}\n"
	p := github.Read(parse(t, ".github/workflows/ci.yml", text))
	if diff := cmp.Diff([]string{"KEY inline ->"}, uses(p)); diff != "" {
		t.Error(diff)
	}
}

func TestFollowSecrets_InGitLabScripts(t *testing.T) {
	for _, test := range []struct {
		name, text string
		want       []string
	}{
		{"a predefined secret", `a: {script: ['docker login -p "$CI_REGISTRY_PASSWORD"']}`, []string{"CI_REGISTRY_PASSWORD -> docker -p"}},
		{"a secret by its name", `a: {script: ['echo "$DEPLOY_TOKEN"']}`, []string{"DEPLOY_TOKEN printed -> echo"}},
		{"a variable that the file sets", "variables: {DEPLOY_TOKEN: x}\na: {script: ['echo \"$DEPLOY_TOKEN\"']}", []string{}},
		{"a variable that the job sets", "a: {variables: {DEPLOY_TOKEN: x}, script: ['echo \"$DEPLOY_TOKEN\"']}", []string{}},
		{"a variable that the script sets", `a: {script: ['DEPLOY_TOKEN=$(login)', 'echo "$DEPLOY_TOKEN"']}`, []string{}},
		{"another name for a secret", "a: {variables: {T: $CI_JOB_TOKEN}, script: ['echo \"$T\"']}", []string{"CI_JOB_TOKEN printed -> echo"}},
		{"the name of a file", `a: {script: ['echo "$DEPLOY_TOKEN_FILE"']}`, []string{}},
		{"a trace that an earlier line begins", `a: {script: ['set -x', './deploy "$DEPLOY_TOKEN"']}`, []string{"DEPLOY_TOKEN traced -> deploy"}},
		{"a file that another script of the job guards", `a: {script: ['echo "$DEPLOY_TOKEN" > t'], after_script: ['chmod 600 t']}`, []string{"DEPLOY_TOKEN guarded file=t -> echo"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			p := gitlab.Read(parse(t, ".gitlab-ci.yml", test.text))
			if diff := cmp.Diff(test.want, uses(p)); diff != "" {
				t.Errorf("%s\n%s", test.text, diff)
			}
		})
	}
}
