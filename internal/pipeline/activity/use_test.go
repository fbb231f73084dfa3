package activity

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"guard/internal/finding"
	"guard/internal/pipeline"
)

// step writes a workflow whose one job has some steps.
func steps(text string) string {
	return "on: push\njobs:\n  j:\n    runs-on: x\n    steps:\n" + text
}

func TestFind_Actions(t *testing.T) {
	for _, test := range []struct {
		name, text string
		want       []string
	}{
		{"build-push-action with a list of tags", `
      - uses: docker/build-push-action@v6
        with:
          push: true
          tags: |
            r/a:${{ github.sha }}
            r/a:latest
`, []string{"build docker/build-push-action <r/a:${{ github.sha }}> <r/a:latest> pushes=yes"}},
		{"tags between commas, also in expressions", `
      - uses: docker/build-push-action@v6
        with: {push: true, tags: "r/a:1,r/a:${{ format('{0},{1}', 1, 2) }}"}
`, []string{"build docker/build-push-action <r/a:1> <r/a:${{ format('{0},{1}', 1, 2) }}> pushes=yes"}},
		{"a push that depends", `
      - uses: docker/build-push-action@v6
        with: {push: "${{ github.event_name != 'pull_request' }}", tags: "${{ steps.meta.outputs.tags }}"}
`, []string{"build docker/build-push-action <${{ steps.meta.outputs.tags }}> pushes=${{ github.event_name != 'pull_request' }}"}},
		{"no push", `
      - uses: docker/build-push-action@v6
        with: {load: true, tags: a:1}
`, []string{"build docker/build-push-action <a:1> pushes=no"}},
		{"an output that pushes", `
      - uses: docker/build-push-action@v6
        with: {outputs: "type=image,name=r/a,push-by-digest=true,push=true"}
`, []string{"build docker/build-push-action pushes=yes"}},
		{"what is pushed by digest gets no tag", `
      - uses: docker/build-push-action@v6
        with: {tags: r/a, outputs: "push-by-digest=true,type=image,name=r/a,push=true"}
`, []string{"build docker/build-push-action pushes=yes"}},
		{"the step that sets ko up says where it pushes", `
      - uses: ko-build/setup-ko@v0.6
        env: {KO_DOCKER_REPO: ko.local}
      - run: ko resolve -f config/
`, []string{"build ko resolve pushes=no"}},
		{"secrets as build arguments, provenance", `
      - uses: docker/build-push-action@v6
        with:
          push: true
          tags: r/a:1
          provenance: mode=max
          build-args: |
            VERSION=1
            TOKEN=${{ secrets.NPM }}
`, []string{"build docker/build-push-action <r/a:1> pushes=yes secret=NPM", "attest docker/build-push-action <r/a:1>"}},
		{"a step that speaks of tests may test inside", `
      - name: Build and test
        uses: docker/build-push-action@v6
        with: {target: test}
`, []string{"build docker/build-push-action pushes=no", "opaque docker/build-push-action like=test"}},
		{"bake", `
      - uses: docker/bake-action@v5
        with: {push: true, set: "*.tags=r/a:1"}
`, []string{"build docker/bake-action <r/a:1> pushes=yes"}},
		{"buildah builds, another action pushes", `
      - uses: redhat-actions/buildah-build@v2
        with: {image: app, tags: "latest ${{ github.sha }}"}
      - uses: redhat-actions/push-to-registry@v2
        with: {image: app, tags: "${{ github.sha }}", registry: quay.io/x}
`, []string{"build redhat-actions/buildah-build <app:latest> <app:${{ github.sha }}> pushes=no", "push redhat-actions/push-to-registry <quay.io/x/app:${{ github.sha }}>"}},
		{"elgohr's action", `
      - uses: elgohr/Publish-Docker-Github-Action@v5
        with: {name: acme/app, registry: ghcr.io, tags: "1,2"}
`, []string{"build elgohr/Publish-Docker-Github-Action <ghcr.io/acme/app:1> <ghcr.io/acme/app:2> pushes=yes"}},
		{"files that are copied to a machine may be a deployment", `
      - uses: appleboy/scp-action@v1
        with: {host: x, source: report.json, target: /srv}
`, []string{"opaque appleboy/scp-action like=deploy"}},
		{"azure/k8s-deploy waits", `
      - uses: azure/k8s-set-context@v4
      - uses: azure/k8s-deploy@v5
        with: {namespace: shop, manifests: k8s/, images: "r/a:1"}
`, []string{"credentials azure/k8s-set-context", "deploy azure/k8s-deploy <r/a:1> namespace=shop files=k8s/ waits"}},
		{"ECS with its rendered definition", `
      - uses: aws-actions/amazon-ecs-render-task-definition@v1
        with: {image: "r/a:1", task-definition: t.json}
      - uses: aws-actions/amazon-ecs-deploy-task-definition@v2
        with: {service: web, cluster: c, wait-for-service-stability: true, task-definition: t.json}
`, []string{"deploy aws-actions/amazon-ecs-deploy-task-definition <r/a:1> target=service/web context=c files=t.json waits",
			"wait aws-actions/amazon-ecs-deploy-task-definition target=service/web context=c limit=30m waits"}},
		{"Cloud Run", `
      - uses: google-github-actions/deploy-cloudrun@v2
        with: {service: web, image: "gcr.io/p/a:1"}
`, []string{"deploy google-github-actions/deploy-cloudrun <gcr.io/p/a:1> target=service/web"}},
		{"commands over ssh", `
      - uses: appleboy/ssh-action@v1
        with: {host: web1, script: "cd /srv\ndocker compose pull\ndocker compose up -d"}
`, []string{"deploy docker compose up target=compose context=web1"}},
		{"the commands that an action repeats", `
      - uses: nick-fields/retry@v3
        with: {command: "npm test", max_attempts: 3}
`, []string{"test npm test"}},
		{"approval, notification, attestation", `
      - uses: trstringer/manual-approval@v1
      - uses: slackapi/slack-github-action@v2
      - uses: actions/attest-build-provenance@v2
        with: {subject-name: r/a}
`, []string{"approval trstringer/manual-approval", "notify slackapi/slack-github-action", "attest actions/attest-build-provenance <r/a>"}},
		{"scans, and one that can find nothing bad enough", `
      - uses: aquasecurity/trivy-action@0.28.0
        with: {image-ref: "r/a:1", exit-code: "1"}
      - uses: aquasecurity/trivy-action@0.28.0
        with: {image-ref: "r/a:1"}
      - uses: github/codeql-action/init@v3
      - uses: github/codeql-action/analyze@v3
`, []string{"scan aquasecurity/trivy-action <r/a:1>", "scan aquasecurity/trivy-action <r/a:1> weak=exit-code is not set: the step goes well whatever is found", "scan github/codeql-action/analyze"}},
		{"linters and tests", `
      - uses: golangci/golangci-lint-action@v6
      - uses: pre-commit/action@v3
      - uses: hadolint/hadolint-action@v3
      - uses: docker://hadolint/hadolint:latest
      - uses: cypress-io/github-action@v6
      - uses: codecov/codecov-action@v5
`, []string{"lint golangci/golangci-lint-action", "lint pre-commit/action", "lint hadolint/hadolint-action", "lint docker://hadolint/hadolint:latest", "test cypress-io/github-action", "coverage codecov/codecov-action"}},
		{"what sets up does nothing a rule asks for", `
      - uses: actions/checkout@v4
      - uses: actions/setup-node@v4
      - uses: docker/setup-buildx-action@v3
      - uses: docker/login-action@v3
      - uses: docker/metadata-action@v5
      - uses: foo/setup-bar@v1
      - uses: aws-actions/configure-aws-credentials@v4
`, []string{}},
		{"an unknown action is opaque", `
      - uses: acme/run-e2e@v1
      - uses: acme/thing@v1
      - uses: ./.github/actions/deploy
`, []string{"opaque acme/run-e2e like=test", "opaque acme/thing", "opaque ./.github/actions/deploy like=deploy"}},
		{"a manifest that an action commits", `
      - uses: fjogeleit/yaml-update-action@main
        with: {valueFile: values.yaml, propertyPath: image.tag, value: "${{ github.sha }}"}
`, []string{"deploy fjogeleit/yaml-update-action <tag ${{ github.sha }}> target=git files=values.yaml"}},
		{"a cluster on the runner", `
      - uses: helm/kind-action@v1
      - run: helm install web ./chart
`, []string{"credentials helm/kind-action"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			text := steps(strings.TrimPrefix(test.text, "\n"))
			if diff := cmp.Diff(test.want, showAll(Find(readGitHub(t, text), Options{}))); diff != "" {
				t.Errorf("%s\n%s", text, diff)
			}
		})
	}
}

func TestFind_ReusableWorkflows(t *testing.T) {
	p := readGitHub(t, "on: push\njobs:\n  ship:\n    uses: acme/ci/.github/workflows/deploy.yml@v1\n  prove:\n    uses: slsa-framework/slsa-github-generator/.github/workflows/generator_container_slsa3.yml@v2\n")
	got := Find(p, Options{})
	want := []string{"opaque acme/ci/.github/workflows/deploy.yml like=deploy", "attest slsa-framework/slsa-github-generator/.github/workflows/generator_container_slsa3.yml"}
	if diff := cmp.Diff(want, showAll(got)); diff != "" {
		t.Error(diff)
	}
	for _, a := range got {
		if a.Step != -1 || a.Command != -1 {
			t.Errorf("%s is step %d, command %d; a job as a whole has neither", a.Tool, a.Step, a.Command)
		}
	}
}

// task is a step as the adapter of Azure writes it.
func task(name string, inputs ...string) *pipeline.Pipeline {
	p := pipeline.New("azure", "ci")
	bare, version, _ := strings.Cut(name, "@")
	step := pipeline.Step{Uses: &pipeline.Use{Raw: name, Kind: "task", Name: bare, Ref: version, Path: finding.NewPath("task")}}
	for _, input := range inputs {
		key, value, _ := strings.Cut(input, "=")
		step.With = append(step.With, pipeline.Variable{Name: key, Value: value, Path: finding.NewPath("inputs", key)})
	}
	p.Jobs = []pipeline.Job{{ID: "j", Steps: []pipeline.Step{step}}}
	return p
}

func TestFind_Tasks(t *testing.T) {
	for _, test := range []struct {
		name string
		p    *pipeline.Pipeline
		want []string
	}{
		{"Docker@2 builds and pushes by default", task("Docker@2", "repository=shop/web", "containerRegistry=acr", "tags=$(Build.SourceVersion)\nlatest"), []string{
			"build Docker@2 <$(registry of the service connection acr)/shop/web:$(Build.SourceVersion)> <$(registry of the service connection acr)/shop/web:latest> pushes=yes"}},
		{"Docker@2 build", task("Docker@2", "command=build", "repository=web", "tags=1"), []string{"build Docker@2 <web:1> pushes=no"}},
		{"Docker@2 push of the default tag", task("Docker@2", "command=push", "repository=web"), []string{"push Docker@2 <web:$(Build.BuildId)>"}},
		{"Docker@2 login", task("Docker@2", "command=login"), []string{}},
		{"KubernetesManifest@1 deploys and waits", task("KubernetesManifest@1", "action=deploy", "manifests=k8s/deploy.yml", "containers=r/a:1", "namespace=shop", "rolloutStatusTimeout=120"), []string{
			"deploy KubernetesManifest@1 <r/a:1> namespace=shop files=k8s/deploy.yml limit=120s waits", "wait KubernetesManifest@1 namespace=shop limit=120s"}},
		{"KubernetesManifest@1 as a canary", task("KubernetesManifest@1", "action=deploy", "strategy=canary", "rolloutStatusTimeout=0"), []string{
			"deploy KubernetesManifest@1 limit=0s waits", "wait KubernetesManifest@1 limit=0s", "canary KubernetesManifest@1 limit=0s"}},
		{"KubernetesManifest@1 reject", task("KubernetesManifest@1", "action=reject", "rolloutStatusTimeout=9"), []string{"rollback KubernetesManifest@1 limit=9s"}},
		{"KubernetesManifest@1 bake", task("KubernetesManifest@1", "action=bake"), []string{}},
		{"HelmDeploy@0 waits by default", task("HelmDeploy@0", "command=upgrade", "releaseName=web", "chartPath=c", "overrideValues=image.tag=1"), []string{
			"deploy HelmDeploy@0 <tag 1> target=release/web files=c waits", "wait HelmDeploy@0 <tag 1> target=release/web files=c waits"}},
		{"HelmDeploy@0 that does not wait", task("HelmDeploy@0", "command=upgrade", "releaseName=web", "waitForExecution=false"), []string{"deploy HelmDeploy@0 target=release/web"}},
		{"Kubernetes@1 runs kubectl", task("Kubernetes@1", "command=set", "arguments=image deployment/web web=r/a:1", "namespace=shop"), []string{"deploy kubectl set image <r/a:1> target=deployment/web namespace=shop"}},
		{"Kubernetes@1 with a file", task("Kubernetes@1", "command=apply", "useConfigurationFile=true", "configuration=k8s/"), []string{"deploy kubectl apply files=k8s/"}},
		{"ManualValidation@0 is an approval", task("ManualValidation@0"), []string{"approval ManualValidation@0"}},
		{"AzureCLI@2 holds a script", task("AzureCLI@2", "inlineScript=az aks get-credentials -g rg -n prod\nkubectl apply -f k8s/"), []string{"credentials az aks get-credentials context=prod", "deploy kubectl apply files=k8s/"}},
		{"Bash@3 holds a script", task("Bash@3", "script=npm test"), []string{"test npm test"}},
		{"DotNetCoreCLI@2 test", task("DotNetCoreCLI@2", "command=test"), []string{"test DotNetCoreCLI@2"}},
		{"Npm@1 custom", task("Npm@1", "command=custom", "customCommand=run lint"), []string{"lint npm lint"}},
		{"Maven@4 verify", task("Maven@4", "goals=verify"), []string{"test mvn"}},
		{"AzureWebAppContainer@1", task("AzureWebAppContainer@1", "appName=web", "containers=r/a:1"), []string{"deploy AzureWebAppContainer@1 <r/a:1> target=webapp/web"}},
		{"an unknown task is opaque", task("AcmeDeploy@1"), []string{"opaque AcmeDeploy@1 like=deploy"}},
		{"tools that are set up are not", task("UsePythonVersion@0"), []string{}},
	} {
		t.Run(test.name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, showAll(Find(test.p, Options{}))); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestFind_Table(t *testing.T) {
	table := []Entry{
		{Run: "./ci.sh", Kinds: []pipeline.ActivityKind{pipeline.Test, pipeline.Lint}},
		{Run: "acme deploy", Kinds: []pipeline.ActivityKind{pipeline.Deploy}},
		{Uses: "acme/deploy-*", Kinds: []pipeline.ActivityKind{pipeline.Deploy}, Images: []string{"image"}, Files: []string{"manifests"}},
		{Uses: "acme/build", Kinds: []pipeline.ActivityKind{pipeline.Build}, Images: []string{"tags"}, Push: "push"},
		{Uses: "acme/nothing"},
	}
	text := steps(`
      - run: |
          ./ci.sh all || true
          acme deploy prod
          acme list
      - uses: Acme/deploy-k8s@v1
        with: {image: "r/a:1", manifests: k8s}
      - uses: acme/build@v1
        with: {tags: "r/a:1,r/a:2", push: "${{ inputs.push }}"}
      - uses: acme/nothing@v1
`[1:])
	want := []string{
		"test ./ci.sh ignored=|| true", "lint ./ci.sh ignored=|| true", "deploy acme deploy", "opaque acme",
		"deploy Acme/deploy-k8s <r/a:1> files=k8s", "build acme/build <r/a:1> <r/a:2> pushes=${{ inputs.push }}",
	}
	if diff := cmp.Diff(want, showAll(Find(readGitHub(t, text), Options{Table: table}))); diff != "" {
		t.Error(diff)
	}
}
