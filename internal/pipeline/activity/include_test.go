package activity

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"guard/internal/finding"
	"guard/internal/pipeline"
)

func TestFindIncluded(t *testing.T) {
	p := pipeline.New("gitlab", "ci")
	for i, include := range [][2]string{
		{"template", "Jobs/SAST.gitlab-ci.yml"}, {"component", "gitlab.com/components/secret-detection/secret-detection"}, {"template", "Auto-DevOps.gitlab-ci.yml"},
		{"project", "acme/ci/deploy.yml"}, {"remote", "https://x.example/y.yml"}, {"local", "ci/test.yml"}, {"component", "gitlab.example/acme/go/unit"},
	} {
		p.Includes = append(p.Includes, pipeline.Include{Kind: include[0], Name: include[1], Path: finding.NewPath("include", i)})
	}
	got := FindIncluded(p, Options{Table: []Entry{{Uses: "gitlab.example/acme/go/*", Kinds: []pipeline.ActivityKind{pipeline.Test}}}})
	want := []string{
		"scan Jobs/SAST.gitlab-ci.yml", "scan gitlab.com/components/secret-detection/secret-detection",
		"test Auto-DevOps.gitlab-ci.yml", "scan Auto-DevOps.gitlab-ci.yml", "build Auto-DevOps.gitlab-ci.yml pushes=unknown", "deploy Auto-DevOps.gitlab-ci.yml",
		"opaque acme/ci/deploy.yml like=deploy", "opaque https://x.example/y.yml", "test gitlab.example/acme/go/unit",
	}
	if diff := cmp.Diff(want, showAll(got)); diff != "" {
		t.Error(diff)
	}
	for _, a := range got {
		if a.Job != -1 || len(a.Path) == 0 {
			t.Errorf("%s is job %d at %s; a job that is not in the file has no index", a.Tool, a.Job, a.Path)
		}
	}
}
