package policy

import (
	"context"
	"io/fs"
	"testing"

	"guard/internal/document"
)

// Rules must answer the same whether they see the fields they name or all.
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
	pruned, err := q.run(context.Background(), q.all, q.encoding.inputTerm(d, e.now))
	if err != nil {
		t.Fatal(err)
	}
	whole, err := q.run(context.Background(), q.all, wholeInput.inputTerm(d, e.now))
	if err != nil {
		t.Fatal(err)
	}
	if pruned.Compare(whole) != 0 {
		t.Errorf("%s (%s): with the named fields\n%v\nwith all\n%v", d.File, d.Kind, pruned, whole)
	}
	results, err := q.results(d, q.rules, pruned)
	if err != nil {
		t.Fatal(err)
	}
	return len(results)
}
