package metadata_test

import (
	"fmt"
	"strings"
	"testing"

	"guard/internal/pipeline/metadata"
	"guard/internal/pipeline/symbol"
)

// sha is the commit of the runs.
var sha = symbol.Of(symbol.FullSHA())

func run(event, ref string) metadata.Context {
	return metadata.Context{Event: event, Ref: symbol.Text(ref), SHA: sha, DefaultBranch: symbol.Text("main")}
}

// pull is a run for a pull request into main.
func pull(event, ref string) metadata.Context {
	c := run(event, ref)
	c.BaseRef, c.HeadSHA, c.Number = symbol.Text("main"), sha, symbol.Text("12")
	if event == "pull_request" {
		c.SHA = symbol.Of(symbol.Part{Kind: symbol.MergeSHA})
	}
	return c
}

// runs are the runs of the tables, by name.
var runs = map[string]metadata.Context{
	"main":        run("push", "refs/heads/main"),
	"feature":     run("push", "refs/heads/feature/x"),
	"develop":     run("push", "refs/heads/develop"),
	"odd branch":  run("push", "refs/heads/fix/#12+a&b"),
	"tag":         run("push", "refs/tags/v1.2.3"),
	"bare tag":    run("push", "refs/tags/1.2.3"),
	"pre-release": run("push", "refs/tags/v1.2.3-rc.1"),
	"built":       run("push", "refs/tags/v1.2.3+build.5"),
	"zero":        run("push", "refs/tags/v0.0.0"),
	"short tag":   run("push", "refs/tags/v1.2"),
	"word tag":    run("push", "refs/tags/stable"),
	"nested tag":  run("push", "refs/tags/app/v1.2.3"),
	"python rc":   run("push", "refs/tags/1.2.3RC2"),
	"python post": run("push", "refs/tags/1.2.post1"),
	"python dev":  run("push", "refs/tags/v1!2.0.dev4+Ubuntu.01"),
	"date tag":    run("push", "refs/tags/20200110-RC2"),
	"pull":        pull("pull_request", "refs/pull/12/merge"),
	"target":      pull("pull_request_target", "refs/heads/main"),
	"schedule":    run("schedule", "refs/heads/main"),
	"manual":      run("workflow_dispatch", "refs/heads/main"),
	"manual tag":  run("workflow_dispatch", "refs/tags/v1.2.3"),
	"release":     run("release", "refs/tags/v1.2.3"),
	"queue":       run("merge_group", "refs/heads/gh-readonly-queue/main/pr-12-4f1c0de"),
	"after":       run("workflow_run", "refs/heads/main"),
	"issue":       run("issues", "refs/heads/main"),
	"no ref":      run("push", ""),
}

// lines shows a result: a line for each tag, "?" behind those that are not
// certain, and the problems.
func lines(r metadata.Result) string {
	var out []string
	for _, t := range r.Tags {
		line := t.Reference.String()
		if t.Certain.IsUnknown() {
			line += "?"
		}
		out = append(out, line)
	}
	for _, p := range r.Invalid {
		out = append(out, fmt.Sprintf("invalid %s:%d %s", p.Input, p.Line, p.Message))
	}
	for _, p := range r.Unknown {
		out = append(out, fmt.Sprintf("unknown %s:%d %s", p.Input, p.Line, p.Message))
	}
	return strings.Join(out, "\n")
}

// text joins the lines of an input or of an expectation.
func text(lines ...string) string { return strings.Join(lines, "\n") }

// row is one expectation of the tables of plain inputs.
type row struct {
	name   string
	run    string
	tags   string
	want   string // the result's lines; of one that begins with "invalid", the beginning will do
	images string // "" for shop
	flavor string
	major  int
	length string // DOCKER_METADATA_SHORT_SHA_LENGTH
	head   string // DOCKER_METADATA_PR_HEAD_SHA
}

func (r row) inputs() metadata.Inputs {
	images := r.images
	switch images {
	case "":
		images = "shop"
	case "none":
		images = ""
	}
	return metadata.Inputs{Images: symbol.Text(images), Tags: symbol.Text(r.tags), Flavor: symbol.Text(r.flavor), Major: r.major}
}

func (r row) context() metadata.Context {
	c := runs[r.run]
	c.Environment = metadata.Environment{ShortSHALength: symbol.Text(r.length), PRHeadSHA: symbol.Text(r.head)}
	return c
}

func TestEvaluate(t *testing.T) {
	for _, test := range table {
		t.Run(test.name, func(t *testing.T) {
			if _, ok := runs[test.run]; !ok {
				t.Fatalf("there is no run %q", test.run)
			}
			got := lines(metadata.Evaluate(test.inputs(), test.context()))
			if got == test.want || strings.HasPrefix(test.want, "invalid") && strings.HasPrefix(got, test.want) {
				return
			}
			t.Errorf("in run %q the inputs\nimages: %s\ntags: %s\nflavor: %s\ngive\n%s\nwant\n%s", test.run, test.images, test.tags, test.flavor, got, test.want)
		})
	}
}
