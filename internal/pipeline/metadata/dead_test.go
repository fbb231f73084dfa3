package metadata_test

import (
	"fmt"
	"strings"
	"testing"

	"guard/internal/pipeline/metadata"
	"guard/internal/pipeline/symbol"
)

func TestDead(t *testing.T) {
	for _, test := range []struct {
		name string
		tags string
		runs string // names of runs, with commas between them
		want string // line, type and need of each dead rule
	}{
		{"semver without a Git tag", text("type=sha", "type=semver,pattern={{version}}"), "main,pull,schedule", "1 semver a Git tag"},
		{"semver with one", "type=semver,pattern={{version}}", "main,tag", ""},
		{"semver with a release", "type=semver,pattern={{version}}", "main,release", ""},
		{"semver with a value needs no Git tag", "type=semver,pattern={{version}},value=v1.0.0", "main", ""},
		{"semver with a value that is none", "type=semver,pattern={{version}},value=one", "main", "0 semver"},
		{"all that needs a Git tag", text("type=pep440,pattern={{version}}", "type=match,pattern=.*", "type=ref,event=tag"), "main,pull",
			text("0 pep440 a Git tag", "1 match a Git tag", "2 ref a Git tag")},
		{"semver with Git tags that are no versions", "type=semver,pattern={{version}}", "word tag", "0 semver a Git tag"},
		{"schedule without one", "type=schedule", "main,tag", "0 schedule a run by schedule"},
		{"schedule with one", "type=schedule", "main,schedule", ""},
		{"pr without one", text("type=ref,event=pr", "type=ref,event=branch"), "main", "0 ref a pull request"},
		{"branch in pull requests only", text("type=ref,event=pr", "type=ref,event=branch"), "pull", "1 ref a branch"},
		{"edge of a branch that starts nothing", "type=edge,branch=develop", "main,feature,tag", "0 edge the branch develop"},
		{"edge of the default branch that starts nothing", "type=edge", "feature,tag", "0 edge the default branch"},
		{"edge of a branch that starts it", "type=edge,branch=develop", "main,develop", ""},
		{"raw on a branch that starts nothing", "type=raw,value=latest,enable={{is_default_branch}}", "tag,pull", "0 raw"},
		{"raw without text", "type=raw,value={{tag}}", "main", "0 raw"},
		{"what is off on purpose", "type=semver,pattern={{version}},enable=false", "main", ""},
		{"the rules of an empty input", "", "main", ""},
		{"no runs at all", "type=semver,pattern={{version}}", "", ""},
		{"an input that is wrong", text("type=semver,pattern={{version}}", "type=ref"), "main", ""},
		{"dead rules come in the order of the file", text("type=ref,event=tag", "type=sha", "type=semver,pattern={{version}}"), "main", text("0 ref a Git tag", "2 semver a Git tag")},
		{"a comment counts as a line", text("# images", "", "type=ref,event=tag"), "main", "2 ref a Git tag"},
	} {
		var contexts []metadata.Context
		for _, name := range strings.Split(test.runs, ",") {
			if name != "" {
				contexts = append(contexts, runs[name])
			}
		}
		var got []string
		for _, r := range metadata.Dead(metadata.Inputs{Tags: symbol.Text(test.tags)}, contexts) {
			got = append(got, strings.TrimSpace(fmt.Sprintf("%d %s %s", r.Line, r.Type, r.Needs)))
		}
		if text(got...) != test.want {
			t.Errorf("%s: rules\n%s\nin runs %s: dead are\n%s\nwant\n%s", test.name, test.tags, test.runs, text(got...), test.want)
		}
	}
}

func TestDead_SaysNothingOfWhatIsNotKnown(t *testing.T) {
	for _, test := range []struct{ name, tags, ref string }{
		{"a rule that may be on", "type=raw,value=x,enable=«unknown:vars.X»", "refs/heads/main"},
		{"a ref that may be a Git tag", "type=semver,pattern={{version}}", "«unknown:github.ref»"},
		{"rules that are not known", "type=semver,pattern={{version}}\n«input:tags»", "refs/heads/main"},
		{"an input that may be a version", "type=semver,pattern={{version}},value=«input:version»", "refs/heads/main"},
		{"a branch that may be the one", "type=edge,branch=«setting:B»", "refs/heads/main"},
	} {
		c := run("push", "")
		c.Ref = written(test.ref)
		if got := metadata.Dead(metadata.Inputs{Tags: written(test.tags)}, []metadata.Context{c}); len(got) > 0 {
			t.Errorf("%s: %s is called dead", test.name, got[0].Text)
		}
	}
}
