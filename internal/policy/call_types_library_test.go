package policy

import (
	"fmt"
	"strings"
	"testing"
	"testing/fstest"
)

// Of guard's own library every call is known, and nothing is wrong: OPA compiles
// what is added without any error.
func TestProveCalls_OfTheLibrary(t *testing.T) {
	lib := libraryAsOwn(t, func(_, text string) string { return text })
	parsed, err := parseAll(lib.unproven())
	if err != nil {
		t.Fatal(err)
	}
	compiled := strictCompiler(false)
	compiled.Compile(parsed)
	calls := newCallTypes(compiled, lib.unproven())
	for round := range callTypeRounds + 1 {
		calls.addRound(round)
	}
	if errs := calls.typed(); len(errs) > 0 {
		t.Error(errs)
	}
	for name, f := range calls.functions {
		if !f.known {
			t.Errorf("not all calls of %s are known", name)
		}
	}
	if len(calls.functions) < 100 {
		t.Errorf("%d functions", len(calls.functions))
	}
}

// A shared module is told of a field that nothing has which its callers give it.
func TestProveCalls_OfSharedModules(t *testing.T) {
	lib := libraryAsOwn(t, func(name, text string) string {
		if strings.HasPrefix(name, "rules/") && !strings.Contains(text, "data.guard.lib.registry") {
			return ""
		}
		return strings.Replace(text, "image.facts.platforms; p.os", "image.facts.platform; p.os", 1)
	})
	var errs Errors
	lib.prove(lib.unproven(), &errs)
	err := lib.result(errs)
	const want = `policies/lib/registry.rego:12:32: undefined ref: image.facts.platform: image.facts has no "platform", did you mean "platforms"?`
	if said := fmt.Sprint(err); strings.Count(said, want) != 1 || strings.Count(said, "policies/") != 1 || !strings.Contains(said, "\t_unix(image) := ") {
		t.Error(said)
	}
}

// libraryAsOwn is guard's library, changed, as if it were to be proved. A file of
// which nothing is left is left out.
func libraryAsOwn(t *testing.T, change func(name, text string) string) *library {
	t.Helper()
	var errs Errors
	files := fstest.MapFS{}
	for _, m := range loadLibrary([]Source{Builtin()}, false, &errs).modules {
		name := strings.TrimPrefix(m.file, "policies/")
		if text := change(name, m.text); text != "" {
			files[name] = &fstest.MapFile{Data: []byte(text)}
		}
	}
	lib := loadLibrary([]Source{{Name: "policies", FS: files}}, false, &errs)
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	return lib
}
