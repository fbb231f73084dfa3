package check

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"guard/internal/config"
)

// visited runs Visit in a directory of some files and describes what it hands
// over: a file with its images.
func visited(t *testing.T, files map[string]string, paths, learn []string) (handed []string, unread []string) {
	t.Helper()
	dir := write(t, files)
	for i := range learn {
		learn[i] = filepath.Join(dir, learn[i])
	}
	incomplete, err := Visit(t.Context(), Options{Root: dir, Dir: dir, Paths: paths, Config: config.Default()}, learn, func(v Visited) error {
		line := v.Name
		for _, d := range v.Documents {
			for _, image := range d.Images {
				line += " " + image.Raw
				if image.Own {
					line += "(own)"
				}
			}
		}
		for _, image := range v.Retagged {
			line += " " + image.Raw + "(retagged)"
		}
		data, err := v.Read()
		if err != nil || string(data) != v.Documents[0].Source.Text || len(v.Load(data)) != len(v.Documents) || v.Dir != dir {
			t.Errorf("%s: %q below %s (%v)", v.Name, data, v.Dir, err)
		}
		handed = append(handed, line)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, u := range incomplete {
		unread = append(unread, u.File+": "+u.Reason)
	}
	return handed, unread
}

var visitable = map[string]string{
	"Dockerfile":             "FROM acme/base:1\n",
	"base/compose.yaml":      "services:\n  base: {image: acme/base:1, build: .}\n",
	"k8s/pod.yaml":           "apiVersion: v1\nkind: Pod\nspec: {containers: [{name: a, image: acme/web:1}, {name: b, image: other:1}]}\n",
	"k8s/kustomization.yaml": "kind: Kustomization\nresources: [pod.yaml]\nimages: [{name: acme/web, newTag: '2'}]\n",
	"notes.txt":              "FROM nowhere\n",
	"broken/compose.yaml":    "services: [\n",
	"link.yaml":              "-> k8s/pod.yaml",
}

func TestVisit_TellsWhatAllFilesSayOfEachOther(t *testing.T) {
	got, unread := visited(t, visitable, []string{"."}, []string{"."})
	want := []string{"Dockerfile acme/base:1(own)", "base/compose.yaml acme/base:1(own)", "broken/compose.yaml", "k8s/kustomization.yaml acme/web:2", "k8s/pod.yaml other:1 acme/web:1(retagged)"}
	if diff := cmp.Diff(want, got); diff != "" || len(unread) > 0 {
		t.Errorf("%s\nunread %q", diff, unread)
	}
}

func TestVisit_LearnsFromFilesThatItDoesNotHandOver(t *testing.T) {
	got, _ := visited(t, visitable, []string{"Dockerfile", "k8s/pod.yaml"}, []string{"."})
	if diff := cmp.Diff([]string{"Dockerfile acme/base:1(own)", "k8s/pod.yaml other:1 acme/web:1(retagged)"}, got); diff != "" {
		t.Error(diff)
	}
	got, _ = visited(t, visitable, []string{"Dockerfile", "k8s/pod.yaml"}, nil)
	if diff := cmp.Diff([]string{"Dockerfile acme/base:1", "k8s/pod.yaml acme/web:1 other:1"}, got); diff != "" {
		t.Error(diff)
	}
}

func TestVisit_TellsWhatItCannotRead(t *testing.T) {
	dir := write(t, map[string]string{"a.yaml": "-> gone"})
	unread, err := Visit(t.Context(), Options{Root: dir, Dir: dir, Paths: []string{"a.yaml"}, Config: config.Default()}, []string{dir}, func(Visited) error { return nil })
	if err != nil || len(unread) != 1 || unread[0].File != "a.yaml" || !strings.Contains(unread[0].Reason, "a symbolic link") {
		t.Errorf("got %v, %v", unread, err)
	}
}
