package check

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"guard/internal/config"
	"guard/internal/policy"
)

// Reliability 11, 58: a panic ends the run, names the file, and leaves no
// worker behind.
func TestWorkers_APanicNamesItsFileAndEndsTheRun(t *testing.T) {
	err := panicking(t, func() { var none []int; _ = none[len(none)] })
	var failed *PanicError
	if !errors.As(err, &failed) || failed.File != "bad.yaml" || !strings.HasPrefix(err.Error(), "bad.yaml: internal error: runtime error: index out of range [0] with length 0 in guard/internal/check.Test") {
		t.Fatalf("got %v", err)
	}
	if stack := strings.Join(failed.Stack, "\n"); !strings.Contains(failed.Place, "(panic_test.go:") || !strings.Contains(stack, "check.guarded (check.go:") {
		t.Errorf("the stack does not name the place:\n%s", stack)
	}
}

// loud is an error that looks like one of the runtime and is none.
type loud struct{ error }

func (loud) RuntimeError() {}

// Reliability 54: a panic's value may hold any part of the file.
func TestWorkers_APanicTellsNothingOfItsValue(t *testing.T) {
	const canary = "Tr0ub4dor" + "&3-horse"
	for name, value := range map[string]any{
		"a string": "no value for " + canary, "an error": fmt.Errorf("bad token %q", canary), "an error like the runtime's": loud{errors.New(canary)},
		"a struct": struct{ Password string }{canary}, "bytes": []byte(canary), "a map": map[string]string{canary: canary},
	} {
		err := panicking(t, func() { panic(value) })
		var failed *PanicError
		if !errors.As(err, &failed) || !strings.Contains(err.Error(), fmt.Sprintf("a panic with a value of type %T in guard/", value)) {
			t.Fatalf("%s: got %v", name, err)
		}
		if told := err.Error() + fmt.Sprintf("%+v %#v", err, failed); strings.Contains(told, canary) || strings.Contains(told, fmt.Sprint([]byte(canary))) {
			t.Errorf("%s: the value is told: %s", name, told)
		}
	}
}

// panicking is how a run ends in which work on one file of many panics.
func panicking(t *testing.T, work func()) error {
	t.Helper()
	r := &run{Options: &Options{Jobs: 2}}
	entries := make([]*entry, 100)
	for i := range entries {
		entries[i] = &entry{file: file{name: "good.yaml"}}
	}
	entries[7].file.name = "bad.yaml"
	return r.workers(t.Context(), entries, nil, func(_ context.Context, e *entry) error {
		if e.file.name == "bad.yaml" {
			work()
		}
		return nil
	})
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
