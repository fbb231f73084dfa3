package document

import (
	"fmt"
	"strings"
	"testing"

	"guard/internal/pipeline/flow"
)

// readGitOps reads the one object of a text that lies in a file.
func readGitOps(t *testing.T, file, text string) *GitOps {
	t.Helper()
	options := Options{Pipelines: Pipelines{Environments: []flow.Environment{
		{Key: "production", Names: []string{"production", "prod", "live"}}, {Key: "staging", Names: []string{"staging", "stage"}},
	}}}
	for _, d := range Load(file, []byte(text), options) {
		if d.GitOps == nil {
			continue
		}
		for _, p := range d.Unparsable {
			t.Errorf("unparsable: %s at %s", p.Message, p.Path)
		}
		return d.GitOps
	}
	t.Fatalf("no object of Argo CD or Flux in:\n%s", text)
	return nil
}

func sourceText(s GitOpsSource) string {
	return fmt.Sprintf("%s %s at %s: %s %s", s.Kind, s.Holder, s.Revision.Path, s.Floats.Holds, s.Follows+s.Floats.Reason)
}

func TestGitOps_RevisionOfAnApplication(t *testing.T) {
	tests := []struct{ name, source, want string }{
		{"no revision", `repoURL: r`, "yes the default branch"},
		{"HEAD", `repoURL: r, targetRevision: HEAD`, "yes the default branch"},
		{"a usual branch", `repoURL: r, targetRevision: main`, "yes branch main"},
		{"a branch by its full name", `repoURL: r, targetRevision: refs/heads/next`, "yes branch next"},
		{"a branch for a feature", `repoURL: r, targetRevision: feature/cart`, "yes branch feature/cart"},
		{"a commit", `repoURL: r, targetRevision: 0ad4b8fadaa221de15dcec353f45205ec38ea70b`, "no "},
		{"a short commit", `repoURL: r, targetRevision: 0ad4b8f`, "no "},
		{"a release", `repoURL: r, targetRevision: v1.4.2`, "no "},
		{"a tag by its full name", `repoURL: r, targetRevision: refs/tags/next`, "no "},
		{"a range of releases", `repoURL: r, targetRevision: v1.4.*`, "yes the newest tag that fits v1.4.*"},
		{"half a version, which may be a tag or a branch", `repoURL: r, targetRevision: v1`, "unknown whether v1 is a branch or a tag is not known"},
		{"a name that may be either", `repoURL: r, targetRevision: orders-7`, "unknown whether orders-7 is a branch or a tag is not known"},
		{"another ref", `repoURL: r, targetRevision: refs/pull/7/head`, "unknown whether refs/pull/7/head moves is not known"},
		{"a template", `repoURL: r, targetRevision: "{{branch}}"`, "unknown {{branch}} holds a variable that is not known here"},
		{"a chart", `repoURL: r, chart: redis, targetRevision: 18.1.2`, "no "},
		{"a chart without version", `repoURL: r, chart: redis`, "yes the newest version"},
		{"a chart by caret", `repoURL: r, chart: redis, targetRevision: ^18.1.2`, "yes the newest version that fits ^18.1.2"},
		{"a chart by x", `repoURL: r, chart: redis, targetRevision: 18.x`, "yes the newest version that fits 18.x"},
		{"a chart by half a version", `repoURL: r, chart: redis, targetRevision: "18.1"`, "yes the newest version that fits 18.1"},
		{"a chart by a number", `repoURL: r, chart: redis, targetRevision: 18`, "yes the newest version that fits 18"},
		{"a chart by two bounds", `repoURL: r, chart: redis, targetRevision: ">= 1.0.0, < 2.0.0"`, "yes the newest version that fits >= 1.0.0, < 2.0.0"},
		{"a chart by an equals sign", `repoURL: r, chart: redis, targetRevision: "= 18.1.2"`, "no "},
		{"a release candidate of a chart", `repoURL: r, chart: redis, targetRevision: v18.1.2-rc.1+build-5`, "no "},
		{"a chart by a word", `repoURL: r, chart: redis, targetRevision: newest`, "unknown which version newest is, is not known"},
		{"an artifact", `repoURL: "oci://x/y", targetRevision: "sha256:00"`, "no "},
		{"an artifact by a branch", `repoURL: "oci://x/y", targetRevision: main`, "yes tag main"},
		{"an artifact by half a version", `repoURL: "oci://x/y", targetRevision: "1.2"`, "yes tag 1.2"},
		{"an artifact of a commit", `repoURL: "oci://x/y", targetRevision: main-0ad4b8f`, "no "},
		{"an artifact of a date", `repoURL: "oci://x/y", targetRevision: "20240115"`, "unknown whether tag 20240115 moves is not known"},
		{"an artifact without a tag", `repoURL: "oci://x/y"`, "yes tag latest"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			g := readGitOps(t, "a.yaml", "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: shop}\nspec: {source: {"+tt.source+"}}")
			if len(g.Sources) != 1 {
				t.Fatalf("%d sources, want 1", len(g.Sources))
			}
			if got := g.Sources[0].Floats.Holds + " " + g.Sources[0].Follows + g.Sources[0].Floats.Reason; got != tt.want {
				t.Errorf("{%s}\ngot  %s\nwant %s", tt.source, got, tt.want)
			}
		})
	}
}

func TestGitOps_Sources(t *testing.T) {
	tests := []struct {
		name, text string
		want       []string
	}{
		{"several sources beat one", "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: a}\nspec: {source: {repoURL: x}, sources: [{repoURL: r, chart: c, targetRevision: 1.x}, {repoURL: g, ref: values}]}", []string{
			"helm chart c at spec.sources[0].targetRevision: yes the newest version that fits 1.x", "git source 2 (g) at spec.sources[1].targetRevision: yes the default branch",
		}},
		{"an address with a password", "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: a}\nspec: {source: {repoURL: 'https://bot:hunter2@git.example.com/acme/shop'}}", []string{
			"git source (https://git.example.com/acme/shop) at spec.source.targetRevision: yes the default branch",
		}},
		{"the template of a set", "apiVersion: argoproj.io/v1alpha1\nkind: ApplicationSet\nmetadata: {name: a}\nspec: {template: {spec: {source: {repoURL: g, targetRevision: main}}}}", []string{
			"git source (g) at spec.template.spec.source.targetRevision: yes branch main",
		}},
		{"what a hydrator reads", "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: a}\nspec: {sourceHydrator: {drySource: {repoURL: g, targetRevision: HEAD}}}", []string{
			"git source (g) at spec.sourceHydrator.drySource.targetRevision: yes the default branch",
		}},
		{"a patch that gives no revision", "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: a}\nspec: {source: {path: x}}", nil},
		{"a project", "apiVersion: argoproj.io/v1alpha1\nkind: AppProject\nmetadata: {name: a}\nspec: {sourceRepos: [x]}", nil},
		{"a branch", fluxText("source", "GitRepository", "{url: g, ref: {branch: main}}"), []string{"git source (g) at spec.ref.branch: yes branch main"}},
		{"a commit beside a branch", fluxText("source", "GitRepository", "{url: g, ref: {branch: main, commit: abc}}"), []string{"git source (g) at spec.ref.commit: no "}},
		{"a range beside a tag", fluxText("source", "GitRepository", "{url: g, ref: {tag: v1, semver: '>=1.0.0'}}"), []string{"git source (g) at spec.ref.semver: yes the newest version that fits >=1.0.0"}},
		{"a tag", fluxText("source", "GitRepository", "{url: g, ref: {tag: v1}}"), []string{"git source (g) at spec.ref.tag: no "}},
		{"a tag that moves", fluxText("source", "GitRepository", "{url: g, ref: {tag: latest}}"), []string{"git source (g) at spec.ref.tag: yes tag latest"}},
		{"a name", fluxText("source", "GitRepository", "{url: g, ref: {name: refs/heads/main, branch: x}}"), []string{"git source (g) at spec.ref.name: yes branch main"}},
		{"a variable", fluxText("source", "GitRepository", "{url: g, ref: {branch: '${branch}'}}"), []string{"git source (g) at spec.ref.branch: unknown ${branch} holds a variable that is not known here"}},
		{"no ref", fluxText("source", "GitRepository", "{url: g}"), []string{"git source (g) at spec.ref: yes branch master, which is what Flux takes unless it is told otherwise"}},
		{"what is suspended", fluxText("source", "GitRepository", "{url: g, suspend: true, ref: {branch: main}}"), nil},
		{"a patch", fluxText("source", "GitRepository", "{interval: 5m}"), nil},
		{"an artifact", fluxText("source", "OCIRepository", "{url: 'oci://r/a', ref: {tag: latest}}"), []string{"oci source (oci://r/a) at spec.ref.tag: yes tag latest"}},
		{"an artifact by digest", fluxText("source", "OCIRepository", "{url: 'oci://r/a', ref: {tag: latest, digest: 'sha256:00'}}"), []string{"oci source (oci://r/a) at spec.ref.digest: no "}},
		{"an artifact by range", fluxText("source", "OCIRepository", "{url: 'oci://r/a', ref: {tag: latest, semver: 1.x}}"), []string{"oci source (oci://r/a) at spec.ref.semver: yes the newest version that fits 1.x"}},
		{"an artifact without ref", fluxText("source", "OCIRepository", "{url: 'oci://r/a'}"), []string{"oci source (oci://r/a) at spec.ref: yes tag latest"}},
		{"a release without version", fluxText("helm", "HelmRelease", "{chart: {spec: {chart: redis, sourceRef: {kind: HelmRepository, name: b}}}}"), []string{"helm chart redis at spec.chart.spec.version: yes the newest version"}},
		{"a release of one version", fluxText("helm", "HelmRelease", "{chart: {spec: {chart: redis, version: 1.2.3, sourceRef: {kind: HelmRepository, name: b}}}}"), []string{"helm chart redis at spec.chart.spec.version: no "}},
		{"a chart that lies in Git", fluxText("helm", "HelmRelease", "{chart: {spec: {chart: ./redis, sourceRef: {kind: GitRepository, name: b}}}}"), nil},
		{"a release by reference", fluxText("helm", "HelmRelease", "{chartRef: {kind: OCIRepository, name: b}}"), nil},
		{"a patch of a version", fluxText("helm", "HelmRelease", "{chart: {spec: {version: '>=1.0.0'}}}"), []string{"helm chart at spec.chart.spec.version: yes the newest version that fits >=1.0.0"}},
		{"a chart of its own", fluxText("source", "HelmChart", "{chart: redis, version: '*', sourceRef: {kind: HelmRepository, name: b}}"), []string{"helm chart redis at spec.version: yes the newest version that fits *"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := []string{}
			for _, s := range readGitOps(t, "a.yaml", tt.text).Sources {
				got = append(got, sourceText(s))
			}
			if strings.Join(got, "\n") != strings.Join(tt.want, "\n") {
				t.Errorf("%s\ngot  %q\nwant %q", tt.text, got, tt.want)
			}
		})
	}
}

func fluxText(group, kind, spec string) string {
	return "apiVersion: " + group + ".toolkit.fluxcd.io/v1\nkind: " + kind + "\nmetadata: {name: shop, namespace: flux-system}\nspec: " + spec
}

func TestGitOps_IsForProductionWhereANameSaysSo(t *testing.T) {
	tests := []struct{ name, file, text, want string }{
		{"the destination", "apps/a.yaml", "metadata: {name: shop}\nspec: {destination: {namespace: shop-production}}", "yes"},
		{"the destination before the name", "apps/a.yaml", "metadata: {name: shop-prod}\nspec: {destination: {namespace: staging}}", "no"},
		{"the cluster", "apps/a.yaml", "metadata: {name: shop}\nspec: {destination: {name: prod-eu}}", "yes"},
		{"the object's name", "apps/a.yaml", "metadata: {name: shop-live}", "yes"},
		{"a label", "apps/a.yaml", "metadata: {name: shop, labels: {env: prod}}", "yes"},
		{"the directory", "clusters/production/a.yaml", "metadata: {name: shop}", "yes"},
		{"the file", "clusters/prod.yaml", "metadata: {name: shop}", "yes"},
		{"one word of several in the file's name", "apps/live-state.yaml", "metadata: {name: shop}", "unknown"},
		{"the path in the repository", "apps/a.yaml", "metadata: {name: shop}\nspec: {source: {repoURL: r, path: overlays/production}}", "yes"},
		{"another environment", "clusters/staging/a.yaml", "metadata: {name: shop}", "no"},
		{"one before production", "clusters/dev/a.yaml", "metadata: {name: shop}", "no"},
		{"a word within another", "clusters/products/a.yaml", "metadata: {name: devices}", "unknown"},
		{"nothing", "apps/a.yaml", "metadata: {name: shop}", "unknown"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := readGitOps(t, tt.file, "apiVersion: argoproj.io/v1alpha1\nkind: Application\n"+tt.text).Production; got.Holds != tt.want {
				t.Errorf("production: %+v, want %s", got, tt.want)
			}
		})
	}
}

func TestGitOps_SyncsByItself(t *testing.T) {
	tests := []struct{ name, policy, want string }{
		{"nothing said", "{}", "no"},
		{"automated", "{automated: {prune: true}}", "yes"},
		{"automated with nothing more", "{automated: {}}", "yes"},
		{"enabled", "{automated: {enabled: true}}", "yes"},
		{"disabled", "{automated: {enabled: false}}", "no"},
		{"null", "{automated: null}", "no"},
		{"a variable", "{automated: '${automated}'}", "unknown"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			sync := readGitOps(t, "a.yaml", "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: a}\nspec: {project: shop, syncPolicy: "+tt.policy+"}").AutoSync
			if sync.Automatic.Holds != tt.want || sync.Project != "shop" || sync.Path.String() != "spec.syncPolicy.automated" {
				t.Errorf("%s: %+v, want %s", tt.policy, sync, tt.want)
			}
		})
	}
}

func TestGitOps_Updates(t *testing.T) {
	annotated := func(lines ...string) string {
		return "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata:\n  name: a\n  annotations:\n    argocd-image-updater.argoproj.io/" + strings.Join(lines, "\n    argocd-image-updater.argoproj.io/")
	}
	built, sorted := "takes whatever was built last, of whichever branch", "takes the tag whose name sorts last, whatever it is"
	tests := []struct {
		name, text string
		want       []string // image, strategy, fault, what is unknown
	}{
		{"releases", annotated("image-list: web=r.example.com/web:1.x"), []string{"r.example.com/web:1.x semver||"}},
		{"the newest build", annotated("image-list: web=r.example.com/web", "web.update-strategy: newest-build"), []string{"r.example.com/web newest-build|" + built + "|"}},
		{"the newest build by its old name", annotated("image-list: web=r.example.com/web", "web.update-strategy: latest"), []string{"r.example.com/web newest-build|" + built + "|"}},
		{"the newest build of some tags", annotated("image-list: web=r.example.com/web", "web.update-strategy: newest-build", "web.allow-tags: regexp:^main-"), []string{"r.example.com/web newest-build||"}},
		{"the newest build but for some tags", annotated("image-list: web=r.example.com/web", "web.update-strategy: newest-build", "web.ignore-tags: latest"), []string{"r.example.com/web newest-build||which tags are left is not known"}},
		{"settings for all images", annotated("image-list: a/b, c=c/d", "update-strategy: name", "c.update-strategy: semver"), []string{"a/b alphabetical|" + sorted + "|", "c/d semver||"}},
		{"a tag that moves", annotated("image-list: web=r.example.com:5000/web:main", "web.update-strategy: digest"), []string{"r.example.com:5000/web:main digest|follows tag main, which moves|"}},
		{"a tag that is not given", annotated("image-list: web=r.example.com:5000/web", "web.update-strategy: digest"), []string{"r.example.com:5000/web digest|follows tag latest, which moves|"}},
		{"a tag that stays", annotated("image-list: web=x/web:1.2.3", "web.update-strategy: digest"), []string{"x/web:1.2.3 digest||"}},
		{"a tag that may move", annotated("image-list: web=x/web:eu-7", "web.update-strategy: digest"), []string{"x/web:eu-7 digest||whether tag eu-7 moves is not known"}},
		{"a strategy nobody knows", annotated("image-list: web=x/web", "web.update-strategy: best"), []string{`x/web best||what the strategy "best" takes is not known`}},
		{"settings without a list", annotated("web.update-strategy: digest"), nil},
		{"an updater", "apiVersion: argocd-image-updater.argoproj.io/v1alpha1\nkind: ImageUpdater\nmetadata: {name: u}\nspec: {commonUpdateSettings: {updateStrategy: newest-build}, applicationRefs: [{namePattern: x, images: [{imageName: a/b}, {imageName: c/d, commonUpdateSettings: {allowTags: 'regexp:^v'}}, {imageName: e/f, commonUpdateSettings: {ignoreTags: [dev]}}]}, {namePattern: y, useAnnotations: true, images: [{imageName: g/h}]}]}", []string{
			"a/b newest-build|" + built + "|", "c/d newest-build||", "e/f newest-build||which tags are left is not known",
		}},
		{"a policy of versions", fluxText("image", "ImagePolicy", "{imageRepositoryRef: {name: web}, policy: {semver: {range: '*'}}}"), []string{"web semver||"}},
		{"a policy of letters", fluxText("image", "ImagePolicy", "{imageRepositoryRef: {name: web}, policy: {alphabetical: {order: asc}}}"), []string{"web alphabetical|" + sorted + "|"}},
		{"a policy of some letters", fluxText("image", "ImagePolicy", "{imageRepositoryRef: {name: web}, filterTags: {pattern: '^main-(?P<ts>[0-9]+)-', extract: '$ts'}, policy: {alphabetical: {}}}"), []string{"web alphabetical||"}},
		{"a policy of numbers", fluxText("image", "ImagePolicy", "{imageRepositoryRef: {name: web}, policy: {numerical: {order: asc}}}"), []string{"web numerical||whether all tags are numbers is not known"}},
		{"a policy of one tag", fluxText("image", "ImagePolicy", "{imageRepositoryRef: {name: web}, filterTags: {pattern: '^latest$'}, digestReflectionPolicy: Always, policy: {alphabetical: {}}}"), []string{"web alphabetical|follows tag latest, which moves|"}},
		{"a patch of a policy", fluxText("image", "ImagePolicy", "{interval: 5m}"), nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := []string{}
			for _, u := range readGitOps(t, "a.yaml", tt.text).Updates {
				got = append(got, fmt.Sprintf("%s %s|%s|%s", u.Image, u.Strategy, u.Fault, u.Unknown))
			}
			if strings.Join(got, "\n") != strings.Join(tt.want, "\n") {
				t.Errorf("%s\ngot  %q\nwant %q", tt.text, got, tt.want)
			}
		})
	}
}

func TestGitOps_BoundsTheImagesThatAreReplaced(t *testing.T) {
	images := strings.Repeat("a/b,", 5000)
	text := "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: a, annotations: {argocd-image-updater.argoproj.io/image-list: '" + images + "'}}"
	d := Load("a.yaml", []byte(text), Options{})[1]
	if len(d.GitOps.Updates) != maxDeployed || len(d.Unparsable) != 1 || !d.Unparsable[0].Beyond {
		t.Errorf("%d updates and %+v, want %d and one limit", len(d.GitOps.Updates), d.Unparsable, maxDeployed)
	}
}
