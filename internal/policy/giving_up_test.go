package policy

import (
	"errors"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"guard/internal/document"
)

// RELIABILITY 48: in a run over many documents, a rule that was stopped is asked
// of no further one, and is told of each; the others are asked of all.
func TestGivingUp_AsksAStoppedRuleNoMore(t *testing.T) {
	before := maxEvaluation
	maxEvaluation = func() time.Duration { return 2 * time.Second }
	defer func() { maxEvaluation = before }()
	named := func(name, line string) *fstest.MapFile {
		return &fstest.MapFile{Data: []byte(strings.ReplaceAll(asking(line), "rules.own.asking", "rules.own."+name))}
	}
	own := Source{Name: "own", Custom: true, FS: fstest.MapFS{
		"own/endless.rego": named("endless", "\tsome a in _n\n\tsome b in _n\n\tsome c in _n\n\tsome d in _n\n\tsome e in _n\n\tcount([image, a, b, c, d, e]) == 7\n}\n\n_n contains i if {\n\tsome i, _ in split(\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\", \"\")"),
		"own/sound.rego":   named("sound", "\timage.tag == \"1\""),
	}}
	e, err := Compile(t.Context(), []Source{own}, Settings{})
	if err != nil {
		t.Fatal(err)
	}
	run := e.GivingUp()
	if run.GivingUp() != run {
		t.Error("what gives up forgets what it has given up")
	}
	for i, name := range []string{"a/Dockerfile", "b/Dockerfile", "c/Dockerfile"} {
		doc := document.Load(name, []byte("FROM a:1\n"), document.Options{})[1]
		results, err := run.At(time.Unix(int64(i), 0)).Evaluate(t.Context(), doc)
		var failed *RuleError
		if !errors.As(err, &failed) || failed.Rule != "own/endless" || failed.File != name || !strings.Contains(err.Error(), "it takes more than 2s") {
			t.Errorf("%s: got %v", name, err)
		}
		if len(results) != 1 || results[0].Rule != "own/sound" {
			t.Errorf("%s: found %v", name, results)
		}
		if i > 0 && !strings.Contains(err.Error(), "not asked any more since it was stopped on a/Dockerfile") {
			t.Errorf("%s: it is asked again: %v", name, err)
		}
	}
	if _, err := e.Evaluate(t.Context(), document.Load("Dockerfile", []byte("FROM a:1\n"), document.Options{})[1]); !stopped(err) {
		t.Errorf("by itself an evaluator gives up nothing: %v", err)
	}
}
