package policy_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"guard/internal/document"
	"guard/internal/policy"
)

// What is explained must be what is found. Every rule is asked about its first
// bad example.
func TestExplain_FindsWhatEvaluateFinds(t *testing.T) {
	evaluator, err := policy.Compile(t.Context(), []policy.Source{policy.Builtin()}, policy.Settings{Profile: policy.ProfileStrict})
	if err != nil {
		t.Fatal(err)
	}
	compared := 0
	for _, rule := range evaluator.Rules() {
		examples, err := policy.Builtin().Examples(rule.ID)
		if err != nil {
			t.Fatal(err)
		}
		for _, example := range examples {
			for _, doc := range document.Load(example.File, []byte(example.Text), document.Options{}) {
				compared += explainedAlike(t, evaluator, rule.ID, doc)
			}
		}
	}
	if compared < 200 {
		t.Errorf("%d findings are too few to prove anything", compared)
	}
}

func explainedAlike(t *testing.T, e *policy.Evaluator, id string, doc *document.Document) int {
	t.Helper()
	explanation, err := e.Explain(t.Context(), doc, id)
	if err != nil {
		if strings.Contains(err.Error(), "reads documents of kind") {
			return 0
		}
		t.Fatal(err)
	}
	all, err := e.Evaluate(t.Context(), doc)
	if err != nil {
		t.Fatal(err)
	}
	var want []policy.Result
	for _, result := range all {
		if result.Rule == id {
			want = append(want, result)
		}
	}
	if len(want) > 0 {
		if diff := cmp.Diff(want, explanation.Results, cmp.AllowUnexported(policy.Result{})); diff != "" {
			t.Errorf("%s on %s (-evaluated +explained):\n%s", id, doc.File, diff)
		}
	}
	if len(explanation.Results) == 0 && len(explanation.Furthest()) == 0 {
		t.Errorf("%s on %s: nothing says why it does not fire", id, doc.File)
	}
	return 1
}

func explain(t *testing.T, rule, text string) *policy.Explanation {
	t.Helper()
	evaluator, err := policy.Compile(t.Context(), []policy.Source{source(rule)}, policy.Settings{})
	if err != nil {
		t.Fatal(err)
	}
	explanation, err := evaluator.Explain(t.Context(), document.Load("Dockerfile", []byte(text), document.Options{})[1], "image/moving")
	if err != nil {
		t.Fatal(err)
	}
	return explanation
}

func TestExplain_MarksTheConditionThatFailed(t *testing.T) {
	e := explain(t, sound, "FROM shop:1.4.2\nFROM web:latest\n")
	if len(e.Results) != 1 || len(e.Furthest()) != 0 {
		t.Errorf("got %d results, furthest %v; want one result and nothing that ended", len(e.Results), e.Furthest())
	}
	e = explain(t, sound, "FROM shop:1.4.2\n")
	furthest := e.Furthest()
	if len(furthest) != 1 || furthest[0].Place.Line != 24 || furthest[0].Text != `image.tag in data.guard.params["image/moving"].tags` {
		t.Fatalf("got %+v, want line 24", furthest)
	}
	if got := strings.Join(furthest[0].Values, "\n"); !strings.Contains(got, `image.tag = "1.4.2"`) {
		t.Errorf("got %s, want the tag", got)
	}
}

// An explanation that would never end is cut, and one that takes too long is
// an error.
func TestExplain_IsBounded(t *testing.T) {
	e := explain(t, sound, strings.Repeat("FROM shop:1.4.2\n", 300)+strings.Repeat("RUN echo\n", 500))
	if len(e.Steps) > 2000 {
		t.Errorf("got %d steps, want at most 2000", len(e.Steps))
	}
	for _, s := range e.Steps {
		for _, value := range s.Values {
			if len(value) > 400 {
				t.Fatalf("a value of %d bytes: %s", len(value), value)
			}
		}
	}
}
