package policy

import (
	"context"
	"io/fs"
	"slices"
	"testing"

	"github.com/open-policy-agent/opa/v1/ast"

	"guard/internal/document"
)

// Rules must answer the same whether they see the fields they name or all, and
// those that are not asked must have nothing to say.
func TestEncoding_LeavesOutOnlyWhatNoRuleAsksFor(t *testing.T) {
	for _, profile := range Profiles {
		evaluator, err := Compile(context.Background(), []Source{Builtin()}, Settings{Profile: profile})
		if err != nil {
			t.Fatal(err)
		}
		compared, found := 0, 0
		for file, text := range exampleTexts(t) {
			for _, d := range document.Load(file, text, document.Options{Own: []string{"registry.example.com/team/**"}}) {
				compared++
				found += sameAnswers(t, evaluator, d)
			}
		}
		if compared < 300 || found < 20 {
			t.Errorf("profile %s: %d documents with %d findings are too few to prove anything", profile, compared, found)
		}
	}
}

func exampleTexts(t *testing.T) map[string][]byte {
	t.Helper()
	texts := map[string][]byte{}
	err := fs.WalkDir(Builtin().ExampleFS, ".", func(p string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		texts[p], err = fs.ReadFile(Builtin().ExampleFS, p)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return texts
}

// sameAnswers compares the two answers of all rules of a document's kind, and
// returns how many findings they hold.
func sameAnswers(t *testing.T, e *Evaluator, d *document.Document) int {
	t.Helper()
	q := e.kinds[d.Kind]
	if len(q.rules) == 0 {
		return 0
	}
	if err := q.prepare(); err != nil {
		t.Fatal(err)
	}
	if q.encoding.mentioned == nil {
		t.Fatalf("kind %s: everything is encoded, so there is nothing to compare", d.Kind)
	}
	all, err := q.query(q.rules)
	if err != nil {
		t.Fatal(err)
	}
	whole, err := q.run(context.Background(), all, wholeInput.inputTerm(d, e.now))
	if err != nil {
		t.Fatal(err)
	}
	asked, pruned := askedAnswers(t, e, d)
	for _, r := range q.rules {
		id := ast.StringTerm(r.ID)
		got, want := ast.SetTerm(), whole.Get(id)
		if slices.Contains(asked, r) {
			got = pruned.Get(id)
		}
		if !got.Equal(want) {
			t.Errorf("%s (%s): with the named fields\n%v\nwith all\n%v", d.File, d.Kind, got, want)
		}
	}
	results, err := q.results(d, q.rules, whole)
	if err != nil {
		t.Fatal(err)
	}
	return len(results)
}

func askedAnswers(t *testing.T, e *Evaluator, d *document.Document) ([]*rule, ast.Object) {
	t.Helper()
	q := e.kinds[d.Kind]
	set, err := q.asked(d)
	if err != nil {
		t.Fatal(err)
	}
	if len(set.rules) == 0 {
		return nil, nil
	}
	answers, err := q.run(context.Background(), set.query, q.encoding.inputTerm(d, e.now))
	if err != nil {
		t.Fatal(err)
	}
	return set.rules, answers
}
