package metadata_test

import (
	"reflect"
	"regexp"
	"testing"

	"guard/internal/pipeline/metadata"
	"guard/internal/pipeline/symbol"
)

// valid is what the text of a tag's name may be.
var valid = regexp.MustCompile(`^[a-zA-Z0-9._-]+$`)

func FuzzEvaluate(f *testing.F) {
	for _, r := range table {
		in, c := r.inputs(), r.context()
		f.Add(in.Images.String(), r.tags, r.flavor, "", c.Event, c.Ref.String(), r.length, r.major)
	}
	f.Add("a,«setting:X»", "«input:tags»\ntype=sha,enable=«unknown:x»", "latest=«unknown:y»", "a=«secret:s»", "push", "refs/tags/«git-tag»", "«input:n»", 5)
	f.Fuzz(func(t *testing.T, images, tags, flavor, labels, event, ref, length string, major int) {
		in := metadata.Inputs{Images: written(images), Tags: written(tags), Flavor: written(flavor), Labels: written(labels), Major: major}
		c := metadata.Context{Event: event, Ref: written(ref), SHA: sha, DefaultBranch: symbol.Text("main"), BaseRef: symbol.Text("main"),
			Environment: metadata.Environment{ShortSHALength: written(length)}}
		got := metadata.Evaluate(in, c)
		if again := metadata.Evaluate(in, c); !reflect.DeepEqual(got, again) {
			t.Fatalf("the same inputs give two results: %s\nand\n%s", lines(got), lines(again))
		}
		if len(got.Invalid) > 0 && len(got.Tags)+len(got.Names)+len(got.Labels) > 0 {
			t.Fatalf("the action fails and gives out tags: %s", lines(got))
		}
		fired := map[int]bool{}
		for _, tag := range append(got.Tags, got.Names...) {
			checkTag(t, tag, major == 3 || major < 3 && major > 0)
			fired[tag.Rule.Line] = true
		}
		if len(got.Names) > 0 && got.Names[0].Certain.IsYes() && len(got.Unknown) == 0 && got.Version.Reason() == "" && symbol.Compare(got.Version, got.Names[0].Name).IsNo() {
			t.Fatalf("the version %s is not the first tag %s", got.Version, got.Names[0].Name)
		}
		for _, dead := range metadata.Dead(in, []metadata.Context{c}) {
			if fired[dead.Line] {
				t.Fatalf("the rule %s makes a tag and is called dead", dead.Text)
			}
		}
	})
}

func checkTag(t *testing.T, tag metadata.Tag, old bool) {
	t.Helper()
	if tag.Certain.IsNo() {
		t.Fatalf("the tag %s is listed and does not exist", tag.Name)
	}
	if tag.Certain.IsUnknown() && tag.Certain.Reason == "" {
		t.Fatalf("the tag %s is not certain, for no reason", tag.Name)
	}
	if len(tag.Name) == 0 {
		t.Fatalf("a tag has no name: %s", tag.Reference)
	}
	for _, p := range tag.Name {
		if !old && p.Kind == symbol.Literal && !valid.MatchString(p.Text) {
			t.Fatalf("the tag %q holds what tags may not", p.Text)
		}
	}
}
