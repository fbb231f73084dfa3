package document

import (
	"errors"
	"fmt"
	"io/fs"
	"testing"

	"github.com/google/go-cmp/cmp"

	"guard/internal/tree"
)

func TestIsCompose(t *testing.T) {
	tests := map[string]struct {
		file, text string
		want       bool
	}{
		"services with an image":             {"stack.yaml", "services: {web: {image: x}}", true},
		"services with a build":              {"stack.yaml", "services: {web: {build: .}}\nx-extra: 1", true},
		"version 1, by its name":             {"docker-compose.yml", "web: {image: x}", true},
		"broken services, by its name":       {"docker-compose.yml", "services: [web]", true},
		"an override, by its name":           {"docker-compose.override.yml", "services: {web: {ports: [80]}}", true},
		"a variant, by its name":             {"deploy/compose.prod.yaml", "x: 1", true},
		"GitLab CI":                          {".gitlab-ci.yml", "services: [docker:dind]\nimage: x\nbuild: {script: x}", false},
		"GitHub workflow":                    {"ci.yml", "on: push\njobs: {a: {services: {db: {image: x}}}}", false},
		"services of another framework":      {"services.yaml", "services: {App\\Mailer: {class: x, arguments: [1]}}", false},
		"services with other fields":         {"azure.yaml", "name: x\nservices: {web: {project: ., host: containerapp, image: x}}", false},
		"services beside other fields":       {"config.yaml", "services: {web: {image: x}}\njobs: {}", false},
		"services without image":             {"config.yaml", "services: {web: {ports: [80]}}", false},
		"services of wrong type":             {"config.yaml", "services: {web: nginx}", false},
		"a Kubernetes object":                {"docker-compose.yml", "apiVersion: v1\nkind: Pod", false},
		"a file whose name merely starts so": {"composer.yaml", "a: 1", false},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if got := isCompose(test.file, tree.ParseYAML(test.text)[0].Root); got != test.want {
				t.Errorf("%s with %q: got %v, want %v", test.file, test.text, got, test.want)
			}
		})
	}
}

// Reliability 21, 46
func TestCompose_FillsInVariablesAsComposeDoes(t *testing.T) {
	tests := map[string]struct{ image, want string }{
		"a default":                          {"app:${TAG:-latest}", "app:latest"},
		"a default, variable set":            {"app:${SET:-latest}", "app:1.0.0"},
		"a default, variable empty":          {"app:${EMPTY:-latest}", "app:latest"},
		"a default for unset, variable null": {"app:${EMPTY-latest}", "app:"},
		"a variable":                         {"app:$SET", "app:1.0.0"},
		"a variable in braces":               {"app:${SET}", "app:1.0.0"},
		"a variable that is set nowhere":     {"app:${TAG}", "app:${TAG}"},
		"the same without braces":            {"app:$TAG", "app:$TAG"},
		"of two variables one":               {"$SET/app:${TAG}", "1.0.0/app:${TAG}"},
		"a default that is a variable":       {"app:${TAG:-$SET}", "app:1.0.0"},
		"a default that is unknown":          {"app:${TAG:-${OTHER}}", "app:${OTHER}"},
		"a default in a default":             {"app:${TAG:-${OTHER:-latest}}", "app:latest"},
		"a variable that must be set":        {"app:${TAG:?say which}", "app:${TAG:?say which}"},
		"a variable that must be, and is":    {"app:${SET:?say which}", "app:1.0.0"},
		"a replacement for what is unset":    {"app${TAG:+:new}", "app"},
		"an escaped dollar":                  {"app:$$TAG", "app:$TAG"},
		"a variable of the .env file":        {"app:${FILE}", "app:2.0.0"},
		"the environment before .env":        {"app:${BOTH}", "app:env"},
		"no variable":                        {"app:1", "app:1"},
		"two registries":                     {"${REGISTRY:-localhost:5000}/app:${TAG:-v1}", "localhost:5000/app:v1"},
	}
	environment := map[string]string{"SET": "1.0.0", "EMPTY": "", "BOTH": "env"}
	options := Options{
		Getenv: func(name string) (string, bool) { value, ok := environment[name]; return value, ok },
		Lookup: neighbours{"shop/.env": "FILE=2.0.0\nBOTH=file\n"}.lookup,
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			d := readCompose(t, "services: {app: {image: '"+test.image+"'}}", options)
			if len(d.Images) != 1 || d.Images[0].Raw != test.want {
				t.Errorf("%s: got %v, want %s", test.image, rawImages([]*Document{d}), test.want)
			}
		})
	}
}

// neighbours are files beside the one that is read, by path.
type neighbours map[string]string

func (n neighbours) lookup(path string) ([]byte, error) {
	if text, ok := n[path]; ok {
		return []byte(text), nil
	}
	return nil, fs.ErrNotExist
}

func readCompose(t *testing.T, text string, options Options) *Document {
	t.Helper()
	part := tree.ParseYAML(text)[0]
	if part.Err != nil {
		t.Fatal(part.Err)
	}
	l := &loader{source: tree.NewSource("shop/compose.yaml", text), options: &options}
	return l.compose(part.Root)[0]
}

func TestCompose_SaysThatTheEnvFileCannotBeRead(t *testing.T) {
	tests := map[string]struct {
		lookup func(string) ([]byte, error)
		want   string
	}{
		"there is none":        {neighbours{}.lookup, ""},
		"nobody knows":         {nil, ""},
		"it is unreadable":     {func(string) ([]byte, error) { return nil, errors.New("no permission") }, "the .env file beside this file cannot be read, so its variables are not known at "},
		"it is something else": {neighbours{"shop/.env": "= broken\n\x00"}.lookup, "the .env file beside this file is not a list of NAME=value, so its variables are not known at "},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			d := readCompose(t, "services: {app: {image: x}}", Options{Lookup: test.lookup})
			if got := showProblems(d.Incomplete); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestCompose_SaysWhatItCannotRead(t *testing.T) {
	tests := map[string]struct{ text, unparsable, incomplete string }{
		"services that are a list":       {"services: [web]", "services: expected a map, found a list at services", ""},
		"services that are null":         {"services: null", "", ""},
		"no services, other fields":      {"foo: bar", "services: expected a map, found nothing at ", ""},
		"no services, only networks":     {"networks: {a: {}}", "", ""},
		"the file is a list":             {"[a]", "the document: expected a map, found a list at ", ""},
		"a service that is text":         {"services: {web: nginx}", "web: expected a map, found a string at services.web", ""},
		"an image that is a list":        {"services: {web: {image: [x]}}", "image: expected a string, found a list at services.web.image", ""},
		"a volume that is a list":        {"services: {web: {volumes: [[x]]}}", "volumes[0]: expected a string or a map, found a list at services.web.volumes[0]", ""},
		"privileged as a map":            {"services: {web: {privileged: {}}}", "privileged: expected a boolean, found a map at services.web.privileged", ""},
		"privileged as a variable":       {"services: {web: {privileged: '${P}'}}", "", "privileged: expected a boolean, found a variable that is not known here at services.web.privileged"},
		"a base that is not there":       {"services: {web: {extends: {service: base}}}", "", "extends a service that is not in this file at services.web.extends"},
		"a base in a file not there":     {"services: {web: {extends: {file: base.yaml, service: base}}}", "", "extends a service of a file that cannot be read at services.web.extends.file"},
		"a base in a file there":         {"services: {web: {extends: {file: there.yaml, service: base}}}", "", ""},
		"a base outside":                 {"services: {web: {extends: {file: ../../base.yaml, service: base}}}", "", "extends a service of a file outside of what is checked at services.web.extends.file"},
		"a base of the same file":        {"services: {base: {image: x}, web: {extends: base}, api: {extends: {service: base}}}", "", ""},
		"services that extend in a loop": {"services: {a: {extends: b, image: x}, b: {extends: a}}", "", ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			d := readCompose(t, test.text, Options{Lookup: neighbours{"shop/there.yaml": ""}.lookup})
			if got := showProblems(d.Unparsable); got != test.unparsable {
				t.Errorf("unparsable of %s:\n got %s\nwant %s", test.text, got, test.unparsable)
			}
			if got := showProblems(d.Incomplete); got != test.incomplete {
				t.Errorf("incomplete of %s:\n got %s\nwant %s", test.text, got, test.incomplete)
			}
		})
	}
}

func TestCompose_KnowsWhatAServiceBuilds(t *testing.T) {
	tests := map[string]struct {
		text string
		want Role
		own  bool
	}{
		"an image alone":                 {"services: {web: {image: x}}", RoleContainer, false},
		"an image of its own build":      {"services: {web: {image: x, build: .}}", RoleBuilt, true},
		"a build of the base it extends": {"services: {base: {build: .}, web: {image: x, extends: base}}", RoleBuilt, true},
		"a build by merge key":           {"x-b: &b {build: .}\nservices: {web: {<<: *b, image: x}}", RoleBuilt, true},
		"version 1":                      {"web: {image: x}", RoleContainer, false},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			d := readCompose(t, test.text, Options{})
			if len(d.Images) != 1 || d.Images[0].Role != test.want || d.Images[0].Own != test.own {
				t.Errorf("%s: got %+v, want role %s, own %v", test.text, d.Images, test.want, test.own)
			}
		})
	}
}

func TestCompose_KnowsWhatServicesShareOfABuild(t *testing.T) {
	d := readCompose(t, "services: {job: {image: shop}, web: {image: shop, build: .}, db: {image: 'postgres:16.2'}}", Options{})
	want := []Role{RoleBuilt, RoleBuilt, RoleContainer}
	for i, image := range d.Images {
		if image.Role != want[i] || image.Own != (want[i] == RoleBuilt) {
			t.Errorf("%s: role %s, own %t, want role %s", image.Holder, image.Role, image.Own, want[i])
		}
	}
	if len(d.Images) != len(want) {
		t.Errorf("got %d images, want %d", len(d.Images), len(want))
	}
}

func TestCompose_ReadsMounts(t *testing.T) {
	tests := map[string]ComposeMount{
		`/data`:                      {Target: "/data"},
		`db:/data`:                   {Source: "db", Target: "/data"},
		`./a:/b:ro`:                  {Source: "./a", Target: "/b", ReadOnly: true},
		`./a:/b:rw,z`:                {Source: "./a", Target: "/b"},
		`./a:/b:z,ro`:                {Source: "./a", Target: "/b", ReadOnly: true},
		`C:\a:/b`:                    {Source: `C:\a`, Target: "/b"},
		`${DOCKER_SOCK:-/a.sock}:/b`: {Source: "/a.sock", Target: "/b"},
		``:                           {},
	}
	for text, want := range tests {
		d := readCompose(t, fmt.Sprintf("services: {web: {volumes: ['%s']}}", text), Options{})
		got := d.Compose.Services[0].Volumes[0]
		got.Path = nil
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", text, diff)
		}
	}
}

// Reliability 43
func TestCompose_KnowsWhichUsersAreRoot(t *testing.T) {
	tests := map[string]bool{
		"root": true, "0": true, "0:0": true, "00": true, "+0": true, "root:1000": true, "0:1000": true,
		"4294967296": true, "2147483648": true, "-1": true, "99999999999999999999": true, "${UID:-0}": true,
		"": false, "1000": false, "1000:0": false, "app": false, "${UID}": false, "2147483647": false, "rooted": false,
	}
	for user, want := range tests {
		d := readCompose(t, "services: {web: {user: '"+user+"'}}", Options{})
		if got := d.Compose.Services[0].Root; got != want {
			t.Errorf("user %q: got root %v, want %v", user, got, want)
		}
	}
}

func TestIsGitOps(t *testing.T) {
	tests := map[string]bool{
		"{apiVersion: kustomize.config.k8s.io/v1beta1, kind: Kustomization}":          true,
		"{apiVersion: kustomize.config.k8s.io/v1alpha1, kind: Component}":             true,
		"{apiVersion: argoproj.io/v1alpha1, kind: Application}":                       true,
		"{apiVersion: argoproj.io/v1alpha1, kind: ApplicationSet}":                    true,
		"{apiVersion: argoproj.io/v1alpha1, kind: Rollout}":                           false,
		"{apiVersion: argocd-image-updater.argoproj.io/v1alpha1, kind: ImageUpdater}": true,
		"{apiVersion: source.toolkit.fluxcd.io/v1, kind: GitRepository}":              true,
		"{apiVersion: helm.toolkit.fluxcd.io/v2, kind: HelmRelease}":                  true,
		"{apiVersion: apps/v1, kind: Deployment}":                                     false,
		"{resources: [a.yaml], namespace: x}":                                         true,
		"{bases: [../base]}":                                                          true,
		"{resources: [a.yaml], other: x}":                                             false,
		"{resources: {limits: {}}}":                                                   false,
		"{resources: []}":                                                             false,
		"{images: [{name: x}]}":                                                       false,
		"[a]":                                                                         false,
	}
	for text, want := range tests {
		if got := isGitOps(tree.ParseYAML(text)[0].Root); got != want {
			t.Errorf("%s: got %v, want %v", text, got, want)
		}
	}
}
