package document_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"guard/internal/document"
	"guard/internal/pipeline/flow"
)

const joinedDeployment = `apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {}
  template:
    spec:
      containers:
        - {name: web, image: shop}
        - {name: side, image: "proxy:1.2.3"}
`

// joined loads files together and tells of every image in k8s.yaml what it
// has become.
func joined(t *testing.T, files map[string]string) (images []string, incomplete int) {
	t.Helper()
	files["k8s.yaml"] = joinedDeployment
	var all []*document.Document
	var facts document.Facts
	for name, text := range files {
		documents := document.Load(name, []byte(text), document.Options{})
		facts = facts.Merge(document.Learn(documents))
		all = append(all, documents...)
	}
	facts.Apply(all)
	images = []string{}
	for _, d := range all {
		if d.File != "k8s.yaml" {
			continue
		}
		incomplete += len(d.Incomplete)
		for _, image := range d.Images {
			what := image.Raw + " " + string(image.Class)
			if image.Own {
				what += " own"
			}
			if image.Mutable {
				what += " moving"
			}
			images = append(images, what)
		}
	}
	return images, incomplete
}

func TestJoin(t *testing.T) {
	tests := []struct {
		name, file, text string
		want             []string
		incomplete       int
	}{
		{"nothing else says anything", "a.txt", "", []string{"shop none moving", "proxy:1.2.3 semver"}, 0},
		{"Compose builds it, so it is one's own", "compose.yaml", "services: {a: {build: ., image: shop}}\n", []string{"shop none own moving", "proxy:1.2.3 semver"}, 0},
		{"a Kustomization gives it a tag, and is judged for that", "kustomization.yaml", "resources: [k8s.yaml]\nimages: [{name: shop, newTag: 1.4.2}]\n", []string{"proxy:1.2.3 semver"}, 0},
		{"a Kustomization that only renames it says nothing of the tag", "kustomization.yaml", "resources: [k8s.yaml]\nimages: [{name: shop, newName: mirror/shop}]\n", []string{"shop none moving", "proxy:1.2.3 semver"}, 0},
		{"Skaffold puts a tag in that nobody knows", "skaffold.yaml", "apiVersion: skaffold/v4beta11\nkind: Config\nbuild: {artifacts: [{image: shop}, {image: proxy}]}\n", []string{"shop unknown own", "proxy:1.2.3 semver own"}, 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, incomplete := joined(t, map[string]string{tt.file: tt.text})
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("images (-want +got):\n%s", diff)
			}
			if incomplete != tt.incomplete {
				t.Errorf("%d incomplete, want %d", incomplete, tt.incomplete)
			}
		})
	}
}

// A tag that a Kustomization gives counts for what it is made of, and for
// nothing else that names the same image.
func TestJoin_KustomizationConcernsItsOwnParts(t *testing.T) {
	const images = "images: [{name: shop, newTag: 1.4.2}]\n"
	untouched, retagged := []string{"shop none moving", "proxy:1.2.3 semver"}, []string{"proxy:1.2.3 semver"}
	tests := map[string]struct {
		files map[string]string
		want  []string
	}{
		"beside it":             {map[string]string{"kustomization.yaml": "resources: [other.yaml]\n" + images}, untouched},
		"a resource":            {map[string]string{"kustomization.yaml": "resources: [./k8s.yaml]\n" + images}, retagged},
		"a resource of a base":  {map[string]string{"prod/kustomization.yaml": "resources: [../]\n" + images, "kustomization.yaml": "resources: [k8s.yaml]\n"}, retagged},
		"a base of somebody":    {map[string]string{"prod/kustomization.yaml": "resources: [../base]\n" + images, "kustomization.yaml": "resources: [k8s.yaml]\n"}, untouched},
		"a patch":               {map[string]string{"prod/kustomization.yaml": "resources: [a.yaml]\npatches: [{path: ../k8s.yaml}]\n" + images}, retagged},
		"a component":           {map[string]string{"prod/kustomization.yml": "components: [..]\nresources: [a.yaml]\n" + images, "kustomization.yaml": "kind: Component\napiVersion: kustomize.config.k8s.io/v1alpha1\npatchesStrategicMerge: [k8s.yaml]\n"}, retagged},
		"bases in a circle":     {map[string]string{"kustomization.yaml": "resources: [k8s.yaml, a]\n", "a/kustomization.yaml": "resources: [..]\n" + images}, retagged},
		"the base of the base":  {map[string]string{"a/b/kustomization.yaml": "bases: [..]\n" + images, "a/kustomization.yaml": "bases: [../]\n", "kustomization.yaml": "resources: [k8s.yaml]\n"}, retagged},
		"a resource by address": {map[string]string{"kustomization.yaml": "resources: [\"https://example.com/k8s.yaml\"]\n" + images}, untouched},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			got, _ := joined(t, tt.files)
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("images (-want +got):\n%s", diff)
			}
		})
	}
}

func TestFacts_ConcernOnlyTheNamesTheySpeakOf(t *testing.T) {
	facts := document.Learn(document.Load("compose.yaml", []byte("services: {a: {build: ., image: shop}}\n"), document.Options{}))
	user := document.Load("k8s.yaml", []byte(joinedDeployment), document.Options{})
	if !facts.Concern(document.Names(user)) {
		t.Error("the file that uses what is built is not concerned")
	}
	other := document.Load("Dockerfile", []byte("FROM alpine:3.20.1\n"), document.Options{})
	if facts.Concern(document.Names(other)) {
		t.Error("a file that uses something else is concerned")
	}
}

// TestFacts_StagingByAnotherPipeline is about production that one file deploys
// to, and staging that another one does.
func TestFacts_StagingByAnotherPipeline(t *testing.T) {
	load := func(environment string) []*document.Document {
		text := "on: {push: {branches: [main]}}\njobs: {ship: {runs-on: x, environment: " + environment + ", steps: [{run: kubectl rollout restart deploy/web}]}}\n"
		return document.Load(".github/workflows/"+environment+".yml", []byte(text), document.Options{
			Pipelines: document.Pipelines{Environments: []flow.Environment{{Key: "production", Names: []string{"production"}}}},
		})
	}
	for _, test := range []struct{ name, other, want string }{
		{"another environment", "qa", "unknown"},
		{"production, too", "production", "no"},
	} {
		t.Run(test.name, func(t *testing.T) {
			production := load("production")
			facts := document.Facts{}.Merge(document.Learn(production), document.Learn(load(test.other)))
			if test.want == "unknown" && !facts.Concern(document.Names(production)) {
				t.Error("the file is not concerned by what another one deploys to")
			}
			facts.Apply(production)
			read := production[slices.IndexFunc(production, func(d *document.Document) bool { return d.Pipeline != nil })].Pipeline
			if got := read.Deploys[0].Runs[0].After.Staging; got.Holds != test.want {
				t.Errorf("staging before production: got %+v, want %s", got, test.want)
			}
		})
	}
}
