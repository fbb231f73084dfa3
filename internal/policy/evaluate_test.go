package policy_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"guard/internal/config"
	"guard/internal/document"
	"guard/internal/finding"
	"guard/internal/imageref"
	"guard/internal/policy"
	"guard/internal/tree"
)

// pod is a document with two images, made without the loader.
func pod() *document.Document {
	text := "kind: Pod\nspec:\n  containers:\n    - image: shop:latest\n    - image: shop:edge\n"
	doc := &document.Document{Kind: document.KindKubernetes, File: "web.yaml", Object: "Pod/web", Source: tree.NewSource("web.yaml", text)}
	doc.Value = tree.ParseYAML(text)[0].Root
	for i, tag := range []string{"latest", "edge"} {
		doc.Images = append(doc.Images, document.Image{
			Reference: imageref.Reference{Raw: "shop:" + tag, Tag: tag},
			Path:      finding.NewPath("spec", "containers", i, "image"), Holder: fmt.Sprintf("container %d", i),
		})
	}
	return doc
}

func mustCompile(t testing.TB, rule string, settings policy.Settings) *policy.Evaluator {
	t.Helper()
	e, err := compile(rule, settings)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func TestEvaluate_ReportsFindingsWithAllThatIsKnownOfTheRule(t *testing.T) {
	results, err := mustCompile(t, sound, policy.Settings{}).Evaluate(context.Background(), pod())
	if err != nil {
		t.Fatal(err)
	}
	want := []policy.Result{{
		Finding: finding.Finding{
			Rule: "image/moving", Severity: finding.High, Action: finding.Deny,
			Message: "container 0: latest", Remediation: "Use a release tag.",
			Location: finding.Location{File: "web.yaml", Line: 4, Column: 14, EndLine: 4, EndColumn: 25},
			Path:     "spec.containers[0].image", Object: "Pod/web",
		},
		At: finding.NewPath("spec", "containers", 0, "image"),
	}}
	if diff := cmp.Diff(want, results, cmp.Comparer(samePath)); diff != "" {
		t.Error(diff)
	}
}

func samePath(a, b finding.Path) bool { return a.String() == b.String() }

func TestEvaluate_TakesParametersFromProfileThenConfiguration(t *testing.T) {
	limit := []config.Rule{{ID: "image/moving", Params: []config.Param{{Name: "limit", Value: int64(4)}}}}
	tests := map[string]struct {
		settings policy.Settings
		want     []string
	}{
		"the default":                 {policy.Settings{}, []string{"container 0: latest"}},
		"the profile's default":       {policy.Settings{Profile: "strict"}, []string{"container 0: latest", "container 1: edge"}},
		"the configuration over both": {policy.Settings{Profile: "strict", Rules: limit}, []string{"container 0: latest"}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			results, err := mustCompile(t, sound, tt.settings).Evaluate(context.Background(), pod())
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, messages(results)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func messages(results []policy.Result) []string {
	var all []string
	for _, r := range results {
		all = append(all, r.Message)
	}
	return all
}

func TestEvaluate_RefusesResults(t *testing.T) {
	tests := map[string]struct{ result, want string }{
		"that are no objects":             {"json.unmarshal(`\"message\"`)", "expected an object"},
		"with an unknown key":             {`object.union({"message": "m", "path": []}, {"severity": "low"})`, `a result has no key "severity"`},
		"with an empty message":           {`{"message": "", "path": []}`, "message must be a string that is not empty"},
		"with a message that is no text":  {`object.union({"message": 3, "path": []}, {})`, "message is number, expected a string"},
		"with a path that is no list":     {`object.union({"message": "m", "path": "spec"}, {})`, "path is string, expected an array"},
		"with a null in the path":         {`{"message": "m", "path": [null]}`, "a step of path is null"},
		"with a negative index":           {`{"message": "m", "path": [-1]}`, "-1 is not an integer from 0 on"},
		"with a broken index":             {`{"message": "m", "path": [1.5]}`, "1.5 is not an integer from 0 on"},
		"with a line in the middle":       {`{"message": "m", "path": [{"line": 1}, "x"]}`, "must be the last"},
		"with a region without a line":    {`{"message": "m", "path": [{"column": 1}]}`, "needs its line"},
		"with a file":                     {`{"message": "m", "path": [], "file": "other.yaml"}`, "file is for rules of kind project only"},
		"with a fix without text":         {`{"message": "m", "path": [], "fix": {"replacement": "x"}}`, "fix: description must be"},
		"with a related place of nothing": {`{"message": "m", "path": [], "related": [{"message": "m"}]}`, "related: path is missing"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			rule := replace(`{"message": msg, "path": image.path}`, "result")
			rule = strings.Replace(rule, `msg := sprintf("%s: %s", [image.holder, image.tag])`, "result := _result", 1)
			rule += "\n_result := " + tt.result + "\n"
			results, err := mustCompile(t, rule, policy.Settings{}).Evaluate(context.Background(), pod())
			var failed *policy.RuleError
			if !errors.As(err, &failed) || failed.Rule != "image/moving" || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got  %v\nwant %s", err, tt.want)
			}
			if len(results) != 0 {
				t.Errorf("got %d results besides", len(results))
			}
		})
	}
}

// Reliability 9, 11
func TestEvaluate_NamesTheRuleThatFailsAndAnswersWithTheOthers(t *testing.T) {
	broken := strings.ReplaceAll(replace("some image in input.images", `to_number("x") > 0; some image in input.images`), "moving", "broken")
	broken = strings.Replace(broken, "image/old-name", "image/older", 1)
	sources := []policy.Source{source(sound), source(broken)}
	sources[1].FS = renamed(sources[1].FS, "image/moving.rego", "image/broken.rego")
	e, err := policy.Compile(context.Background(), sources, policy.Settings{})
	if err != nil {
		t.Fatal(err)
	}
	results, err := e.Evaluate(context.Background(), pod())
	var failed *policy.RuleError
	if !errors.As(err, &failed) || failed.Rule != "image/broken" || failed.File != "web.yaml" {
		t.Errorf("got %v, want an error that names image/broken and web.yaml", err)
	}
	if diff := cmp.Diff([]string{"container 0: latest"}, messages(results)); diff != "" {
		t.Error(diff)
	}
}

// Reliability 48
func TestEvaluate_StopsAtTheDeadline(t *testing.T) {
	endless := replace("some image in input.images", `
	digits := "0123456789abcdefghijklmnopqrstuvwxyz"
	all := split(digits, "")
	some a in all
	some b in all
	some c in all
	some d in all
	some e in all
	some f in all
	concat("", [a, b, c, d, e, f]) == "never"
	some image in input.images`)
	ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
	defer cancel()
	_, err := mustCompile(t, endless, policy.Settings{}).Evaluate(ctx, pod())
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v, want a deadline that was exceeded", err)
	}
}

func TestEvaluate_IsSafeForConcurrentUse(t *testing.T) {
	e := mustCompile(t, sound, policy.Settings{Profile: "strict"})
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			results, err := e.Evaluate(context.Background(), pod())
			if err != nil || len(results) != 2 {
				t.Errorf("got %d results and error %v, want 2 and none", len(results), err)
			}
		})
	}
	group.Wait()
}

func TestEvaluate_AsksOnlyTheRulesOfTheKind(t *testing.T) {
	rule := strings.Replace(replace(`["*"]`, "[compose]"), "schema.input", "schema.compose", 1)
	results, err := mustCompile(t, rule, policy.Settings{}).Evaluate(context.Background(), pod())
	if err != nil || len(results) != 0 {
		t.Errorf("got %v and error %v, want nothing", results, err)
	}
}

func TestNeeds_NamesTheFieldsThatRulesReferTo(t *testing.T) {
	tests := map[string]struct {
		rule string
		want map[string]bool
	}{
		"one field": {sound, map[string]bool{"images": true}},
		"a field inside an index": {replace("some image in input.images", "some image in input.images; input.value[input.file]"),
			map[string]bool{"images": true, "value": true, "file": true}},
		"the clock": {replace("some image in input.images", "input.now; some image in input.images"), map[string]bool{"images": true, "now": true}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			got, err := mustCompile(t, tt.rule, policy.Settings{}).Needs(document.KindKubernetes)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestNeeds_IsEverythingWhereARuleTakesInputAsAWhole(t *testing.T) {
	rule := replace("some image in input.images", "count(input) > 0; some image in input.images")
	got, err := mustCompile(t, rule, policy.Settings{}).Needs(document.KindKubernetes)
	if err != nil || !got["workload"] || !got["value"] || got["dockerfile"] {
		t.Errorf("got %v and error %v, want all fields of the kind", got, err)
	}
}

func TestDigest_ChangesWithWhatDecides(t *testing.T) {
	base := mustCompile(t, sound, policy.Settings{}).Digest()
	if !strings.HasPrefix(base, "sha256:") || len(base) != len("sha256:")+64 {
		t.Fatalf("got %q", base)
	}
	if again := mustCompile(t, sound, policy.Settings{}).Digest(); again != base {
		t.Errorf("the same policies gave %s and %s", base, again)
	}
	others := map[string]*policy.Evaluator{
		"rule":      mustCompile(t, sound+"\n# a comment\n", policy.Settings{}),
		"profile":   mustCompile(t, sound, policy.Settings{Profile: "strict"}),
		"action":    mustCompile(t, sound, policy.Settings{FailOn: finding.Critical}),
		"parameter": mustCompile(t, sound, policy.Settings{Rules: []config.Rule{{ID: "image/moving", Params: []config.Param{{Name: "limit", Value: int64(5)}}}}}),
	}
	for what, e := range others {
		if e.Digest() == base {
			t.Errorf("another %s did not change the digest", what)
		}
	}
}
