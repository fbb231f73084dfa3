package check

import (
	"context"
	"errors"
	"strings"
	"testing"

	"guard/internal/config"
	"guard/internal/policy"
)

// Reliability 11, 58: a panic ends the run, names the file, and leaves no
// worker behind.
func TestWorkers_APanicNamesItsFileAndEndsTheRun(t *testing.T) {
	r := &run{Options: &Options{Jobs: 2}}
	entries := make([]*entry, 100)
	for i := range entries {
		entries[i] = &entry{file: file{name: "good.yaml"}}
	}
	entries[7].file.name = "bad.yaml"
	err := r.workers(t.Context(), entries, nil, func(_ context.Context, e *entry) error {
		if e.file.name == "bad.yaml" {
			panic("index out of range")
		}
		return nil
	})
	var failed *PanicError
	if !errors.As(err, &failed) || failed.File != "bad.yaml" || !strings.Contains(err.Error(), "bad.yaml: internal error: index out of range") {
		t.Errorf("got %v", err)
	}
	if !strings.Contains(string(failed.Stack), "panic_test.go") {
		t.Errorf("the stack does not name the place:\n%s", failed.Stack)
	}
}

// Reliability 58: an error in one file ends the run, and so does its context.
func TestRun_ReturnsNoReportWhereItsContextEnds(t *testing.T) {
	dir := write(t, map[string]string{"a.yaml": "apiVersion: v1\nkind: Pod\nspec: {containers: [{image: a}]}\n"})
	evaluator, err := policy.Compile(t.Context(), []policy.Source{policy.Builtin()}, policy.Settings{})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	options := Options{Root: dir, Dir: dir, Paths: []string{"."}, Evaluator: evaluator, Config: config.Default()}
	options.Progress = func(int, int) { cancel() }
	if outcome, err := Run(ctx, options); outcome != nil || !errors.Is(err, context.Canceled) {
		t.Errorf("got %+v, %v, want no report", outcome, err)
	}
}
