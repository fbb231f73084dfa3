package activity

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"guard/internal/pipeline"
	"guard/internal/pipeline/gitlab"
	"guard/internal/tree"
)

// GitLab's scripts are lists, whose items run in one shell.
func TestFind_GitLab(t *testing.T) {
	const text = `
stages: [test, deploy, verify]
test:
  stage: test
  script:
    - cd app && npm test && echo ok
    - echo done
deploy:
  stage: deploy
  image: {name: gcr.io/kaniko-project/executor:debug, entrypoint: [""]}
  script:
    - /kaniko/executor --context . --destination $CI_REGISTRY_IMAGE:$CI_COMMIT_SHA
    - kubectl config use-context acme/infra:prod
    - kubectl -n shop set image deployment/web web=$CI_REGISTRY_IMAGE:$CI_COMMIT_SHA
check:
  stage: verify
  script:
    - curl -fsS https://shop.example/health
`
	parts := tree.ParseYAML(text)
	p := gitlab.Read(tree.NewSource(".gitlab-ci.yml", text), parts[0].Root)
	want := []string{
		"test npm test ignored=the shell goes on behind it: set -e does not see a failure before &&",
		"build executor <$CI_REGISTRY_IMAGE:$CI_COMMIT_SHA> pushes=yes",
		"credentials kubectl config use-context context=acme/infra:prod",
		"deploy kubectl set image <$CI_REGISTRY_IMAGE:$CI_COMMIT_SHA> target=deployment/web namespace=shop",
		"smoke-test curl",
	}
	got := Find(p, Options{})
	if diff := cmp.Diff(want, showAll(got)); diff != "" {
		t.Error(diff)
	}
	for _, a := range got {
		for _, image := range a.Images {
			if image.Word == nil || len(image.Word.Variables) != 2 || image.Text != image.Word.Text {
				t.Errorf("the word of %s is %+v", image.Text, image.Word)
			}
		}
	}
}

// Access to a cluster by the environment counts for the whole job.
func TestFind_KubeconfigOfTheEnvironment(t *testing.T) {
	p := readGitHub(t, "on: push\njobs:\n  a:\n    env: {KUBECONFIG: kc}\n    steps: [{run: ls}]\n  b:\n    steps: [{run: ls}, {run: ls, env: {KUBECONFIG: kc}}]\n  c:\n    steps: [{run: ls}]\n")
	var got []string
	for _, a := range Find(p, Options{}) {
		if a.Kind == pipeline.Credentials {
			got = append(got, a.Path.String())
		}
	}
	if diff := cmp.Diff([]string{"jobs.a.env.KUBECONFIG", "jobs.b.steps[1].env.KUBECONFIG"}, got); diff != "" {
		t.Error(diff)
	}
}
