package metadata_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"guard/internal/pipeline/metadata"
	"guard/internal/pipeline/symbol"
)

func TestResult_Output(t *testing.T) {
	for _, test := range []struct {
		name, tags, output, separator string
		want                          string
		ok                            bool
	}{
		{"tags, line by line", "type=edge\ntype=sha", "tags", "", "shop:edge\nshop:sha-<sha7>", true},
		{"tags with a separator", "type=edge\ntype=sha", "tags", ",", "shop:edge,shop:sha-<sha7>", true},
		{"the names of tags", "type=edge\ntype=sha", "tag-names", " ", "edge sha-<sha7>", true},
		{"the version", "type=edge\ntype=sha", "version", "", "edge", true},
		{"tags of which one is not certain", "type=edge\ntype=sha,enable=«unknown:vars.X»", "tags", "", "<unknown>", true},
		{"the version in front of one that is not", "type=edge\ntype=sha,enable=«unknown:vars.X»", "version", "", "edge", true},
		{"tags of rules that cannot be read", "«input:tags»", "tags", "", "<unknown>", true},
		{"tags of rules that are refused", "type=ref", "tags", "", "", true},
		{"another output", "type=edge", "json", "", "", false},
	} {
		in := metadata.Inputs{Images: symbol.Text("shop"), Tags: written(test.tags)}
		got, ok := metadata.Evaluate(in, runs["main"]).Output(test.output, test.separator)
		if got.String() != test.want || ok != test.ok {
			t.Errorf("%s: got %q, %v, want %q, %v", test.name, got, ok, test.want, test.ok)
		}
	}
}

func TestEvaluate_Labels(t *testing.T) {
	own := map[string]string{
		"created": "<date>", "description": "<the repository's description>", "licenses": "<the repository's license>", "revision": "<sha>",
		"source": "<the repository's address>", "title": "<repository's name>", "url": "<the repository's address>", "version": "edge",
	}
	for _, test := range []struct {
		name, labels string
		major        int
		change       map[string]string // what differs from the action's own labels
	}{
		{name: "the action's own labels"},
		{name: "a label of the input wins", labels: "org.opencontainers.image.title=Shop", change: map[string]string{"org.opencontainers.image.title": "Shop"}},
		{name: "a label of the input is a template", labels: "maintainer={{branch}}", change: map[string]string{"maintainer": "main"}},
		{name: "before version 5 it was none", labels: "maintainer={{branch}}", major: 4, change: map[string]string{"maintainer": "{{branch}}"}},
		{name: "a value may have equals signs and commas", labels: "a=b=c,d", change: map[string]string{"a": "b=c,d"}},
		{name: "a name alone is dropped", labels: "a"},
		{name: "a name may have an empty value", labels: "a=", change: map[string]string{"a": ""}},
	} {
		want := map[string]string{}
		for name, value := range own {
			want["org.opencontainers.image."+name] = value
		}
		for name, value := range test.change {
			want[name] = value
		}
		in := metadata.Inputs{Images: symbol.Text("shop"), Tags: symbol.Text("type=edge"), Labels: symbol.Text(test.labels), Major: test.major}
		got := map[string]string{}
		for _, l := range metadata.Evaluate(in, runs["main"]).Labels {
			got[l.Name] = l.Value.String()
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", test.name, diff)
		}
	}
}

func TestEvaluate_LabelsThatAreRefused(t *testing.T) {
	in := metadata.Inputs{Images: symbol.Text("shop"), Labels: symbol.Text("a={{date}}")}
	got := metadata.Evaluate(in, runs["main"])
	if len(got.Tags) > 0 || len(got.Labels) > 0 || !strings.HasPrefix(lines(got), "invalid labels:0 {{date}} has no format") {
		t.Errorf("got %s", lines(got))
	}
}

func TestEvaluate_RuleOfATag(t *testing.T) {
	tags := text("# how images are called", "type=sha", "", `type=semver,"pattern={{version}}"`)
	in := metadata.Inputs{Images: symbol.Text("shop"), Tags: symbol.Text(tags)}
	var got []string
	for _, tag := range metadata.Evaluate(in, runs["tag"]).Tags {
		got = append(got, fmt.Sprintf("%s %d %s %v", tag.Name, tag.Rule.Line, tag.Rule.Type, tag.Latest))
	}
	want := []string{"1.2.3 3 semver false", "sha-<sha7> 1 sha false", "latest 3 semver true"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestEvaluate_CheckedOutCommit(t *testing.T) {
	in := metadata.Inputs{Images: symbol.Text("shop"), Tags: symbol.Text("type=ref,event=pr\ntype=ref,event=branch"), Git: true}
	if got := lines(metadata.Evaluate(in, runs["target"])); got != "shop:main" {
		t.Errorf("the context git on the target of a pull request: got %s", got)
	}
}

func TestEvaluate_Limits(t *testing.T) {
	many := func(n int) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, "type=raw,value=v%d\n", i)
		}
		return b.String()
	}
	for _, test := range []struct {
		name         string
		images, tags string
		tagged       int
		unknown      string
	}{
		{"many rules", "shop", many(200), 200, ""},
		{"too many rules", "shop", many(201), 0, "tags"},
		{"a rule that is too long", "shop", "type=raw,value=" + strings.Repeat("x", 70_000), 0, "tags"},
		{"too many images for so many rules", strings.Repeat("shop\n", 150), many(100), 5000, "images"},
	} {
		got := metadata.Evaluate(metadata.Inputs{Images: symbol.Text(test.images), Tags: symbol.Text(test.tags)}, runs["main"])
		if len(got.Tags) != test.tagged || (len(got.Unknown) > 0) != (test.unknown != "") || test.unknown != "" && got.Unknown[0].Input != test.unknown {
			t.Errorf("%s: got %d tags, unknown %v", test.name, len(got.Tags), got.Unknown)
		}
	}
}
