package policy_test

import (
	"context"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"guard/internal/document"
	"guard/internal/policy"
)

// Whatever stands in a rule and its tests, it is told or judged, and ends.
func FuzzCheck(f *testing.F) {
	f.Add(sound, "package guard.rules.image.moving_test\n\ntest_x if true\n")
	f.Add(mutable, testPackage+testLatest+testEdge)
	f.Add(replace("some image in input.images", "some image in input.images\n\timage.class == \"lates\"\n\tnot image.name in {\"a\"}\n\tcount(input.images) > 0\n\tlower(image.name)"), "")
	f.Add(strings.Replace(header, "team_registry", "moving", 1)+passed, "")
	f.Add(replace("%s: %s", "%[1]s %*d %"), "package x")
	f.Fuzz(func(t *testing.T, rule, tests string) {
		ctx, stop := context.WithTimeout(t.Context(), 20*time.Second)
		defer stop()
		files := fstest.MapFS{"image/moving.rego": {Data: []byte(rule)}}
		if tests != "" {
			files["image/moving_test.rego"] = &fstest.MapFile{Data: []byte(tests)}
		}
		sources := []policy.Source{{Name: "own", Custom: true, FS: files}}
		if _, err := policy.Check(ctx, sources); err != nil {
			_ = err.Error() // with the lines that it is about
			return
		}
		evaluator, err := policy.Compile(ctx, sources, policy.Settings{})
		if err != nil {
			t.Fatalf("check takes what compile refuses: %v", err)
		}
		for _, doc := range document.Load("Dockerfile", []byte("FROM shop:latest\nFROM shop\n"), document.Options{}) {
			if doc.Kind == document.KindDockerfile {
				_, _ = evaluator.Explain(ctx, doc, "image/moving")
				_, _ = evaluator.Session(doc).Ask(ctx, rule)
				_, _ = evaluator.Session(doc).Ask(ctx, tests)
			}
		}
	})
}

// Whatever is asked about a document is answered or refused.
func FuzzAsk(f *testing.F) {
	evaluator, err := policy.Compile(f.Context(), []policy.Source{source(sound)}, policy.Settings{})
	if err != nil {
		f.Fatal(err)
	}
	doc := document.Load("Dockerfile", []byte("FROM shop:latest\n"), document.Options{})[1]
	for _, text := range []string{"input", "input.images[_].tag", "x := 1; y = x", "not input.x", "[x | some x in input.images]", "data.guard.rules.image.moving.deny", "data", "data.guard", "with", "{", "some x", "every x in [1] { x }", "input.images[0].tag with input as {}"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		session := evaluator.Session(doc)
		if answers, err := session.Ask(t.Context(), text); err == nil && len(answers) == 0 {
			_ = session.Missing(text)
		}
	})
}
