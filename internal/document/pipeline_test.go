package document

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"guard/internal/finding"
	"guard/internal/pipeline"
	"guard/internal/tree"
)

func TestPipelineProvider(t *testing.T) {
	const workflow = "on: push\njobs: {a: {runs-on: x, steps: [{run: make}]}}"
	for _, test := range []struct{ name, file, text, want string }{
		{"a workflow at its place", ".github/workflows/ci.yml", workflow, "github"},
		{"a broken workflow at its place", ".github/workflows/ci.yaml", "name: x", "github"},
		{"a list where a workflow is expected", "web/.github/workflows/ci.yml", "[a]", "github"},
		{"a workflow elsewhere", "templates/ci.yml", workflow, "github"},
		{"a workflow with a key that a YAML 1.1 tool wrote", "templates/ci.yml", "true: push\njobs: {a: {uses: ./b.yml}}", "github"},
		{"a composite action", "setup/action.yml", "runs: {using: composite, steps: []}", "github"},
		{"a Docker action by another name", "setup.yml", "runs: {using: docker, image: Dockerfile}", "github"},
		{"a GitLab file by name", ".gitlab-ci.yml", "a: {b: c}", "gitlab"},
		{"a GitLab file of another name", "build.gitlab-ci.yml", "a: {script: [x]}", "gitlab"},
		{"a GitLab file by content", "ci/build.yml", "build: {stage: build, script: [make]}", "gitlab"},
		{"GitLab includes", "ci/all.yml", "include: [{project: a/b, file: c.yml}]", "gitlab"},
		{"a template in GitLab's directory", ".gitlab/image.yml", ".go: {image: 'golang:1.26.1'}", "gitlab"},
		{"another file in GitLab's directory", ".gitlab/changelog.yml", "categories: {added: Added}\ntemplate: x", ""},
		{"a pipeline in the plain form", "pipeline.yml", "pipeline: {stages: [check]}\ncheck: {stage: check, script: [make]}", "gitlab"},
		{"stages of something else", "pipeline.yml", "pipeline: {stages: [check]}\ncheck: {steps: [make]}", ""},
		{"a Compose file", "compose.yaml", "services: {web: {image: 'a:1.0.0'}}", ""},
		{"a Compose file that includes", "compose.yaml", "include: [db.yaml]\nservices: {web: {image: 'a:1.0.0', extends: {service: b}}}", ""},
		{"a Kubernetes object", "web.yaml", "apiVersion: v1\nkind: ConfigMap\ndata: {on: push}\njobs: {a: {runs-on: x}}", ""},
		{"an OpenAPI description", "api.yaml", "openapi: 3.0.0\npaths: {/jobs: {get: {tags: [a]}}}", ""},
		{"a Taskfile", "Taskfile.yml", "version: '3'\ntasks: {build: {cmds: [make]}}", ""},
		{"a site's settings", "mkdocs.yml", "site_name: x\nnav: [{a: b.md}]", ""},
		{"values of a chart", "values.yaml", "image: {repository: a, tag: 1.0.0}\njobs: {cleanup: {enabled: true}}\non: true", ""},
		{"Travis", ".travis.yml", "language: go\nscript: [make]\nbefore_script: [go version]", ""},
		{"Circle", ".circleci/config.yml", "version: 2.1\njobs: {build: {docker: [{image: 'a:1.0.0'}], steps: [checkout]}}", ""},
		{"Azure by name", "azure-pipelines.yml", "trigger: [main]\njobs: [{job: a, steps: [{script: make}]}]", "azure"},
		{"Azure by a longer name", "deploy/azure-pipelines-release.yaml", "steps: [{script: make}]", "azure"},
		{"an empty map where Azure expects a pipeline", "azure-pipelines.yml", "{}", "azure"},
		{"Azure by a task", "ci/build.yml", "steps: [{task: 'Docker@2', inputs: {command: build}}]", "azure"},
		{"Azure by a pool", "ci/build.yml", "pool: {vmImage: ubuntu-latest}\nsteps: [{script: make}]", "azure"},
		{"Azure by jobs", "ci/build.yml", "jobs: [{job: a, steps: [{script: make}]}]", "azure"},
		{"Azure by a deployment in a stage", "ci/cd.yml", "stages: [{stage: a, jobs: [{deployment: d, strategy: {runOnce: {deploy: {steps: []}}}}]}]", "azure"},
		{"Azure by what it extends", "ci/cd.yml", "extends: {template: base.yml}", "azure"},
		{"a template of Azure", "ci/steps.yml", "parameters: [{name: a}]\nsteps: [{bash: make, displayName: Make}]", "azure"},
		{"a template of Azure behind a condition", "ci/steps.yml", "steps: [{'${{ if true }}': [{task: 'A@1'}]}]", "azure"},
		{"variables in a directory of Azure's", ".azuredevops/vars.yml", "variables: [{name: a, value: b}]", "azure"},
		{"variables elsewhere", "ci/vars.yml", "variables: [{name: a, value: b}]", ""},
		{"another file in a directory of Azure's", ".azuredevops/dependabot.yml", "version: 2\nupdates: []", ""},
		{"steps of Google Cloud Build", "cloudbuild.yaml", "steps: [{name: gcr.io/a/b, script: make}]\ntimeout: 60s", ""},
		{"steps of Buildkite", ".buildkite/pipeline.yml", "steps: [{label: a, command: make}, wait]", ""},
		{"steps of Drone", ".drone.yml", "kind: pipeline\nsteps: [{name: a, image: b, commands: [make]}]", ""},
		{"a list of jobs of another tool", "jobs.yml", "jobs: [{name: a, schedule: '0 * * * *', script: make}]", ""},
		{"an Azure machine learning job", "job.yml", "type: pipeline\njobs: {a: {type: command}}", ""},
		{"Ansible", "site.yml", "[{hosts: all, tasks: [{name: x}]}]", ""},
		{"a list of scripts of another tool", "ci/run.yml", "build: {script: make}\ntest: {script: make test}", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			parts := tree.ParseYAML(test.text)
			if len(parts) != 1 || parts[0].Err != nil {
				t.Fatalf("not one YAML document: %v", parts)
			}
			if got := pipelineProvider(test.file, parts[0].Root); got != test.want {
				t.Errorf("%s\n%s\ngot %q, want %q", test.file, test.text, got, test.want)
			}
		})
	}
}

// loadPipeline loads the pipeline of a file.
func loadPipeline(t *testing.T, file, text string) *Document {
	t.Helper()
	for _, d := range Load(file, []byte(text), Options{}) {
		if d.Kind == KindPipeline {
			return d
		}
	}
	t.Fatalf("%s holds no pipeline:\n%s", file, text)
	return nil
}

func TestLoad_ImagesOfPipelines(t *testing.T) {
	for _, test := range []struct {
		name, file, text string
		want             []string
	}{
		{
			"of jobs, services and steps", ".github/workflows/ci.yml",
			"on: push\njobs: {a: {runs-on: x, container: 'a:1', services: {db: {image: 'b:2'}}, steps: [{uses: 'docker://c:3', id: z}]}}",
			[]string{"job: job a: a:1 at 2", "service: service db: b:2 at 2", "action: step z: c:3 at 2"},
		},
		{
			"one per value of a matrix", ".github/workflows/ci.yml",
			"on: push\njobs:\n  a:\n    runs-on: x\n    strategy: {matrix: {v: [1.10, 2]}}\n    container: a:${{ matrix.v }}\n    steps: [{run: make}]",
			[]string{"job: job a: a:1.10 at 6", "job: job a: a:2 at 6"},
		},
		{
			"an image that a matrix leaves out", ".github/workflows/ci.yml",
			"on: push\njobs:\n  a:\n    runs-on: x\n    strategy: {matrix: {v: ['', 'b:1']}}\n    container: ${{ matrix.v }}\n    steps: [{run: make}]",
			[]string{"job: job a: b:1 at 6"},
		},
		{
			"of a Docker action", "action.yml",
			"name: x\nruns:\n  using: docker\n  image: docker://a:1",
			[]string{"action: the action: a:1 at 4"},
		},
		{
			"the default of many jobs once", ".gitlab-ci.yml",
			"default:\n  image: a:1\nb: {script: [x]}\nc: {script: [x]}",
			[]string{"job: default image: a:1 at 2"},
		},
		{
			"a template's image as its users see it", ".gitlab-ci.yml",
			".t:\n  image: a:$V\nb: {extends: .t, variables: {V: '1'}, script: [x]}\nc: {extends: .t, variables: {V: '2'}, script: [x]}",
			[]string{"job: job .t: a:1 at 2", "job: job .t: a:2 at 2"},
		},
		{
			"a template's image that nobody uses", ".gitlab-ci.yml",
			".t:\n  image: a:1",
			[]string{"job: job .t: a:1 at 2"},
		},
		{
			"services of GitLab", ".gitlab-ci.yml",
			"b:\n  services:\n    - a:1\n    - {name: 'c:2', alias: db}\n  script: [x]",
			[]string{"service: service a:1: a:1 at 3", "service: service db: c:2 at 4"},
		},
		{
			"a container of Azure's resources", "azure-pipelines.yml",
			"resources:\n  containers:\n  - container: tools\n    image: a:1\njobs:\n- job: b\n  container: tools\n  services: {db: tools}\n  steps: [{script: x}]\n- job: c\n  container: tools\n  steps: [{script: x}]",
			[]string{"job: container of job b: a:1 at 4"},
		},
		{
			"containers of Azure's matrix", "azure-pipelines.yml",
			"variables: {v: '3'}\njobs:\n- job: b\n  strategy: {matrix: {one: {image: 'a:1'}, two: {image: 'b:2'}}}\n  container: $[ variables['image'] ]\n  services:\n    db: c:$(v)\n  steps: [{script: x}]",
			[]string{"job: job b: a:1 at 5", "job: job b: b:2 at 5", "service: service db: c:3 at 7"},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			d := loadPipeline(t, test.file, test.text)
			got := []string{}
			for _, i := range d.Images {
				got = append(got, fmt.Sprintf("%s: %s: %s at %d", i.Role, i.Holder, i.Raw, d.Locate(i.Path).Line))
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("%s\n%s", test.text, diff)
			}
		})
	}
}

// Reliability 46: an image that cannot be known from the file is not passed
// over.
func TestLoad_UnknownImagesOfPipelinesAreIncomplete(t *testing.T) {
	for _, test := range []struct{ name, file, text string }{
		{"an expression", ".github/workflows/ci.yml", "on: push\njobs: {a: {runs-on: x, container: 'app:${{ github.sha }}', steps: [{run: make}]}}"},
		{"a dynamic matrix", ".github/workflows/ci.yml", "on: push\njobs: {a: {runs-on: x, strategy: {matrix: '${{ fromJSON(vars.M) }}'}, container: '${{ matrix.image }}', steps: [{run: make}]}}"},
		{"a setting of Azure's", "azure-pipelines.yml", "jobs: [{job: a, container: '$(registry)/app:1', steps: [{script: x}]}]"},
		{"a variable of GitLab's", ".gitlab-ci.yml", "a: {image: $CI_PROJECT_TITLE/app, script: [x]}"},
	} {
		t.Run(test.name, func(t *testing.T) {
			d := loadPipeline(t, test.file, test.text)
			if len(d.Images) != 1 || !d.Images[0].Unresolved || len(d.Incomplete) != 1 {
				t.Errorf("got images %+v, incomplete %v, want one of each", d.Images, d.Incomplete)
			}
		})
	}
}

func TestLoad_OutsidersInImages(t *testing.T) {
	d := loadPipeline(t, ".github/workflows/ci.yml", "on: pull_request\njobs: {a: {runs-on: x, container: 'app:${{ github.head_ref }}', steps: [{run: make}]}}")
	if got := d.Images[0].Outsider; got != "github.head_ref" {
		t.Errorf("got %q, want github.head_ref", got)
	}
}

func TestLoad_SecretsOfPipelines(t *testing.T) {
	const workflow = `on: push
env: {API_TOKEN: 8f2e6b1c9d4a7053}
jobs:
  a:
    runs-on: x
    env: {DB_PASSWORD: "${{ secrets.DB }}"}
    services: {db: {image: 'postgres:16.4', env: {POSTGRES_PASSWORD: postgres}}}
    steps:
      - {id: s, run: make, env: {DEPLOY_PASSWORD: Tr0ub4dor-and-3}}
`
	const gitlab = ".t: {variables: {DEPLOY_PASSWORD: Tr0ub4dor-and-3}}\na: {extends: .t, script: [x]}\nb: {extends: .t, script: [x]}\n"
	for _, test := range []struct {
		name, file, text string
		want             []string
	}{
		{"of a workflow", ".github/workflows/ci.yml", workflow, []string{"the pipeline API_TOKEN env false", "service db POSTGRES_PASSWORD service-env true", "step s DEPLOY_PASSWORD env false"}},
		{"of GitLab, each once", ".gitlab-ci.yml", gitlab, []string{"job .t DEPLOY_PASSWORD env false"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := []string{}
			for _, s := range loadPipeline(t, test.file, test.text).Secrets {
				got = append(got, fmt.Sprintf("%s %s %s %v", s.Holder, s.Name, s.Place, s.Throwaway))
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestLoad_PipelineThatIsNoMapIsUnparsable(t *testing.T) {
	d := loadPipeline(t, ".gitlab-ci.yml", "[a, b]")
	if len(d.Unparsable) != 1 || d.Unparsable[0].Message != "expected a map, found a list" {
		t.Errorf("got %v, want that a map was expected", d.Unparsable)
	}
}

// Whatever a file holds: no panic, no list that is nil, no path that leads
// nowhere.
func FuzzLoadPipeline(f *testing.F) {
	for _, pattern := range []string{"../pipeline/github/testdata/*.yml", "../pipeline/gitlab/testdata/*.yml"} {
		files, _ := filepath.Glob(pattern)
		for _, file := range files {
			text, err := os.ReadFile(file)
			if err != nil {
				f.Fatal(err)
			}
			f.Add(string(text))
		}
	}
	f.Add("a: {extends: [.b, a], script: [!reference [.b, script], [x]], needs: [{job: b}]}\n.b: &b {image: {name: $A}, extends: a}\nc: {<<: *b}")
	f.Add("on: push\njobs: {a: {needs: a, if: 'a ==', runs-on: x, steps: [{run: 'echo ${{ secrets.A }} | tee ${{'}, {uses: 'docker://'}]}}")
	f.Fuzz(func(t *testing.T, text string) {
		for _, part := range tree.ParseYAML(text) {
			for _, provider := range []string{"github", "gitlab", "azure"} {
				l := &loader{source: tree.NewSource(".gitlab-ci.yml", text), options: &Options{}}
				if part.Root == nil {
					continue
				}
				for _, d := range l.pipeline(part.Root, provider) {
					checkDocument(t, d)
					checkPipeline(t, d)
				}
			}
		}
	})
}

func checkPipeline(t *testing.T, d *Document) {
	t.Helper()
	if field := nilList(reflect.ValueOf(*d.Pipeline), "pipeline"); field != "" {
		t.Fatalf("the list %s is nil", field)
	}
	for _, problem := range append([]pipeline.Problem{}, d.Pipeline.Invalid...) {
		if d.Locate(problem.Path).Line == 0 {
			t.Fatalf("%q at %s leads to no line", problem.Message, problem.Path)
		}
	}
	for _, job := range d.Pipeline.Jobs {
		for _, step := range job.Steps {
			if step.Holder == "" {
				t.Fatalf("the step at %s has no holder", step.Path)
			}
		}
	}
}

// nilList names a list that is nil; paths may be.
func nilList(v reflect.Value, name string) string {
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			return nilList(v.Elem(), name)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type() == reflect.TypeFor[finding.Step]() {
				return ""
			}
			if v.Type().Field(i).Tag.Get("json") == "-" {
				continue // rules do not see it
			}
			if found := nilList(v.Field(i), name+"."+v.Type().Field(i).Name); found != "" {
				return found
			}
		}
	case reflect.Slice:
		if v.Type() == reflect.TypeFor[finding.Path]() {
			return ""
		}
		if v.IsNil() {
			return name
		}
		for i := range v.Len() {
			if found := nilList(v.Index(i), name); found != "" {
				return found
			}
		}
	}
	return ""
}

func BenchmarkLoadPipeline(b *testing.B) {
	for name, file := range map[string]string{"github": "../pipeline/github/testdata/shop.yml", "gitlab": "../pipeline/gitlab/testdata/shop.gitlab-ci.yml"} {
		b.Run(name, func(b *testing.B) {
			text, err := os.ReadFile(file)
			if err != nil {
				b.Fatal(err)
			}
			target := map[string]string{"github": ".github/workflows/shop.yml", "gitlab": ".gitlab-ci.yml"}[name]
			b.ReportAllocs()
			b.SetBytes(int64(len(text)))
			for b.Loop() {
				Load(target, text, Options{})
			}
		})
	}
}

func TestLoad_TemplatesOfAzureAreLookedUp(t *testing.T) {
	lookup := func(name string) ([]byte, error) {
		if name != "ci/steps.yml" {
			return nil, fs.ErrNotExist
		}
		return []byte("steps: [{script: make test}]"), nil
	}
	documents := Load("ci/azure-pipelines.yml", []byte("steps:\n- template: steps.yml\n- template: other.yml"), Options{Lookup: lookup})
	d := documents[len(documents)-1]
	if len(d.Pipeline.Jobs) != 1 || len(d.Pipeline.Jobs[0].Steps) != 1 || d.Pipeline.Jobs[0].Steps[0].Script.Text != "make test" {
		t.Errorf("got jobs %+v, want the step of the template", d.Pipeline.Jobs)
	}
	if len(d.Incomplete) != 1 || d.Locate(d.Incomplete[0].Path).Line != 3 {
		t.Errorf("got incomplete %v, want the template that is not there", d.Incomplete)
	}
}

func TestLoad_SecretsOfTemplatesAreHiddenAndToldWhereTheyStand(t *testing.T) {
	const token, password = "ghp_" + "0a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R", "Tr0ub4dor&3"
	lookup := func(string) ([]byte, error) {
		return []byte("variables:\n- name: DB_PASSWORD\n  value: '" + password + "'\nsteps:\n- bash: curl -u me:" + token + " x\n"), nil
	}
	d := loadWith(t, "azure-pipelines.yml", "variables: [{template: t.yml}]\nsteps:\n- template: t.yml", Options{Lookup: lookup})
	if len(d.Secrets) != 0 {
		t.Errorf("the pipeline is said to hold %v", d.Secrets)
	}
	model, err := json.Marshal(d)
	if err != nil {
		t.Fatal(err)
	}
	for _, secret := range []string{token, password} {
		if strings.Contains(string(model), strings.ReplaceAll(secret, "&", "\\u0026")) || strings.Contains(d.Redact("x "+secret), secret) {
			t.Errorf("%s is shown", secret)
		}
	}
}

// loadWith loads the pipeline of a file among others.
func loadWith(t *testing.T, file, text string, options Options) *Document {
	t.Helper()
	for _, d := range Load(file, []byte(text), options) {
		if d.Kind == KindPipeline {
			return d
		}
	}
	t.Fatalf("%s holds no pipeline:\n%s", file, text)
	return nil
}

func TestLoad_AzureKnowsWhereTheRepositoryLies(t *testing.T) {
	const text = "trigger: none\nsteps: [{script: make test}]\n"
	for host, want := range map[string]string{
		"github.com":        "pull-request yes manual yes",
		"ssh.dev.azure.com": "pull-request unknown manual yes",
		"git.example.com":   "pull-request unknown manual yes",
	} {
		docs := Load("azure-pipelines.yml", []byte(text), Options{Host: host})
		got := ""
		for _, run := range docs[len(docs)-1].Pipeline.Runs {
			if run.Situation != "fork" {
				got += run.ID + " " + run.Starts + " "
			}
		}
		if strings.TrimSpace(got) != want {
			t.Errorf("%s: got %s, want %s", host, got, want)
		}
	}
}

func TestLoad_AzureTasksThatHoldAScriptCountOnce(t *testing.T) {
	for task, inputs := range map[string]string{
		"AzureCLI@2":        "{scriptLocation: inlineScript, scriptType: bash, inlineScript: 'docker push acme.azurecr.io/shop:1.0.0', workingDirectory: app}",
		"Bash@3":            "{targetType: inline, script: 'docker push acme.azurecr.io/shop:1.0.0', workingDirectory: app}",
		"AzurePowerShell@5": "{ScriptType: InlineScript, Inline: 'docker push acme.azurecr.io/shop:1.0.0', workingDirectory: app}",
	} {
		docs := Load("azure-pipelines.yml", []byte("steps:\n- task: "+task+"\n  inputs: "+inputs+"\n"), Options{})
		p := docs[len(docs)-1].Pipeline
		var kinds []string
		for _, a := range p.Activities {
			kinds = append(kinds, string(a.Kind)+" "+a.Tool)
		}
		if len(p.Pushes) != 1 || len(p.Pushes[0].Images) != 1 {
			t.Errorf("%s: got %v and %d pushes, want one", task, kinds, len(p.Pushes))
		}
		if got := p.Jobs[0].Steps[0].Directory; got != "app" {
			t.Errorf("%s runs in %q, want app", task, got)
		}
	}
}

func TestLoad_AzureScriptsRunInTheirDirectory(t *testing.T) {
	lookup := func(name string) ([]byte, error) {
		if name == "web/package.json" {
			return []byte(`{"scripts": {"check": "eslint ."}}`), nil
		}
		return nil, fs.ErrNotExist
	}
	for _, directory := range []string{"web", "$(build.sourcesdirectory)/web", "$(System.DefaultWorkingDirectory)/web", "$(Pipeline.Workspace)/s/web"} {
		docs := Load("azure-pipelines.yml", []byte("steps:\n- script: npm run check\n  workingDirectory: "+directory+"\n"), Options{Lookup: lookup})
		if a := docs[len(docs)-1].Pipeline.Activities; len(a) != 1 || a[0].Kind != pipeline.Lint {
			t.Errorf("%s: got %v, want what package.json there says", directory, a)
		}
	}
}

func TestLoad_TheRegistryOfGitLabIsNoGap(t *testing.T) {
	for script, want := range map[string]string{
		"docker push $CI_REGISTRY_IMAGE:$CI_COMMIT_SHA":          "",
		"docker push $CI_REGISTRY/acme/web:1.2.3":                "",
		"docker push $CI_REGISTRY_IMAGE/web:$CI_COMMIT_TAG-$REV": "REV",
		"docker push $REGISTRY/web:1.2.3":                        "REGISTRY",
	} {
		docs := Load(".gitlab-ci.yml", []byte("a:\n  image: $CI_REGISTRY_IMAGE/tools:1.2.3\n  script:\n    - "+script+"\n"), Options{})
		got := ""
		for _, problem := range docs[len(docs)-1].Incomplete {
			if strings.HasPrefix(problem.Message, "image ") {
				got += problem.Message
			}
		}
		if want == "" && got != "" || want != "" && (!strings.Contains(got, want) || strings.Contains(got, ": CI_REGISTRY")) {
			t.Errorf("%s: got %q, want what is not known of %q", script, got, want)
		}
	}
}

func TestLoad_GitLabIncludesByPattern(t *testing.T) {
	files := map[string]string{"ci/a.yml": "a: {script: [make test]}", "ci/b.yml": "b: {script: [make lint]}"}
	options := Options{
		Lookup: func(name string) ([]byte, error) {
			if text, ok := files[name]; ok {
				return []byte(text), nil
			}
			return nil, fs.ErrNotExist
		},
		Glob: func(pattern string) ([]string, error) {
			if pattern == "ci/*.yml" {
				return []string{"ci/a.yml", "ci/b.yml"}, nil
			}
			return nil, nil
		},
	}
	docs := Load(".gitlab-ci.yml", []byte("include: [/ci/*.yml, {local: /none/*.yml}]\n"), options)
	d := docs[len(docs)-1]
	if len(d.Pipeline.Jobs) != 2 || len(d.Incomplete) != 1 || !strings.Contains(d.Incomplete[0].Message, "no file is named so") {
		t.Errorf("got %d jobs and %v, want those of both files, and that one names none", len(d.Pipeline.Jobs), d.Incomplete)
	}
}
