package policy_test

import (
	"context"
	"io/fs"
	"strings"
	"testing"

	"guard/internal/document"
	"guard/internal/policy"
	"guard/testdata"
)

// BenchmarkCompile is what a run pays before the first document: reading the
// METADATA of all rules, and settling what is active.
func BenchmarkCompile(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := policy.Compile(context.Background(), []policy.Source{policy.Builtin()}, policy.Settings{}); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkFirst is what a run with one document of a kind pays: Compile, and
// parsing and compiling the rules of the kind.
func BenchmarkFirst(b *testing.B) {
	eachKind(b, func(b *testing.B, docs []*document.Document) {
		for b.Loop() {
			evaluateAll(b, newEvaluator(b), docs[:1])
		}
	})
}

// BenchmarkEvaluate is what each further document costs, on average over the
// example files of the rules.
func BenchmarkEvaluate(b *testing.B) {
	eachKind(b, func(b *testing.B, docs []*document.Document) {
		e := newEvaluator(b)
		evaluateAll(b, e, docs)
		for i := 0; b.Loop(); i++ {
			evaluateAll(b, e, docs[i%len(docs):i%len(docs)+1])
		}
	})
}

func eachKind(b *testing.B, run func(*testing.B, []*document.Document)) {
	docs := exampleDocuments(b)
	for _, kind := range document.Kinds {
		if len(docs[kind]) > 0 {
			b.Run(string(kind), func(b *testing.B) {
				b.ReportAllocs()
				run(b, docs[kind])
			})
		}
	}
}

func newEvaluator(tb testing.TB) *policy.Evaluator {
	e, err := policy.Compile(context.Background(), []policy.Source{policy.Builtin()}, policy.Settings{})
	if err != nil {
		tb.Fatal(err)
	}
	return e
}

func evaluateAll(tb testing.TB, e *policy.Evaluator, docs []*document.Document) {
	for _, doc := range docs {
		if _, err := e.Evaluate(context.Background(), doc); err != nil {
			tb.Fatal(err)
		}
	}
}

// exampleDocuments loads the example files of all rules, by kind.
func exampleDocuments(tb testing.TB) map[document.Kind][]*document.Document {
	docs := map[document.Kind][]*document.Document{}
	err := fs.WalkDir(testdata.Rules, "rules", func(name string, entry fs.DirEntry, err error) error {
		parts := strings.SplitN(name, "/", 5)
		if err != nil || entry.IsDir() || len(parts) < 5 {
			return err
		}
		text, err := fs.ReadFile(testdata.Rules, name)
		if err != nil {
			return err
		}
		for _, doc := range document.Load(parts[4], text, document.Options{}) {
			docs[doc.Kind] = append(docs[doc.Kind], doc)
		}
		return nil
	})
	if err != nil {
		tb.Fatal(err)
	}
	return docs
}
