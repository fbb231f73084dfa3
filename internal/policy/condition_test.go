package policy_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"guard/internal/policy"
	"guard/internal/registry/signature"
)

func provenance(predicate string) signature.Statement {
	return signature.Statement{PredicateType: signature.PredicateProvenanceV1, Subjects: []string{"sha256:" + strings.Repeat("a", 64)}, Predicate: []byte(predicate)}
}

func TestCompileCondition_SaysWhetherAStatementCounts(t *testing.T) {
	const unmet = "does not meet the condition"
	for name, c := range map[string]struct{ condition, predicate, want string }{
		"it holds":                     {`input.predicate.a == 1`, `{"a": 1}`, ""},
		"several lines hold":           {"some x in input.predicate.list\n\tstartswith(x, \"b\") # one\n", `{"list": ["a", "b"]}`, ""},
		"variables":                    {"x := input.predicate.a\nx == 1\ny := x + 1\ny == 2", `{"a": 1}`, ""},
		"type and subject are seen":    {`input.predicateType == "https://slsa.dev/provenance/v1"; startswith(input.subject[0].digest.sha256, "aaa")`, `{}`, ""},
		"it is false":                  {`input.predicate.a == 1`, `{"a": 2}`, unmet},
		"a value is false":             {`input.predicate.a`, `{"a": false}`, unmet},
		"it is undefined":              {`input.predicate.b.c.d > 1`, `{"a": 2}`, unmet},
		"every of none":                {"count(input.predicate.list) > 0\nevery x in input.predicate.list { x == 1 }", `{"list": []}`, unmet},
		"there is no predicate":        {`input.predicate.a`, ``, unmet},
		"a builtin fails":              {`to_number(input.predicate.a) > 1`, `{"a": "x"}`, "cannot be answered"},
		"a type does not fit":          {`startswith(input.predicate.a, "x")`, `{"a": 1}`, unmet},
		"the predicate is too deep":    {`input.predicate`, strings.Repeat("[", 100000), "cannot be asked"},
		"the predicate nests":          {`input.predicate`, strings.Repeat("[", 1000) + strings.Repeat("]", 1000), "cannot be asked"},
		"the predicate is too large":   {`input.predicate`, `"` + strings.Repeat("x", 9<<20) + `"`, "cannot be asked: its predicate has 9437186 bytes"},
		"the predicate is no JSON":     {`input.predicate`, `{"a": `, "cannot be asked"},
		"a name stands twice":          {`input.predicate.a == 1`, `{"a": 2, "a": 1}`, "cannot be asked"},
		"a number of a million digits": {`input.predicate.a > 0.05`, `{"a": 0.` + strings.Repeat("1", 1<<20) + `}`, ""}, // a text, which is more than any number
		"a number without end":         {`round(input.predicate.a) > 1`, `{"a": 1e999999999}`, "cannot be answered"},
	} {
		t.Run(name, func(t *testing.T) {
			holds, err := policy.CompileCondition(c.condition)
			if err != nil {
				t.Fatal(err)
			}
			err = holds(t.Context(), provenance(c.predicate))
			if got := fmt.Sprint(err); (err == nil) != (c.want == "") || !strings.Contains(got, c.want) {
				t.Errorf("%s of %.60s: got %v, want %q", c.condition, c.predicate, err, c.want)
			}
		})
	}
}

func TestCompileCondition_RefusesWhatCannotMeanAnything(t *testing.T) {
	for name, c := range map[string]struct{ condition, want string }{
		"no Rego":                      {"input.predicate.a ==", "line 1, column 20: "},
		"a mistake in the second line": {"input.predicate.a == 1\ninput.predicate.b ==== 2", "line 2, column"},
		"a misspelt field":             {"input.predicat.a == 1", "line 1, column 1: undefined ref: input.predicat.a"},
		"a misspelt builtin":           {"startwith(input.predicate.a, \"x\")", "line 1, column 1: "},
		"an unused variable":           {"x := input.predicate.a", "line 1, column 1: assigned var x unused"},
		"an unsafe variable":           {"input.predicate.a == x", "var x is unsafe"},
		"nothing":                      {"", "expected"},
		"a comment alone":              {"# nothing", "expected"},
		"a constant":                   {"1 == 1", "asks nothing of input"},
		"the network":                  {`http.send({"url": input.predicate.url, "method": "GET"}).status_code == 200`, "http.send: conditions may not call it"},
		"the environment":              {`opa.runtime().env.HOME == input.predicate.a`, "opa.runtime: conditions may not call it"},
		"the clock":                    {`time.now_ns() > input.predicate.a`, "time.now_ns: conditions may not call it"},
		"data":                         {`input.predicate.a == data.guard.params.x`, "conditions see input and no data"},
		"a brace too many":             {"input.predicate.a }\nholds if { true", "line 1, column 19: "},
		"an else":                      {"input.predicate.a } else if { 1 == 1", "line 1, column 19: "},
		"a list":                       {"input.predicate.a, input.predicate.b", "line 1, column 18: "},
		"an object":                    {`"a": input.predicate.a`, "line 1, column 4: "},
		"a rule":                       {"holds if input.predicate.a", "line 1, column "},
		"an import":                    {"import data.x", "expected expressions as in the body of a rule"},
		"a module":                     {"package x", "expected expressions as in the body of a rule"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := policy.CompileCondition(c.condition)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%s: got %v, want %q", c.condition, err, c.want)
			}
		})
	}
}

// A condition that takes too long is refused in time, and so is one whose
// caller has no time left.
func TestCompileCondition_IsBounded(t *testing.T) {
	holds, err := policy.CompileCondition("some a in input.predicate; some b in input.predicate; some c in input.predicate; some d in input.predicate; a + b + c + d < 0")
	if err != nil {
		t.Fatal(err)
	}
	numbers := provenance("[" + strings.Repeat("1, ", 1000) + "1]")
	start := time.Now()
	if err := holds(t.Context(), numbers); err == nil || !strings.Contains(err.Error(), "takes more than") {
		t.Errorf("got %v", err)
	}
	if took := time.Since(start); took > 30*time.Second {
		t.Errorf("it took %s", took)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := holds(ctx, numbers); err == nil || !strings.Contains(err.Error(), "canceled") {
		t.Errorf("got %v", err)
	}
}
